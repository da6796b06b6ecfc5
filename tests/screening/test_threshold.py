"""Thresholds, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.errors import LabelError
from patsieve.metrics.classification import confusion_matrix, f1, mcc, precision
from patsieve.screening.purpose import Purpose
from patsieve.screening.threshold import (
    budget_threshold,
    cells_at_every_threshold,
    choose_threshold,
)

#                 1    0    1    1    0    0
PROBABILITIES = [0.9, 0.8, 0.7, 0.4, 0.3, 0.1]
LABELS = [1, 0, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("recall", "threshold"),
    [(0.01, 0.9), (1 / 3, 0.9), (0.34, 0.7), (2 / 3, 0.7), (0.67, 0.4), (1.0, 0.4)],
)
def test_recall_takes_the_highest_threshold_that_reaches_it(recall, threshold):
    assert choose_threshold(LABELS, PROBABILITIES, Purpose("recall", recall)) == threshold


@pytest.mark.parametrize(
    ("recall", "n_relevant", "n_found"), [(0.95, 20, 19), (0.07, 100, 7), (0.95, 21, 20)]
)
def test_recall_is_counted_in_whole_records(recall, n_relevant, n_found):
    probabilities = np.linspace(0.99, 0.5, n_relevant)

    threshold = choose_threshold(np.ones(n_relevant), probabilities, Purpose("recall", recall))

    assert (probabilities >= threshold).sum() == n_found


def test_a_tie_is_found_as_a_whole():
    labels, probabilities = [1, 0, 1, 1], [0.6, 0.6, 0.6, 0.2]

    assert choose_threshold(labels, probabilities, Purpose("recall", 1 / 3)) == 0.6


def test_the_largest_mcc():
    # Called down to .9: tp 1, fp 0: MCC .447; to .7: tp 2, fp 1: .333; to .4: tp 3, fp 1: .707.
    assert choose_threshold(LABELS, PROBABILITIES, Purpose("max-mcc", None)) == 0.4


def test_the_largest_f1():
    # Called down to .9: 2/4; to .7: 4/6; to .4: 6/7; to .3: 6/8.
    assert choose_threshold(LABELS, PROBABILITIES, Purpose("max-f1", None)) == 0.4


def test_of_thresholds_equally_good_the_highest_is_taken():
    labels, probabilities = [1, 0, 0, 1], [0.9, 0.6, 0.5, 0.4]
    # The first record alone: F1 2/3. All four: 4/6.
    assert f1(labels, [1, 0, 0, 0]) == f1(labels, [1, 1, 1, 1])

    assert choose_threshold(labels, probabilities, Purpose("max-f1", None)) == 0.9


def test_a_tie_is_called_together_when_measuring():
    # The relevant record of the tie cannot be had without the irrelevant ones.
    labels, probabilities = [1, 1, 0, 0, 0], [0.9, 0.5, 0.5, 0.5, 0.5]

    assert choose_threshold(labels, probabilities, Purpose("max-mcc", None)) == 0.9


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.8, 1.0])),
        min_size=1,
        max_size=20,
    ).filter(lambda records: any(label for label, _ in records)),
    st.sampled_from([("max-mcc", mcc), ("max-f1", f1)]),
)
def test_no_threshold_is_better_than_the_best(records, chosen):
    kind, measure = chosen
    labels, probabilities = map(np.array, zip(*records, strict=True))

    threshold = choose_threshold(labels, probabilities, Purpose(kind, None))

    values = {t: measure(labels, (probabilities >= t).astype(int)) for t in set(probabilities)}
    best = max(values.values())
    assert values[threshold] == pytest.approx(best, abs=1e-12)
    assert threshold == max(t for t, value in values.items() if value >= best - 1e-12)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0.001, 1))
def test_recall_is_reached_and_no_higher_threshold_reaches_it(relevant, recall):
    probabilities = np.array(relevant)

    threshold = choose_threshold(np.ones(len(relevant)), probabilities, Purpose("recall", recall))

    assert (probabilities >= threshold).mean() >= recall - 1e-6
    above = (probabilities > threshold).mean()
    assert above < recall


@pytest.mark.parametrize(("budget", "threshold"), [(1, 0.9), (3, 0.7), (6, 0.0), (99, 0.0)])
def test_a_budget_is_used_up(budget, threshold):
    assert choose_threshold(LABELS, PROBABILITIES, Purpose("budget", budget)) == threshold


def test_a_budget_is_not_exceeded_by_a_tie():
    probabilities = np.array([0.9, 0.5, 0.5, 0.1])

    assert budget_threshold(probabilities, 2) == 0.9
    assert budget_threshold(probabilities, 3) == 0.5
    assert 0.9 < budget_threshold(np.array([0.9, 0.9]), 1) < 0.9 + 1e-9
    assert budget_threshold(np.array([1.0, 1.0]), 1) == 1.0


def test_a_fixed_threshold_needs_no_records():
    assert choose_threshold([], [], Purpose("fixed", 0.0)) == 0.0


def test_nothing_can_be_learned_from_irrelevant_records_alone():
    with pytest.raises(LabelError, match=r"none of the 2 records .* 'recall 0.9' needs at least"):
        choose_threshold([0, 0], [0.1, 0.2], Purpose("recall", 0.9))


def test_precision_takes_the_lowest_threshold_that_reaches_it():
    # Called down to .9: 1/1; to .8: 1/2; to .7: 2/3; to .4: 3/4; to .3: 3/5; to .1: 3/6.
    expected = {1.0: 0.9, 0.8: 0.9, 0.75: 0.4, 0.7: 0.4, 0.6: 0.3, 0.5: 0.1, 0.1: 0.1}

    assert {
        wanted: choose_threshold(LABELS, PROBABILITIES, Purpose("precision", wanted))
        for wanted in expected
    } == expected


def test_where_no_threshold_reaches_the_precision_the_lowest_of_the_best_is_taken():
    labels, probabilities = [0, 1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]

    # 1/2 down to .8 and down to .6.
    assert choose_threshold(labels, probabilities, Purpose("precision", 0.9)) == 0.6


def test_costs_need_no_records():
    assert choose_threshold([], [], Purpose("cost", 20)) == 0.05
    assert choose_threshold([], [], Purpose("cost", 6, cost_read=1.5)) == 0.25


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.8, 1.0])),
        min_size=1,
        max_size=20,
    ).filter(lambda records: any(label for label, _ in records)),
    st.floats(0.01, 1),
)
def test_no_lower_threshold_has_the_precision(records, wanted):
    labels, probabilities = map(np.array, zip(*records, strict=True))

    threshold = choose_threshold(labels, probabilities, Purpose("precision", wanted))

    values = {t: precision(labels, (probabilities >= t).astype(int)) for t in set(probabilities)}
    enough = min(wanted, max(values.values()))
    assert threshold == min(t for t, value in values.items() if value >= enough - 1e-12)


def test_the_counts_at_every_threshold_are_those_of_its_decisions():
    labels, probabilities = np.array([1, 0, 1, 0, 1]), np.array([0.9, 0.5, 0.5, 0.2, 0.2])

    thresholds, cells = cells_at_every_threshold(labels, probabilities)

    assert thresholds.tolist() == [0.9, 0.5, 0.2]
    for threshold, (tn, fp, fn, tp) in zip(thresholds, cells.tolist(), strict=True):
        found = confusion_matrix(labels, (probabilities >= threshold).astype(int))
        assert found.rows == [[tn, fp], [fn, tp]]
