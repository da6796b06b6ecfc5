"""A difference and its three doubts: families, places, seeds."""

import numpy as np
import pytest

from patsieve.metrics.differences import (
    Draws,
    compare_scores,
    difference,
    fewest_families,
    mean_of_seeds,
    mean_of_sets,
)
from patsieve.metrics.intervals import FamilyBootstrap
from patsieve.metrics.ranking import average_precision
from patsieve.metrics.scored import HEADLINES, RANKING, Scored

LABELS = np.tile([1, 0, 0], 20)
FAMILIES = np.arange(60) // 2


def noisy(sharpness, seed, labels=LABELS):
    noise = np.random.default_rng(seed).random(len(labels))
    return sharpness * labels + (1 - sharpness) * noise


def compared(first, second, **more):
    values = {"n_draws": 200, **more}
    return compare_scores(LABELS, FAMILIES, Scored(first, 0.5), Scored(second, 0.5), **values)


def draws(value, resampled, swapped, *, seed_variance=0.0, freedom=1e9, n_seeds=1):
    return Draws(value, np.array(resampled), np.array(swapped), seed_variance, freedom, n_seeds)


def test_the_draws_are_those_of_the_bootstrap_measured_one_by_one():
    first, second = noisy(0.3, 1), noisy(0.2, 2)
    [weights] = FamilyBootstrap(LABELS, FAMILIES, seed=5, n_resamples=40).weights()

    found = compared(first, second, seed=5, n_draws=40)["average_precision"]

    for row, moved in zip(weights, found.resampled, strict=True):
        repeated = np.repeat(np.arange(60), row)
        truth = LABELS[repeated]
        there = average_precision(truth, first[repeated]) - average_precision(
            truth, second[repeated]
        )
        assert moved == pytest.approx(there - found.value)


def test_all_metrics_are_compared_unless_a_system_has_only_a_ranking():
    first, second = noisy(0.3, 1), noisy(0.2, 2)

    assert tuple(compared(first, second)) == HEADLINES
    ranking = compare_scores(
        LABELS, FAMILIES, Scored(first, 0.5), Scored(50 * second, None), n_draws=20
    )
    assert tuple(ranking) == RANKING


def test_exchanging_the_systems_turns_the_sign_and_nothing_else():
    pairs = [(noisy(0.3, 2 * k), noisy(0.2, 2 * k + 1)) for k in range(3)]

    forth = [compared(one, other) for one, other in pairs]
    back = [compared(other, one) for one, other in pairs]

    for name in HEADLINES:
        there = difference(mean_of_seeds([each[name] for each in forth]))
        here = difference(mean_of_seeds([each[name] for each in back]))
        assert (here.value, here.low, here.high) == pytest.approx(
            (-there.value, -there.high, -there.low)
        )
        assert here.p_value == there.p_value


def test_a_system_equals_itself():
    found = difference(compared(noisy(0.2, 1), noisy(0.2, 1))["average_precision"])

    assert (found.value, found.low, found.high, found.p_value) == (0.0, 0.0, 0.0, 1.0)
    assert not found.is_told_apart


def test_the_p_value_counts_the_tosses_that_go_as_far():
    # 3 of 99 tosses reach .1, in either direction; the observation itself is the fourth.
    swapped = [0.0] * 96 + [0.1, -0.1, 0.2]

    found = difference(draws(0.1, np.linspace(-0.05, 0.05, 101), swapped))

    assert found.p_value == pytest.approx(4 / 100)
    assert found.is_told_apart
    assert (found.low, found.high) == pytest.approx((0.0525, 0.1475), abs=1e-6)


def test_better_is_said_only_if_both_doubts_are_overcome():
    narrow, wide = np.linspace(-0.05, 0.05, 101), np.linspace(-0.2, 0.2, 101)
    seldom, often = [0.0] * 99, [0.0] * 90 + [0.3] * 9

    assert difference(draws(0.1, narrow, seldom)).is_told_apart
    assert not difference(draws(0.1, wide, seldom)).is_told_apart
    unsure = difference(draws(0.1, narrow, often))
    assert not unsure.is_told_apart
    assert unsure.low == 0.0


