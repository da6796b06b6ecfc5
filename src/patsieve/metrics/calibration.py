"""How far probabilities can be taken at their word."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.metrics.inputs import checked_labels, checked_probabilities


def brier_score(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Return the mean squared distance between probability and label (Brier 1950).

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant.
    probabilities : array-like of shape (n_records,)
        Of being relevant, between 0 and 1.

    Returns
    -------
    float
        From 0 (certain and right) to 1 (certain and wrong). Always answering the prevalence p
        gives p * (1 - p).

    Raises
    ------
    ValueError
        If the lengths differ or a value is out of range.
    """
    truth = checked_labels(labels)
    return float(np.mean((checked_probabilities(probabilities, truth) - truth) ** 2))


def expected_calibration_error(
    labels: ArrayLike, probabilities: ArrayLike, *, n_bins: int = 10
) -> float:
    """Return the mean gap between claimed probability and share of relevant (Naeini et al. 2015).

    Probabilities are put into bins of equal width; each bin counts by its records. On few
    records it is above 0 even for true probabilities, the more so with more bins.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant.
    probabilities : array-like of shape (n_records,)
        Of being relevant, between 0 and 1. A value on the edge of two bins counts in the upper
        one; 1 counts in the last.
    n_bins : int
        At least 1.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If the lengths differ or a value is out of range.
    """
    truth = checked_labels(labels)
    claimed = checked_probabilities(probabilities, truth)
    bins = calibration_bins(claimed, n_bins)
    # |mean claim - share relevant| * records of the bin = |sum of (claim - label)| over it.
    gaps = np.bincount(bins, weights=claimed - truth, minlength=n_bins)
    return float(np.sum(np.abs(gaps)) / len(truth))


def calibration_bins(probabilities: NDArray[np.float64], n_bins: int) -> NDArray[np.intp]:
    """Return the bin of each probability, from 0 to `n_bins` - 1, of shape (n_records,).

    Raises
    ------
    ValueError
        If `n_bins` is below 1.
    """
    if n_bins < 1:
        raise ValueError(f"n_bins is {n_bins}; at least 1 is needed")
    # k / n_bins is the very float that a user writes (3 / 10 is 0.3, unlike 3 * 0.1), so that
    # a probability of 0.3 is on the edge, not just below it.
    edges = np.arange(1, n_bins) / n_bins
    return np.searchsorted(edges, probabilities, side="right")
