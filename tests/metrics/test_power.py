"""How many records it takes: by hand, and by simulation of what the formula promises."""

import numpy as np
import pytest

from patsieve.metrics.differences import Draws
from patsieve.metrics.power import needed


def draws(value, *, deviation=0.01, seed_variance=0.0, freedom=1e12, n_seeds=1):
    """Of a normal distribution with this standard deviation, under both doubts."""
    normal = deviation * np.random.default_rng(0).standard_normal(200_000)
    return Draws(value, normal, normal, seed_variance, freedom, n_seeds)


def test_a_difference_of_two_point_eight_standard_errors_needs_what_is_there():
    found = needed(draws(0.02801), 1000)

    assert found.n_records == pytest.approx(1000, rel=0.01)
    assert found.smallest == pytest.approx(0.02801, rel=0.01)


def test_half_the_difference_needs_four_times_the_records():
    full, half = (needed(draws(value), 1000).n_records for value in (0.02, 0.01))

    assert half == pytest.approx(4 * full, rel=1e-3)


def test_the_sign_does_not_matter():
    assert needed(draws(-0.01), 1000) == needed(draws(0.01), 1000)


def test_more_comparisons_need_more_records():
    # Bonferroni for ten: 2.807 instead of 1.960, so (2.807 + .842)² / (1.960 + .842)².
    one, ten = (needed(draws(0.01), 1000, n_comparisons=n).n_records for n in (1, 10))

    assert ten / one == pytest.approx((3.6486 / 2.8016) ** 2, rel=1e-3)


def test_the_scatter_of_seeds_stays_however_many_records_there_are():
    # Allowed variance (.02801 / 2.8016)² = 1e-4, of which the seeds take half.
    found = needed(draws(0.02801, seed_variance=0.5e-4, n_seeds=3), 1000)

    assert found.n_records == pytest.approx(2000, rel=0.01)
    assert found.n_seeds == 3


def test_where_the_seeds_scatter_too_much_it_takes_more_seeds():
    # 3 * 2e-4 / .99e-4 = 6.04 seeds leave nothing for the records: at least one more.
    found = needed(draws(0.0279, seed_variance=2e-4, n_seeds=3), 1000)
    assert found.n_records is None
    assert found.n_seeds == 7


def test_a_few_seeds_are_held_to_students_quantile():
    # With three seeds the t quantile is 4.303: the difference is allowed less scatter than
    # with many, and one seed more is the least that is asked for.
    found = needed(draws(0.04, seed_variance=0.7e-4, n_seeds=3, freedom=2.0), 1000)

    assert found.n_records is None
    assert found.n_seeds == 4


def test_no_number_of_records_tells_equals_apart():
    assert needed(draws(0.0), 1000).n_records is None
