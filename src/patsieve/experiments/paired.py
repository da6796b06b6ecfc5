"""Is one model better than another on the same test records? The short answer of a demo or search.

`patsieve compare` gives the long one, by the same rules (`metrics.differences`).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.metrics.differences import N_DRAWS, compare_scores, difference
from patsieve.metrics.intervals import Estimate
from patsieve.metrics.scored import REACH, Scored

_METRICS = ("average_precision", "mcc")


def paired_differences(
    labels: ArrayLike,
    families: NDArray[np.int64] | None,
    baseline: Scored,
    candidate: Scored,
    *,
    seed: int = 0,
    n_draws: int = N_DRAWS,
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
    baseline, candidate : Scored
        Probabilities, each with its threshold.
    seed, n_draws
        As for `compare_scores`.

    Returns
    -------
    dict of str to Estimate
        Candidate minus baseline, for ``average_precision`` and ``mcc``, with the interval of
        `difference`.

    Raises
    ------
    ValueError
        If lengths differ, a value is out of range, a class is absent, or all records belong
        to one family.
    """
    draws = compare_scores(
        labels, families, candidate, baseline, metrics=_METRICS, seed=seed, n_draws=n_draws
    )
    found = {name: difference(each, reach=REACH[name], seed=seed) for name, each in draws.items()}
    return {name: Estimate(each.value, each.low, each.high) for name, each in found.items()}


def is_told_apart(difference: Estimate) -> bool:
    """Whether the interval of a difference leaves out 0."""
    return difference.low > 0 or difference.high < 0
