"""Doubtful labels in order: by models, by the family, by near-duplicates, each with its reason."""

import csv

import numpy as np
import pytest

from patsieve.corpus.families import group_families
from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.experiments.label_suspects import check_corpus, write_reading_list

# Twenty different words each, so that no two texts are alike by chance.
TEXTS = [" ".join(f"w{number}x{i}" for i in range(20)) for number in range(12)]
# Six relevant, six irrelevant; models agree with all labels.
LABELS = [1] * 6 + [0] * 6
AGREED = [0.90, 0.91, 0.92, 0.93, 0.94, 0.95, 0.05, 0.06, 0.07, 0.08, 0.09, 0.10]


def corpus_of(*, texts=TEXTS, labels=LABELS, families=None):
    records = [
        PatentRecord(
            row=i + 1,
            publication_number=f"US{1000000 + i}",
            family_id="" if families is None else families[i],
            title=f"title {i}",
            abstract=text,
            label=label,
        )
        for i, (text, label) in enumerate(zip(texts, labels, strict=True))
    ]
    return Corpus(records, group_families(records))


def changed(values, at, value):
    return [value if i == at else known for i, known in enumerate(values)]


def first_of(check):
    checked = check.labels[0]
    return checked.record.row, checked.verdict, checked.reasons


def test_a_label_that_models_contradict_comes_first_and_says_so():
    check = check_corpus(corpus_of(), np.array(changed(AGREED, 7, 0.97)))

    row, verdict, reasons = first_of(check)
    assert (row, verdict) == (8, "likely wrong")
    assert reasons == (
        "called relevant with probability 0.97 by models that never saw its family; "
        "labelled irrelevant",
    )


def test_a_relevant_label_is_contradicted_likewise():
    check = check_corpus(corpus_of(), np.array(changed(AGREED, 2, 0.03)))

    row, verdict, reasons = first_of(check)
    assert (row, verdict) == (3, "likely wrong")
    assert reasons[0].startswith("called irrelevant with probability 0.97")
    assert reasons[0].endswith("labelled relevant")


def test_without_anything_against_it_a_label_has_neither_verdict_nor_reason():
    check = check_corpus(corpus_of(), np.array(AGREED))

    assert {(checked.verdict, checked.reasons) for checked in check.labels} == {("", ())}
    # The order is still that of doubt: .90 for a relevant one, .10 for an irrelevant one.
    assert [checked.doubt for checked in check.labels[:3]] == pytest.approx([0.10, 0.10, 0.09])


def test_models_that_lean_the_other_way_without_being_sure_make_a_label_doubtful():
    check = check_corpus(corpus_of(), np.array(changed(AGREED, 7, 0.51)))

    assert first_of(check)[:2] == (8, "doubtful")


def test_members_of_a_family_with_opposite_labels_name_each_other():
    families = changed(changed([str(100 + i) for i in range(12)], 0, "7"), 11, "7")
    check = check_corpus(corpus_of(families=families), np.array(AGREED))

    by_row = {checked.record.row: checked for checked in check.labels}
    assert by_row[1].reasons == ("same family as US1000011 (row 12), which is labelled irrelevant",)
    assert by_row[12].reasons == ("same family as US1000000 (row 1), which is labelled relevant",)
    assert (check.n_family_contradictions, check.n_near_duplicates) == (2, 0)
    # Models doubt both alike, by .1: it may be either.
    assert by_row[1].doubt == pytest.approx(0.5)
    assert by_row[12].doubt == pytest.approx(0.5)
    assert by_row[1].verdict == by_row[12].verdict == "likely wrong"
    assert {checked.record.row for checked in check.labels[:2]} == {1, 12}


def test_of_two_that_contradict_each_other_the_one_that_models_doubt_more_is_likely_wrong():
    families = changed(changed([str(100 + i) for i in range(12)], 0, "7"), 11, "7")
    probabilities = changed(AGREED, 11, 0.4)
    check = check_corpus(corpus_of(families=families), np.array(probabilities))

    by_row = {checked.record.row: checked for checked in check.labels}
    # Exactly one is wrong: .4 × .9 against .1 × .6.
    assert by_row[12].doubt == pytest.approx(0.36 / 0.42)
    assert (by_row[12].verdict, by_row[1].verdict) == ("likely wrong", "doubtful")


def test_near_duplicates_of_other_families_name_each_other_with_their_similarity():
    texts = changed(TEXTS, 11, TEXTS[0].replace("w0x19", "other"))
    check = check_corpus(corpus_of(texts=texts), np.array(AGREED))

    by_row = {checked.record.row: checked for checked in check.labels}
    # Of 20 sequences two hold the word that differs in the titles, and one the last word.
    assert by_row[12].reasons == (
        "near-duplicate of US1000000 (row 1, similarity 0.74), which is labelled relevant",
    )
    assert by_row[12].doubt == pytest.approx(0.5 * 17 / 23)
    assert (check.n_family_contradictions, check.n_near_duplicates) == (0, 2)


def test_members_of_one_family_are_not_near_duplicates_too():
    texts = changed(TEXTS, 11, TEXTS[0].replace("w0x19", "other"))
    families = changed(changed([str(100 + i) for i in range(12)], 0, "7"), 11, "7")
    check = check_corpus(corpus_of(texts=texts, families=families), np.array(AGREED))

    assert (check.n_family_contradictions, check.n_near_duplicates) == (2, 0)


def test_the_reading_list_has_every_record_once(tmp_path):
    corpus = corpus_of()
    write_reading_list(
        tmp_path / "list.csv", check_corpus(corpus, np.array(changed(AGREED, 7, 0.97)))
    )

    with (tmp_path / "list.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sorted(int(row["row"]) for row in rows) == list(range(1, 13))
    assert [int(row["rank"]) for row in rows] == list(range(1, 13))
    assert rows[0]["row"] == "8"
    assert rows[0]["label"] == "irrelevant"
    assert rows[0]["verdict"] == "likely wrong"
    assert rows[0]["title"] == "title 7"
    assert rows[0]["text"] == TEXTS[7]
    assert rows[1]["reason"] == ""


def test_json_has_the_counts_and_the_records_with_a_reason():
    told = check_corpus(corpus_of(), np.array(changed(AGREED, 7, 0.97))).as_json()

    assert (told["n_records"], told["n_likely_wrong"]) == (12, 1)
    assert [suspect["row"] for suspect in told["suspects"]] == [8]
    assert told["suspects"][0]["rank"] == 1
    assert set(told["estimated"]["n_wrong"]) == {"value", "low", "high"}
