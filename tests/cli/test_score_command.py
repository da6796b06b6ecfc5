"""`patsieve score` from the command line: the ranking, what is said of it, and refusals."""

import csv
import io
import json
import sys

import pytest

from patsieve.cli.main import main


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_file_is_ranked_and_counted(trained_once, week_file, tmp_path, capsys):
    out = tmp_path / "ranked.csv"

    assert main(["score", str(trained_once), str(week_file), "--out", str(out)]) == 0

    rows = rows_of(out)
    n_relevant = sum(row["decision"] == "relevant" for row in rows)
    assert [row["rank"] for row in rows] == [str(rank) for rank in range(1, 51)]
    assert list(rows[0]) == [*rows_of(week_file)[0], "rank", "probability", "decision"]
    assert capsys.readouterr().out == (
        f"50 records ranked in {out}; {n_relevant} called relevant, from probability 0.500 on\n"
    )


def test_what_was_done_is_there_for_programs_too(trained_once, week_file, tmp_path, capsys):
    out = tmp_path / "ranked.jsonl"

    assert main(["score", str(trained_once), str(week_file), "--out", str(out), "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["n_records"], told["threshold"]) == (50, 0.5)
    assert len(out.read_text(encoding="utf-8").splitlines()) == 50


@pytest.mark.parametrize(
    ("option", "n_called"), [(("--budget", "7"), 7), (("--threshold", "0"), 50)]
)
def test_the_threshold_can_be_chosen_when_scoring(
    trained_once, week_file, tmp_path, option, n_called
):
    out = tmp_path / "ranked.csv"

    assert main(["score", str(trained_once), str(week_file), "--out", str(out), *option]) == 0

    assert sum(row["decision"] == "relevant" for row in rows_of(out)) == n_called


def test_asking_for_recall_lowers_the_threshold(trained_once, week_file, tmp_path, capsys):
    out = tmp_path / "ranked.csv"
    score = ["score", str(trained_once), str(week_file), "--out", str(out), "--json"]

    assert main([*score, "--recall", "0.99"]) == 0

    assert json.loads(capsys.readouterr().out)["threshold"] < 0.5


def test_a_dash_reads_standard_input(trained_once, week_file, tmp_path, monkeypatch):
    out = tmp_path / "ranked.csv"
    typed = io.TextIOWrapper(io.BytesIO(week_file.read_bytes()))
    monkeypatch.setattr(sys, "stdin", typed)

    assert main(["score", str(trained_once), "-", "--out", str(out)]) == 0

    assert len(rows_of(out)) == 50


def test_an_ending_that_says_nothing_is_refused(trained_once, week_file, tmp_path, capsys):
    out = tmp_path / "ranked.doc"

    assert main(["score", str(trained_once), str(week_file), "--out", str(out)]) == 2

    told = capsys.readouterr().err
    assert told.startswith(f"patsieve: {out} has an ending that cannot be written; possible are")
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_with_a_changed_byte_is_refused(bundle, week_file, tmp_path, capsys):
    tensors = bundle / "model" / "bag_of_words.safetensors"
    content = bytearray(tensors.read_bytes())
    content[-1] ^= 1
    tensors.write_bytes(content)
    out = tmp_path / "ranked.csv"

    assert main(["score", str(bundle), str(week_file), "--out", str(out)]) == 1

    assert capsys.readouterr() == (
        "",
        f"patsieve: bundle {bundle} was changed: model/bag_of_words.safetensors is not as it"
        " was written\n",
    )
    assert not out.exists()


def test_a_cell_as_long_as_a_worksheet_allows_is_scored_with_a_warning(
    trained_once, tmp_path, capsys
):
    source = tmp_path / "week.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["title", "abstract"], ["A cathode", "x" * 32_767]])
    out = tmp_path / "ranked.csv"

    assert main(["score", str(trained_once), str(source), "--out", str(out)]) == 0

    assert "32,767" in capsys.readouterr().err
    assert len(rows_of(out)) == 1


def test_a_prevalence_is_applied_and_said(trained_once, week_file, tmp_path, capsys):
    out = tmp_path / "ranked.csv"
    score = ["score", str(trained_once), str(week_file), "--out", str(out)]

    assert main([*score, "--prevalence", "0.05"]) == 0

    told = capsys.readouterr().out
    assert told.endswith("probabilities are those where 5.0 % of the records are relevant\n")


def test_an_estimated_prevalence_is_said_with_its_interval_and_doubts(
    trained_once, week_file, tmp_path, capsys
):
    out = tmp_path / "ranked.csv"
    score = ["score", str(trained_once), str(week_file), "--out", str(out)]

    assert main([*score, "--prevalence", "estimate"]) == 0

    told = capsys.readouterr().out
    assert "% of the records are relevant: an estimate, " in told
    assert "do not rely on the estimate: 50 records are few" in told


@pytest.mark.parametrize("typed", ["0", "1", "5", "some", "nan"])
def test_a_prevalence_that_is_none_is_refused(trained_once, week_file, tmp_path, capsys, typed):
    out = tmp_path / "ranked.csv"

    code = main(
        ["score", str(trained_once), str(week_file), "--out", str(out), "--prevalence", typed]
    )

    assert code == 2
    assert f"'{typed}' is no share between 0 and 1, and not 'estimate'" in capsys.readouterr().err
