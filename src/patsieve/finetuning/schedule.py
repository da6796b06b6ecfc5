"""What trains when, at which learning rate: the unfreezing schedule. No torch.

A schedule is a sequence of stages. Each says what trains in it (everything else is frozen,
also what trained before) and when it begins. `progress` decides from the history of a run
which stage comes next; `trainer` carries it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, final

from patsieve.errors import LayerGroupError, SpecificationError
from patsieve.finetuning.selection import check_expression, describe_groups, select_groups


@final
@dataclass(frozen=True)
class Reducer:
    """Lowers the learning rate of some groups when validation stops improving.

    Its groups share one factor. Epochs without improvement are counted from the first epoch
    in which the reducer is in force and anew after each reduction, against the run's best.

    Attributes
    ----------
    groups : tuple of str
        Expressions as in `selection`; only these are touched.
    factor : float
        The rate is multiplied by this at a plateau; between 0 and 1.
    patience : int
        Epochs without improvement that make a plateau, 1 or more.
    floor : float
        The rate does not fall below this.
    metric : str
        As in `EarlyStopping`.
    """

    groups: tuple[str, ...]
    factor: float = 0.5
    patience: int = 1
    floor: float = 0.0
    metric: str = "validation_loss"


@final
@dataclass(frozen=True)
class Stage:
    """A stretch of epochs in which the same tensors train.

    Attributes
    ----------
    name : str
    train : tuple of str
        What trains, as expressions of `selection`; everything else is frozen.
    surgical : int, optional
        When the stage begins it chooses so many more layer groups beside those in `train`:
        the ones whose gradients are largest relative to their weights.
    learning_rate : float
        The rate of whatever `learning_rates` does not name.
    learning_rates : mapping of str to float
        Expression to rate; where two name the same group, the later one counts.
    rates_by_gradient : bool
        When the stage begins, each group's rate is set to `learning_rate` times its gradient
        relative to its weights, as a share of the largest. Groups that `learning_rates` names
        keep the rates given there and do not count.
    from_epoch : int, optional
        The stage begins at this epoch (from 1) at the latest; stages before it that still
        wait for their plateau are passed over.
    on_plateau : int, optional
        The stage begins after this many epochs without improvement of `plateau_metric`,
        counted from the last stage change, against the run's best. With `from_epoch` too,
        whichever comes first.
    plateau_metric : str
    repeat : bool
        Whether the stage begins anew at every further plateau, as long as there is anything
        left to unfreeze. A next stage that waits for a plateau too waits until then.
    grow_percent : float, optional
        Each time that the stage begins it unfreezes a further share of the backbone's
        tensors, from the output side down, beside those in `train`.
    start_from : {"last", "best"}
        Whether the stage starts from the last weights or from the run's best so far.
    max_epochs : int, optional
        The stage ends after this many epochs.
    layer_decay : float
        A layer's rate is multiplied by this once for each layer between it and the output.
    warmup_steps : int
        Steps over which a newly unfrozen group's rate rises to its full value.
    decay : {"constant", "linear", "cosine"}
        How rates go from the stage's first epoch to the run's last possible one.
    weight_decay : float
        Not applied to biases and normalisation.
    dropout : float, optional
        Dropout probability in everything that trains; None keeps the checkpoint's.
    reducer : Reducer, optional
    """

    name: str
    train: tuple[str, ...]
    learning_rate: float
    learning_rates: Mapping[str, float] = field(default_factory=dict)
    from_epoch: int | None = None
    on_plateau: int | None = None
    plateau_metric: str = "validation_loss"
    repeat: bool = False
    grow_percent: float | None = None
    start_from: Literal["last", "best"] = "last"
    max_epochs: int | None = None
    layer_decay: float = 1.0
    warmup_steps: int = 0
    decay: Literal["constant", "linear", "cosine"] = "constant"
    weight_decay: float = 0.01
    dropout: float | None = None
    reducer: Reducer | None = None
    surgical: int | None = None
    rates_by_gradient: bool = False

    def __post_init__(self) -> None:
        who = f"stage '{self.name}'"
        reduced = self.reducer.groups if self.reducer is not None else ()
        for expression in (*self.train, *self.learning_rates, *reduced):
            check_expression(expression, who=who)
        if not self.train and self.grow_percent is None and self.surgical is None:
            raise SpecificationError(f"{who} trains nothing; 'train' names at least one group")
        if self.repeat and self.on_plateau is None:
            raise SpecificationError(f"{who} repeats, so it needs 'on_plateau' to say when")
        if self.repeat and self.grow_percent is None:
            raise SpecificationError(
                f"{who} repeats, but nothing would change when it does; give 'grow_percent'"
            )
        if self.surgical is not None and self.grow_percent is not None:
            raise SpecificationError(
                f"{who} grows by a share and chooses by gradients; give either 'grow_percent' or "
                "'surgical'"
            )

    def candidates(self, groups: tuple[str, ...]) -> tuple[str, ...]:
        """Return the groups among which `surgical` chooses: those that `train` does not name."""
        who = f"stage '{self.name}'"
        named = {each for part in self.train for each in select_groups(part, groups, who=who)}
        return tuple(group for group in groups if group not in named)


@final
@dataclass(frozen=True)
class EarlyStopping:
    """When a run has stopped getting better.

    Attributes
    ----------
    metric : str
        ``validation_loss`` (lower is better), or ``validation_`` and one of ``accuracy``,
        ``f1_relevant``, ``mcc``, ``average_precision`` (higher is better). It also decides
        which epoch is the best.
    patience : int, optional
        Epochs without improvement after which to stop; None never stops early.
    patience_scope : {"stage", "run"}
        Whether epochs without improvement are counted anew in each stage, against the
        stage's best, or over the run, against the run's best.
    patience_ends : {"stage", "run"}
        What running out of patience ends, in a stage that is not the last.
    minimum_change : float
        An improvement must be larger than this.
    keep : {"best", "last"}
        Which epoch's weights the run ends with. ``"last"`` suits a fixed number of epochs
        with falling rates; with it and without patience a run needs no validation records.
    average : int
        Over how many epochs the weights are averaged at the end: the best ones by `metric`, or
        the last ones. 1 averages nothing.
    """

    metric: str = "validation_loss"
    patience: int | None = 5
    patience_scope: Literal["stage", "run"] = "stage"
    patience_ends: Literal["stage", "run"] = "stage"
    minimum_change: float = 0.0
    keep: Literal["best", "last"] = "best"
    average: int = 1

    def __post_init__(self) -> None:
        if self.average < 1:
            raise SpecificationError(
                f"the weights of {self.average} epochs cannot be averaged; 1 averages nothing"
            )


@final
@dataclass(frozen=True)
class UnfreezingSchedule:
    """The stages of a run, in order.

    The first stage begins at epoch 1. Every later one must say when it begins, or the one
    before it when it ends.
    """

    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        if not self.stages:
            raise SpecificationError("a schedule needs at least one stage")
        first = self.stages[0]
        if first.from_epoch not in (None, 1):
            raise SpecificationError(
                f"stage '{first.name}' is the first, so it begins at epoch 1, not "
                f"{first.from_epoch}"
            )
        later = [stage.from_epoch for stage in self.stages[1:] if stage.from_epoch is not None]
        epochs = [1, *later]
        if sorted(set(epochs)) != epochs:
            raise SpecificationError(f"stages must begin at rising epochs, not at {epochs}")
        names = [stage.name for stage in self.stages]
        if len(set(names)) != len(names):
            raise SpecificationError(f"two stages have the same name: {', '.join(names)}")

    def needs_validation(self, stopping: EarlyStopping) -> bool:
        """Whether anything in a run with this schedule is decided on validation records."""
        if stopping.keep == "best" or stopping.patience is not None:
            return True
        return any(
            stage.on_plateau is not None or stage.reducer is not None for stage in self.stages
        )

    def check(self, groups: tuple[str, ...]) -> None:
        """Refuse a schedule that names what the model does not have, before anything runs.

        Raises
        ------
        LayerGroupError
        """
        for stage in self.stages:
            who = f"stage '{stage.name}'"
            reduced = stage.reducer.groups if stage.reducer is not None else ()
            for expression in (*stage.train, *stage.learning_rates, *reduced):
                select_groups(expression, groups, who=who)
            if stage.surgical is not None:
                among = stage.candidates(groups)
                if not 1 <= stage.surgical <= len(among):
                    raise LayerGroupError(
                        f"{who} is to choose {stage.surgical} layer groups by their gradients, but "
                        f"beside what it trains anyway this encoder has {len(among)}: "
                        f"{describe_groups(among) or 'none'}"
                    )
