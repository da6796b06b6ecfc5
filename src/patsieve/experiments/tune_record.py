"""One trial of a search: what was tried, and what it came to on validation records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self, final, get_args

import numpy as np
from numpy.typing import NDArray

from patsieve.experiments.tables import Metric
from patsieve.experiments.tune_space import Value
from patsieve.metrics.classification import accuracy, decide, f1, mcc
from patsieve.metrics.ranking import average_precision

State = Literal["complete", "pruned", "failed"]

METRICS: tuple[str, ...] = get_args(Metric)
# A probability of 0 or 1 that is wrong would cost an infinite loss.
_SMALLEST = 1e-15


@final
@dataclass(frozen=True)
class TrialRecord:
    """A trial that has ended.

    Attributes
    ----------
    number : int
        From 0, the starting experiment.
    state : {"complete", "pruned", "failed"}
        Pruned trials were stopped early because they did not promise to be among the better
        half; failed ones left the numbers or the memory.
    parameters : mapping
        As `SearchSpace.draw` gives them; of the starting experiment what can be said so.
    value : float or None
        The metric on the validation records, of the weights that the trial ended with. None
        unless the trial is complete.
    course : mapping of int to float
        Epoch to the metric after it; empty where it could not be compared with other trials.
    epochs : int
        Run.
    seconds : float
        Wall time, activations that earlier trials had stored at what reading them took.
    reason : str
        Why training ended.
    """

    number: int
    state: State
    parameters: Mapping[str, Value]
    value: float | None
    course: Mapping[int, float]
    epochs: int
    seconds: float
    reason: str = field(default="")

    def as_json(self) -> dict[str, Any]:
        """Return plain values, which `from_json` reads back without loss."""
        course = {str(epoch): value for epoch, value in self.course.items()}
        return {**vars(self), "parameters": dict(self.parameters), "course": course}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Return the record that `as_json` described."""
        course = {int(epoch): value for epoch, value in plain["course"].items()}
        return cls(**{**plain, "course": course})


def is_lower_better(metric: str) -> bool:
    """Whether a metric is a loss."""
    return metric == "validation_loss"


def best_of(records: Sequence[TrialRecord], metric: str) -> TrialRecord | None:
    """Return the best complete trial, the earliest of equals; None if there is none."""
    sign = -1.0 if is_lower_better(metric) else 1.0
    complete = [record for record in records if record.value is not None]
    return max(complete, key=lambda r: (sign * (r.value or 0.0), -r.number), default=None)


def measure(metric: str, labels: NDArray[np.int64], probabilities: NDArray[np.float64]) -> float:
    """Return a metric of `METRICS` of probabilities of being relevant.

    ``validation_loss`` is the log loss, whatever loss a trial was trained with: losses of
    different kinds cannot be compared. Decisions are at .5.
    """
    if metric == "validation_loss":
        given = np.where(labels == 1, probabilities, 1.0 - probabilities)
        return float(-np.log(np.clip(given, _SMALLEST, 1.0)).mean())
    if metric == "validation_average_precision":
        return float(average_precision(labels, probabilities))
    of_decisions = {"accuracy": accuracy, "f1_relevant": f1, "mcc": mcc}
    measured = of_decisions[metric.removeprefix("validation_")]
    return float(measured(labels, decide(probabilities)))
