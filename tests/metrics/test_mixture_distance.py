"""Mixtures are told from what is none, at the rate of false alarms that was asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binom, ks_2samp

from patsieve.metrics.mixture_distance import mixture_distance

COUNTS = arrays(np.int64, 6, elements=st.integers(0, 9)).filter(lambda counts: counts.sum() > 0)


def distance(sample, first, second, **options):
    return mixture_distance(
        np.array(sample), np.array(first), np.array(second), level=0.05, n_resamples=50, **options
    )


def test_a_mixture_is_at_no_distance_and_its_share_is_found():
    found = distance([60, 0, 40], [50, 0, 0], [0, 0, 20])

    assert found.distance == pytest.approx(0, abs=1e-4)
    assert found.share == pytest.approx(0.4, abs=1e-4)
    assert not found.is_beyond


def test_half_of_a_sample_where_neither_kind_ever_is():
    # The other half can be matched by either kind or both.
    assert distance([50, 0, 50], [50, 0, 0], [50, 0, 0]).distance == pytest.approx(0.5)


def test_a_sample_between_two_kinds_is_far_from_both():
    # Of a mixture p at the end and 1 - p at the beginning, the better half is taken.
    found = distance([0, 100, 0], [100, 0, 0], [0, 0, 100])

    assert found.distance == pytest.approx(0.5, abs=1e-4)
    assert found.is_beyond


def test_upward_means_that_only_higher_values_count():
    kind = [0, 90, 10]

    assert distance([90, 10, 0], kind, kind, upward=True).distance == pytest.approx(0)
    assert distance([0, 10, 90], kind, kind, upward=True).distance == pytest.approx(0.8)


def test_a_sample_above_or_below_all_that_was_seen_is_far():
    kind = [0, 90, 10, 0]

    for sample in ([50, 0, 0, 0], [0, 0, 0, 50]):
        assert distance(sample, kind, kind).distance == pytest.approx(1)


def test_with_one_kind_it_is_the_distance_of_kolmogorov_and_smirnov():
    random = np.random.default_rng(1)
    kind, sample = random.integers(0, 40, 300), random.integers(5, 45, 200)
    counts = [np.bincount(values, minlength=45) for values in (sample, kind, kind)]

    assert distance(*counts).distance == pytest.approx(ks_2samp(sample, kind).statistic, abs=1e-9)


@given(COUNTS, COUNTS, COUNTS, st.booleans())
def test_no_share_is_nearer_than_the_one_that_is_found(sample, first, second, upward):
    found = distance(sample, first, second, upward=upward)

    gaps = []
    for share in np.linspace(0, 1, 101):
        mixture = (1 - share) * first / first.sum() + share * second / second.sum()
        over = np.cumsum(mixture - sample / sample.sum())
        gaps.append(max(0.0, over.max()) if upward else np.abs(over).max())
    assert found.distance <= min(gaps) + 1e-4
    assert min(gaps) <= found.distance + 0.011


def test_the_slack_is_added_to_what_chance_does():
    none, some = (distance([9, 1], [5, 5], [5, 5], slack=slack) for slack in (0.0, 0.1))

    assert some.allowed == pytest.approx(none.allowed + 0.1)


def test_few_records_must_be_farther_off_than_many():
    few = distance([3, 3], [500, 500], [500, 500])
    many = distance([300, 300], [500, 500], [500, 500])

    assert few.allowed > many.allowed


@pytest.mark.parametrize(
    ("sample", "level", "said"),
    [([0, 0], 0.05, "an empty sample"), ([1, 1, 1], 0.05, "same places"), ([1, 1], 1.0, "level")],
)
def test_what_cannot_be_compared_is_refused(sample, level, said):
    kind = np.array([1, 1])

    with pytest.raises(ValueError, match=said):
        mixture_distance(np.array(sample), kind, kind, level=level)


@pytest.mark.slow
@pytest.mark.parametrize("n_sample", [30, 400])
def test_a_mixture_raises_an_alarm_no_more_often_than_it_may(n_sample):
    random = np.random.default_rng(n_sample)
    low, high = random.dirichlet(np.arange(60, 0, -1)), random.dirichlet(np.arange(1, 61))
    n_tried, level = 400, 0.05
    alarms = 0
    for trial in range(n_tried):
        share = random.uniform(0, 0.4)
        drawn = [
            random.multinomial(size, like)
            for size, like in (
                (n_sample, (1 - share) * low + share * high), (300, low), (150, high)
            )
        ]  # fmt: skip
        alarms += mixture_distance(*drawn, level=level, seed=trial, n_resamples=400).is_beyond

    assert alarms <= binom.ppf(0.999, n_tried, level)
