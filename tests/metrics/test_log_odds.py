"""The scale of evidence, and the move from one prevalence to another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit

from patsieve.metrics.log_odds import at_prevalence, log_losses, log_odds, prevalence_shift

share = st.floats(0.001, 0.999)


def test_log_odds_agree_with_scipy_and_are_finite_at_the_ends():
    probabilities = np.array([1e-300, 1e-9, 0.2, 0.5, 1 - 1e-12])

    np.testing.assert_allclose(log_odds(probabilities), logit(probabilities))
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()


def test_log_odds_can_be_kept_from_the_ends():
    low, high = log_odds(np.array([0.0, 1.0]), nearest=0.01)

    assert (low, high) == pytest.approx((np.log(1 / 99), np.log(99)))


def test_a_move_worked_by_hand():
    # Odds of 3 at 1:1 are odds of 1 where irrelevant records are three times as common.
    assert at_prevalence(0.75, known=0.5, wanted=0.25) == pytest.approx(0.5)


def test_a_move_to_the_same_place_changes_no_bit():
    probabilities = np.array([0.1, 1 / 3, 0.7])

    assert at_prevalence(probabilities, known=0.3, wanted=0.3) is probabilities


@given(st.floats(0, 1), share, share)
def test_there_and_back_is_where_it_began(probability, known, wanted):
    there = at_prevalence(probability, known=known, wanted=wanted)

    assert 0 <= there <= 1
    assert at_prevalence(there, known=wanted, wanted=known) == pytest.approx(probability, abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20), share, share)
def test_the_order_stays(probabilities, known, wanted):
    there = at_prevalence(np.sort(np.array(probabilities)), known=known, wanted=wanted)

    assert (np.diff(there) >= -1e-15).all()


def test_a_move_adds_the_same_to_all_log_odds():
    probabilities = np.array([0.01, 0.4, 0.9])

    moved = log_odds(at_prevalence(probabilities, known=0.3, wanted=0.05)) - log_odds(probabilities)

    np.testing.assert_allclose(moved, prevalence_shift(0.3, 0.05))


@pytest.mark.parametrize(("known", "wanted"), [(0.0, 0.5), (0.5, 1.0), (1.2, 0.5)])
def test_a_prevalence_that_is_none_is_refused(known, wanted):
    with pytest.raises(ValueError, match="it must lie between 0 and 1"):
        at_prevalence(0.5, known=known, wanted=wanted)


def test_a_label_costs_what_its_probability_says_and_certainty_has_an_end():
    losses = log_losses(np.array([[0.25, 0.25], [1.0, 1.0]]), np.array([1, 0]))

    np.testing.assert_allclose(losses[0], [np.log(4), np.log(4 / 3)])
    np.testing.assert_allclose(losses[1], [0, np.log(1e6)], atol=2e-6)
