"""The whole evaluation: the object that `evaluate --json` prints, and what it refuses."""

import json
import time

import numpy as np
import pytest

from patsieve.errors import DataError, LabelError
from patsieve.metrics import calibration, classification, ranking
from patsieve.metrics.evaluation import evaluate_scores

PLAIN_KEYS = {"n_records", "n_relevant", "n_families", "prevalence", "threshold", "confidence"}
METRIC_KEYS = {
    "accuracy",
    "precision_weighted",
    "recall_weighted",
    "f1_weighted",
    "precision_relevant",
    "recall_relevant",
    "f1_relevant",
    "mcc",
    "average_precision",
    "roc_auc",
    "wss_at_95",
    "reads_for_95_recall",
    "brier",
    "expected_calibration_error",
}


def scored_records(n_records, *, seed=0, shift=0.0):
    random = np.random.default_rng(seed)
    labels = (random.random(n_records) < 0.25).astype(int)
    logit = random.normal(size=n_records) + 2 * labels - 1.5 + shift
    return labels, 1 / (1 + np.exp(-logit))


@pytest.fixture(scope="module")
def records():
    return scored_records(300)


@pytest.fixture(scope="module")
def evaluation(records):
    labels, probabilities = records
    return evaluate_scores(labels, probabilities, threshold=0.4, n_resamples=200)


def test_the_json_object_has_exactly_the_documented_keys(evaluation):
    printed = json.loads(json.dumps(evaluation.as_json()))

    assert set(printed) == PLAIN_KEYS | METRIC_KEYS | {
        "recall_at_k",
        "calibration_check",
        "confusion_matrix",
        "interval_method",
    }
    assert set(printed["calibration_check"]) == {"value", "percentile_95", "is_consistent"}
    assert set(printed["recall_at_k"]) == {"10", "20", "50", "100", "200"}
    for metric in [*(printed[key] for key in METRIC_KEYS), *printed["recall_at_k"].values()]:
        assert set(metric) == {"value", "low", "high"}
        assert metric["low"] <= metric["value"] <= metric["high"]


def test_counts_are_plain_whole_numbers(evaluation, records):
    printed = evaluation.as_json()

    assert type(printed["n_records"]) is int
    assert type(printed["n_relevant"]) is int
    [[tn, fp], [fn, tp]] = printed["confusion_matrix"]
    assert (tn + fp + fn + tp, fn + tp) == (300, records[0].sum())
    assert printed["prevalence"] == printed["n_relevant"] / 300


def test_values_are_those_of_the_single_metrics(evaluation, records):
    labels, probabilities = records
    decisions = classification.decide(probabilities, 0.4)

    expected = {
        "accuracy": classification.accuracy(labels, decisions),
        "precision_weighted": classification.precision_weighted(labels, decisions),
        "recall_weighted": classification.recall_weighted(labels, decisions),
        "f1_weighted": classification.f1_weighted(labels, decisions),
        "precision_relevant": classification.precision(labels, decisions),
        "recall_relevant": classification.recall(labels, decisions),
        "f1_relevant": classification.f1(labels, decisions),
        "mcc": classification.mcc(labels, decisions),
        "average_precision": ranking.average_precision(labels, probabilities),
        "roc_auc": ranking.roc_auc(labels, probabilities),
        "wss_at_95": ranking.work_saved_over_sampling(labels, probabilities),
        "reads_for_95_recall": ranking.reads_for_recall(labels, probabilities, recall=0.95),
        "brier": calibration.brier_score(labels, probabilities),
        "expected_calibration_error": calibration.expected_calibration_error(labels, probabilities),
        "recall_at_50": ranking.recall_at_k(labels, probabilities, 50),
    }

    for name, value in expected.items():
        assert evaluation.metrics[name].value == pytest.approx(value), name


def test_an_interval_is_what_repeated_samples_show():
    labels, probabilities = scored_records(400)
    repeated = [ranking.average_precision(*scored_records(400, seed=s)) for s in range(1, 101)]

    estimate = evaluate_scores(labels, probabilities).metrics["average_precision"]

    assert estimate.high - estimate.low == pytest.approx(4 * np.std(repeated), rel=0.3)


