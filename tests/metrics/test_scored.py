"""What can be said of a system's scores, and that it is what the single metrics say."""

import numpy as np
import pytest

from patsieve.metrics.classification import decide, f1, mcc
from patsieve.metrics.ranking import average_precision, work_saved_over_sampling
from patsieve.metrics.scored import HEADLINES, RANKING, REACH, Scored, checked, measure_of

LABELS = np.array([1, 0, 1, 0, 0, 1, 0, 0])
SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.4, 0.3, 0.3, 0.1])


def measured(weights, *, threshold=0.5, metrics=HEADLINES):
    return measure_of(checked(LABELS, Scored(SCORES, threshold)), metrics)(np.array(weights))


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 1.0])
def test_every_metric_is_the_one_of_its_name(threshold):
    found = measured(np.ones((1, 8), dtype=int), threshold=threshold)

    decisions = decide(SCORES, threshold)
    assert found["average_precision"] == pytest.approx([average_precision(LABELS, SCORES)])
    assert found["wss_at_95"] == pytest.approx([work_saved_over_sampling(LABELS, SCORES)])
    assert found["mcc"] == pytest.approx([mcc(LABELS, decisions)])
    assert found["f1_relevant"] == pytest.approx([f1(LABELS, decisions)])
    assert found["brier"] == pytest.approx([np.mean((SCORES - LABELS) ** 2)])


def test_a_weight_is_how_often_a_record_counts():
    weights = [2, 0, 1, 3, 1, 1, 0, 1]
    repeated = np.repeat(np.arange(8), weights)

    found = measured([weights])

    truth, scores = LABELS[repeated], SCORES[repeated]
    assert found["average_precision"] == pytest.approx([average_precision(truth, scores)])
    assert found["mcc"] == pytest.approx([mcc(truth, decide(scores))])


def test_only_what_is_asked_for_is_measured_in_that_order():
    found = measured(np.ones((1, 8), dtype=int), metrics=("brier", "average_precision"))

    assert list(found) == ["brier", "average_precision"]


def test_scores_that_are_no_probabilities_are_measured_by_their_ranking():
    system = Scored(1000 * SCORES, None)

    assert system.metrics == RANKING
    assert Scored(SCORES, 0.0).metrics == HEADLINES
    found = measure_of(checked(LABELS, system), RANKING)(np.ones((1, 8), dtype=int))
    assert found["average_precision"] == pytest.approx([average_precision(LABELS, SCORES)])


def test_scores_must_fit_their_labels():
    with pytest.raises(ValueError, match="between 0 and 1"):
        checked(LABELS, Scored(1000 * SCORES, 0.5))
    with pytest.raises(ValueError, match="8 labels but 7 scores"):
        checked(LABELS, Scored(SCORES[:7], None))


def test_every_metric_has_a_reach():
    assert set(REACH) == set(HEADLINES)
    assert REACH["mcc"] == 2.0
