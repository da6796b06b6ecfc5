"""How many records would tell a difference, and which difference the present ones can tell."""

from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.special import ndtri

from patsieve.metrics.differences import CONFIDENCE, NORMAL_QUANTILE, Draws
from patsieve.metrics.inputs import Floats

POWER = 0.8
"""The share of test sets that would tell a true difference, usual since Cohen (1988)."""


@final
@dataclass(frozen=True)
class Needed:
    """What it would take to tell a difference of the observed size in 8 of 10 cases.

    Attributes
    ----------
    n_records : int or None
        Records like the present ones, in all; None where no number of them would do.
    n_seeds : int
        The present number of seeds where enough records would do; else the least number of
        seeds that leaves something for records to do.
    smallest : float
        The difference that the present records and seeds would tell in 8 of 10 cases.
    """

    n_records: int | None
    n_seeds: int
    smallest: float


def needed(draws: Draws, n_records: int, *, n_comparisons: int = 1) -> Needed:
    """Say what it would take to tell a difference of the observed size.

    What is owed to which families were tested shrinks as 1 / n_records, as long as the new
    records are like the present ones; the scatter of seeds does not, it shrinks with the number
    of seeds. A true difference d is told in 8 of 10 cases if d is 2.80 standard errors: 1.96 for
    the test and 0.84 for the power. The observed difference stands in for the true one, which
    it may miss by far: the answer is an order of magnitude.

    Parameters
    ----------
    draws : Draws
    n_records : int
        Of the present test set.
    n_comparisons : int
        How many comparisons the level of .05 is shared between (Bonferroni, which is as strict
        as Holm's first step).
    """
    level = float(ndtri(1 - (1 - CONFIDENCE) / (2 * n_comparisons)))
    power = float(ndtri(POWER))
    errors = level * draws.widening + power
    of_families = max(draws.family_variance, _as_normal(draws.swapped))
    smallest = errors * (of_families + draws.seed_variance) ** 0.5
    size = abs(draws.value)
    if size == 0:
        return Needed(None, draws.n_seeds, smallest)
    allowed = (size / errors) ** 2
    if draws.seed_variance >= allowed:
        # With that many seeds Student's quantile is close to the normal one.
        enough = draws.n_seeds * draws.seed_variance * ((level + power) / size) ** 2
        return Needed(None, max(int(enough), draws.n_seeds) + 1, smallest)
    records = n_records * of_families / (allowed - draws.seed_variance)
    return Needed(int(np.ceil(records)), draws.n_seeds, smallest)


def _as_normal(swapped: Floats) -> float:
    """Return the variance of the normal distribution that reaches as far with 95 of 100."""
    return (float(np.quantile(np.abs(swapped), CONFIDENCE)) / NORMAL_QUANTILE) ** 2
