"""`patsieve labels check`: the list, its summary, and what is refused."""

import csv
import json

import pytest

from patsieve.cli.main import main


def run(capsys, *arguments):
    code = main(["labels", *map(str, arguments)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_check_writes_every_record_and_prints_the_first(capsys, labelled_file, tmp_path):
    out = tmp_path / "suspects.csv"

    code, printed, _ = run(capsys, "check", labelled_file, "--folds", 3, "--out", out)

    assert code == 0
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 200
    assert "of 200 labels are likely wrong" in printed
    assert f"all 200 records, the most doubtful first: {out}" in printed
    shown = printed.splitlines()
    head = next(i for i, line in enumerate(shown) if line.startswith("title "))
    assert shown[head + 1].split()[-1] == rows[0]["row"]
    assert len([line for line in shown[head + 1 :] if line.startswith("'")]) == 10


def test_json_is_one_object_that_names_the_file(capsys, labelled_file, tmp_path):
    out = tmp_path / "suspects.xlsx"

    code, printed, _ = run(capsys, "check", labelled_file, "--folds", 3, "--out", out, "--json")

    told = json.loads(printed)
    assert code == 0
    assert told["out"] == str(out)
    assert out.is_file()
    assert told["n_records"] == 200
    assert told["n_likely_wrong"] <= len(told["suspects"])


def test_a_table_and_an_experiment_exclude_each_other(capsys, labelled_file, tmp_path):
    code, _, told = run(
        *(capsys, "check", labelled_file, "--oof", "oof.csv"),
        *("--experiment", "recommended", "--out", tmp_path / "s.csv"),
    )

    assert code == 2
    assert "--oof and --experiment" in told


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--out", "suspects.doc"), 2, "ending that cannot be written"),
        (("--out", "s.csv", "--oof", "missing.csv"), 1, "missing.csv"),
        (("--out", "s.csv", "--experiment", "nonsense"), 2, "no experiment 'nonsense'"),
        (("--out", "s.csv", "--folds", 1), 2, "folds"),
    ],
)
def test_mistakes_are_told_in_a_sentence(capsys, labelled_file, arguments, code, said):
    got, _, told = run(capsys, "check", labelled_file, *arguments)

    assert got == code
    assert said in told
    assert "Traceback" not in told


def test_curve_prints_a_row_for_each_share_and_a_sentence_for_each_measure(
    capsys, labelled_file, tmp_path
):
    arguments = (
        *("curve", labelled_file, "--experiment", "bag-of-words", "--folds", 2),
        *("--shares", "0.4,0.6,0.8", "--out", tmp_path / "curve"),
    )

    code, printed, told = run(capsys, *arguments)
    again, as_json, told_again = run(capsys, *arguments, "--json")

    assert code == again == 0
    lines = printed.splitlines()
    # Of the 100 records that a model learns from, but for the sizes of families.
    sizes = [int(line.split()[0]) for line in lines[1:5]]
    assert sizes == pytest.approx([40, 60, 80, 100], abs=3)
    assert sum(line.startswith("with twice the labels") for line in lines) == 3
    assert (tmp_path / "curve" / "average_precision.svg").is_file()
    assert "fold 1 of 2" in told
    assert "fold 1 of 2" not in told_again
    assert json.loads(as_json)["n_records"] == 200


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--times", "4"), "--times"),
        (("--shares", "0,1"), "list of shares"),
        (("--shares", "half"), "list of shares"),
        (("--shares", "0.5"), "at least 4"),
    ],
)
def test_mistakes_about_the_curve_are_told_in_a_sentence(
    capsys, labelled_file, tmp_path, arguments, said
):
    code, _, told = run(
        *(capsys, "curve", labelled_file, "--experiment", "bag-of-words"),
        *("--out", tmp_path / "curve", *arguments),
    )

    assert code == 2
    assert said in told
