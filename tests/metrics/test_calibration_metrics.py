"""Quality of probabilities, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from patsieve.metrics.calibration import (
    brier_score,
    calibration_bins,
    expected_calibration_error,
)

probability = st.floats(0, 1)


def test_brier_score_worked_by_hand():
    assert brier_score([1, 0, 1], [0.8, 0.4, 1.0]) == pytest.approx((0.04 + 0.16 + 0) / 3)


@given(st.lists(st.tuples(st.integers(0, 1), probability), min_size=1, max_size=20))
def test_brier_score_agrees_with_scikit_learn(records):
    labels, probabilities = zip(*records, strict=True)

    expected = brier_score_loss(labels, probabilities, pos_label=1)

    assert brier_score(labels, probabilities) == pytest.approx(expected)


def test_calibration_error_worked_by_hand():
    # Bin [.2, .3): claims .2 and .28, none relevant; bin [.9, 1]: claims .9 and 1, one relevant.
    error = expected_calibration_error([0, 0, 1, 0], [0.2, 0.28, 0.9, 1.0])

    assert error == pytest.approx(2 / 4 * 0.24 + 2 / 4 * 0.45)


def test_overclaiming_and_underclaiming_cancel_within_a_bin_only():
    labels, probabilities = [1, 0, 1, 0], [0.45, 0.45, 0.55, 0.55]

    assert expected_calibration_error(labels, probabilities, n_bins=1) == pytest.approx(0)
    assert expected_calibration_error(labels, probabilities, n_bins=2) == pytest.approx(0.05)


@pytest.mark.parametrize("n_bins", [10, 20, 100])
def test_a_probability_on_an_edge_belongs_to_the_upper_bin(n_bins):
    edges = np.array([float(f"{k / n_bins:.2f}") for k in range(n_bins)])

    assert calibration_bins(edges, n_bins).tolist() == list(range(n_bins))


def test_certainty_belongs_to_the_last_bin():
    assert calibration_bins(np.array([0.0, 1.0]), 10).tolist() == [0, 9]


@given(st.lists(st.tuples(st.integers(0, 1), probability), min_size=1, max_size=20))
def test_calibration_error_lies_between_zero_and_one(records):
    labels, probabilities = zip(*records, strict=True)

    assert 0 <= expected_calibration_error(labels, probabilities) <= 1


def test_no_bins_are_refused():
    with pytest.raises(ValueError, match="n_bins is 0"):
        expected_calibration_error([1], [1.0], n_bins=0)
