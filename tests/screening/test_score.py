"""A file is ranked: which records stand where, what is added, and what is refused."""

import csv
import gzip
import resource

import numpy as np
import pytest

from patsieve.corpus.load import LoadOptions
from patsieve.errors import (
    BundleError,
    DataError,
    MissingColumnError,
    OutputError,
    UnreadableFileError,
    UsageError,
)
from patsieve.screening import sinks
from patsieve.screening.bundle import ThresholdFacts, load_bundle
from patsieve.screening.purpose import Purpose
from patsieve.screening.score import score_file

HEADER = ("id", "Title", "Abstract", "my note")
ROWS = (
    ("a", "oak chair", "", "x"),
    ("b", "nickel cathode", "", "=1+1"),
    ("c", "", "", "nothing to read"),
    ("d", "oak chair", "", "equal to a"),
    ("e", "nickel", "cathode of a chair", ""),
)


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def source(write_csv):
    return write_csv(HEADER, ROWS)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out" / "ranked.csv"


def test_the_likeliest_come_first_with_the_users_columns_and_ours(bundle, source, out):
    summary = score_file(bundle, source, out)

    rows = read(out)
    assert list(rows[0]) == [*HEADER, "rank", "probability", "decision"]
    assert [(row["id"], row["rank"], row["decision"]) for row in rows] == [
        ("b", "1", "relevant"),
        ("e", "2", rows[1]["decision"]),
        ("a", "3", "irrelevant"),
        ("d", "4", "irrelevant"),
        ("c", "5", "no text"),
    ]
    assert (summary.n_records, summary.n_without_text) == (5, 1)
    assert summary.n_relevant == sum(row["decision"] == "relevant" for row in rows)


def test_probabilities_are_those_of_the_classifier_to_the_last_digit(bundle, source, out):
    score_file(bundle, source, out)

    texts = {"a": "oak chair", "b": "nickel cathode", "e": "nickel\ncathode of a chair"}
    found = {row["id"]: float(row["probability"]) for row in read(out) if row["probability"]}
    expected = bundle.classifier.predict_proba([texts[i] for i in "abe"])[:, 1]
    assert [found[i] for i in "abe"] == expected.tolist()


def test_records_in_another_language_are_named(bundle, write_csv, out):
    german = "Zelle mit einer Kathode und einer Anode für die Speicherung von Energie."
    source = write_csv(HEADER, [*ROWS, ("f", "Zelle", german, "")])

    summary = score_file(bundle, source, out)

    [note] = [note for note in summary.notes if "English" in note]
    assert note.startswith("1 record not in English (German 1): row 6; a model that has learnt")


def test_a_record_without_text_has_no_probability_and_is_noted(bundle, source, out):
    summary = score_file(bundle, source, out)

    assert read(out)[-1]["probability"] == ""
    assert any("1 record without any text" in note for note in summary.notes)


@pytest.mark.parametrize("chunk_records", [1, 2, 100])
def test_the_size_of_chunks_changes_nothing(bundle, source, tmp_path, chunk_records):
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"

    score_file(bundle, source, one)
    score_file(bundle, source, other, chunk_records=chunk_records)

    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("suffix", [".csv.gz", ".tsv", ".xlsx", ".jsonl", ".parquet"])
def test_every_format_can_be_ranked_again(bundle, source, tmp_path, suffix):
    ranked, again = tmp_path / f"ranked{suffix}", tmp_path / "again.csv"

    score_file(bundle, source, ranked)
    summary = score_file(bundle, ranked, again)

    rows = read(again)
    assert [row["id"] for row in rows] == ["b", "e", "a", "d", "c"]
    assert [row["rank"] for row in rows] == [row["patsieve_rank"] for row in rows]
    assert "the file has a column 'rank'; ours is called 'patsieve_rank'" in summary.notes


def test_the_users_own_rank_is_kept_whatever_its_case(bundle, write_csv, tmp_path):
    source = write_csv(("title", "Rank", "patsieve_rank"), [("oak chair", "first", "z")])
    out = tmp_path / "ranked.parquet"

    score_file(bundle, source, out)
    score_file(bundle, out, tmp_path / "ranked.csv")

    row = read(tmp_path / "ranked.csv")[0]
    assert (row["Rank"], row["patsieve_rank"], row["patsieve_patsieve_rank"]) == ("first", "z", "1")


def test_a_formula_in_the_users_cells_is_made_harmless(bundle, source, out):
    score_file(bundle, source, out)

    assert read(out)[0]["my note"] == "'=1+1"


def test_only_selected_rows_are_ranked(bundle, source, out):
    score_file(bundle, source, out, options=LoadOptions(where={"id": ("a", "b")}))

    assert [row["id"] for row in read(out)] == ["b", "a"]


def test_progress_is_told_in_records(bundle, source, out):
    told = []

    score_file(bundle, source, out, chunk_records=2, on_progress=told.append)

    assert told == [2, 4, 5]