def test_few_families_widen_everything_by_students_factor():
    many = difference(draws(0.1, np.linspace(-0.05, 0.05, 101), [0.0] * 99))
    # Of 10 degrees of freedom: 2.228 instead of 1.960.
    few = difference(draws(0.1, np.linspace(-0.05, 0.05, 101), [0.0] * 99, freedom=10.0))

    assert (few.high - few.value) / (many.high - many.value) == pytest.approx(
        2.2281 / 1.9600, abs=1e-4
    )


def test_an_interval_ends_where_the_metric_does():
    found = difference(draws(0.9, np.linspace(-0.3, 0.3, 101), [0.0] * 99), reach=1.0)

    assert found.high == 1.0


def test_the_class_with_fewer_families_decides_how_sure_one_can_be():
    labels = np.array([1, 1, 1, 0, 0, 0])

    assert fewest_families(labels, np.array([1, 1, 2, 3, 4, 5])) == 2
    assert fewest_families(labels, np.array([1, 2, 3, 4, 4, 4])) == 1
    assert compared(noisy(0.3, 1), noisy(0.2, 2))["mcc"].degrees_of_freedom == 19


def test_one_seed_says_nothing_about_seeds():
    [alone] = [compared(noisy(0.3, 1), noisy(0.2, 2))["average_precision"]]

    assert mean_of_seeds([alone]) is alone


def test_seeds_that_scatter_no_more_than_their_test_records_add_nothing():
    # Independent errors of variance 2 each; the values scatter by 1 only.
    one = draws(0.0, [2.0, -2.0, 0.0, 0.0], [0.0], freedom=100.0)
    other = draws(2.0**0.5, [0.0, 0.0, 2.0, -2.0], [0.0], freedom=100.0)

    mean = mean_of_seeds([one, other])

    assert mean.value == pytest.approx(2.0**0.5 / 2)
    assert mean.seed_variance == 0.0
    assert mean.family_variance == pytest.approx(1.0)
    # All the variance is the seeds' own, (2 / 2)² / (2 / 2)² * (2 - 1).
    assert mean.degrees_of_freedom == pytest.approx(1.0)


def test_what_seeds_scatter_beyond_their_test_records_is_added():
    # The same errors under both seeds, of variance 2; the values scatter by 8.
    one = draws(0.0, [2.0, -2.0, 0.0, 0.0], [0.0], freedom=4.0)
    other = draws(4.0, [2.0, -2.0, 0.0, 0.0], [0.0], freedom=4.0)

    mean = mean_of_seeds([one, other])

    assert mean.seed_variance == pytest.approx(8.0 / 2)
    assert mean.family_variance == pytest.approx(2.0)
    # (2 + 4)² / (2² / 4 + 4² / 1).
    assert mean.degrees_of_freedom == pytest.approx(36 / 17)


def test_sets_are_independent_and_count_alike():
    one = draws(0.1, [0.2, -0.2], [0.0, 0.4], seed_variance=0.08, freedom=5.0, n_seeds=3)
    other = draws(0.3, [0.2, -0.2], [0.2, 0.0], seed_variance=0.0, freedom=9.0)

    mean = mean_of_sets([one, other])

    assert mean.value == pytest.approx(0.2)
    assert mean.swapped == pytest.approx([0.1, 0.2])
    assert mean.seed_variance == pytest.approx(0.02)
    # Variances .12 and .04: (.16)² / (.12² / 5 + .04² / 9).
    assert mean.degrees_of_freedom == pytest.approx(0.16**2 / (0.12**2 / 5 + 0.04**2 / 9))


def test_records_of_one_family_are_one_witness():
    labels = np.tile(LABELS, 3)
    first, second = np.tile(noisy(0.3, 1), 3), np.tile(noisy(0.2, 2), 3)

    def spread(families):
        found = compare_scores(
            labels, families, Scored(first, None), Scored(second, None), n_draws=300
        )
        return np.std(found["average_precision"].resampled)

    assert spread(np.tile(np.arange(60), 3)) > 1.4 * spread(None)


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="relevant and irrelevant"):
        compare_scores([1, 1], None, Scored([1, 2], None), Scored([2, 1], None))
    with pytest.raises(ValueError, match="one family"):
        compare_scores([1, 0], [4, 4], Scored([1, 2], None), Scored([2, 1], None))
