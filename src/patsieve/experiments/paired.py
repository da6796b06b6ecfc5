"""Is one model better than another on the same records? Differences with their intervals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.metrics.classification import decide, measure_decisions
from patsieve.metrics.inputs import Floats, Labels, checked_labels, checked_probabilities
from patsieve.metrics.intervals import Estimate, FamilyBootstrap, percentile_interval
from patsieve.metrics.reading import ReadingOrder

_Measure = Callable[[NDArray[np.int64]], Mapping[str, Floats]]


@final
@dataclass(frozen=True)
class Decided:
    """What a model says of some records.

    Attributes
    ----------
    probabilities : array of shape (n_records,)
        Of being relevant.
    threshold : float
        Records are called relevant from this probability on.
    """

    probabilities: ArrayLike
    threshold: float


def paired_differences(
    labels: ArrayLike,
    families: NDArray[np.int64] | None,
    baseline: Decided,
    candidate: Decided,
    *,
    seed: int = 0,
    n_resamples: int = 1000,
    confidence: float = 0.95,
) -> dict[str, Estimate]:
    """Return by how much the candidate is better than the baseline.

    Both are measured on the same resamples of whole families, so what makes some records
    hard for every model falls out of the difference.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant.
    families : array of int of shape (n_records,) or None
        Records with equal codes are drawn together; None: each record for itself.
    seed, n_resamples, confidence
        As for `evaluate_scores`.

    Returns
    -------
    dict of str to Estimate
        Candidate minus baseline, for ``average_precision`` and ``mcc``.

    Raises
    ------
    ValueError
        If lengths differ, a value is out of range, a class is absent, or all records belong
        to one family.
    """
    truth = checked_labels(labels)
    old, new = _measured(truth, baseline), _measured(truth, candidate)
    once = np.ones((1, len(truth)), dtype=np.int64)
    bootstrap = FamilyBootstrap(truth, families, seed=seed, n_resamples=n_resamples)
    blocks = [_difference(old, new, weights) for weights in bootstrap.weights()]
    return {
        name: percentile_interval(
            float(value[0]),
            np.concatenate([block[name] for block in blocks]),
            confidence=confidence,
        )
        for name, value in _difference(old, new, once).items()
    }


def is_told_apart(difference: Estimate) -> bool:
    """Whether the interval of a difference leaves out 0."""
    return difference.low > 0 or difference.high < 0


def _difference(
    old: _Measure, new: _Measure, weights: NDArray[np.int64]
) -> dict[str, NDArray[np.float64]]:
    before, after = old(weights), new(weights)
    return {name: after[name] - before[name] for name in before}


def _measured(labels: Labels, decided: Decided) -> _Measure:
    """Return a function from weights of shape (n_resamples, n_records) to metrics by name."""
    probabilities = checked_probabilities(decided.probabilities, labels)
    order = ReadingOrder(labels, probabilities)
    # One column for each cell of the confusion matrix: tn, fp, fn, tp.
    cells = np.eye(4)[2 * labels + decide(probabilities, decided.threshold)]

    def measure(weights: NDArray[np.int64]) -> Mapping[str, Floats]:
        return {
            "average_precision": order.read(weights).average_precision(),
            "mcc": measure_decisions(weights @ cells).mcc,
        }

    return measure
