"""Scores become probabilities that can be believed, and keep their order."""

import numpy as np
import pytest
from scipy.special import expit, logit

from patsieve.models.platt import Platt


def test_scores_that_are_log_odds_already_stay_nearly_as_they_are():
    rng = np.random.default_rng(0)
    scores = rng.normal(-1, 2, size=20_000)
    labels = (rng.random(20_000) < expit(scores)).astype(np.int64)

    calibration = Platt.fit(scores, labels)

    assert calibration.slope == pytest.approx(1, abs=0.05)
    assert calibration.intercept == pytest.approx(0, abs=0.05)


def test_timid_scores_are_spread():
    rng = np.random.default_rng(1)
    log_odds = rng.normal(-1, 2, size=20_000)
    labels = (rng.random(20_000) < expit(log_odds)).astype(np.int64)

    calibration = Platt.fit(log_odds / 4 + 3, labels)

    assert calibration.slope == pytest.approx(4, rel=0.05)
    assert calibration.intercept == pytest.approx(-12, rel=0.05)


def test_the_mean_probability_is_the_prevalence_of_the_smoothed_targets():
    scores = np.array([-2.0, -1.0, 0.5, 0.0, 1.0, 2.0])
    labels = np.array([0, 0, 0, 1, 0, 1])

    probabilities = Platt.fit(scores, labels).probabilities(scores)

    # Platt's targets: 3/4 for each of 2 relevant, 1/6 for each of 4 irrelevant records.
    assert probabilities.mean() == pytest.approx((2 * 3 / 4 + 4 / 6) / 6, abs=1e-6)


def test_scores_that_separate_the_classes_do_not_become_certain():
    scores = np.array([-3.0, -2.0, 2.0, 3.0])

    probabilities = Platt.fit(scores, np.array([0, 0, 1, 1])).probabilities(scores)

    # The targets are 1/4 and 3/4 here; no probability can be far beyond them.
    assert probabilities.max() < 0.9
    assert probabilities.min() > 0.1


def test_scores_worse_than_chance_keep_their_order():
    scores = np.array([3.0, 2.0, -2.0, -3.0])

    calibration = Platt.fit(scores, np.array([0, 0, 1, 1]))

    assert calibration.slope == pytest.approx(0.01)
    assert (np.diff(calibration.probabilities(scores)) < 0).all()


def test_scores_that_say_nothing_give_the_prevalence():
    probabilities = Platt.fit(np.zeros(100), np.repeat([0, 1], [75, 25])).probabilities(np.zeros(1))

    # (25 * 26/27 + 75 * 1/77) / 100
    assert logit(probabilities[0]) == pytest.approx(logit(0.250481), abs=1e-4)


def test_huge_scores_overflow_nothing():
    scores = np.array([-1e6, 1e6, -1e6, 1e6])

    probabilities = Platt.fit(scores, np.array([0, 1, 0, 1])).probabilities(scores)

    assert np.isfinite(probabilities).all()
