"""A bundle is measured on labelled records, and its errors are laid out to be read."""

import csv
import warnings

import numpy as np
import pytest

from patsieve.corpus.families import group_families
from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.errors import LabelError, PatsieveWarning
from patsieve.metrics.evaluation import evaluate_scores
from patsieve.screening.bundle import ThresholdFacts, load_bundle
from patsieve.screening.chosen import ChosenThreshold
from patsieve.screening.evaluate import (
    BundleEvaluation,
    evaluate_bundle,
    rows_in_training,
    write_errors,
)
from patsieve.screening.purpose import Purpose


def corpus_of(*records):
    return Corpus(records, group_families(records))


UNSEEN = corpus_of(
    PatentRecord(row=1, family_id="100", title="nickel cathode", label=1),
    PatentRecord(row=2, family_id="101", title="oak chair", label=0),
    PatentRecord(row=3, family_id="102", title="nickel", label=0),
    PatentRecord(row=4, family_id="103", title="oak", label=1),
)


def test_the_metrics_are_those_of_the_bundles_probabilities(bundle):
    result = evaluate_bundle(bundle, UNSEEN, seed=3)

    texts = ["nickel cathode", "oak chair", "nickel", "oak"]
    expected = bundle.classifier.predict_proba(texts)[:, 1]
    assert result.probabilities.tolist() == expected.tolist()
    assert result.evaluation == evaluate_scores(
        UNSEEN.labels, expected, threshold=0.5, families=UNSEEN.families, seed=3
    )
    assert result.as_json()["n_in_training"] == 0


def test_a_threshold_of_ones_own_is_used(bundle):
    result = evaluate_bundle(bundle, UNSEEN, purpose=Purpose("fixed", 0.0))

    assert result.threshold == 0.0
    assert result.evaluation.confusion.rows == [[0, 2], [0, 2]]


def test_a_bundle_made_for_a_budget_is_measured_with_it(save):
    bundle = load_bundle(
        save(threshold=ThresholdFacts(value=0.5, purpose="budget of 1 records", budget=1))
    )

    assert evaluate_bundle(bundle, UNSEEN).evaluation.confusion.rows == [[2, 0], [1, 1]]


def test_unseen_families_warn_of_nothing(bundle):
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        assert evaluate_bundle(bundle, UNSEEN).rows_in_training == ()


def test_families_of_the_training_data_are_warned_of(bundle):
    corpus = corpus_of(*UNSEEN.records, PatentRecord(row=9, family_id="3.0", title="x", label=0))

    with pytest.warns(PatsieveWarning, match=r"^1 of 5 records belongs to families .*\(row 9\)"):
        result = evaluate_bundle(bundle, corpus)

    assert result.rows_in_training == (9,)
    assert result.as_json()["n_in_training"] == 1


def test_a_relative_of_a_known_record_is_known_too(bundle):
    # Row 2 shares its publication with row 1, which shares its family with a training record.
    corpus = corpus_of(
        PatentRecord(row=1, family_id="3", publication_number="EP1234567A1", label=0),
        PatentRecord(row=2, publication_number="EP1234567B1", label=0),
        PatentRecord(row=3, publication_number="EP7654321B1", label=1),
    )

    assert rows_in_training(bundle, corpus) == (1, 2)


def test_records_of_one_class_cannot_be_measured(bundle):
    with pytest.raises(LabelError, match="all of the 1 records are relevant"):
        evaluate_bundle(bundle, UNSEEN.select([0]))


def result_with(probabilities, threshold=0.5, corpus=UNSEEN):
    claimed = np.array(probabilities)
    evaluation = evaluate_scores(corpus.labels, claimed, threshold=threshold, n_resamples=10)
    return BundleEvaluation(evaluation, claimed, (), ChosenThreshold(threshold))


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_errors_stand_worst_first(tmp_path):
    path = tmp_path / "errors.csv"

    n_errors = write_errors(path, UNSEEN, result_with([0.4, 0.6, 0.95, 0.2]))

    rows = read(path)
    assert n_errors == 4
    assert [(row["row"], row["error"], row["probability"]) for row in rows] == [
        ("3", "falsely called", "0.95"),
        ("4", "missed", "0.2"),
        ("1", "missed", "0.4"),
        ("2", "falsely called", "0.6"),
    ]
    assert [(row["decision"], row["label"]) for row in rows[:2]] == [
        ("relevant", "irrelevant"),
        ("irrelevant", "relevant"),
    ]


def test_a_record_is_called_from_the_threshold_on(tmp_path):
    path = tmp_path / "errors.csv"

    assert write_errors(path, UNSEEN, result_with([0.3, 0.1, 0.1, 0.3], threshold=0.3)) == 0
    assert read(path) == []


def test_an_error_can_be_judged_without_the_file(tmp_path):
    record = PatentRecord(
        row=7,
        publication_number="EP1B1",
        title="=Chair",
        abstract="",
        claims="1. " + "A chair. " * 100,
        label=1,
    )
    corpus = corpus_of(record, PatentRecord(row=8, title="oak", label=0))
    path = tmp_path / "errors.csv"

    write_errors(path, corpus, result_with([0.1, 0.1], corpus=corpus))

    row = read(path)[0]
    assert (row["publication_number"], row["title"]) == ("EP1B1", "'=Chair")
    assert row["text"].startswith("1. A chair.")
    assert row["text"].endswith("…")
    assert len(row["text"]) == 401


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet", ".jsonl"])
def test_errors_can_be_had_in_every_format(tmp_path, suffix):
    path = tmp_path / f"errors{suffix}"

    write_errors(path, UNSEEN, result_with([0.4, 0.6, 0.95, 0.2]))

    assert path.stat().st_size > 0
