"""The first ranks of a list get reasons, the others empty cells, and nothing else changes."""

import csv
import json

import pytest

from patsieve.corpus.records import PatentRecord
from patsieve.errors import OutputError
from patsieve.screening.bundle import load_bundle
from patsieve.screening.explain.ranked import RankedReasons
from patsieve.screening.score import score_file

ROWS = [
    ("a", "oak chair"),
    ("b", "nickel cathode"),
    ("c", ""),
    ("d", "oak chair"),
    ("e", "nickel chair"),
]


@pytest.fixture
def source(write_csv):
    return write_csv(("id", "title"), ROWS)


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_first_ranks_are_explained(bundle, source, tmp_path):
    out = tmp_path / "ranked.csv"

    score_file(bundle, source, out, reasons=RankedReasons(bundle, 2))

    rows = read(out)
    assert [row["id"] for row in rows] == ["b", "e", "a", "d", "c"]
    assert rows[0]["reasons_for"].startswith(("nickel +", "cathode +"))
    assert "chair −" in rows[1]["reasons_against"]
    assert {row["reasons_for"] + row["reasons_against"] for row in rows[2:]} == {""}
    assert list(rows[0])[-2:] == ["reasons_for", "reasons_against"]


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 100])
def test_equals_are_explained_in_the_order_in_which_they_are_ranked(bundle, most):
    reasons = RankedReasons(bundle, most)
    for row, probability in enumerate([0.2, 0.7, float("nan"), 0.2, 0.7, 0.2]):
        reasons.see(PatentRecord(row=row, title="nickel"), probability)

    assert [record.row for record in reasons.records] == [1, 4, 0, 3, 5][:most]


def test_without_reasons_the_list_is_what_it_was(bundle, source, tmp_path):
    plain, explained = tmp_path / "plain.csv", tmp_path / "explained.csv"

    score_file(bundle, source, plain)
    score_file(bundle, source, explained, reasons=RankedReasons(bundle, 2), chunk_records=1)

    shortened = [{k: row[k] for k in read(plain)[0]} for row in read(explained)]
    assert shortened == read(plain)


def test_a_record_without_text_is_not_explained(bundle, source, tmp_path):
    out = tmp_path / "ranked.csv"

    score_file(bundle, source, out, reasons=RankedReasons(bundle, 50))

    assert read(out)[-1]["reasons_for"] == ""
    assert read(out)[-2]["reasons_against"] != ""


def test_programs_get_a_line_for_each_explained_record(bundle, source, tmp_path):
    reasons = RankedReasons(bundle, 2)
    score_file(bundle, source, tmp_path / "ranked.csv", reasons=reasons)

    reasons.write(tmp_path / "reasons.jsonl")

    lines = (tmp_path / "reasons.jsonl").read_text(encoding="utf-8").splitlines()
    facts = [json.loads(line) for line in lines]
    assert [(each["rank"], each["row"], each["title"]) for each in facts] == [
        (1, 2, "nickel cathode"),
        (2, 5, "nickel chair"),
    ]
    (place,) = facts[0]["reasons"][0]["places"]
    assert facts[0]["reasons"][0]["text"] == "nickel cathode"[place["start"] : place["end"]]


def test_the_users_own_column_of_reasons_is_kept(bundle, write_csv, tmp_path):
    source = write_csv(("title", "reasons_for"), [("nickel cathode", "mine")])
    out = tmp_path / "ranked.csv"

    summary = score_file(bundle, source, out, reasons=RankedReasons(bundle, 1))

    assert read(out)[0]["reasons_for"] == "mine"
    assert "nickel" in read(out)[0]["patsieve_reasons_for"]
    assert any("ours is called 'patsieve_reasons_for'" in note for note in summary.notes)


def test_reasons_that_cannot_be_written_are_an_error(bundle, tmp_path):
    with pytest.raises(OutputError, match="cannot write"):
        RankedReasons(bundle, 1).write(tmp_path)


def test_a_bundle_read_twice_gives_the_same_reasons(save, source, tmp_path):
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    folder = save()

    for out in (one, other):
        bundle = load_bundle(folder)
        score_file(bundle, source, out, reasons=RankedReasons(bundle, 5))

    assert one.read_bytes() == other.read_bytes()
