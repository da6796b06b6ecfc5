"""From which probability on a record is called relevant, chosen for a purpose.

A threshold learns from scores of records that the model was not trained on. It carries no
promise about other records.
"""

from dataclasses import dataclass
from typing import Literal, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.metrics.classification import f1, mcc
from patsieve.metrics.inputs import checked_labels, checked_probabilities
from patsieve.metrics.reading import relevant_needed


@final
@dataclass(frozen=True)
class Purpose:
    """What a threshold is for.

    Attributes
    ----------
    kind : {"fixed", "recall", "budget", "max-mcc", "max-f1"}
    target : float, optional
        The probability, the recall, or the number of records; none for a maximum.
    """

    kind: Literal["fixed", "recall", "budget", "max-mcc", "max-f1"] = "fixed"
    target: float | None = 0.5

    def __str__(self) -> str:
        words = {
            "fixed": f"probability {self.target}",
            "recall": f"recall {self.target}",
            "budget": f"budget of {self.target:g} records" if self.target is not None else "",
            "max-mcc": "largest MCC",
            "max-f1": "largest F1 of the relevant class",
        }
        return words[self.kind]


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

    Parameters
    ----------
    labels : array-like of int of shape (n_records,)
    probabilities : array-like of shape (n_records,)
        Of relevance, by a model that has not seen these records.
    purpose : Purpose
        ``recall``: the highest threshold that finds at least this share of the relevant
        records. ``budget``: the lowest that calls at most so many records relevant; 1 or
        just above the highest probability if ties leave nothing lower. ``max-mcc``,
        ``max-f1``: the best value, and of several thresholds that reach it the highest.
    """
    truth = checked_labels(labels)
    scores = checked_probabilities(probabilities, truth)
    if purpose.kind == "fixed":
        return 0.5 if purpose.target is None else purpose.target
    if purpose.kind == "recall":
        assert purpose.target is not None
        relevant = np.sort(scores[truth == 1])[::-1]
        needed = int(relevant_needed(purpose.target, np.array([len(relevant)]))[0])
        return float(relevant[max(needed, 1) - 1])
    if purpose.kind == "budget":
        assert purpose.target is not None
        return budget_threshold(scores, int(purpose.target))
    measure = mcc if purpose.kind == "max-mcc" else f1
    candidates = np.unique(scores)[::-1]
    values = [measure(truth, (scores >= candidate).astype(np.int64)) for candidate in candidates]
    return float(candidates[int(np.argmax(values))])


def budget_threshold(probabilities: NDArray[np.float64], budget: int) -> float:
    """Return the lowest threshold that calls at most `budget` of the records relevant."""
    falling = np.sort(probabilities)[::-1]
    if budget >= len(falling):
        return 0.0
    fits = falling[falling > falling[budget]]
    if len(fits):
        return float(fits[-1])
    return float(min(np.nextafter(falling[0], 2.0), 1.0))
