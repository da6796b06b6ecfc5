"""How many records of a file are relevant, as far as their probabilities tell.

Probabilities are kept as counts on a fine grid of log-odds, so that a file of any size takes
the same memory, and a resample of it is a draw of counts.
"""

import numpy as np
from numpy.typing import NDArray

from patsieve.metrics.inputs import Floats
from patsieve.metrics.log_odds import log_odds

# Log-odds in steps of 0.02: within a step the odds differ by a hundredth either way.
_FARTHEST, _STEP = 20.0, 0.02
GRID: Floats = np.arange(-_FARTHEST, _FARTHEST + _STEP / 2, _STEP)
"""Log-odds on which probabilities are counted; whatever lies beyond counts at the ends."""

# Its exponential is far from overflowing.
_LARGEST_EXPONENT = 300.0
# Halving the interval 50 times leaves less than a float's rounding.
_HALVINGS = 50


def grid_counts(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many probabilities lie next to each log-odds of `GRID`."""
    steps = np.rint((log_odds(probabilities) + _FARTHEST) / _STEP)
    places = np.clip(steps, 0, len(GRID) - 1).astype(np.intp)
    return np.bincount(places, minlength=len(GRID)).astype(np.int64)


def estimate_prevalence(probabilities: NDArray[np.float64], *, known: float) -> float:
    """Return the share of relevant records under which these probabilities are the likeliest.

    Where Saerens, Latinne & Decaestecker (2002) come to by expectation maximisation: records of
    each class are taken to look as they did in training, and only the shares to differ. The
    likelihood has one summit, and it is found by halving, not by stepping towards it.

    Parameters
    ----------
    probabilities : array of float of shape (n_records,)
        Calibrated, at prevalence `known`. At least one.
    known : float
        Strictly between 0 and 1.

    Returns
    -------
    float
        From 0 to 1, both included.

    Raises
    ------
    ValueError
        If there is no record, or `known` is out of range.
    """
    if not len(probabilities):
        raise ValueError("there are no records to estimate a prevalence from")
    if not 0 < known < 1:
        raise ValueError(f"known prevalence is {known}; it must lie between 0 and 1, like 0.05")
    ratios = likelihood_ratios(GRID, known)
    return float(likeliest_prevalence(grid_counts(probabilities)[None, :], ratios)[0])


def likelihood_ratios(scores: Floats, known: float | Floats) -> Floats:
    """Return how much likelier relevant records are to look so, from log-odds at `known`."""
    prior = log_odds(np.asarray(known, dtype=np.float64))
    ratios: Floats = np.exp(np.clip(scores - prior, -_LARGEST_EXPONENT, _LARGEST_EXPONENT))
    return ratios


def likeliest_prevalence(counts: NDArray[np.int64], ratios: Floats) -> Floats:
    """Return for each row of counts the prevalence of the greatest likelihood.

    Parameters
    ----------
    counts : array of shape (n_rows, n_places)
    ratios : array of shape (n_places,) or (n_rows, n_places)
        `likelihood_ratios` of each place.
    """
    excess = ratios - 1
    low, high = np.zeros(len(counts)), np.ones(len(counts))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        # The slope of sum(counts * log(1 + p * excess)), which falls with p.
        slope = np.sum(counts * (excess / (1 + middle[:, None] * excess)), axis=1)
        low, high = np.where(slope > 0, middle, low), np.where(slope > 0, high, middle)
    # An end that was never left is the place itself.
    return np.where(low == 0.0, 0.0, np.where(high == 1.0, 1.0, (low + high) / 2))
