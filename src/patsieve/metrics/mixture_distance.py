"""Whether a sample could be a mixture of two known kinds, in whatever shares.

Values are counted at ordered places. The distance is that of Kolmogorov and Smirnov between the
sample and the nearest mixture: so many records, at least, would have to be others. What chance
does is tried out by drawing sample and both kinds anew (parametric bootstrap of a composite
hypothesis; Babu & Rao 2004).
"""

import math
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.metrics.inputs import Floats

Counts = NDArray[np.int64]

# Places are looked at in about so many groups of equal mass: a distance is missed by a
# hundredth at the most.
_GROUPS = 128
# Golden-section search (Kiefer 1953); what is left of the interval of shares is 1e-5 long.
_STEPS = 24
_GOLDEN = (5**0.5 - 1) / 2


@final
@dataclass(frozen=True)
class MixtureDistance:
    """How far a sample is from the nearest mixture of two kinds.

    Attributes
    ----------
    distance : float
        From 0 to 1.
    allowed : float
        What is allowed for: chance, and the slack. A sample that is a mixture goes beyond it
        with the chance `level`, as far as that can be calculated; at most 1.
    share : float
        Of the second kind in the nearest mixture. No good estimate of a prevalence.
    """

    distance: float
    allowed: float
    share: float

    @property
    def is_beyond(self) -> bool:
        """Whether the sample is farther from every mixture than allowed for."""
        return self.distance > self.allowed


def mixture_distance(
    sample: Counts,
    first: Counts,
    second: Counts,
    *,
    level: float,
    slack: float = 0.0,
    upward: bool = False,
    seed: int = 0,
    n_resamples: int = 4000,
) -> MixtureDistance:
    """Return how far counts are from the nearest mixture of two others.

    Parameters
    ----------
    sample, first, second : arrays of int of shape (n_places,)
        How many records of the sample and of each kind have each value, from the lowest value
        to the highest. Records are taken to be independent: one for each family.
    level : float
        Strictly between 0 and 1.
    slack : float
        A distance that does not count as one, at least 0.
    upward : bool
        Whether only a sample counts whose values are *higher* than those of the mixture.
    seed, n_resamples : int

    Raises
    ------
    ValueError
        If one of the three is empty or the shapes differ, or the level is out of range.
    """
    if not sample.shape == first.shape == second.shape or sample.ndim != 1:
        raise ValueError("sample, first and second must be counts at the same places")
    if not (sample.sum() and first.sum() and second.sum()):
        raise ValueError("an empty sample or kind cannot be compared")
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; it must lie between 0 and 1")
    sample, first, second = _grouped(sample, first, second)
    shares_first, shares_second = first / first.sum(), second / second.sum()
    distances, shares = _nearest(
        *(each[None, :] for each in (sample / sample.sum(), shares_first, shares_second)),
        upward=upward,
    )
    share = float(shares[0])
    mixture = (1 - share) * shares_first + share * shares_second
    random = np.random.default_rng(seed)
    drawn = [
        random.multinomial(int(counts.sum()), like / like.sum(), size=n_resamples) / counts.sum()
        for counts, like in ((sample, mixture), (first, shares_first), (second, shares_second))
    ]
    by_chance, _ = _nearest(*drawn, upward=upward)
    # Of the draws and the sample together: the sample is one more draw if it is a mixture.
    place = min(n_resamples, math.ceil((1 - level) * (n_resamples + 1)))
    allowed = min(1.0, float(np.sort(by_chance)[place - 1]) + slack)
    return MixtureDistance(float(distances[0]), allowed, share)


def _grouped(sample: Counts, first: Counts, second: Counts) -> tuple[Counts, Counts, Counts]:
    """Put neighbouring places together, so that both kinds have about equal mass in each."""
    mass = np.cumsum(first / first.sum() + second / second.sum()) / 2
    group = np.ceil(np.round(mass * _GROUPS, 9)).astype(np.int64)
    # Empty places between two groups, or beyond them all, are a group of their own: records of
    # the sample that lie there are far from both kinds.
    filled = np.flatnonzero(first + second)
    following = np.append(group[filled], -1)[np.searchsorted(filled, np.arange(len(group)))]
    group = 2 * group + ((first + second == 0) & (following != group))
    _, starts = np.unique(group, return_index=True)
    one, two, three = (np.add.reduceat(counts, starts) for counts in (sample, first, second))
    return one, two, three


def _nearest(
    sample: Floats, first: Floats, second: Floats, *, upward: bool
) -> tuple[Floats, Floats]:
    """Return for each row the distance to the nearest mixture, and its share of the second kind.

    The distance is convex in the share, so that the nearest one can be closed in on.
    """
    # How much of the mixture of share 0 lies at or below each place, over that of the sample.
    at_zero = np.cumsum(first - sample, axis=1)
    slope = np.cumsum(second - first, axis=1)

    def gap(share: Floats) -> Floats:
        over = at_zero + share[:, None] * slope
        most: Floats = (over if upward else np.abs(over)).max(axis=1)
        return np.maximum(most, 0.0)

    low, high = np.zeros(len(sample)), np.ones(len(sample))
    lower, upper = high - _GOLDEN, low + _GOLDEN
    at_lower, at_upper = gap(lower), gap(upper)
    for _ in range(_STEPS):
        is_low = at_lower <= at_upper
        low, high = np.where(is_low, low, lower), np.where(is_low, upper, high)
        # One of the two points stays, and only the other one is new.
        new = np.where(is_low, high - _GOLDEN * (high - low), low + _GOLDEN * (high - low))
        at_new = gap(new)
        lower, upper = np.where(is_low, new, upper), np.where(is_low, lower, new)
        at_lower, at_upper = (
            np.where(is_low, at_new, at_upper),
            np.where(is_low, at_lower, at_new),
        )
    share = (low + high) / 2
    return gap(share), share
