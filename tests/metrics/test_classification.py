"""Measures of decisions: values worked by hand, scikit-learn's, and the empty cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from patsieve.metrics.classification import (
    Confusion,
    accuracy,
    confusion_matrix,
    decide,
    f1,
    f1_weighted,
    mcc,
    measure_decisions,
    precision,
    precision_weighted,
    recall,
    recall_weighted,
)

# tn 5, fp 1, fn 2, tp 2
LABELS = [0] * 6 + [1] * 4
DECISIONS = [0] * 5 + [1] + [0, 0, 1, 1]

MEASURES = [accuracy, precision, recall, f1, precision_weighted, f1_weighted, mcc]


@st.composite
def decided_records(draw):
    pairs = draw(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=30))
    labels, decisions = zip(*pairs, strict=True)
    return list(labels), list(decisions)


def test_confusion_matrix_worked_by_hand():
    confusion = confusion_matrix(LABELS, DECISIONS)

    assert confusion == Confusion(tn=5, fp=1, fn=2, tp=2)
    assert confusion.rows == [[5, 1], [2, 2]]


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        (accuracy, 7 / 10),
        (precision, 2 / 3),
        (recall, 2 / 4),
        (f1, 4 / 7),
        (precision_weighted, 0.6 * 5 / 7 + 0.4 * 2 / 3),
        (recall_weighted, 7 / 10),
        (f1_weighted, 0.6 * 10 / 13 + 0.4 * 4 / 7),
        (mcc, (2 * 5 - 1 * 2) / np.sqrt(3 * 4 * 6 * 7)),
    ],
)
def test_measures_worked_by_hand(measure, value):
    assert measure(LABELS, DECISIONS) == pytest.approx(value)


@given(decided_records())
def test_measures_agree_with_scikit_learn(records):
    labels, decisions = records
    weighted = {"average": "weighted", "zero_division": 0, "labels": [0, 1]}

    assert confusion_matrix(labels, decisions).rows == (
        sklearn_metrics.confusion_matrix(labels, decisions, labels=[0, 1]).tolist()
    )
    assert precision(labels, decisions) == pytest.approx(
        sklearn_metrics.precision_score(labels, decisions, zero_division=0)
    )
    assert recall(labels, decisions) == pytest.approx(
        sklearn_metrics.recall_score(labels, decisions, zero_division=0)
    )
    assert f1(labels, decisions) == pytest.approx(
        sklearn_metrics.f1_score(labels, decisions, zero_division=0)
    )
    assert precision_weighted(labels, decisions) == pytest.approx(
        sklearn_metrics.precision_score(labels, decisions, **weighted)
    )
    assert recall_weighted(labels, decisions) == pytest.approx(
        sklearn_metrics.recall_score(labels, decisions, **weighted)
    )
    assert f1_weighted(labels, decisions) == pytest.approx(
        sklearn_metrics.f1_score(labels, decisions, **weighted)
    )


@given(decided_records())
def test_mcc_is_the_correlation_of_labels_and_decisions_and_zero_without_one(records):
    labels, decisions = records

    if len(set(labels)) == 2 and len(set(decisions)) == 2:
        assert mcc(labels, decisions) == pytest.approx(np.corrcoef(labels, decisions)[0, 1])
    else:
        assert mcc(labels, decisions) == 0


@pytest.mark.parametrize("measure", [precision, recall, f1, mcc])
@pytest.mark.parametrize("labels", [[0, 0, 0], [1, 1, 0]])
def test_calling_nothing_relevant_scores_zero_rather_than_failing(measure, labels):
    assert measure(labels, [0, 0, 0]) == 0


def test_mcc_does_not_overflow_on_millions_of_records():
    cells = np.array([50_000_000, 0, 0, 50_000_000])

    assert measure_decisions(cells).mcc == pytest.approx(1)


def test_many_matrices_are_measured_as_one_by_one():
    cells = np.array([[5, 1, 2, 2], [9, 0, 1, 0], [0, 3, 0, 4]])

    together = measure_decisions(cells)

    for row, matrix in enumerate(cells):
        alone = measure_decisions(matrix)
        for name in vars(together):
            assert getattr(together, name)[row] == getattr(alone, name)


def test_a_probability_at_the_threshold_is_relevant():
    assert decide([0.49, 0.5, 0.51]).tolist() == [0, 1, 1]
    assert decide([0.1, 0.2, 0.3], threshold=0.2).tolist() == [0, 1, 1]
