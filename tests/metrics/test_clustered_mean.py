"""A mean over families is as uncertain as its families are few and unlike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.metrics.clustered_mean import mean_by_family, share_by_family
from patsieve.metrics.intervals import clopper_pearson

# Student's .975 quantiles, from tables.
WITH_1, WITH_3 = 12.7062, 3.18245


def test_with_a_record_a_family_it_is_the_interval_of_a_mean():
    # Mean 4, squared distances 9 + 1 + 1 + 9 = 20, standard error √(20 / 3 / 4) = 1.29099.
    found = mean_by_family([1, 3, 5, 7], [1, 2, 3, 4])

    assert found.value == 4
    assert found.low == pytest.approx(4 - WITH_3 * 1.29099, abs=1e-4)
    assert found.high == pytest.approx(4 + WITH_3 * 1.29099, abs=1e-4)


def test_records_of_a_family_are_one_witness():
    # Families lie −4 and +4 off in all: √(2 / 1 · (16 + 16)) / 4 = 2, one degree of freedom.
    found = mean_by_family([1, 3, 5, 7], [8, 8, 9, 9])

    assert found.value == 4
    assert found.high - 4 == pytest.approx(WITH_1 * 2, abs=1e-3)


def test_members_that_err_in_opposite_ways_take_each_other_back():
    found = mean_by_family([1, 7, 3, 5], [8, 8, 9, 9])

    assert (found.low, found.value, found.high) == (4, 4, 4)


def test_less_confidence_is_a_narrower_interval_around_the_same_mean():
    wide, narrow = (mean_by_family([1, 2, 9], [1, 2, 3], confidence=c) for c in (0.95, 0.5))

    assert wide.value == narrow.value
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high


def test_doubling_every_family_does_not_make_it_surer():
    values, families = [1.0, 4.0, 2.0, 9.0], [1, 2, 3, 4]

    once = mean_by_family(values, families)
    twice = mean_by_family(values * 2, families * 2)

    assert (twice.low, twice.high) == pytest.approx((once.low, once.high))


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=20), st.floats(-5, 5))
def test_moving_all_values_moves_the_interval(values, by):
    families = np.arange(len(values)) // 2 + 7
    families[-1] = 0

    here = mean_by_family(values, families)
    there = mean_by_family(np.array(values) + by, families)

    assert here.low <= here.value <= here.high
    assert there.low == pytest.approx(here.low + by, abs=1e-6)
    assert there.high == pytest.approx(here.high + by, abs=1e-6)


def test_its_interval_holds_the_truth_as_often_as_it_says():
    random = np.random.default_rng(5)
    families = np.repeat(np.arange(15), 3)
    n_kept = 0
    for _ in range(1000):
        of_family = random.standard_normal(15)[families]
        found = mean_by_family(of_family + random.standard_normal(45), families)
        n_kept += found.low <= 0 <= found.high

    # 950 expected; four standard deviations are 28.
    assert 922 <= n_kept <= 978


def test_a_share_stays_within_its_bounds():
    found = share_by_family([True, True, True, False], [1, 2, 3, 4])

    assert found.value == 0.75
    # 0.75 ± 3.18 · √(4 / 3 · (3 · 0.0625 + 0.5625)) / 4 = 0.75 ± 0.796
    assert found.low == 0.0
    assert found.high == 1.0


def test_a_share_of_all_is_not_certain():
    found = share_by_family([True] * 6, [1, 1, 2, 2, 3, 3])

    assert (found.low, found.high) == clopper_pearson(3, 3)
    assert found.value == 1.0


@pytest.mark.parametrize(
    ("values", "families", "message"),
    [
        ([1.0, 2.0], [1], "2 values but 1 family codes"),
        ([1.0, float("nan")], [1, 2], "value 1 is nan"),
        ([1.0, 2.0], [1, 1], "the records are of 1 families"),
        ([], [], "the records are of 0 families"),
    ],
)
def test_what_gives_no_interval_is_refused(values, families, message):
    with pytest.raises(ValueError, match=message):
        mean_by_family(values, families)


def test_confidence_out_of_range_is_refused():
    with pytest.raises(ValueError, match="confidence is 1"):
        mean_by_family([1.0, 2.0], [1, 2], confidence=1)
