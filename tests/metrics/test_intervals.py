"""Intervals: drawn by family, reproducible, and as wide as they claim."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from patsieve.metrics import intervals
from patsieve.metrics.evaluation import evaluate_scores
from patsieve.metrics.intervals import (
    FamilyBootstrap,
    clopper_pearson,
    percentile_interval,
    total_gap_interval,
)

LABELS = np.array([1, 1, 0, 0, 0, 1, 0])
FAMILIES = np.array([7, 7, 7, 3, 3, 9, -1])


def all_weights(bootstrap):
    return np.concatenate(list(bootstrap.weights()))


def test_members_of_a_family_are_drawn_together():
    weights = all_weights(FamilyBootstrap(LABELS, FAMILIES, n_resamples=50))

    assert weights.shape == (50, len(LABELS))
    for code in np.unique(FAMILIES):
        members = weights[:, code == FAMILIES]
        assert (members == members[:, :1]).all()


def test_a_resample_draws_as_many_families_as_there_are():
    weights = all_weights(FamilyBootstrap(LABELS, FAMILIES, n_resamples=50))
    _, first_members = np.unique(FAMILIES, return_index=True)

    assert (weights[:, first_members].sum(axis=1) == 4).all()


def test_every_family_is_drawn_once_on_average():
    labels = np.tile([0, 1], 50)

    weights = all_weights(FamilyBootstrap(labels, n_resamples=4000))

    # The mean of 4,000 nearly Poisson counts has a standard error of 0.016.
    np.testing.assert_allclose(weights.mean(axis=0), 1, atol=0.08)


def test_every_resample_holds_both_classes():
    labels = np.array([1] + [0] * 9)

    weights = all_weights(FamilyBootstrap(labels, n_resamples=500))

    assert len(weights) == 500
    assert (weights @ labels > 0).all()
    assert (weights @ (1 - labels) > 0).all()


def test_the_seed_decides_the_resamples():
    def draw(seed):
        return all_weights(FamilyBootstrap(LABELS, FAMILIES, seed=seed, n_resamples=20))

    assert (draw(1) == draw(1)).all()
    assert (draw(1) != draw(2)).any()


def test_resamples_do_not_depend_on_the_size_of_a_block(monkeypatch):
    labels = np.tile([0, 0, 1], 30)
    at_once = all_weights(FamilyBootstrap(labels, n_resamples=40))

    monkeypatch.setattr(intervals, "_BLOCK_ELEMENTS", 7 * len(labels))
    blocks = list(FamilyBootstrap(labels, n_resamples=40).weights())

    assert max(len(block) for block in blocks) == 7
    assert (np.concatenate(blocks) == at_once).all()


@pytest.mark.parametrize(
    ("labels", "families", "message"),
    [
        ([1, 0], [5, 5], "all records belong to one family"),
        ([1, 1], [1, 2], "needs relevant and irrelevant records"),
        ([1, 0], [1, 2, 3], "2 labels but 3 family codes"),
    ],
)
def test_what_cannot_be_resampled_is_refused(labels, families, message):
    with pytest.raises(ValueError, match=message):
        FamilyBootstrap(np.array(labels), np.array(families))


def test_no_resamples_are_refused():
    with pytest.raises(ValueError, match="n_resamples is 0"):
        FamilyBootstrap(LABELS, n_resamples=0)


def test_percentiles_cut_the_same_share_off_both_ends():
    resampled = np.arange(101) / 100

    estimate = percentile_interval(0.5, resampled, confidence=0.9)

    assert [estimate.value, estimate.low, estimate.high] == pytest.approx([0.5, 0.05, 0.95])


def test_an_interval_always_holds_its_value():
    assert percentile_interval(0.2, np.array([0.5, 0.6])).low == 0.2
    assert percentile_interval(0.9, np.array([0.5, 0.6])).high == 0.9


def test_the_gap_interval_reaches_as_far_as_resamples_stray_from_the_sample():
    gaps = np.array([0.1, -0.2])
    resampled = gaps + np.array([[0.05, 0.0], [0.02, 0.03], [0.0, -0.05]])

    estimate = total_gap_interval(gaps, resampled)

    assert [estimate.value, estimate.low, estimate.high] == pytest.approx([0.3, 0.25, 0.35])


def test_the_gap_interval_ends_at_zero():
    assert total_gap_interval(np.array([0.01]), np.array([[0.5], [-0.5]])).low == 0


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Closed forms: nothing found, 1 - 0.025 ** (1 / n); everything found, 0.025 ** (1 / n).
        (0, 10, 0.0, 1 - 0.025 ** (1 / 10)),
        (10, 10, 0.025 ** (1 / 10), 1.0),
        # Clopper and Pearson's tables, as any textbook prints them.
        (5, 10, 0.187, 0.813),
        (1, 20, 0.001, 0.249),
    ],
)
def test_exact_bounds_worked_by_hand(successes, trials, low, high):
    assert clopper_pearson(successes, trials) == pytest.approx((low, high), abs=5e-4)


@given(st.integers(1, 300), st.data(), st.sampled_from([0.8, 0.95, 0.99]))
def test_exact_bounds_agree_with_scipy(trials, data, confidence):
    successes = data.draw(st.integers(0, trials))

    exact = binomtest(successes, trials).proportion_ci(confidence, method="exact")

    bounds = clopper_pearson(successes, trials, confidence=confidence)
    assert bounds == pytest.approx((exact.low, exact.high), abs=1e-9)


@pytest.mark.parametrize(
    ("n_relevant", "allowed"), [(60, 0), (100, 1), (200, 4), (300, 8), (500, 16)]
)
def test_a_one_sided_bound_certifies_recall_up_to_the_known_number_of_misses(n_relevant, allowed):
    def low(n_missed):
        bounds = clopper_pearson(n_relevant - n_missed, n_relevant, side="lower")
        assert bounds[1] == 1
        return bounds[0]

    assert low(allowed) >= 0.95
    assert low(allowed + 1) < 0.95


def test_without_trials_nothing_is_known():
    assert clopper_pearson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("successes", "trials"), [(-1, 3), (4, 3)])
def test_impossible_counts_are_refused(successes, trials):
    with pytest.raises(ValueError, match=f"{successes} successes in {trials} trials cannot be"):
        clopper_pearson(successes, trials)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_outside_its_range_is_refused(confidence):
    with pytest.raises(ValueError, match=f"confidence is {confidence}"):
        clopper_pearson(1, 2, confidence=confidence)
    with pytest.raises(ValueError, match=f"confidence is {confidence}"):
        percentile_interval(0.5, np.array([0.5]), confidence=confidence)


def _sample(random, n_records):
    """Records in families that share a part of their score; probabilities are the true ones."""
    families = random.integers(n_records // 2, size=n_records)
    shared = random.normal(size=n_records // 2)[families]
    logit = 2 * (0.8 * shared + random.normal(size=n_records) - 1)
    probabilities = 1 / (1 + np.exp(-logit))
    labels = (random.random(n_records) < probabilities).astype(int)
    return labels, probabilities, families


@pytest.mark.slow
def test_intervals_hold_the_true_value_about_as_often_as_they_claim():
    random = np.random.default_rng(20)
    labels, probabilities, families = _sample(random, 400_000)
    truth = evaluate_scores(labels, probabilities, families=families, n_resamples=1).metrics
    hits = dict.fromkeys(["accuracy", "average_precision", "expected_calibration_error"], 0)

    for seed in range(300):
        labels, probabilities, families = _sample(random, 300)
        measured = evaluate_scores(
            labels, probabilities, families=families, n_resamples=300, seed=seed
        ).metrics
        for name in hits:
            hits[name] += measured[name].low <= truth[name].value <= measured[name].high

    # Of 300 intervals at 95 %, fewer than 270 would hold in one of a thousand such tests.
    for name, n_held in hits.items():
        assert n_held >= 270, name
    assert hits["accuracy"] < 300
    assert hits["average_precision"] < 300
