"""`patsieve score --explain` from the command line."""

import csv
import json

import pytest

from patsieve.cli.main import main


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def score(trained_once, week_file, tmp_path):
    """Return a function that ranks the week with options and gives the rows back."""

    def run(*options):
        out = tmp_path / "ranked.csv"
        arguments = ["score", str(trained_once), str(week_file), "--out", str(out)]
        assert main([*arguments, *map(str, options)]) == 0
        return rows_of(out)

    return run


def n_explained(rows):
    return sum(row["reasons_for"] != "" or row["reasons_against"] != "" for row in rows)


def test_so_many_records_are_explained(score):
    rows = score("--explain", 7)

    assert n_explained(rows[:7]) == n_explained(rows) == 7


def test_without_a_number_fifty_are(score):
    assert n_explained(score("--explain")) == 50


def test_without_the_option_there_are_no_reasons(score):
    assert "reasons_for" not in score()[0]


def test_labelled_records_that_are_near_are_named(score, labelled_file, capsys):
    rows = score("--labelled", labelled_file, "--explain", 3)

    assert all(row["nearest"].count(" | ") == 2 for row in rows[:3])
    assert rows[3]["nearest"] == ""
    assert "nearest of 200 labelled records; the model has learnt from" in capsys.readouterr().err


def test_columns_of_the_labelled_file_can_be_named(score, labelled_file, tmp_path):
    strange = tmp_path / "strange.csv"
    text = labelled_file.read_text(encoding="utf-8").replace("label", "Urteil", 1)
    strange.write_text(text, encoding="utf-8")

    rows = score("--labelled", strange, "--labelled-map", "label=Urteil", "--explain", 1)

    assert rows[0]["nearest"] != ""


def test_reasons_go_to_a_file_for_programs(score, tmp_path):
    score("--reasons", tmp_path / "reasons.jsonl", "--explain", 4)

    lines = (tmp_path / "reasons.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["rank"] for line in lines] == [1, 2, 3, 4]


def test_no_records_to_explain_are_refused(trained_once, week_file, tmp_path, capsys):
    out = tmp_path / "ranked.csv"

    assert main(["score", str(trained_once), str(week_file), "--out", str(out), "--explain", "0"])
    assert "--explain" in capsys.readouterr().err
    assert not out.exists()


def test_reasons_do_not_replace_the_ranking(trained_once, week_file, tmp_path, capsys):
    out = tmp_path / "ranked.csv"
    score = ["score", str(trained_once), str(week_file), "--out", str(out)]

    assert main([*score, "--reasons", str(out)]) == 2

    assert "is a file that the command needs" in capsys.readouterr().err
    assert not out.exists()
