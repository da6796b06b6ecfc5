"""Week after week: nothing is scored twice, changes and decisions are noticed."""

import csv
import json
import sqlite3

import numpy as np
import pytest
from patent_weeks import CATHODE, CHAIR, TABLE, row

from patsieve.corpus.records import PatentRecord
from patsieve.errors import DataError, HistoryError, UsageError
from patsieve.screening.bundle import load_bundle, save_bundle
from patsieve.screening.history.weekly import WeeklyRun
from patsieve.screening.score import score_file


def statuses(rows):
    return {number: each["history"] for number, each in rows.items()}


def marked(weeks, name, rows, marks):
    """Write a list with a column of decisions, as the user hands it back."""
    path = weeks.folder / f"{name}.csv"
    first = next(iter(rows.values()))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*first, "relevant"])
        writer.writeheader()
        for number, each in rows.items():
            writer.writerow(each | {"relevant": marks.get(number, "")})
    return path


def test_of_two_weeks_in_a_row_nothing_is_scored_twice(weeks):
    first, _ = weeks.score(weeks.file("one", CATHODE, CHAIR), day=1)

    second, report = weeks.score(weeks.file("two", CHAIR, TABLE), day=8)

    assert weeks.classifier.read == ["oak table"]
    assert statuses(second) == {CHAIR[0]: "scored before", TABLE[0]: "new"}
    assert second[CHAIR[0]]["history_note"] == "since 2026-05-01"
    assert second[CHAIR[0]]["probability"] == first[CHAIR[0]]["probability"]
    assert (report.counts, report.n_scored) == ({"scored before": 1, "new": 1}, 1)


def test_a_claim_that_changed_under_the_same_number_is_noticed_and_scored(weeks):
    weeks.score(weeks.file("one", CATHODE, CHAIR), day=1)
    changed = row(CHAIR, title="nickel chair", claims="1. A chair of oak or nickel.")

    rows, report = weeks.score(weeks.file("two", CATHODE, changed), day=8)

    assert weeks.classifier.read == ["nickel chair"]
    assert statuses(rows) == {CATHODE[0]: "scored before", CHAIR[0]: "changed"}
    assert rows[CHAIR[0]]["history_note"] == "title and claims changed since 2026-05-01"
    assert [each.number for each in report.changed] == [CHAIR[0]]


def test_claims_that_the_model_does_not_read_are_compared_all_the_same(weeks):
    weeks.score(weeks.file("one", CHAIR), day=1)

    rows, _ = weeks.score(weeks.file("two", row(CHAIR, claims="1. A stool.")), day=8)

    assert rows[CHAIR[0]]["history"] == "changed"


def test_a_later_publication_of_a_family_with_other_claims_says_so(weeks):
    weeks.score(weeks.file("one", CATHODE), day=1)
    grant = row(
        CATHODE,
        publication_number="US11000001B2",
        publication_date="2026-05-05",
        claims="1. A cathode of nickel and manganese.",
    )

    rows, _ = weeks.score(weeks.file("two", grant), day=8)

    assert rows["US11000001B2"]["history"] == "changed"
    assert rows["US11000001B2"]["history_note"] == (
        "a later publication of the family of US10000001A1 (2026-05-01), with other claims"
    )


def test_a_later_publication_with_the_same_claims_is_new_and_says_so(weeks):
    weeks.score(weeks.file("one", CATHODE), day=1)
    grant = row(CATHODE, publication_number="US11000001B2", publication_date="2026-05-05")

    rows, _ = weeks.score(weeks.file("two", grant), day=8)

    assert rows["US11000001B2"]["history"] == "new"
    assert "with the same claims" in rows["US11000001B2"]["history_note"]


def test_a_decision_of_the_user_is_kept_from_week_to_week(weeks):
    first, _ = weeks.score(weeks.file("one", CATHODE, CHAIR, TABLE), day=1)
    mine = marked(weeks, "mine", first, {CATHODE[0]: "yes", CHAIR[0]: "no"})

    weeks.score(weeks.file("two", CHAIR), day=8, decisions=mine)
    rows, report = weeks.score(weeks.file("three", TABLE, CATHODE, CHAIR), day=15)

    assert statuses(rows) == {
        CATHODE[0]: "decided",
        CHAIR[0]: "decided",
        TABLE[0]: "scored before",
    }
    assert rows[CATHODE[0]]["own_decision"] == "relevant"
    assert rows[CHAIR[0]]["own_decision"] == "irrelevant"
    assert rows[CHAIR[0]]["history_note"] == "you decided irrelevant (2026-05-08)"
    assert rows[TABLE[0]]["own_decision"] == ""
    assert report.counts["decided"] == 2