def test_copies_of_a_record_in_its_family_add_no_certainty(records):
    labels, probabilities = records
    families = np.arange(300)
    alone = evaluate_scores(labels, probabilities, families=families)

    with_copies = evaluate_scores(
        np.tile(labels, 4), np.tile(probabilities, 4), families=np.tile(families, 4)
    )

    assert with_copies.n_families == alone.n_families == 300
    assert with_copies.metrics["accuracy"].low == pytest.approx(alone.metrics["accuracy"].low)
    assert with_copies.metrics["mcc"].high == pytest.approx(alone.metrics["mcc"].high)


def test_a_resample_is_measured_on_its_own_number_of_records(records):
    labels, _ = records
    families = np.minimum(np.arange(300), 100)

    # Every record is 0.5 from its label, so every resample of whatever size has Brier 0.25.
    brier = evaluate_scores(labels, np.full(300, 0.5), families=families).metrics["brier"]

    assert (brier.value, brier.low, brier.high) == pytest.approx((0.25, 0.25, 0.25))


def test_same_seed_same_intervals_other_seed_other_intervals(records):
    labels, probabilities = records

    def interval(seed):
        return evaluate_scores(labels, probabilities, seed=seed, n_resamples=50).metrics["mcc"]

    assert interval(1) == interval(1)
    assert interval(1) != interval(2)


def test_more_confidence_makes_wider_intervals(records):
    widths = []
    for confidence in (0.5, 0.9, 0.99):
        estimate = evaluate_scores(*records, confidence=confidence).metrics["brier"]
        widths.append(estimate.high - estimate.low)

    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


def test_no_error_in_few_records_is_not_taken_for_certainty():
    labels = [1] * 20 + [0] * 30
    metrics = evaluate_scores(labels, [0.9] * 20 + [0.1] * 30).metrics

    # All of 20 relevant found: exact two-sided bound 0.025 ** (1 / 20).
    assert metrics["recall_relevant"].value == 1
    assert metrics["recall_relevant"].low == pytest.approx(0.025 ** (1 / 20))
    assert metrics["accuracy"].low == pytest.approx(0.025 ** (1 / 50))
    assert metrics["recall_at_20"].low == metrics["recall_relevant"].low


def test_nothing_called_relevant_leaves_precision_unknown():
    metrics = evaluate_scores([1, 0, 0, 1], [0.1, 0.2, 0.1, 0.3]).metrics

    assert metrics["precision_relevant"].value == 0
    assert (metrics["precision_relevant"].low, metrics["precision_relevant"].high) == (0, 1)
    assert metrics["recall_relevant"].high < 1


@pytest.mark.parametrize(("labels", "which"), [([1, 1, 1], "all"), ([0, 0, 0], "none")])
def test_one_class_only_is_a_label_error(labels, which):
    with pytest.raises(LabelError, match=f"{which} of the 3 records are relevant"):
        evaluate_scores(labels, [0.1, 0.2, 0.3])


def test_one_family_only_is_a_data_error():
    with pytest.raises(DataError, match="all 2 records belong to one family"):
        evaluate_scores([1, 0], [0.2, 0.3], families=[4, 4])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"probabilities": [0.5, 1.5, 0.1]}, "probability 1 is 1.5"),
        ({"probabilities": [0.5, 0.1]}, "3 labels but 2 probabilities"),
        ({"families": [1, 2]}, "3 labels but 2 family codes"),
        ({"threshold": -0.1}, "threshold is -0.1"),
        ({"confidence": 95}, "confidence is 95"),
        ({"n_resamples": 0}, "n_resamples is 0"),
    ],
)
def test_arguments_out_of_range_are_named(change, message):
    arguments = {"labels": [1, 0, 0], "probabilities": [0.5, 0.2, 0.1], **change}

    with pytest.raises(ValueError, match=message):
        evaluate_scores(**arguments)


def test_a_thousand_resamples_of_a_thousand_records_take_less_than_a_second():
    labels, probabilities = scored_records(1000)

    started = time.process_time()
    evaluate_scores(labels, probabilities, n_resamples=1000)

    assert time.process_time() - started < 1


@pytest.mark.slow
def test_a_thousand_resamples_of_a_hundred_thousand_records_take_less_than_a_minute():
    labels, probabilities = scored_records(100_000)

    started = time.process_time()
    evaluate_scores(labels, probabilities, n_resamples=1000)

    assert time.process_time() - started < 60
