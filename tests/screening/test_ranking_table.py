"""Tables keep the user's order; a workbook puts first what is read first."""

import csv
import json
from datetime import UTC, datetime

import pytest
from sheets import cells_of, found, runs_of, texts_of

from patsieve.corpus.load import load_corpus, stream_records
from patsieve.screening.explain.ranked import RankedReasons
from patsieve.screening.history.weekly import WeeklyRun, kept_in_history
from patsieve.screening.purpose import Purpose
from patsieve.screening.score import score_file

HEADER = ("note", "Abstract", "Title", "Publication number", "Inventors")
ROWS = (
    ("=1+1", "of <b>oak</b>", "oak chair", "US 2005/0004437 A1", "Doe, A; Roe, B"),
    ("x", "a nickel cathode", "nickel", "EP1234567A1", ""),
    ("", "", "", "no number", ""),
)


@pytest.fixture
def source(write_csv):
    return write_csv(HEADER, ROWS)


def test_a_workbook_has_the_verdict_in_front_then_what_a_reader_needs(bundle, source, tmp_path):
    out = tmp_path / "ranked.xlsx"

    score_file(bundle, source, out, reasons=RankedReasons(bundle, 1))

    header, first, second, third = cells_of(out)
    assert header == [
        "rank", "probability", "decision", "Publication number", "Title", "Espacenet",
        "Google Patents", "reasons_for", "reasons_against", "Abstract", "note", "Inventors",
    ]  # fmt: skip
    assert first[2:7] == ["relevant", "EP1234567A1", "nickel", "Espacenet", "Google"]
    assert first[9:] == ["a nickel cathode", "x", ""]
    assert second[9:] == ["of <b>oak</b>", "=1+1", "Doe, A; Roe, B"]
    assert third[:7] == [3, "", "no text", "no number", "", "", ""]
    assert found(out, "f") == []
    assert [each.get("ref") for each in found(out, "hyperlink")] == ["F2", "G2", "F3", "G3"]


def test_reasons_are_a_line_each_and_marked_in_the_text(bundle, source, tmp_path):
    out = tmp_path / "ranked.xlsx"

    score_file(bundle, source, out, reasons=RankedReasons(bundle, 1))

    words = [line.split()[0] for line in cells_of(out)[1][7].split("\n")]
    assert set(words) == {"nickel", "cathode"}
    assert [run[:2] for run in runs_of(out, "J2")] == [
        ("a ", False),
        ("nickel", True),
        (" ", False),
        ("cathode", True),
    ]
    assert runs_of(out, "J3") == []


def test_the_members_of_a_family_stand_beside_its_title(bundle, write_csv, tmp_path):
    out = tmp_path / "ranked.xlsx"
    header = ("title", "family_members", "family_size", "publication_number")
    members = "; ".join(f"EP{number}A1" for number in range(3_000_000, 3_000_010))

    score_file(bundle, write_csv(header, [("nickel cathode", members, "10", "EP3000000A1")]), out)

    names, row = cells_of(out)
    assert names[3:6] == ["publication_number", "title", "family_members"]
    assert row[5] == members
    (width,) = [float(each.get("width")) for each in found(out, "col") if each.get("min") == "6"]
    assert width < 30
    (height,) = [float(each.get("ht")) for each in found(out, "row") if each.get("r") == "2"]
    assert height >= 15 * len(members) / width


@pytest.mark.parametrize("suffix", [".csv", ".tsv.gz", ".jsonl", ".parquet", ".ris"])
def test_the_members_of_a_family_are_in_every_format(bundle, write_csv, tmp_path, suffix):
    out = tmp_path / f"ranked{suffix}"
    header = ("title", "family_members", "family_size")

    score_file(
        bundle, write_csv(header, [("nickel cathode", "EP3000000A1; EP3000000B1", "2")]), out
    )

    if suffix == ".ris":
        assert "family members: EP3000000A1; EP3000000B1; family size: 2" in out.read_text()
    else:
        (record,) = stream_records(out)
        assert record.columns["family_members"] == "EP3000000A1; EP3000000B1"
        assert record.columns["family_size"] == "2"


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_tables_keep_the_users_order(bundle, source, tmp_path, suffix):
    out = tmp_path / f"ranked{suffix}"

    score_file(bundle, source, out)

    first = out.read_text(encoding="utf-8").splitlines()[0]
    header = first.split(",") if suffix == ".csv" else list(json.loads(first))
    assert header == [*HEADER, "rank", "probability", "decision"]


def test_without_a_column_of_numbers_there_are_no_links(bundle, write_csv, tmp_path):
    out = tmp_path / "ranked.xlsx"

    score_file(bundle, write_csv(("title",), [("nickel cathode",)]), out)

    assert cells_of(out)[0] == ["rank", "probability", "decision", "title"]


def test_a_ranked_workbook_is_read_again_as_it_was(bundle, source, tmp_path):
    out = tmp_path / "ranked.xlsx"

    score_file(bundle, source, out)

    again = load_corpus(out, labelled=False)
    assert [record.title for record in again.records] == ["nickel", "oak chair", ""]
    assert again.records[1].abstract == "of oak"
    assert again.records[1].publication_number == "US 2005/0004437 A1"


