"""What happens during training, and who may listen.

`Callback` is the one plug point: hooks that do nothing unless overridden. Those of a run
receive the `TrainingState`; stopping is a method call on it, with a reason.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class EpochRecord:
    """What one epoch did and how well it went.

    Attributes
    ----------
    epoch : int
        Counted from 1.
    stage : str
        Name of the stage that trained.
    stage_index, stage_round : int
        Position of the stage in the schedule, from 0; how often it has begun, from 1
        (a repeating stage begins anew at every plateau).
    training : mapping of str to float
        ``loss``, ``accuracy``, ``f1_relevant``, ``mcc``, ``average_precision`` of the batches
        as they were trained on: drawn by the sampler, dropout on, weights still moving.
    validation : mapping of str to float
        The same on the un-resampled validation records after the epoch, dropout off,
        probabilities at the prevalence of the training set.
    learning_rates : mapping of str to float
        Layer group to the rate of its last step in the epoch.
    trainable_parameters : int
        Numbers, not tensors.
    records_per_second : float
        Records trained on in a second, validation and cache building left out.
    seconds : float
        Wall time of the epoch, everything included.
    relative_gradients : mapping of str to float
        Layer group to the size of its gradient relative to its weights when the stage began;
        empty if the stage does not choose by it.
    """

    epoch: int
    stage: str
    stage_index: int
    stage_round: int
    training: Mapping[str, float]
    validation: Mapping[str, float]
    learning_rates: Mapping[str, float]
    trainable_parameters: int
    records_per_second: float
    seconds: float
    relative_gradients: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        state: "TrainingState",
        *,
        training: Mapping[str, float],
        validation: Mapping[str, float],
        learning_rates: Mapping[str, float],
        records_per_second: float,
        seconds: float,
    ) -> "EpochRecord":
        """Return the record of the epoch at whose end a run stands."""
        return cls(
            epoch=state.epoch,
            stage=state.stage,
            stage_index=state.stage_index,
            stage_round=state.stage_round,
            training=training,
            validation=validation,
            learning_rates=dict(learning_rates),
            trainable_parameters=state.trainable_parameters,
            records_per_second=records_per_second,
            seconds=seconds,
            relative_gradients=dict(state.relative_gradients),
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain dicts and numbers."""
        return asdict(self)


@dataclass
class TrainingState:
    """Where a training run stands. Callbacks read it; only the trainer writes it.

    Attributes
    ----------
    max_epochs : int
        The run ends after this epoch at the latest.
    n_batches : int
        Batches in an epoch.
    epoch, batch : int
        The current epoch and batch, from 1; 0 before the first.
    step : int
        Optimizer steps taken since the run began.
    stage, stage_index, stage_round
        As in `EpochRecord`.
    trainable : tuple of str
        Layer groups of which at least one tensor trains, from input to output.
    trainable_parameters : int
    relative_gradients
        As in `EpochRecord`, of the current stage.
    running_loss : float
        Mean loss of the current epoch's batches so far.
    history : list of EpochRecord
        The completed epochs, oldest first.
    best_epoch : int
        The epoch whose weights will be restored at the end; 0 before the first.
    averaged_epochs : tuple of int
        The epochs whose weights will be averaged at the end; empty if none are.
    stop_reason : str
        Why the run ends; empty while it goes on.
    """

    max_epochs: int
    n_batches: int = 0
    epoch: int = 0
    batch: int = 0
    step: int = 0
    stage: str = ""
    stage_index: int = -1
    stage_round: int = 0
    trainable: tuple[str, ...] = ()
    trainable_parameters: int = 0
    relative_gradients: Mapping[str, float] = field(default_factory=dict)
    running_loss: float = 0.0
    history: list[EpochRecord] = field(default_factory=list)
    best_epoch: int = 0
    averaged_epochs: tuple[int, ...] = ()
    stop_reason: str = ""
    stage_end_reason: str = ""

    def stop(self, reason: str) -> None:
        """End the run after the current epoch; the first reason given is kept."""
        self.stop_reason = self.stop_reason or reason

    def end_stage(self, reason: str) -> None:
        """End the stage after the current epoch; in the last stage this ends the run."""
        self.stage_end_reason = self.stage_end_reason or reason


class Callback:
    """Listens to a training run. Every hook does nothing until it is overridden."""

    def on_fold_begin(self, name: str, fold: int, n_folds: int) -> None:
        """Before a model is trained that only scores a fold, as one part of a larger model.

        Nothing else is heard of that training. `fold` counts from 1, `name` is the part's.
        """

    def on_run_begin(self, state: TrainingState) -> None:
        """Before the first epoch, or the first after resuming."""

    def on_stage_begin(self, state: TrainingState) -> None:
        """After tensors were frozen and unfrozen and the optimizer was rebuilt."""

    def on_epoch_begin(self, state: TrainingState) -> None:
        """Before the first batch of an epoch."""

    def on_batch_end(self, state: TrainingState) -> None:
        """After a batch was learnt from."""

    def on_epoch_end(self, state: TrainingState) -> None:
        """After validation; ``state.history[-1]`` is this epoch."""

    def on_stage_end(self, state: TrainingState) -> None:
        """After the last epoch of a stage."""

    def on_run_end(self, state: TrainingState) -> None:
        """After the best weights were restored."""
