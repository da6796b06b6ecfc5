"""The exact test of paired decisions: hand-worked values, parity with the binomial test."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from patsieve.metrics.mcnemar import McNemar, mcnemar, mcnemar_by_family


@pytest.mark.parametrize(
    ("only_first", "only_second", "p_value"),
    [
        # Five tosses, all heads or all tails: 2 · 1/32.
        (5, 0, 2 / 32),
        # Four tosses, three or more alike: 2 · (1 + 4) / 16.
        (3, 1, 10 / 16),
        # As even as can be: twice more than a half, which is certain.
        (2, 2, 1.0),
        (0, 0, 1.0),
        (1, 0, 1.0),
    ],
)
def test_hand_worked_values(only_first, only_second, p_value):
    assert mcnemar(only_first, only_second).p_value == pytest.approx(p_value)


@given(st.integers(0, 60), st.integers(0, 60))
def test_it_is_the_binomial_test_of_a_fair_coin(only_first, only_second):
    if only_first + only_second:
        expected = stats.binomtest(only_first, only_first + only_second).pvalue
        assert mcnemar(only_first, only_second).p_value == pytest.approx(expected)


@given(st.integers(0, 60), st.integers(0, 60))
def test_exchanging_the_systems_keeps_the_p_value(one, other):
    assert mcnemar(one, other).p_value == mcnemar(other, one).p_value


def test_families_of_one_record_are_records():
    first, second = [1, 1, 1, 1, 0, 0], [0, 0, 0, 1, 1, 0]

    assert mcnemar_by_family(first, second, np.arange(6)) == mcnemar(3, 1)


def test_a_family_is_one_witness_for_whom_it_serves_better():
    first, second = [1, 1, 0, 1, 0], [0, 1, 1, 0, 0]
    # Family 4: two right against two. Family 9: one against none.
    assert mcnemar_by_family(first, second, [4, 4, 4, 9, 9]) == McNemar(1, 0, 1.0)


def test_seeds_are_counted_together():
    # The first system is right under three seeds of three, the second under two.
    assert mcnemar_by_family([3, 0], [2, 0], [0, 1]) == McNemar(1, 0, 1.0)
