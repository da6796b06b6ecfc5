"""What a search for better settings may change in an experiment, and what it makes of a draw.

Layers are drawn as shares of the depth, so that the winner means the same on another encoder.
Class weights are drawn with uniform draws only: the imbalance is never counted twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, final

from patsieve.experiments.spec import ExperimentSpec
from patsieve.experiments.tables import StageSpec

Value = int | float | str | bool
Parameters = dict[str, Value]

# Ranges of layers are named as the catalogue names them, for BERT-large's depth.
DEPTH = 24
# From the reference study's head (1e-3) a factor of ten either way.
_CLASSIFIER_RATES = (1e-4, 1e-2)
# Devlin et al. 2019 recommend 2e-5 to 5e-5; the reference study tried 1e-6 to 1e-4.
_ENCODER_RATES = (1e-6, 3e-4)
# So far to either side of the starting experiment's rates a search goes at least.
_FACTOR_AROUND_START = 3.0
_BATCH_SIZES = (4, 8, 16, 32, 64)
# Lin et al. 2017 tried 0 to 5, and took 2.
_FOCAL_GAMMAS = (0.5, 5.0)
_LATEST_EPOCH = 10


@final
@dataclass(frozen=True)
class Range:
    """Numbers between two, both included; `log`: each order of magnitude is as likely."""

    low: float
    high: float
    whole: bool = False
    log: bool = False


@final
@dataclass(frozen=True)
class Choice:
    """One of a few values."""

    values: tuple[Value, ...]


Setting = Range | Choice


@final
@dataclass(frozen=True)
class SearchSpace:
    """The experiments among which is searched: the starting one, changed.

    Attributes
    ----------
    base : ExperimentSpec
        Of kind "encoder".
    settings : mapping of str to Range or Choice
        ``n_layers`` of 24 (without layers only the head trains), ``position`` (from 0, the
        layers next to the input, to 1, those next to the output; of no use for all 24),
        ``embeddings`` (asked where the layers begin at the input), ``from_epoch``,
        ``encoder_rate``, ``classifier_rate``, ``batch_size``, ``loss``, ``focal_gamma``,
        ``relevant_weight`` (of label 1, label 0 having 1) and ``sampling``.
    """

    base: ExperimentSpec
    settings: Mapping[str, Setting]

    @classmethod
    def around(
        cls, base: ExperimentSpec, start: Parameters, *, n_relevant: int, n_records: int
    ) -> "SearchSpace":
        """Return the space around an experiment, wide enough to hold it.

        Parameters
        ----------
        start : dict
            What `start_parameters` says of `base`.
        n_relevant, n_records : int
            Of the training records; neither class is empty.
        """
        latest = max(
            1, min(_LATEST_EPOCH, base.training.max_epochs // 2), int(start.get("from_epoch", 1))
        )
        ratio = (n_records - n_relevant) / n_relevant
        weights = (1.0, 2 * ratio) if ratio >= 1.0 else (ratio / 2, 1.0)
        sizes = {size for size in _BATCH_SIZES if size <= n_records} | {base.training.batch_size}
        return cls(
            base,
            {
                "n_layers": Range(0, DEPTH, whole=True),
                "position": Range(0.0, 1.0),
                "embeddings": Choice((False, True)),
                "from_epoch": Range(1, latest, whole=True),
                "encoder_rate": _rates(_ENCODER_RATES, start.get("encoder_rate")),
                "classifier_rate": _rates(_CLASSIFIER_RATES, start.get("classifier_rate")),
                "batch_size": Choice(tuple(sorted(sizes))),
                "loss": Choice(("cross-entropy", "focal", "class-weights")),
                "focal_gamma": _holding(_FOCAL_GAMMAS, start.get("focal_gamma"), log=False),
                "relevant_weight": _holding(weights, start.get("relevant_weight"), log=True),
                "sampling": Choice(("uniform", "balanced")),
            },
        )

    def draw(self, suggest: Callable[[str, Setting], Value]) -> Parameters:
        """Ask for the settings that matter, in a fixed order, each depending on those before."""
        drawn: Parameters = {}

        def ask(*names: str) -> None:
            for name in names:
                drawn[name] = _rounded(suggest(name, self.settings[name]), self.settings[name])

        ask("n_layers")
        if drawn["n_layers"]:
            if drawn["n_layers"] != DEPTH:
                ask("position")
            if layer_range(drawn)[0] == 0:
                ask("embeddings")
            ask("from_epoch", "encoder_rate")
        ask("classifier_rate", "batch_size", "loss")
        if drawn["loss"] == "focal":
            ask("focal_gamma")
        ask("relevant_weight" if drawn["loss"] == "class-weights" else "sampling")
        return drawn

    def experiment(self, drawn: Mapping[str, Value], *, name: str) -> ExperimentSpec:
        """Return the starting experiment with what was drawn in the place of its own.

        What is not searched stays: text, encoder, augmentation, stopping, and of the stages
        warm-up, decay, weight decay, dropout, layer decay and reducer. Other ways of choosing
        layers, rates or the beginning of a stage (plateaus, shares, gradients) are dropped.
        """
        told = self.base.model_dump()
        told["name"] = name
        told["summary"] = f"Found by a search that started from {self.base.name}."
        told["origin"], told["notes"] = "ours", ()
        told["stages"] = [stage.model_dump() for stage in self._stages(drawn)]
        loss = drawn["loss"]
        weighted = loss == "class-weights"
        told["training"] |= {
            "batch_size": drawn["batch_size"],
            "sampling": "uniform" if weighted else drawn["sampling"],
        }
        told["training"]["loss"] |= {
            "class_weights": (1.0, drawn["relevant_weight"]) if weighted else None,
            "focal_gamma": drawn["focal_gamma"] if loss == "focal" else 0.0,
        }
        return ExperimentSpec.model_validate(told)

    def _stages(self, drawn: Mapping[str, Value]) -> list[StageSpec]:
        head = (
            ("classifier", "pooler") if self.base.encoder.pooling == "pooler" else ("classifier",)
        )
        first, last = self.base.stages[0], self.base.stages[-1]
        rate = drawn["classifier_rate"]
        if not drawn["n_layers"]:
            return [_stage(last, name="head", train=head, learning_rate=rate)]
        layers = told_layers(drawn)
        with_embeddings = bool(drawn.get("embeddings", False))
        train = (*head, f"encoder[{layers}]", *(("embeddings",) if with_embeddings else ()))
        rates = {"backbone" if with_embeddings else "encoder": drawn["encoder_rate"]}
        top: dict[str, Any] = {
            "name": f"layers {layers}",
            "train": train,
            "learning_rate": rate,
            "learning_rates": rates,
        }
        if drawn["from_epoch"] == 1:
            return [_stage(last, **top)]
        # A reducer of the starting experiment's only stage is meant for its layers.
        reducer = first.reducer if len(self.base.stages) > 1 else None
        return [
            _stage(first, name="head", train=head, learning_rate=rate, reducer=reducer),
            _stage(last, **top, from_epoch=drawn["from_epoch"], start_from=last.start_from),
        ]


def layer_range(drawn: Mapping[str, Value]) -> tuple[int, int]:
    """Return the first and the last layer of 24 that a draw trains."""
    n_layers = int(drawn["n_layers"])
    first = round(float(drawn.get("position", 0.0)) * (DEPTH - n_layers))
    return first, first + n_layers - 1


def told_layers(drawn: Mapping[str, Value]) -> str:
    """Return the layers that a draw trains, as experiments name them; empty if not known."""
    if not drawn.get("n_layers"):
        return ""
    low, high = layer_range(drawn)
    return f"{low}-{high} of {DEPTH}" if low < high else f"{low} of {DEPTH}"


def _stage(like: StageSpec, **changes: Any) -> StageSpec:
    """Return a stage like another one, but for how it chooses layers, rates and its begin."""
    searched: dict[str, Any] = {
        "learning_rates": {},
        "surgical": None,
        "rates_by_gradient": False,
        "from_epoch": None,
        "on_plateau": None,
        "repeat": False,
        "grow_percent": None,
        "start_from": "last",
        "max_epochs": None,
    }
    return like.model_copy(update=searched | changes)


def _rates(usual: tuple[float, float], start: Value | None) -> Range:
    if start is None:
        return _holding(usual, None, log=True)
    low, high = float(start) / _FACTOR_AROUND_START, float(start) * _FACTOR_AROUND_START
    # A rate of 1 or more is refused by the files.
    return Range(min(usual[0], low), min(max(usual[1], high), 0.5), log=True)


def _holding(usual: tuple[float, float], start: Value | None, *, log: bool) -> Range:
    among = (*usual, *(() if start is None else (float(start),)))
    return Range(min(among), max(among), log=log)


def _rounded(value: Value, setting: Setting) -> Value:
    """Return a drawn number with as many digits as a person would write."""
    if isinstance(setting, Choice) or setting.whole:
        return value
    return min(max(float(f"{float(value):.3g}"), setting.low), setting.high)