def test_a_decision_does_not_outlive_a_change_of_the_claims(weeks):
    first, _ = weeks.score(weeks.file("one", CATHODE, CHAIR), day=1)
    mine = marked(weeks, "mine", first, {CATHODE[0]: "yes", CHAIR[0]: "no"})
    changed = row(CHAIR, claims="1. A chair of nickel.")

    rows, _ = weeks.score(weeks.file("two", changed), day=8, decisions=mine)

    assert rows[CHAIR[0]]["history"] == "changed"
    assert rows[CHAIR[0]]["own_decision"] == ""
    assert rows[CHAIR[0]]["history_note"] == (
        "claims changed since 2026-05-01; before, you decided irrelevant (2026-05-08)"
    )


def test_a_decision_is_carried_to_a_member_of_the_family_with_the_same_claims(weeks):
    first, _ = weeks.score(weeks.file("one", CATHODE, CHAIR), day=1)
    mine = marked(weeks, "mine", first, {CATHODE[0]: "yes", CHAIR[0]: "no"})
    grant = row(CHAIR, publication_number="US11000002B2")

    rows, _ = weeks.score(weeks.file("two", grant), day=8, decisions=mine)

    assert rows["US11000002B2"]["own_decision"] == "irrelevant"
    assert "US10000002A1 of its family, same claims" in rows["US11000002B2"]["history_note"]


def test_what_was_decided_by_number_alone_is_known_when_it_comes_and_when_it_changes(weeks):
    mine = weeks.file(
        "mine", (CHAIR[0], "no"), (CATHODE[0], "yes"), header=("publication_number", "relevant")
    )
    rows, _ = weeks.score(weeks.file("one", CHAIR), day=1, decisions=mine)
    assert rows[CHAIR[0]]["history"] == "decided"

    rows, _ = weeks.score(weeks.file("two", row(CHAIR, claims="1. A stool.")), day=8)

    assert rows[CHAIR[0]]["history"] == "changed"
    assert rows[CHAIR[0]]["history_note"].endswith("before, you decided irrelevant (2026-05-01)")


def test_a_list_whose_long_claims_were_cut_is_still_about_its_records(weeks):
    first, _ = weeks.score(weeks.file("one", CHAIR, CATHODE), day=1)
    cut = {number: each | {"claims": "1. A"} for number, each in first.items()}
    mine = marked(weeks, "mine", cut, {CHAIR[0]: "no", CATHODE[0]: "yes"})

    rows, _ = weeks.score(weeks.file("two", CHAIR), day=8, decisions=mine)

    assert rows[CHAIR[0]]["history"] == "decided"


def test_a_decision_can_be_revised(weeks):
    first, _ = weeks.score(weeks.file("one", CHAIR, CATHODE), day=1)
    mine = marked(weeks, "mine", first, {CHAIR[0]: "no", CATHODE[0]: "yes"})
    weeks.score(weeks.file("two", TABLE), day=8, decisions=mine)
    revised = marked(weeks, "revised", first, {CHAIR[0]: "yes", CATHODE[0]: "no"})

    rows, _ = weeks.score(weeks.file("three", CHAIR, CATHODE), day=15, decisions=revised)

    assert rows[CHAIR[0]]["own_decision"] == "relevant"
    assert rows[CHAIR[0]]["history_note"] == "you decided relevant (2026-05-15)"


def test_the_same_file_again_is_the_same_week_and_nothing_is_scored(weeks):
    source = weeks.file("one", CATHODE, CHAIR)
    weeks.score(source, day=1)
    weeks.score(weeks.file("two", TABLE), day=8)

    rows, report = weeks.score(source, day=9)

    assert weeks.classifier.read == []
    assert set(statuses(rows).values()) == {"new"}
    assert report.scored_at.startswith("2026-05-01")
    assert report.drift.n_looks == 2


def test_the_same_record_twice_in_a_file_is_scored_once(weeks):
    source = weeks.file("one", CATHODE, CATHODE)

    weeks.score(source)

    assert weeks.classifier.read == ["nickel cathode"]
    assert weeks.summary.n_records == 2


def test_two_texts_under_one_number_do_not_change_into_one_another_for_ever(weeks):
    twin = row(CHAIR, title="nickel chair")
    weeks.score(weeks.file("one", CHAIR, twin), day=1)

    _, report = weeks.score(weeks.file("two", CHAIR, twin, TABLE), day=8)

    assert report.counts == {"scored before": 2, "new": 1}


def test_another_model_scores_anew_and_says_so(weeks, classifier, manifest):
    weeks.score(weeks.file("one", CATHODE, CHAIR), day=1)
    folder = weeks.folder / "models" / "retrained"
    other = manifest.model_copy(update={"created": "2026-05-05T00:00:00+00:00"})
    save_bundle(folder, classifier, other, training_families=())
    retrained = load_bundle(folder)

    rows, report = weeks.score(weeks.file("two", CATHODE, TABLE), day=8, bundle=retrained)

    assert weeks.classifier.read == ["nickel cathode", "oak table"]
    assert statuses(rows) == {CATHODE[0]: "scored before", TABLE[0]: "new"}
    assert report.n_anew == 1
    assert report.other_models == ("bow, made 2026-01-02",)
    # The first model's scores are still there for it.
    weeks.score(weeks.file("three", CATHODE, CHAIR, TABLE), day=15)
    assert weeks.classifier.read == ["oak table"]