def test_the_second_sheet_says_what_the_ranking_promises_and_the_model_card(
    bundle, source, tmp_path
):
    out = tmp_path / "ranked.xlsx"

    summary = score_file(bundle, source, out, purpose=Purpose("recall", 0.6), name="week.csv")

    said = texts_of(out, 1)
    assert said[1].startswith("week.csv, ranked by the model in bow. This model ranks patents")
    assert said[said.index("records ranked") + 1] == "3"
    assert said[said.index("without text, at the end") + 1] == "1"
    # Five labelled records carry no promise, and the sheet says so as the screen does.
    assert any(text.startswith("NO PROMISE: ") for text in said)
    assert any(f"{summary.notes[0][1:]}." in text for text in said)
    assert {"How to read it", "How good it is", "Limits"} <= set(said)


def test_the_legend_speaks_of_what_there_is(bundle, source, write_csv, tmp_path):
    plain, explained = tmp_path / "plain.xlsx", tmp_path / "explained.xlsx"

    score_file(bundle, source, explained, reasons=RankedReasons(bundle, 1))
    score_file(bundle, write_csv(("title",), [("nickel cathode",)]), plain)

    assert any("green speaks for" in text for text in texts_of(explained, 1))
    assert any("Espacenet" in text for text in texts_of(explained, 1))
    assert not any("green speaks for" in text for text in texts_of(plain, 1))
    assert not any("Espacenet" in text for text in texts_of(plain, 1))


def test_a_move_of_the_prevalence_is_told(bundle, source, tmp_path):
    out = tmp_path / "ranked.xlsx"

    score_file(bundle, source, out, prevalence=0.05)

    told = "Probabilities are those where 5.0 % of the records are relevant."
    assert f"•  {told}" in texts_of(out, 1)


def test_a_week_is_told_beside_its_ranking_and_kept_once(bundle, source, tmp_path):
    out = tmp_path / "ranked.xlsx"
    week = WeeklyRun(
        tmp_path / "scored.sqlite", bundle, source, now=datetime(2026, 1, 2, tzinfo=UTC)
    )

    with kept_in_history(week):
        score_file(bundle, source, out, history=week)

    assert cells_of(out)[0][5:8] == ["history", "history_note", "own_decision"]
    assert any(text.startswith("•  History: 3 new") for text in texts_of(out, 1))
    assert week.report.counts["new"] == 3


def test_ris_is_read_back_with_its_fields_and_says_rank_and_decision(bundle, write_csv, tmp_path):
    out = tmp_path / "ranked.ris"
    header = (*HEADER, "Applicants", "Publication Date", "CPC", "family_id")
    rows = [
        (*ROWS[0], "OAK CO [US]", "2005-01-06", "A47C 1/00; A47C3/00", "f1"),
        (*ROWS[1], "NICKEL NV | ZINK NV", "14.05.2014", "H01M4/525", ""),
        (*ROWS[2], "", "", "", ""),
    ]

    summary = score_file(bundle, write_csv(header, rows), out)

    again = load_corpus(out, labelled=False)
    nickel, oak, empty = again.records
    assert [record.title for record in again.records] == ["nickel", "oak chair", ""]
    assert (oak.abstract, oak.publication_number) == ("of oak", "US 2005/0004437 A1")
    assert (oak.cpc_symbols, oak.publication_date) == (("A47C1/00", "A47C3/00"), "2005-01-06")
    assert nickel.publication_date == "2014-05-14"
    assert oak.columns["Inventors"] == "Doe, A\nRoe, B"
    assert nickel.columns["Assignees"] == "NICKEL NV\nZINK NV"
    assert nickel.columns["URL"] == "https://patents.google.com/patent/EP1234567A1/en"
    assert nickel.columns["Notes"].startswith("rank: 1; probability: 0.")
    assert nickel.columns["Notes"].endswith("; decision: relevant")
    assert oak.columns["Notes"].endswith("; family id: f1")
    assert empty.columns["Notes"] == "rank: 3; decision: no text"
    assert "RIS has no place for 'note'; .csv keeps all columns" in summary.notes


def test_ris_tells_the_new_rank_not_that_of_an_earlier_ranking(bundle, write_csv, tmp_path):
    out = tmp_path / "ranked.ris"

    summary = score_file(bundle, write_csv(("rank", "title"), [("7", "nickel cathode")]), out)

    assert "N1  - rank: 1; " in out.read_text(encoding="utf-8")
    assert "RIS has no place for 'rank'; .csv keeps all columns" in summary.notes


def test_ris_puts_reasons_into_the_note(bundle, source, tmp_path):
    out = tmp_path / "ranked.ris"

    score_file(bundle, source, out, reasons=RankedReasons(bundle, 1))

    notes = [line for line in out.read_text(encoding="utf-8").splitlines() if "N1" in line]
    assert len(notes) == 3
    assert "reasons for: nickel +" in notes[0].replace("cathode +", "nickel +")


def test_csv_and_workbook_hold_the_same_cells(bundle, source, tmp_path):
    one, other = tmp_path / "ranked.csv", tmp_path / "ranked.xlsx"

    score_file(bundle, source, one)
    score_file(bundle, source, other)

    with one.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    header, *others = cells_of(other)
    for row, cells in zip(rows, others, strict=True):
        same = dict(zip(header, cells, strict=True))
        assert {name: str(same[name]) for name in HEADER if name != "note"} == {
            name: row[name] for name in HEADER if name != "note"
        }
        assert (float(row["rank"]), row["decision"]) == (same["rank"], same["decision"])
