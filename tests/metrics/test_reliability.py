"""Bins of a reliability diagram, counted by hand, and what chance allows them."""

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from patsieve.metrics.calibration import expected_calibration_error
from patsieve.metrics.reliability import reliability_bins

PROBABILITIES = [0.05, 0.05, 0.15, 0.95, 0.95, 0.95, 1.0]
LABELS = [0, 1, 0, 1, 1, 0, 1]


def test_bins_are_counted_by_hand_and_empty_ones_left_out():
    bins = reliability_bins(LABELS, PROBABILITIES)

    assert [(b.start, b.end) for b in bins] == [(0.0, 0.1), (0.1, 0.2), (0.9, 1.0)]
    assert [(b.n_relevant, b.n_records) for b in bins] == [(1, 2), (0, 1), (3, 4)]
    assert [b.observed for b in bins] == [0.5, 0.0, 0.75]
    assert [b.claimed for b in bins] == pytest.approx([0.05, 0.15, 0.9625])


def test_intervals_are_exact():
    bins = reliability_bins(LABELS, PROBABILITIES, confidence=0.9)

    for one in bins:
        expected = binomtest(one.n_relevant, one.n_records).proportion_ci(0.9, method="exact")
        assert (one.low, one.high) == pytest.approx((expected.low, expected.high))


def test_the_band_is_that_of_the_binomial_distribution_where_probabilities_are_equal():
    [one] = reliability_bins(np.repeat([0, 1], [60, 40]), np.full(100, 0.35), n_simulations=4000)

    low, high = binom.ppf([0.025, 0.975], 100, 0.35) / 100
    assert (one.expected_low, one.expected_high) == pytest.approx((low, high), abs=0.011)
    assert one.is_consistent


def test_a_share_that_chance_does_not_explain_is_outside_the_band():
    [one] = reliability_bins(np.repeat([0, 1], [40, 60]), np.full(100, 0.35))

    assert not one.is_consistent


def test_a_family_counts_once_for_the_band():
    labels, probabilities = np.repeat([0, 1, 0, 0, 1], 20), np.full(100, 0.35)

    [apart] = reliability_bins(labels, probabilities)
    [together] = reliability_bins(labels, probabilities, families=np.repeat(np.arange(5), 20))

    assert together.expected_high - together.expected_low > 3 * (
        apart.expected_high - apart.expected_low
    )


def test_the_bins_are_those_of_the_calibration_error():
    random = np.random.default_rng(0)
    probabilities = random.random(300)
    labels = (random.random(300) < probabilities**2).astype(int)

    bins = reliability_bins(labels, probabilities)

    error = sum(b.n_records * abs(b.observed - b.claimed) for b in bins) / 300
    assert error == pytest.approx(expected_calibration_error(labels, probabilities))