def test_a_record_without_text_is_known_again(weeks):
    empty = row(CHAIR, title="", claims="")
    weeks.score(weeks.file("one", CATHODE, empty), day=1)

    rows, _ = weeks.score(weeks.file("two", empty, TABLE), day=8)

    assert (rows[CHAIR[0]]["history"], rows[CHAIR[0]]["decision"]) == ("scored before", "no text")


def test_records_without_numbers_are_known_by_their_texts(weeks):
    source = weeks.file("one", CHAIR)
    chair = PatentRecord(row=1, title="oak chair", family_id="7")
    nameless = PatentRecord(row=2, family_id="8")
    found = []
    for _ in range(2):
        run = WeeklyRun(weeks.path, weeks.bundle, source)
        found.append(run.score([chair, nameless], lambda chunk: [0.5] * len(chunk))[1])
        run.finish()
        source = weeks.file("two", TABLE)

    assert [cells[0][0] for cells in found] == ["new", "scored before"]
    assert found[1][1] == ["new", "neither a publication number nor a text to know it by", None]


def test_no_text_is_in_a_history(weeks):
    weeks.score(weeks.file("one", row(CATHODE, claims="1. An unmistakable zirconate."), CHAIR))

    kept = weeks.path.read_bytes()
    assert b"zirconate" not in kept
    assert b"oak" not in kept


def test_a_run_that_fails_leaves_the_history_as_it_was(weeks):
    weeks.score(weeks.file("one", CHAIR), day=1)
    before = weeks.path.read_bytes()

    def fail(texts):
        raise RuntimeError("the power is out")

    weeks.classifier.predict_proba = fail
    with pytest.raises(RuntimeError):
        weeks.score(weeks.file("two", CHAIR, TABLE), day=8)

    assert weeks.path.read_bytes() == before
    assert not weeks.path.with_name("scored.sqlite-journal").exists()


def test_a_file_without_a_record_opens_no_history(weeks):
    with pytest.raises(DataError, match="has no record to rank"):
        weeks.score(weeks.file("none"))

    assert not weeks.path.exists()


def test_a_history_in_use_is_refused_before_anything_is_scored(weeks):
    weeks.score(weeks.file("one", CHAIR), day=1)
    other = sqlite3.connect(weeks.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(HistoryError, match="is being written by another run"):
        weeks.score(weeks.file("two", TABLE), day=8)

    other.close()
    assert weeks.classifier.read == []
    assert not weeks.out.exists()


def test_a_history_in_the_bundle_is_refused(bundle, tmp_path):
    with pytest.raises(UsageError, match="is in the bundle"):
        WeeklyRun(bundle.folder / "scored.sqlite", bundle, tmp_path / "one.csv")


def test_ranks_and_decisions_are_as_without_a_history(weeks):
    source = weeks.file("two", CATHODE, CHAIR, TABLE)
    weeks.score(weeks.file("one", CHAIR), day=1)
    rows, _ = weeks.score(source, day=8)
    score_file(weeks.bundle, source, weeks.folder / "plain.csv")

    with (weeks.folder / "plain.csv").open(encoding="utf-8", newline="") as file:
        plain = list(csv.DictReader(file))
    ours = ("history", "history_note", "own_decision")
    assert [
        {name: cell for name, cell in row.items() if name not in ours} for row in rows.values()
    ] == plain


def test_a_week_is_compared_by_families_that_are_new_to_all(weeks):
    trained_on = row(CHAIR, publication_number="US10000009A1", family_id="12")
    member = row(TABLE, publication_number="US10000004A1")
    weeks.score(weeks.file("one", CATHODE, trained_on), day=1)

    _, report = weeks.score(weeks.file("two", CATHODE, CHAIR, TABLE, member), day=8)

    # The cathode was there before, the chair of family 12 was learnt from, two are one family.
    assert report.drift.n_families == 2
    week = json.loads(sqlite3.connect(weeks.path).execute("SELECT week FROM runs").fetchone()[0])
    assert sum(week["scores"].values()) == 1


def test_probabilities_that_are_not_numbers_are_kept_as_none(weeks):
    weeks.score(weeks.file("one", row(CHAIR, title="", claims=""), CATHODE))

    with sqlite3.connect(weeks.path) as kept:
        found = [value for (value,) in kept.execute("SELECT probability FROM scores")]

    assert found.count(None) == 1
    assert all(value is None or 0 <= value <= 1 for value in found)
    assert not np.isnan([value for value in found if value is not None]).any()
