"""Means over the seeds of a study, and how far to trust them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.special import ndtr, stdtr, stdtrit

from patsieve.metrics.inputs import Floats

CONFIDENCE = 0.95


@final
@dataclass(frozen=True)
class SeedMean:
    """A mean over seeds with everything that it is uncertain by.

    Attributes
    ----------
    mean, low, high : float
        low <= mean <= high; the interval holds the true mean in 95 of 100 studies.
    p_value : float
        Two-sided, of the true mean being 0.
    n_seeds : int
    """

    mean: float
    low: float
    high: float
    p_value: float
    n_seeds: int

    def reversed(self) -> "SeedMean":
        """Return the same of the difference taken the other way round."""
        return SeedMean(-self.mean, -self.high, -self.low, self.p_value, self.n_seeds)


def mean_over_seeds(values: Sequence[float], deviations: Floats | None = None) -> SeedMean:
    """Return the mean of paired differences; of two doubts the larger counts.

    The scatter over seeds gives Student's t interval (two seeds or more). It can come out too
    narrow: the seeds' test sets are drawn from one labelled set, and two or three values
    may agree by chance. Resampling the test families shows how much of the mean is owed to which
    families were tested. The interval covers both, the p-value is the larger one.

    Parameters
    ----------
    values : sequence of float
        One for each seed.
    deviations : array of shape (n_resamples,), optional
        The mean on resamples of the test families, less the mean itself. Without it the
        seeds speak alone.

    Raises
    ------
    ValueError
        If there is nothing to tell the uncertainty by: one value and no deviations.
    """
    if len(values) < 2 and deviations is None:
        raise ValueError(f"{len(values)} value and no resamples show no uncertainty")
    mean = float(np.mean(values))
    intervals, p_values = [], []
    if len(values) > 1:
        error = float(np.std(values, ddof=1)) / len(values) ** 0.5
        reach = float(stdtrit(len(values) - 1, (1 + CONFIDENCE) / 2)) * error
        intervals.append((mean - reach, mean + reach))
        p_values.append(_two_sided(mean, error, lambda t: float(stdtr(len(values) - 1, t))))
    if deviations is not None:
        tail = (1 - CONFIDENCE) / 2
        low, high = np.quantile(deviations, [tail, 1 - tail]).tolist()
        intervals.append((mean + min(low, 0.0), mean + max(high, 0.0)))
        # Normal, since shares of a thousand resamples cannot tell 1e-3 from 1e-6, and
        # adjusting for a hundred comparisons asks for the latter.
        p_values.append(_two_sided(mean, float(np.std(deviations)), lambda z: float(ndtr(z))))
    return SeedMean(
        mean,
        low=min(low for low, _ in intervals),
        high=max(high for _, high in intervals),
        p_value=max(p_values),
        n_seeds=len(values),
    )


def _two_sided(mean: float, error: float, cumulative: Callable[[float], float]) -> float:
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    return min(1.0, 2 * cumulative(-abs(mean) / error))
