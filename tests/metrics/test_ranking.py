"""Ranking metrics: values worked by hand, scikit-learn's, and what no ranking metric may do."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from patsieve.metrics.ranking import (
    average_precision,
    precision_at_k,
    reads_for_recall,
    recall_at_k,
    roc_auc,
    work_saved_over_sampling,
)
from patsieve.metrics.reading import ReadingOrder, relevant_needed

METRICS = {
    "average_precision": average_precision,
    "roc_auc": roc_auc,
    "wss": work_saved_over_sampling,
    "reads": lambda labels, scores: reads_for_recall(labels, scores, recall=0.8),
    "recall_at_3": lambda labels, scores: recall_at_k(labels, scores, 3),
    "precision_at_3": lambda labels, scores: precision_at_k(labels, scores, 3),
}
every_metric = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())


@st.composite
def ranked_records(draw):
    """Labels of both classes with scores from few values, so that ties are common."""
    n_records = draw(st.integers(3, 40))
    labels = draw(st.lists(st.integers(0, 1), min_size=n_records, max_size=n_records))
    assume(0 < sum(labels) < n_records)
    scores = draw(st.lists(st.integers(-4, 4), min_size=n_records, max_size=n_records))
    return np.array(labels), np.array(scores, dtype=float)


def read_one_by_one(labels, scores):
    """Labels in the order of reading, worst case in ties: what the definitions talk about."""
    return [label for _, label in sorted(zip(-scores, labels, strict=True))]


def test_average_precision_worked_by_hand():
    # Relevant at ranks 1, 3 and 4 of 5: (1/1 + 2/3 + 3/4) / 3.
    assert average_precision([1, 0, 1, 1, 0], [5, 4, 3, 2, 1]) == pytest.approx(29 / 36)


def test_average_precision_takes_the_precision_at_the_end_of_a_tie():
    # One of two found at precision 1, the other in a tie of three that ends at rank 4: 2/4.
    assert average_precision([1, 0, 1, 0], [9, 5, 5, 5]) == pytest.approx((1 + 2 / 4) / 2)


def test_average_precision_of_a_constant_score_is_the_prevalence():
    assert average_precision([1, 0, 0, 0], [0.3] * 4) == pytest.approx(0.25)


def test_roc_auc_worked_by_hand_with_a_tied_pair_counting_half():
    # Pairs: (4, 3) right, (4, 2) right, (2, 3) wrong, (2, 2) tied.
    assert roc_auc([1, 0, 1, 0], [4, 3, 2, 2]) == pytest.approx(2.5 / 4)


def test_roc_auc_of_a_constant_score_is_one_half():
    assert roc_auc([1, 0, 0, 1, 0], [1.5] * 5) == pytest.approx(0.5)


@given(ranked_records())
def test_average_precision_and_roc_auc_agree_with_scikit_learn_on_ties(records):
    labels, scores = records

    assert average_precision(labels, scores) == pytest.approx(
        average_precision_score(labels, scores)
    )
    assert roc_auc(labels, scores) == pytest.approx(roc_auc_score(labels, scores))


def test_work_saved_worked_by_hand():
    # 20 relevant among 100; 19 of them fill the top, so 81 records stay unread.
    labels = [1] * 19 + [0] * 80 + [1]

    saved = work_saved_over_sampling(labels, range(100, 0, -1))

    assert saved == pytest.approx(0.81 - 0.05)


def test_a_constant_score_saves_no_work():
    labels = [1] * 20 + [0] * 80

    # All 80 irrelevant records are read before 19 relevant ones: (20 - 19) / 100 - 0.05.
    assert work_saved_over_sampling(labels, [0.5] * 100) == pytest.approx(-0.04)


@given(ranked_records(), st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 1.0]))
def test_work_saved_is_never_positive_for_a_constant_score(records, recall):
    labels, _ = records

    saved = work_saved_over_sampling(labels, np.zeros(len(labels)), recall=recall)

    assert saved <= 1e-12


@given(ranked_records(), st.sampled_from([0.5, 0.8, 0.95, 1.0]))
def test_work_saved_cannot_exceed_what_a_perfect_ranking_saves(records, recall):
    labels, scores = records

    saved = work_saved_over_sampling(labels, scores, recall=recall)

    assert saved <= recall - recall * labels.mean() + 1e-12


@given(ranked_records(), st.floats(0.01, 1.0))
def test_reads_for_recall_is_the_shortest_prefix_that_holds_the_share(records, recall):
    labels, scores = records
    order = read_one_by_one(labels, scores)

    n_reads = reads_for_recall(labels, scores, recall=recall)

    target = recall * labels.sum()
    assert sum(order[:n_reads]) >= target - 1e-5
    assert sum(order[: n_reads - 1]) < target


@pytest.mark.parametrize(
    ("recall", "n_relevant", "needed"),
    [(0.95, 20, 19), (0.07, 100, 7), (0.95, 21, 20), (0.9, 10, 9), (0.29, 100, 29), (1.0, 7, 7)],
)
def test_a_recall_target_that_is_a_whole_number_is_met_exactly(recall, n_relevant, needed):
    assert relevant_needed(recall, np.array([n_relevant])) == [needed]


@given(ranked_records(), st.data())
def test_recall_and_precision_at_k_count_what_is_read_first(records, data):
    labels, scores = records
    k = data.draw(st.integers(1, len(labels)))

    found = sum(read_one_by_one(labels, scores)[:k])

    assert recall_at_k(labels, scores, k) == pytest.approx(found / labels.sum())
    assert precision_at_k(labels, scores, k) == pytest.approx(found / k)


@every_metric
@given(records=ranked_records(), scale=st.sampled_from([0.001, 3.0, 1e6]))
def test_only_the_order_of_the_scores_counts(metric, records, scale):
    labels, scores = records

    assert metric(labels, np.exp(scores) * scale - 7) == pytest.approx(metric(labels, scores))


@every_metric
@given(records=ranked_records(), data=st.data())
def test_the_order_of_the_records_does_not_count(metric, records, data):
    labels, scores = records
    shuffled = data.draw(st.permutations(range(len(labels))))

    assert metric(labels[shuffled], scores[shuffled]) == pytest.approx(metric(labels, scores))


@given(records=ranked_records())
def test_ranking_metrics_stay_within_their_bounds(records):
    labels, scores = records

    assert 0 < average_precision(labels, scores) <= 1
    assert 0 <= roc_auc(labels, scores) <= 1
    assert 0 <= recall_at_k(labels, scores, 3) <= 1
    assert 1 <= reads_for_recall(labels, scores, recall=0.01) <= len(labels)


@given(records=ranked_records(), data=st.data())
def test_a_weight_counts_like_a_repeated_record(records, data):
    labels, scores = records
    weights = np.array(
        data.draw(st.lists(st.integers(0, 3), min_size=len(labels), max_size=len(labels)))
    )
    repeated = np.repeat(labels, weights)
    assume(0 < repeated.sum() < len(repeated))
    repeated_scores = np.repeat(scores, weights)

    reading = ReadingOrder(labels, scores).read(weights[None, :])

    assert reading.average_precision()[0] == pytest.approx(
        average_precision(repeated, repeated_scores)
    )
    assert reading.roc_auc()[0] == pytest.approx(roc_auc(repeated, repeated_scores))
    assert reading.reads_for(0.8)[0] == reads_for_recall(repeated, repeated_scores, recall=0.8)
    k = len(repeated) // 2
    assert reading.found_in(k)[0] / repeated.sum() == pytest.approx(
        recall_at_k(repeated, repeated_scores, k)
    )


@every_metric
def test_without_a_relevant_record_there_is_nothing_to_rank(metric):
    with pytest.raises(ValueError, match="none of the 3 records is relevant"):
        metric([0, 0, 0], [1, 2, 3])


def test_roc_auc_needs_an_irrelevant_record():
    with pytest.raises(ValueError, match="all 3 records are relevant"):
        roc_auc([1, 1, 1], [1, 2, 3])


def test_where_everything_is_relevant_every_ranking_is_perfect_and_saves_nothing():
    labels, scores = [1] * 20, range(20)

    assert average_precision(labels, scores) == 1
    assert recall_at_k(labels, scores, 5) == 0.25
    assert work_saved_over_sampling(labels, scores) == pytest.approx(0)


@pytest.mark.parametrize("k", [0, -1, 4])
def test_k_outside_the_list_is_refused(k):
    with pytest.raises(ValueError, match=f"k is {k}; it must lie between 1 and the 3 records"):
        recall_at_k([1, 0, 0], [3, 2, 1], k)


@pytest.mark.parametrize("recall", [0, -0.5, 1.01, float("nan")])
def test_a_recall_outside_its_range_is_refused(recall):
    with pytest.raises(ValueError, match=r"recall is .* above 0 and at most 1"):
        work_saved_over_sampling([1, 0], [1, 2], recall=recall)
