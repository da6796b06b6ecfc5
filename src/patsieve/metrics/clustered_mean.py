"""A mean over records that come in families, and how far it can be trusted."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from patsieve.metrics.inputs import Floats, checked_confidence
from patsieve.metrics.intervals import Estimate, with_doubt


def mean_by_family(values: ArrayLike, families: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    """Return the mean over records, with an interval whose witnesses are families, not records.

    What the records of a family lie off the mean is added up before it is squared (Liang & Zeger
    1986), and widened for few families: by n / (n − 1), and by Student's quantile with n − 1
    degrees of freedom. With one record a family it is the usual interval of a mean.

    Parameters
    ----------
    values : array-like of float of shape (n_records,)
    families : array-like of int of shape (n_records,)
        Equal codes are of one family; at least two must occur.
    confidence : float
        Strictly between 0 and 1.

    Raises
    ------
    ValueError
        If lengths differ, a value is not finite, all records are of one family, or `confidence`
        is out of range.

    Examples
    --------
    >>> found = mean_by_family([1.0, 3.0, 5.0, 7.0], [1, 2, 3, 4])
    >>> round(found.low, 2), found.value, round(found.high, 2)
    (-0.11, 4.0, 8.11)
    """
    measured, family = _checked(values, families)
    tail = (1 - checked_confidence(confidence)) / 2
    n_families = int(family.max()) + 1
    mean = float(measured.mean())
    off = np.bincount(family, weights=measured - mean)
    error = float(np.sqrt(n_families / (n_families - 1) * (off**2).sum())) / len(measured)
    reach = float(stdtrit(n_families - 1, 1 - tail)) * error
    return Estimate(mean, mean - reach, mean + reach)


def share_by_family(holds: ArrayLike, families: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    """Return the share of records of which something holds, with an interval by family.

    As `mean_by_family`, but within 0 and 1; a share of 0 or 1 gets the exact interval of a
    proportion of families.
    """
    found = mean_by_family(np.asarray(holds, dtype=np.float64), families, confidence=confidence)
    within = Estimate(found.value, max(found.low, 0.0), min(found.high, 1.0))
    return with_doubt(within, len(np.unique(np.asarray(families))), confidence)


def _checked(values: ArrayLike, families: ArrayLike) -> tuple[Floats, NDArray[np.intp]]:
    """Return the values, and each record's family as a number from 0 on."""
    measured = np.asarray(values, dtype=np.float64)
    names, family = np.unique(np.asarray(families), return_inverse=True)
    if len(measured) != len(family):
        raise ValueError(f"{len(measured)} values but {len(family)} family codes")
    wrong = np.flatnonzero(~np.isfinite(measured))
    if len(wrong):
        raise ValueError(f"value {wrong[0]} is {measured[wrong[0]]}; values must be finite")
    if len(names) < 2:
        raise ValueError(
            f"the records are of {len(names)} families; an interval takes at least two"
        )
    return measured, family
