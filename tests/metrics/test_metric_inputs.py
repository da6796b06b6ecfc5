"""Wrong input is answered by a sentence that names the value."""

import pytest

from patsieve.metrics.calibration import brier_score
from patsieve.metrics.classification import accuracy
from patsieve.metrics.ranking import average_precision


@pytest.mark.parametrize(
    ("labels", "scores", "message"),
    [
        ([1, 0], [0.5], "2 labels but 1 scores"),
        ([1, 2, 0], [1, 2, 3], r"label 1 is 2; a label is 1 \(relevant\) or 0 \(irrelevant\)"),
        ([1, float("nan")], [1, 2], "label 1 is nan"),
        ([], [], "there are no labels"),
        ([1, 0], [0.5, float("nan")], "score 1 is nan; scores must be finite"),
        ([1, 0], [float("inf"), 1], "score 0 is inf"),
        ([[1, 0]], [[1, 2]], r"labels have shape \(1, 2\); they must have shape \(n_records,\)"),
        ([1, 0], [[1, 2]], r"scores have shape \(1, 2\)"),
    ],
)
def test_labels_and_scores_that_do_not_fit_are_named(labels, scores, message):
    with pytest.raises(ValueError, match=message):
        average_precision(labels, scores)


@pytest.mark.parametrize("value", [-0.01, 1.01, float("nan")])
def test_a_probability_outside_its_range_is_named(value):
    with pytest.raises(ValueError, match=f"probability 1 is {value}; .* between 0 and 1"):
        brier_score([1, 0], [0.5, value])


def test_more_decisions_than_labels_are_refused():
    with pytest.raises(ValueError, match="2 labels but 3 decisions"):
        accuracy([1, 0], [1, 0, 1])


def test_a_probability_is_not_taken_for_a_decision():
    with pytest.raises(ValueError, match=r"decision 0 is 0.7; a decision is 1"):
        accuracy([1, 0], [0.7, 0.1])


def test_true_and_false_are_labels_too():
    assert accuracy([True, False], [1.0, 0.0]) == 1.0
