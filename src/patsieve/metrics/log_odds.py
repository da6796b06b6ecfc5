"""Probabilities on the scale where evidence adds up, and moved from one prevalence to another."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from patsieve.metrics.inputs import Floats

Probability = TypeVar("Probability", float, Floats)

# Next to 0 and to 1: log-odds stay finite, and no two probabilities become one.
_SMALLEST = float(np.finfo(np.float64).tiny)
_LARGEST = float(np.nextafter(1.0, 0.0))


def log_odds(probabilities: NDArray[np.float64], *, nearest: float = 0.0) -> Floats:
    """Return ``log(p / (1 - p))``, finite and in the shape of `probabilities`.

    Parameters
    ----------
    probabilities : array of float
        Between 0 and 1.
    nearest : float
        A probability nearer to 0 or 1 than this is taken for one at this distance.
    """
    inside = np.clip(probabilities, max(nearest, _SMALLEST), min(1 - nearest, _LARGEST))
    odds: Floats = np.log(inside) - np.log1p(-inside)
    return odds


def log_losses(
    probabilities: NDArray[np.float64], labels: NDArray[np.int64], *, nearest: float = 1e-6
) -> Floats:
    """Return minus the logarithm of the probability that each label was given.

    Parameters
    ----------
    probabilities : array of float of shape (…, n_records)
        Of being relevant.
    labels : array of int of shape (n_records,)
        1 relevant, 0 irrelevant.
    nearest : float
        A probability nearer to 0 or 1 counts as this far off: one record that is certain and
        wrong must not outweigh all others.
    """
    inside = np.clip(probabilities, nearest, 1 - nearest)
    losses: Floats = -np.where(labels == 1, np.log(inside), np.log1p(-inside))
    return losses


def at_prevalence(probabilities: Probability, *, known: float, wanted: float) -> Probability:
    """Return the probabilities that hold where `wanted`, not `known`, is the share of relevant.

    The odds of every record change by the same factor, so the order stays. That is right if
    relevant records look alike in both places, and irrelevant ones too, and only their shares
    differ (Saerens, Latinne & Decaestecker 2002, equation 2.4).

    Parameters
    ----------
    probabilities : float or array of float
        At prevalence `known`. 0 and 1 stay what they are.
    known, wanted : float
        Strictly between 0 and 1.

    Raises
    ------
    ValueError
        If a prevalence is out of range.

    Examples
    --------
    One chance in two, where half are relevant, is one in twenty where one in twenty is:

    >>> at_prevalence(np.array([0.5, 0.9]), known=0.5, wanted=0.05).round(3).tolist()
    [0.05, 0.321]
    """
    for prevalence in (known, wanted):
        if not 0 < prevalence < 1:
            raise ValueError(f"prevalence is {prevalence}; it must lie between 0 and 1, like 0.05")
    if known == wanted:
        return probabilities
    factor = wanted / (1 - wanted) * (1 - known) / known
    relevant = probabilities * factor
    return relevant / (relevant + (1 - probabilities))


def prevalence_shift(known: float, wanted: float) -> float:
    """Return what a move from one prevalence to another adds to every record's log-odds."""
    before, after = log_odds(np.array([known, wanted])).tolist()
    return float(after - before)
