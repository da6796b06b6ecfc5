"""How far probabilities can be taken at their word."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.metrics.inputs import Floats, checked_labels, checked_probabilities

# Elements of one block of simulated labels.
_BLOCK_ELEMENTS = 2_000_000
_PERCENTILE = 0.95


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


@final
@dataclass(frozen=True)
class CalibrationCheck:
    """Whether a calibration error could be chance.

    Attributes
    ----------
    error : float
        `expected_calibration_error`.
    percentile_95 : float
        A model with the same probabilities, all of them true, stays below this in 95 of 100
        samples of the same size.
    """

    error: float
    percentile_95: float

    @property
    def is_consistent(self) -> bool:
        """Whether the error is no larger than a perfectly calibrated model may show."""
        return self.error <= self.percentile_95

    def as_json(self) -> dict[str, Any]:
        """Return the value, what it is held against, and the verdict."""
        return {
            "value": self.error,
            "percentile_95": self.percentile_95,
            "is_consistent": self.is_consistent,
        }


def check_calibration(
    labels: ArrayLike,
    probabilities: ArrayLike,
    *,
    families: ArrayLike | None = None,
    n_bins: int = 10,
    seed: int = 0,
    n_simulations: int = 1000,
) -> CalibrationCheck:
    """Compare the expected calibration error with that of a perfectly calibrated model.

    The error of a finite sample is above 0 even for true probabilities, so its value alone
    says little. Labels are drawn from the probabilities again and again (Bröcker & Smith 2007;
    Vaicenavicius et al. 2019); a true model is found wanting in 5 of 100 cases.

    Parameters
    ----------
    labels, probabilities, n_bins
        As for `expected_calibration_error`.
    families : array-like of int of shape (n_records,), optional
        Labels of equal codes are drawn together. Default: each record for itself.
    seed, n_simulations : int
        Of the drawn labels.

    Raises
    ------
    ValueError
        If the lengths differ or a value is out of range.
    """
    truth = checked_labels(labels)
    claimed = checked_probabilities(probabilities, truth)
    bins = calibration_bins(claimed, n_bins)
    in_bins = (bins[:, None] == np.arange(n_bins)).astype(np.float64)
    claims = claimed @ in_bins
    errors = [
        np.abs(claims - drawn @ in_bins).sum(axis=1) / len(truth)
        for drawn in drawn_labels(claimed, families, seed=seed, n_draws=n_simulations)
    ]
    return CalibrationCheck(
        error=expected_calibration_error(truth, claimed, n_bins=n_bins),
        percentile_95=float(np.quantile(np.concatenate(errors), _PERCENTILE)),
    )


def drawn_labels(
    probabilities: Floats, families: ArrayLike | None = None, *, seed: int, n_draws: int
) -> Iterator[Floats]:
    """Give blocks of labels as they would be if the probabilities were true.

    Records of one family share the chance that decides, since they stand or fall together:
    where one of them is relevant, so are all those with a higher probability.

    Yields
    ------
    array of float of shape (n_rows, n_records)
        Of 0 and 1; all blocks together have `n_draws` rows.

    Raises
    ------
    ValueError
        If the lengths differ or nothing is to be drawn.
    """
    if n_draws < 1:
        raise ValueError(f"{n_draws} draws; at least 1 is needed")
    n_records = len(probabilities)
    codes = np.arange(n_records) if families is None else np.asarray(families)
    if len(codes) != n_records:
        raise ValueError(f"{n_records} probabilities but {len(codes)} family codes")
    names, family = np.unique(codes, return_inverse=True)
    random = np.random.default_rng(seed)
    rows = max(1, _BLOCK_ELEMENTS // n_records)
    for start in range(0, n_draws, rows):
        chances = random.random((min(rows, n_draws - start), len(names)))
        yield (chances[:, family] < probabilities).astype(np.float64)


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
