"""How far a value measured on a sample can be trusted: bootstrap by family, exact binomial.

Records of one family stand or fall together, so families are drawn, not records: treating
twins as independent would make every interval too narrow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from patsieve.metrics.inputs import Floats, Labels, checked_confidence

# Elements of one block of resamples. A dozen arrays of 8 bytes an element live at once, so a
# block takes about 200 MB at the most.
_BLOCK_ELEMENTS = 2_000_000


@final
@dataclass(frozen=True)
class Estimate:
    """A measured value and the interval that it is uncertain by; low <= value <= high."""

    value: float
    low: float
    high: float


@final
class FamilyBootstrap:
    """Resamples of whole families, drawn with replacement (cluster bootstrap).

    A resample draws as many families as there are; its number of records varies where families
    differ in size. Resamples that hold one class only are drawn again: a ranking says nothing
    there. With few relevant families that makes intervals slightly too narrow.

    Parameters
    ----------
    labels : array of int of shape (n_records,)
        1 relevant, 0 irrelevant; both must occur.
    families : array of int of shape (n_records,), optional
        Equal codes are drawn together. Default: each record is a family.
    seed : int
        Same seed, same resamples.
    n_resamples : int
        At least 1; a thousand is usual for 95 % intervals.

    Raises
    ------
    ValueError
        If lengths differ, a class is absent, or there are fewer than two families: drawing the
        only family again and again shows no uncertainty.
    """

    def __init__(
        self,
        labels: Labels,
        families: NDArray[np.int64] | None = None,
        *,
        seed: int = 0,
        n_resamples: int = 1000,
    ) -> None:
        codes = np.arange(len(labels)) if families is None else np.asarray(families)
        if len(codes) != len(labels):
            raise ValueError(f"{len(labels)} labels but {len(codes)} family codes")
        if n_resamples < 1:
            raise ValueError(f"n_resamples is {n_resamples}; at least 1 is needed")
        if len(np.unique(labels)) < 2:
            raise ValueError("a resample needs relevant and irrelevant records to draw from")
        names, self._family = np.unique(codes, return_inverse=True)
        self.n_families = len(names)
        if self.n_families < 2:
            raise ValueError("all records belong to one family, so families cannot be resampled")
        self._seed = seed
        self._n_resamples = n_resamples
        self._relevant = np.bincount(self._family, weights=labels)
        self._irrelevant = np.bincount(self._family, weights=1 - labels)

    def weights(self) -> Iterator[NDArray[np.int64]]:
        """Give blocks of shape (n_rows, n_records): how often each record is in each resample.

        All blocks together have `n_resamples` rows; a block's size is bounded in memory.
        """
        random = np.random.default_rng(self._seed)
        rows = max(1, _BLOCK_ELEMENTS // len(self._family))
        left = self._n_resamples
        # This ends: of the resamples of two or more families with both classes among them, at
        # least every second one on average holds both classes.
        while left > 0:
            counts = self._drawn(random, min(rows, left))
            left -= len(counts)
            yield counts[:, self._family]

    def _drawn(self, random: np.random.Generator, rows: int) -> NDArray[np.int64]:
        """Up to `rows` resamples, as counts per family, without those of one class only."""
        draws = random.integers(self.n_families, size=(rows, self.n_families))
        draws += np.arange(rows)[:, None] * self.n_families
        counts = np.bincount(draws.ravel(), minlength=rows * self.n_families)
        counts = counts.reshape(rows, self.n_families)
        is_usable = (counts @ self._relevant > 0) & (counts @ self._irrelevant > 0)
        usable: NDArray[np.int64] = counts[is_usable]
        return usable


def percentile_interval(value: float, resampled: Floats, *, confidence: float = 0.95) -> Estimate:
    """Return `value` with the middle `confidence` of its resampled values (Efron 1979).

    The interval is widened where it would leave out the value itself.

    Parameters
    ----------
    value : float
        Measured on the sample.
    resampled : array of float of shape (n_resamples,)
        The same measure on resamples.
    confidence : float
        Strictly between 0 and 1.

    Raises
    ------
    ValueError
        If `confidence` is out of range.
    """
    tail = (1 - checked_confidence(confidence)) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail]).tolist()
    return Estimate(value, min(low, value), max(high, value))


def total_gap_interval(gaps: Floats, resampled: Floats, *, confidence: float = 0.95) -> Estimate:
    """Return the sum of absolute gaps with an interval that errs on the wide side.

    Percentiles fail for such a sum: chance makes every gap of a sample larger, and once more
    those of a resample, so that they leave out a true value near 0. The resamples' distance
    from the sample, though, is about the sample's distance from the truth, and by the triangle
    inequality the sums differ by no more than that.

    Parameters
    ----------
    gaps : array of float of shape (n_gaps,)
        Signed, measured on the sample.
    resampled : array of float of shape (n_resamples, n_gaps)
        The same gaps on resamples.
    confidence : float
        Strictly between 0 and 1.

    Raises
    ------
    ValueError
        If `confidence` is out of range.
    """
    distances = np.abs(resampled - gaps).sum(axis=1)
    reach = float(np.quantile(distances, checked_confidence(confidence)))
    value = float(np.abs(gaps).sum())
    return Estimate(value, max(0.0, value - reach), min(1.0, value + reach))


def clopper_pearson(
    successes: int,
    trials: int,
    *,
    confidence: float = 0.95,
    side: Literal["both", "lower"] = "both",
) -> tuple[float, float]:
    """Return exact bounds of a proportion (Clopper & Pearson 1934).

    Parameters
    ----------
    successes, trials : int
        0 <= successes <= trials. Without trials nothing is known: the bounds are 0 and 1.
    confidence : float
        The chance that the interval holds the true proportion, at least.
    side : {"both", "lower"}
        "lower" puts the whole doubt below: the upper bound is 1.

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        If the counts do not fit together or `confidence` is out of range.

    Examples
    --------
    No miss among 60 relevant records certifies a recall of 95 %:

    >>> low, high = clopper_pearson(60, 60, side="lower")
    >>> round(low, 4), high
    (0.9513, 1.0)
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials cannot be")
    tail = 1 - checked_confidence(confidence)
    if side == "both":
        tail /= 2
    # The quantiles of a Beta distribution; scipy.stats.beta.ppf without its slow import.
    low = betaincinv(successes, trials - successes + 1, tail) if successes > 0 else 0.0
    if side == "lower" or successes == trials:
        return float(low), 1.0
    return float(low), float(betaincinv(successes + 1, trials - successes, 1 - tail))


def with_doubt(estimate: Estimate, n_families: int, confidence: float) -> Estimate:
    """Give a proportion of 0 or 1 the exact interval, since all its resamples agree.

    Parameters
    ----------
    estimate : Estimate
        Of a proportion; any value but 0 and 1 is given back as it is.
    n_families : int
        Trials: the families that the proportion is of.
    confidence : float
        Strictly between 0 and 1.

    Raises
    ------
    ValueError
        If `confidence` is out of range.

    Examples
    --------
    >>> with_doubt(Estimate(1.0, 1.0, 1.0), 10, 0.95).low < 0.7
    True
    """
    if estimate.value not in (0.0, 1.0):
        return estimate
    successes = n_families if estimate.value == 1.0 else 0
    low, high = clopper_pearson(successes, n_families, confidence=confidence)
    return Estimate(estimate.value, low, high)
