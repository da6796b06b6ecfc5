"""Losses by hand, and what sampling and class weights do to the prior."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from patsieve.errors import SpecificationError
from patsieve.finetuning.losses import ClassificationLoss, prior_log_odds_shift

# Probabilities of label 1: 0.8, 0.25, 0.5; labels 1, 1, 0.
LOGITS = torch.tensor([[0.0, math.log(4)], [math.log(3), 0.0], [0.0, 0.0]], dtype=torch.float64)
LABELS = torch.tensor([1, 1, 0])


def loss(**settings):
    return float(ClassificationLoss(**settings)(LOGITS, LABELS))


def test_cross_entropy_is_the_mean_negative_log_probability_of_the_labels():
    expected = -(math.log(0.8) + math.log(0.25) + math.log(0.5)) / 3

    assert loss() == pytest.approx(expected, abs=1e-12)


def test_class_weights_make_a_weighted_mean():
    # Label 0 counts 1, label 1 counts 2, so the sum of weights is 5.
    expected = -(2 * math.log(0.8) + 2 * math.log(0.25) + math.log(0.5)) / 5

    assert loss(class_weights=(1.0, 2.0)) == pytest.approx(expected, abs=1e-12)


def test_the_focal_loss_turns_from_records_that_are_right_already():
    expected = -(0.2**2 * math.log(0.8) + 0.75**2 * math.log(0.25) + 0.5**2 * math.log(0.5)) / 3

    assert loss(focal_gamma=2.0) == pytest.approx(expected, abs=1e-12)


def test_the_focal_loss_with_class_weights_is_a_weighted_mean_too():
    expected = (
        -(2 * 0.2**2 * math.log(0.8) + 2 * 0.75**2 * math.log(0.25) + 0.5**2 * math.log(0.5)) / 5
    )

    assert loss(focal_gamma=2.0, class_weights=(1.0, 2.0)) == pytest.approx(expected, abs=1e-12)


def test_label_smoothing_spreads_a_share_of_the_target_over_both_classes():
    def smoothed(p):
        return -(0.95 * math.log(p) + 0.05 * math.log(1 - p))

    expected = (smoothed(0.8) + smoothed(0.25) + smoothed(0.5)) / 3

    assert loss(label_smoothing=0.1) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("class_weights", [None, (1.0, 2.0)])
@pytest.mark.parametrize("label_smoothing", [0.0, 0.2])
def test_without_focus_the_loss_is_torchs_and_a_little_focus_changes_little(
    class_weights, label_smoothing
):
    weight = None if class_weights is None else torch.tensor(class_weights).double()
    expected = float(
        functional.cross_entropy(LOGITS, LABELS, weight=weight, label_smoothing=label_smoothing)
    )
    settings = {"class_weights": class_weights, "label_smoothing": label_smoothing}

    assert loss(**settings) == pytest.approx(expected, abs=1e-12)
    assert loss(**settings, focal_gamma=1e-9) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("class_weights", [(0.0, 1.0), (1.0, 0.0), (1.0, -2.0)])
def test_a_class_without_weight_is_refused(class_weights):
    with pytest.raises(SpecificationError, match=r"class weights are .*; both must be above 0"):
        ClassificationLoss(class_weights=class_weights)


@pytest.mark.parametrize("settings", [{}, {"class_weights": (1.0, 3.0)}, {"focal_gamma": 2.0}])
def test_the_losses_of_parts_join_to_the_loss_of_the_whole(settings):
    whole = ClassificationLoss(**settings)
    parts = [np.array([0]), np.array([1, 2])]
    weights = [whole.weight_of(LABELS.numpy()[part]) for part in parts]

    joined = sum(
        weight * float(whole(LOGITS[part], LABELS[part]))
        for weight, part in zip(weights, parts, strict=True)
    ) / sum(weights)

    assert joined == pytest.approx(float(whole(LOGITS, LABELS)), abs=1e-12)
    assert whole.weight_of(LABELS.numpy()) == pytest.approx(sum(weights))


def test_validation_is_judged_without_class_weights_but_with_the_rest():
    weighted = ClassificationLoss((1.0, 2.0), focal_gamma=1.5, label_smoothing=0.1)

    assert weighted.unweighted() == ClassificationLoss(None, 1.5, 0.1)


# --- the prior -----------------------------------------------------------------------------

ONE_IN_FIVE = np.array([1, 0, 0, 0, 0])


def test_plain_training_keeps_the_prior():
    assert prior_log_odds_shift(ONE_IN_FIVE, sampling="uniform", class_weights=None) == 0.0


def test_balanced_draws_raise_the_log_odds_of_the_rare_class_to_even():
    shift = prior_log_odds_shift(ONE_IN_FIVE, sampling="balanced", class_weights=None)

    assert shift == pytest.approx(math.log(4))
    mostly_relevant = 1 - ONE_IN_FIVE
    shift = prior_log_odds_shift(mostly_relevant, sampling="balanced", class_weights=None)
    assert shift == pytest.approx(-math.log(4))


def test_class_weights_multiply_the_odds_by_their_ratio():
    shift = prior_log_odds_shift(ONE_IN_FIVE, sampling="uniform", class_weights=(1.0, 2.0))

    assert shift == pytest.approx(math.log(2))


@given(
    st.integers(1, 50),
    st.integers(1, 50),
    st.sampled_from(["uniform", "balanced"]),
    st.none() | st.tuples(st.floats(0.1, 10), st.floats(0.1, 10)),
)
def test_a_model_that_learns_only_the_prior_comes_out_at_the_prevalence(
    n_relevant, n_irrelevant, sampling, class_weights
):
    labels = np.array([1] * n_relevant + [0] * n_irrelevant)
    # What minimises the loss for a constant logit: the log-odds of the weighted draws.
    odds = 1.0 if sampling == "balanced" else n_relevant / n_irrelevant
    if class_weights is not None:
        odds *= class_weights[1] / class_weights[0]

    shift = prior_log_odds_shift(labels, sampling=sampling, class_weights=class_weights)

    corrected = 1 / (1 + math.exp(-(math.log(odds) - shift)))
    assert corrected == pytest.approx(labels.mean())
