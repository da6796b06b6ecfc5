"""A difference between two systems on the same records, and everything that it is uncertain by.

Three doubts are held against it, see docs/explanation-compare.md:

which families were tested
    Families are drawn anew, for both systems alike; the interval is made of these draws.
whether the two are equals at all
    Systems change places family by family; the p-value is made of these differences.
which seeds they were trained with
    What the seeds scatter beyond what their test records explain is added to both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from patsieve.metrics.inputs import Floats, Labels, checked_labels
from patsieve.metrics.intervals import FamilyBootstrap
from patsieve.metrics.scored import HEADLINES, Scored, checked, measure_of
from patsieve.metrics.swaps import coin_tosses, swapped_differences

CONFIDENCE = 0.95
N_DRAWS = 2000
# Of a normal distribution; what Student's quantile is set against.
NORMAL_QUANTILE = 1.959963984540054


@final
@dataclass(frozen=True)
class Draws:
    """A difference, and how it moves; what `difference` makes its verdict of.

    Attributes
    ----------
    value : float
        The first system's metric minus the second's.
    resampled : array of float of shape (n_draws,)
        By how much the difference moves when families are drawn anew.
    swapped : array of float of shape (n_draws,)
        The difference after systems have changed places.
    seed_variance : float
        What the scatter of the seeds adds to the variance of `value`; 0 with one seed, where
        it cannot be seen.
    degrees_of_freedom : float
        Of the whole variance, after Satterthwaite (1946); at least 1.
    n_seeds : int
    """

    value: float
    resampled: Floats
    swapped: Floats
    seed_variance: float
    degrees_of_freedom: float
    n_seeds: int

    @property
    def family_variance(self) -> float:
        """Variance of `value` that is owed to which families were tested."""
        return float(np.var(self.resampled))

    @property
    def widening(self) -> float:
        """By how much Student's quantile is larger than the normal one; at least 1."""
        quantile = float(stdtrit(self.degrees_of_freedom, (1 + CONFIDENCE) / 2))
        return quantile / NORMAL_QUANTILE


