"""From which probability on a record is called relevant, chosen for a purpose.

A threshold is learned from scores of records that the model was not trained on. It carries no
promise about other records; `screening.certificate` gives one.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.errors import LabelError
from patsieve.metrics.classification import measure_decisions
from patsieve.metrics.inputs import checked_labels, checked_probabilities
from patsieve.metrics.reading import relevant_needed
from patsieve.screening.purpose import Purpose

# Values of a measure that differ by less are equal but for rounding.
_ROUNDING = 1e-12


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
        records, so 19 of 20 for 0.95. ``precision``: the lowest threshold from which on at
        least this share of the records is relevant; if none reaches it, the lowest of those
        that come closest. ``budget``: see `budget_threshold`. ``cost``: by the probabilities
        alone, see `Purpose.known_threshold`. ``max-mcc``, ``max-f1``: the best value, and of
        several thresholds that reach it the highest.

    Raises
    ------
    LabelError
        If there is no relevant record, but for ``fixed``, ``cost`` and ``budget``.
    ValueError
        If lengths differ or a value is out of range.
    """
    known = purpose.known_threshold
    if known is not None:
        return known
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
    thresholds, cells = cells_at_every_threshold(labels, scores)
    measures = measure_decisions(cells)
    if purpose.kind == "precision" and purpose.target is not None:
        precision = measures.precision_relevant
        wanted = min(purpose.target, precision.max())
        return float(thresholds[np.flatnonzero(precision >= wanted - _ROUNDING)[-1]])
    values = measures.mcc if purpose.kind == "max-mcc" else measures.f1_relevant
    best = np.flatnonzero(values >= values.max() - _ROUNDING)[0]
    return float(thresholds[best])


def cells_at_every_threshold(
    labels: NDArray[np.int64], scores: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return every distinct score, from the highest down, and tn, fp, fn, tp at it: (n, 4)."""
    order = np.argsort(-scores, kind="stable")
    falling, found = scores[order], np.cumsum(labels[order])
    # Only the last record of a tie is a place to stop.
    last = np.flatnonzero(np.append(falling[1:] < falling[:-1], True))
    tp = found[last]
    fp = last + 1 - tp
    fn = found[-1] - tp
    tn = len(labels) - found[-1] - fp
    return falling[last], np.column_stack([tn, fp, fn, tp])
