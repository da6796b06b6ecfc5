"""From which probability on a record is called relevant, chosen for a purpose.

A threshold is learned from scores of records that the model was not trained on. It carries no
promise about other records.
"""

from dataclasses import dataclass
from typing import Literal, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.errors import LabelError, UsageError
from patsieve.metrics.classification import measure_decisions
from patsieve.metrics.inputs import checked_labels, checked_probabilities
from patsieve.metrics.reading import relevant_needed

# Values of a measure that differ by less are equal but for rounding.
_ROUNDING = 1e-12


@final
@dataclass(frozen=True)
class Purpose:
    """What a threshold is for.

    Attributes
    ----------
    kind : {"fixed", "recall", "budget", "max-mcc", "max-f1"}
    target : float or None
        The probability (0 to 1), the recall (above 0, at most 1) or the number of records (at
        least 1); None for a maximum.

    Raises
    ------
    UsageError
        If the target is out of its range.
    """

    kind: Literal["fixed", "recall", "budget", "max-mcc", "max-f1"] = "fixed"
    target: float | None = 0.5

    def __post_init__(self) -> None:
        target = self.target
        if self.kind in ("max-mcc", "max-f1"):
            if target is not None:
                raise UsageError(f"a threshold for {self.kind} has no target; {target:g} is given")
        elif target is None:
            raise UsageError(f"a threshold of kind '{self.kind}' needs a target")
        elif self.kind == "fixed" and not 0 <= target <= 1:
            raise UsageError(f"the threshold is {target:g}; it must lie between 0 and 1")
        elif self.kind == "recall" and not 0 < target <= 1:
            raise UsageError(f"the recall to reach is {target:g}; it must be above 0, at most 1")
        elif self.kind == "budget" and not (target >= 1 and float(target).is_integer()):
            raise UsageError(f"the budget is {target:g} records; it must be a whole number from 1")

    def __str__(self) -> str:
        return {
            "fixed": f"probability {self.target}",
            "recall": f"recall {self.target}",
            "budget": f"budget of {self.budget} records",
            "max-mcc": "largest MCC",
            "max-f1": "largest F1 of the relevant class",
        }[self.kind]

    @property
    def budget(self) -> int | None:
        """How many records may be called relevant; None for any other purpose."""
        return int(self.target) if self.kind == "budget" and self.target is not None else None


def purpose_of(
    *, recall: float | None = None, budget: int | None = None, threshold: float | None = None
) -> Purpose:
    """Return the purpose that options name, at most one of which is given."""
    if recall is not None:
        return Purpose("recall", recall)
    if budget is not None:
        return Purpose("budget", budget)
    return Purpose("fixed", 0.5 if threshold is None else threshold)


def choose_threshold(labels: ArrayLike, probabilities: ArrayLike, purpose: Purpose) -> float:
    """Return the threshold that serves the purpose best on these records.

    A record is called relevant if its probability is at least the threshold.

    Parameters
    ----------
    labels : array-like of int of shape (n_records,)
        1 relevant, 0 irrelevant.
    probabilities : array-like of shape (n_records,)
        Of being relevant, by a model that has not seen these records.
    purpose : Purpose
        ``recall``: the highest threshold that finds at least this share of the relevant
        records, so 19 of 20 for 0.95. ``budget``: see `budget_threshold`. ``max-mcc``,
        ``max-f1``: the best value, and of several thresholds that reach it the highest.

    Raises
    ------
    LabelError
        If there is no relevant record, but for ``fixed`` and ``budget``.
    ValueError
        If lengths differ or a value is out of range.
    """
    if purpose.kind == "fixed" and purpose.target is not None:
        return purpose.target
    truth = checked_labels(labels)
    scores = checked_probabilities(probabilities, truth)
    if purpose.budget is not None:
        return budget_threshold(scores, purpose.budget)
    if not truth.any():
        raise LabelError(
            f"none of the {len(truth)} records to choose a threshold by is relevant; "
            f"the purpose '{purpose}' needs at least one"
        )
    if purpose.kind == "recall" and purpose.target is not None:
        relevant = np.sort(scores[truth == 1])[::-1]
        needed = relevant_needed(purpose.target, np.array([len(relevant)]))[0]
        return float(relevant[needed - 1])
    return _best_threshold(truth, scores, purpose)


def budget_threshold(probabilities: NDArray[np.float64], budget: int) -> float:
    """Return the lowest threshold that calls at most `budget` of the records relevant.

    Records of equal probability are called together or not at all. If more than `budget` of
    them share the highest probability, the threshold lies just above it; only where that is 1
    they are all called, since no threshold is above 1.
    """
    falling = np.sort(probabilities)[::-1]
    if budget >= len(falling):
        return 0.0
    fits = falling[falling > falling[budget]]
    if len(fits):
        return float(fits[-1])
    return float(min(np.nextafter(falling[0], 2.0), 1.0))


def _best_threshold(
    labels: NDArray[np.int64], scores: NDArray[np.float64], purpose: Purpose
) -> float:
    order = np.argsort(-scores, kind="stable")
    falling, found = scores[order], np.cumsum(labels[order])
    # A threshold calls all records of a tie: only the last of each is a place to stop.
    last = np.flatnonzero(np.append(falling[1:] < falling[:-1], True))
    tp = found[last]
    fp = last + 1 - tp
    fn = found[-1] - tp
    tn = len(labels) - found[-1] - fp
    measures = measure_decisions(np.column_stack([tn, fp, fn, tp]))
    values = measures.mcc if purpose.kind == "max-mcc" else measures.f1_relevant
    best = np.flatnonzero(values >= values.max() - _ROUNDING)[0]
    return float(falling[last[best]])