@final
@dataclass(frozen=True)
class Difference:
    """By how much one system is better than another, and how sure that is.

    Attributes
    ----------
    value, low, high : float
        With its 95 % interval; low <= value <= high. The interval holds 0 if, and only if,
        `p_value` is above .05 or the draws of families alone leave 0 in it.
    p_value : float
        Two-sided, of two equal systems; above 0.
    """

    value: float
    low: float
    high: float
    p_value: float

    @property
    def is_told_apart(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def compare_scores(
    labels: ArrayLike,
    families: ArrayLike | None,
    first: Scored,
    second: Scored,
    *,
    metrics: Sequence[str] | None = None,
    seed: int = 0,
    n_draws: int = N_DRAWS,
) -> dict[str, Draws]:
    """Return how the differences of two systems on the same records move, by metric.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant.
    families : array-like of int of shape (n_records,), optional
        Records with equal codes are drawn, and change places, together. Default: each record
        for itself.
    metrics : sequence of str, optional
        Of `HEADLINES`. Default: all that both systems can be measured by.
    seed, n_draws : int
        The same labels, families and seed give the same draws, whatever the systems.

    Raises
    ------
    ValueError
        If lengths differ, a value is out of range, a class is absent, or all records belong to
        one family.
    """
    truth = checked_labels(labels)
    codes = np.arange(len(truth)) if families is None else np.asarray(families, dtype=np.int64)
    if metrics is None:
        metrics = tuple(
            name for name in HEADLINES if name in first.metrics and name in second.metrics
        )
    one, other = checked(truth, first), checked(truth, second)
    of_one, of_other = measure_of(one, metrics), measure_of(other, metrics)

    def minus(weights: NDArray[np.int64]) -> dict[str, Floats]:
        after, before = of_one(weights), of_other(weights)
        return {name: after[name] - before[name] for name in metrics}

    freedom = max(1.0, fewest_families(truth, codes) - 1.0)
    found = minus(np.ones((1, len(truth)), dtype=np.int64))
    bootstrap = FamilyBootstrap(truth, codes, seed=seed, n_resamples=n_draws)
    blocks = [minus(weights) for weights in bootstrap.weights()]
    tosses = coin_tosses(codes, seed=seed, n_tosses=n_draws)
    swapped = swapped_differences(one, other, metrics, tosses)
    return {
        name: Draws(
            value=float(found[name][0]),
            resampled=np.concatenate([block[name] for block in blocks]) - found[name][0],
            swapped=swapped[name],
            seed_variance=0.0,
            degrees_of_freedom=freedom,
            n_seeds=1,
        )
        for name in metrics
    }


def fewest_families(labels: Labels, families: NDArray[np.int64]) -> int:
    """Return how many families the class has that occurs in fewer of them; 0 if it is absent.

    A metric is as uncertain as the class with fewer witnesses makes it. Those of one family are
    one witness.
    """
    return min(len(np.unique(families[labels == label])) for label in (0, 1))


def mean_of_seeds(draws: Sequence[Draws]) -> Draws:
    """Return the mean difference over seeds, with the seeds' own scatter.

    Seeds are to systems what readers are to methods of diagnosis, and families are the cases:
    all seeds are tested on the same ones. The variance of the mean is that of Obuchowski &
    Rockette (1995), its degrees of freedom are those of Hillis (2007): the scatter over seeds
    counts in so far as it is larger than test records that err independently would make it.

    Parameters
    ----------
    draws : sequence of Draws
        One for each seed, from the same draws of the same families.
    """
    if len(draws) == 1:
        return draws[0]
    n_seeds = len(draws)
    resampled = np.array([each.resampled for each in draws])
    values = [each.value for each in draws]
    covariance = np.cov(resampled, bias=True)
    variance = float(np.trace(covariance)) / n_seeds
    shared = (float(covariance.sum()) - n_seeds * variance) / (n_seeds * (n_seeds - 1))
    own = variance - shared
    scatter = max(float(np.var(values, ddof=1)), own)
    of_families, of_seeds = max(shared, 0.0), scatter / n_seeds
    doubts = of_families**2 / draws[0].degrees_of_freedom + of_seeds**2 / (n_seeds - 1)
    total = of_families + of_seeds
    return Draws(
        value=float(np.mean(values)),
        resampled=resampled.mean(axis=0),
        swapped=np.mean([each.swapped for each in draws], axis=0),
        seed_variance=(scatter - own) / n_seeds,
        degrees_of_freedom=_satterthwaite(total, doubts),
        n_seeds=n_seeds,
    )


def mean_of_sets(draws: Sequence[Draws]) -> Draws:
    """Return the mean difference over data sets, each counting alike.

    Sets are independent of one another, and are taken as they are: the interval says what these
    sets allow to say about their own mean, not what to expect of another set.

    Parameters
    ----------
    draws : sequence of Draws
        One for each set, from draws of its own.
    """
    n_sets = len(draws)
    variances = [each.family_variance + each.seed_variance for each in draws]
    doubts = sum(v**2 / each.degrees_of_freedom for v, each in zip(variances, draws, strict=True))
    return Draws(
        value=float(np.mean([each.value for each in draws])),
        resampled=np.mean([each.resampled for each in draws], axis=0),
        swapped=np.mean([each.swapped for each in draws], axis=0),
        seed_variance=sum(each.seed_variance for each in draws) / n_sets**2,
        degrees_of_freedom=_satterthwaite(sum(variances), doubts),
        n_seeds=min(each.n_seeds for each in draws),
    )


def difference(draws: Draws, *, reach: float = 2.0, seed: int = 0) -> Difference:
    """Return the difference with its interval and its p-value.

    Parameters
    ----------
    draws : Draws
    reach : float
        No difference of this metric is farther from 0: the interval ends there.
    seed : int
        Of the scatter of seeds, which is drawn from a normal distribution.
    """
    random = np.random.default_rng(seed)
    # Facing the difference, so that exchanging the systems turns every sign and nothing else.
    spread = np.copysign(draws.seed_variance**0.5, draws.value)
    # Drawing the few seeds anew would show too little scatter: (K - 1) / K of it for K seeds.
    moved, swapped = (
        draws.widening * (each + spread * random.standard_normal(len(each)))
        for each in (draws.resampled, draws.swapped)
    )
    tail = (1 - CONFIDENCE) / 2
    low, high = (draws.value + np.quantile(moved, [tail, 1 - tail])).tolist()
    # Equal but for rounding counts as equal. The observed difference is one of its own tosses,
    # the one in which nobody changes places (Phipson & Smyth 2010).
    as_far = int((np.abs(swapped) >= abs(draws.value) - 1e-12).sum())
    p_value = (1 + as_far) / (1 + len(swapped))
    if p_value > 1 - CONFIDENCE:
        low, high = min(low, 0.0), max(high, 0.0)
    return Difference(
        draws.value,
        low=min(max(low, -reach), draws.value),
        high=max(min(high, reach), draws.value),
        p_value=p_value,
    )


def _satterthwaite(total: float, doubts: float) -> float:
    """Return the degrees of freedom of a sum of variances; 1 where none of them was seen."""
    return max(1.0, total**2 / doubts) if doubts > 0 else 1.0
