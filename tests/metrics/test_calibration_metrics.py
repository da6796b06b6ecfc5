"""Quality of probabilities, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from patsieve.metrics.calibration import (
    brier_score,
    calibration_bins,
    check_calibration,
    drawn_labels,
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


def claims_and_labels(n_records, seed):
    random = np.random.default_rng(seed)
    probabilities = random.beta(0.5, 1.0, n_records)
    return probabilities, (random.random(n_records) < probabilities).astype(int)


def test_the_check_holds_the_error_against_that_of_true_probabilities():
    probabilities, labels = claims_and_labels(400, seed=0)

    check = check_calibration(labels, probabilities)

    assert check.error == expected_calibration_error(labels, probabilities)
    errors = []
    random = np.random.default_rng(1)
    for _ in range(1000):
        drawn = (random.random(400) < probabilities).astype(int)
        errors.append(expected_calibration_error(drawn, probabilities))
    assert check.percentile_95 == pytest.approx(np.quantile(errors, 0.95), rel=0.05)


def test_true_probabilities_are_found_wanting_in_one_of_twenty_samples():
    verdicts = []
    for seed in range(200):
        probabilities, labels = claims_and_labels(200, seed)
        check = check_calibration(labels, probabilities, seed=seed, n_simulations=300)
        verdicts.append(check.is_consistent)

    # 190 on average, with a standard deviation of 3.
    assert 180 <= sum(verdicts) <= 199


@pytest.mark.parametrize("power", [2.0, 0.5])
def test_probabilities_that_claim_too_little_or_too_much_are_found_wanting(power):
    probabilities, labels = claims_and_labels(1000, seed=3)
    odds = (probabilities / (1 - probabilities)) ** power

    assert not check_calibration(labels, odds / (1 + odds)).is_consistent


def test_records_of_one_family_stand_or_fall_together():
    probabilities, labels = claims_and_labels(50, seed=0)
    copied, families = np.repeat(probabilities, 8), np.repeat(np.arange(50), 8)

    together = check_calibration(np.repeat(labels, 8), copied, families=families)
    apart = check_calibration(np.repeat(labels, 8), copied)

    assert together.percentile_95 == pytest.approx(
        check_calibration(labels, probabilities).percentile_95, rel=0.1
    )
    assert together.percentile_95 > 2 * apart.percentile_95


def test_certain_and_right_leaves_nothing_to_chance():
    check = check_calibration([0, 0, 1], [0.0, 0.0, 1.0])

    assert (check.error, check.percentile_95, check.is_consistent) == (0.0, 0.0, True)
    assert check.as_json() == {"value": 0.0, "percentile_95": 0.0, "is_consistent": True}


def test_drawn_labels_are_relevant_as_often_as_claimed():
    probabilities = np.array([0.0, 0.1, 0.5, 1.0])

    drawn = np.concatenate(list(drawn_labels(probabilities, seed=0, n_draws=4000)))

    assert drawn.shape == (4000, 4)
    np.testing.assert_allclose(drawn.mean(axis=0), probabilities, atol=0.03)


def test_in_a_family_the_likelier_record_is_relevant_where_the_other_is():
    drawn = np.concatenate(
        list(drawn_labels(np.array([0.3, 0.6, 0.3]), [7, 7, 8], seed=0, n_draws=500))
    )

    assert (drawn[:, 0] <= drawn[:, 1]).all()
    assert not (drawn[:, 2] <= drawn[:, 1]).all()


def test_many_records_are_drawn_in_blocks(monkeypatch):
    monkeypatch.setattr("patsieve.metrics.calibration._BLOCK_ELEMENTS", 10)

    blocks = list(drawn_labels(np.full(4, 0.5), seed=0, n_draws=5))

    assert [len(block) for block in blocks] == [2, 2, 1]


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="0 draws"):
        list(drawn_labels(np.array([0.5]), seed=0, n_draws=0))
    with pytest.raises(ValueError, match="2 probabilities but 1 family codes"):
        list(drawn_labels(np.array([0.5, 0.5]), [1], seed=0, n_draws=1))
