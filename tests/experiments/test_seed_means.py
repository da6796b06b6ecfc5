"""Means over seeds: Student's interval, the doubt of the test records, and the larger of both."""

import numpy as np
import pytest
from scipy import stats

from patsieve.experiments.seed_means import mean_over_seeds


def test_three_seeds_give_students_interval():
    # Mean 2, standard error 1 / sqrt(3); 4.302653 is the 97.5 % point of t with 2 degrees.
    found = mean_over_seeds([1.0, 2.0, 3.0])

    assert found.mean == 2
    assert found.high - found.mean == pytest.approx(4.302653 / 3**0.5, rel=1e-6)
    assert found.mean - found.low == pytest.approx(found.high - found.mean)
    assert found.n_seeds == 3


def test_the_p_value_is_that_of_the_one_sample_t_test():
    values = [0.3, 0.1, 0.5, 0.2]

    assert mean_over_seeds(values).p_value == pytest.approx(stats.ttest_1samp(values, 0).pvalue)


def test_the_wider_interval_and_the_larger_p_value_count():
    narrow, wide = np.linspace(-0.01, 0.01, 201), np.linspace(-5, 5, 201)
    by_seeds = mean_over_seeds([1.0, 2.0, 3.0])

    assert mean_over_seeds([1.0, 2.0, 3.0], narrow) == by_seeds
    doubted = mean_over_seeds([1.0, 2.0, 3.0], wide)
    assert (doubted.low, doubted.high) == pytest.approx((2 - 4.75, 2 + 4.75))
    assert doubted.p_value > by_seeds.p_value


def test_seeds_that_agree_exactly_still_have_the_doubt_of_their_records():
    found = mean_over_seeds([0.1, 0.1], np.linspace(-1, 1, 101))

    assert found.low < 0 < found.high
    assert found.p_value > 0.5


def test_one_seed_rests_on_its_records():
    found = mean_over_seeds([0.5], np.linspace(-0.1, 0.1, 201))

    assert (found.low, found.high) == pytest.approx((0.405, 0.595))
    assert found.n_seeds == 1
    with pytest.raises(ValueError, match="no uncertainty"):
        mean_over_seeds([0.5])


@pytest.mark.parametrize(("values", "p_value"), [([0.0, 0.0], 1.0), ([0.1, 0.1], 0.0)])
def test_without_scatter_only_a_mean_of_zero_is_zero(values, p_value):
    assert mean_over_seeds(values).p_value == p_value


def test_the_mean_lies_in_its_interval_even_where_all_resamples_lie_on_one_side():
    found = mean_over_seeds([0.5], np.linspace(0.1, 0.2, 11))

    assert found.low == found.mean < found.high


def test_turning_a_difference_round_turns_its_interval():
    found = mean_over_seeds([0.1, 0.3], np.linspace(-0.1, 0.3, 11)).reversed()

    turned = mean_over_seeds([-0.1, -0.3], np.linspace(-0.3, 0.1, 11))
    assert (found.mean, found.low, found.high) == pytest.approx(
        (turned.mean, turned.low, turned.high)
    )