def test_gzip_is_read_and_written(bundle, tmp_path):
    source, out = tmp_path / "week.csv.gz", tmp_path / "ranked.csv.gz"
    with gzip.open(source, "wt", encoding="utf-8") as file:
        file.write("title\nnickel cathode\n")

    score_file(bundle, source, out)

    with gzip.open(out, "rt", encoding="utf-8") as file:
        assert file.readline() == "title,rank,probability,decision\n"


def called(path):
    return [row["id"] for row in read(path) if row["decision"] == "relevant"]


def test_a_threshold_of_ones_own_is_used(bundle, source, out):
    summary = score_file(bundle, source, out, purpose=Purpose("fixed", 0.0))

    assert called(out) == ["b", "e", "a", "d"]
    assert summary.threshold == 0.0


def test_a_budget_is_used_up_even_if_it_parts_a_tie(bundle, source, out):
    summary = score_file(bundle, source, out, purpose=Purpose("budget", 3))

    assert called(out) == ["b", "e", "a"]
    assert summary.threshold == float(read(out)[2]["probability"])


def test_a_budget_beyond_the_file_does_not_call_what_was_not_read(bundle, source, out):
    assert score_file(bundle, source, out, purpose=Purpose("budget", 99)).n_relevant == 4


def test_a_bundle_made_for_a_budget_keeps_it_in_every_file(save, source, out):
    bundle = load_bundle(
        save(threshold=ThresholdFacts(value=0.9, purpose="budget of 2 records", budget=2))
    )

    score_file(bundle, source, out)

    assert called(out) == ["b", "e"]


def test_recall_is_set_by_the_scores_that_the_bundle_keeps(bundle, source, out):
    # Two of the three relevant ones, at .9, .7 and .2, are found from .7 on.
    assert score_file(bundle, source, out, purpose=Purpose("recall", 0.6)).threshold == 0.7


def test_recall_needs_such_scores(save, source, out):
    bundle = load_bundle(save(calibration=None))

    with pytest.raises(
        BundleError, match=r"keeps no scores to choose a threshold by .*'recall 0.6"
    ):
        score_file(bundle, source, out, purpose=Purpose("recall", 0.6))


def test_a_summary_is_plain_values(bundle, source, out):
    summary = score_file(bundle, source, out)

    assert summary.as_json() == {
        "out": str(out),
        "n_records": 5,
        "n_relevant": summary.n_relevant,
        "n_without_text": 1,
        "threshold": 0.5,
        "certificate": None,
        "evidence": None,
        "costs": None,
        "notes": list(summary.notes),
        "prevalence": None,
        "prevalence_estimate": None,
    }


def test_an_unknown_ending_is_refused_before_anything_is_read(bundle, tmp_path):
    with pytest.raises(UsageError, match=r"possible are \.csv"):
        score_file(bundle, tmp_path / "missing.csv", tmp_path / "ranked.doc")


def test_the_file_that_is_read_is_not_overwritten(bundle, source):
    before = source.read_bytes()

    with pytest.raises(UsageError, match="is the file that is read; choose another one to write"):
        score_file(bundle, source, source)

    assert source.read_bytes() == before


def test_more_records_than_a_worksheet_holds_are_refused_before_scoring(
    bundle, source, tmp_path, monkeypatch
):
    monkeypatch.setattr("patsieve.screening.score.WORKSHEET_ROWS", len(ROWS))
    scored = []

    with pytest.raises(UsageError, match=r"has more records than the 4 that a worksheet can hold"):
        score_file(bundle, source, tmp_path / "ranked.xlsx", on_progress=scored.append)

    assert scored == []
    assert not (tmp_path / "ranked.xlsx").exists()


def test_a_worksheet_may_be_full(bundle, source, tmp_path, monkeypatch):
    monkeypatch.setattr("patsieve.screening.score.WORKSHEET_ROWS", len(ROWS) + 1)

    assert score_file(bundle, source, tmp_path / "ranked.xlsx").n_records == len(ROWS)
    assert sinks.WORKSHEET_ROWS == 1_048_576


@pytest.mark.parametrize(
    ("header", "rows", "error"),
    [
        (("title",), [], DataError),
        (("number", "colour"), [("1", "red")], MissingColumnError),
    ],
)
def test_a_file_without_records_or_text_is_refused_and_nothing_written(
    bundle, write_csv, out, header, rows, error
):
    with pytest.raises(error):
        score_file(bundle, write_csv(header, rows), out)

    assert not out.parent.exists()


def test_a_file_that_breaks_off_leaves_nothing(bundle, tmp_path, out):
    source = tmp_path / "broken.csv"
    source.write_text("title\n" + "nickel cathode\n" * 5000 + '"never closed\n' * 3)

    with pytest.raises(UnreadableFileError):
        score_file(bundle, source, out, chunk_records=100)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.csv", "bundles"]


def test_a_full_disk_while_sorting_is_said_and_leaves_nothing(bundle, write_csv, out):
    rng = np.random.default_rng(0)
    source = write_csv(("title", "x"), [(rng.bytes(20).hex(), "y" * 9000) for _ in range(4000)])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with pytest.raises(OutputError, match=f"cannot write {out}: "):
            score_file(bundle, source, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert sorted(path.name for path in source.parent.iterdir()) == ["bundles", "source.csv"]
