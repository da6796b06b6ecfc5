"""The scores of an epoch, by hand."""

import math

import numpy as np
import pytest

from patsieve.finetuning.scores import epoch_scores


def test_scores_of_four_records_by_hand():
    logits = np.array([[0.0, 2.0], [1.0, 0.0], [0.0, 1.0], [3.0, 0.0]])
    labels = np.array([1, 1, 0, 0])

    scores = epoch_scores(logits, labels, loss=0.7)

    # Margins 2, -1, 1, -3: decisions 1, 0, 1, 0; read in the order 1, 0, 1, 0.
    assert scores == pytest.approx(
        {
            "loss": 0.7,
            "accuracy": 0.5,
            "f1_relevant": 0.5,
            "mcc": 0.0,
            "average_precision": (1 + 2 / 3) / 2,
        }
    )


def test_a_tie_of_the_logits_is_irrelevant():
    scores = epoch_scores(np.zeros((2, 2)), np.array([0, 0]), loss=0.7)

    assert scores["accuracy"] == 1.0


def test_without_a_relevant_record_the_average_precision_is_zero():
    scores = epoch_scores(np.array([[0.0, 1.0]]), np.array([0]), loss=0.7)

    assert scores["average_precision"] == 0.0
    assert scores["mcc"] == 0.0


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf])
def test_logits_that_are_no_numbers_have_no_scores(broken):
    logits = np.array([[0.0, 1.0], [broken, broken]])

    scores = epoch_scores(logits, np.array([0, 1]), loss=math.nan)

    assert set(scores) == {"loss", "accuracy", "f1_relevant", "mcc", "average_precision"}
    assert all(math.isnan(value) for value in scores.values())
