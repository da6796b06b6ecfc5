"""`patsieve compare` from the command line: bundles, tables, what it prints and what it refuses."""

import csv
import json

import numpy as np
import pytest

from patsieve.cli.main import main
from patsieve.corpus.synthetic import write_patents


@pytest.fixture(scope="module")
def other_file(tmp_path_factory):
    """80 labelled patents that the bundle has not seen, with the scores of an old system."""
    path = tmp_path_factory.mktemp("other") / "other.csv"
    write_patents(path, 80, seed=9, prevalence=0.3)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    random = np.random.default_rng(0)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "old_system"])
        writer.writeheader()
        writer.writerows({**row, "old_system": 10 * random.random()} for row in rows)
    return path


@pytest.fixture
def scores(tmp_path):
    path = tmp_path / "scores.csv"
    random = np.random.default_rng(1)
    labels = np.arange(100) % 4 == 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "label", "a", "b"])
        for i, label in enumerate(labels):
            writer.writerow([i, int(label), label + 0.2 * random.random(), random.random()])
    return path


def test_a_bundle_is_compared_with_a_column_on_a_labelled_file(trained_once, other_file, capsys):
    code = main(
        ["compare", str(trained_once), "--on", str(other_file), "--column", "old_system", "--json"]
    )

    assert code == 0
    told = json.loads(capsys.readouterr().out)
    [of_set] = told["sets"]
    [pair] = of_set["pairs"]
    assert (pair["first"], pair["second"], pair["better"]) == ("bow", "old_system", "bow")
    assert (of_set["n_records"], of_set["n_relevant"]) == (80, 24)
    difference = pair["differences"]["average_precision"]
    assert 0 < difference["low"] <= difference["value"] <= difference["high"] <= 1
    assert told["over_sets"] == []


def test_records_that_a_bundle_has_learnt_from_are_left_out(
    trained_once, bundle, labelled_file, capsys
):
    # A bundle and its copy: equals, on the 40 of 200 records that neither has seen.
    code = main(["compare", str(trained_once), str(bundle), "--on", str(labelled_file)])

    assert code == 0
    out, err = capsys.readouterr()
    assert err.count("left out 160 records whose families") == 2
    assert out.startswith("40 records in ")
    assert "bow and bundle cannot be told apart with this test set" in out


def test_the_table_stands_under_the_verdict(scores, capsys):
    assert main(["compare", str(scores), "--column", "a", "--column", "b"]) == 0

    out = capsys.readouterr().out
    lines = out.splitlines()
    assert lines[0] == "100 records in 100 families, 25 relevant"
    assert lines[2].startswith("a ranks better than b: average precision 1.000 against 0.")
    assert "metric" in lines[5]
    assert lines[6].startswith("average precision ")
    assert "rankings alone are compared" in out
    assert max(map(len, lines)) <= 88


def test_the_label_column_can_be_named(scores, tmp_path, capsys):
    renamed = tmp_path / "renamed.csv"
    renamed.write_text(scores.read_text().replace("label", "verdict of Ms X", 1))
    columns = ["--column", "a", "--column", "b"]

    assert main(["compare", str(renamed), *columns]) == 1
    assert "no column of labels" in capsys.readouterr().err
    assert main(["compare", str(renamed), *columns, "--label", "verdict of Ms X"]) == 0


def test_a_picture_is_drawn_where_asked(scores, tmp_path):
    picture = tmp_path / "forest.png"

    code = main(
        ["compare", str(scores), "--column", "a", "--column", "b", "--picture", str(picture)]
    )

    assert code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "Missing argument"),
        (["{scores}", "--column", "a"], 2, "name two columns"),
        (["{scores}", "--column", "a", "--column", "c"], 1, "has no column 'c'"),
        (["{scores}", "{other}"], 1, "has no column of scores"),
        (["{bundle}", "{scores}"], 2, "say on which labelled records"),
        (["{bundle}", "--on", "{other}"], 2, "only 'bundle' to compare"),
        (["{bundle}", "nowhere", "--on", "{other}"], 1, "no table, bundle or prefix"),
        (["{scores}", "--column", "a", "--column", "b", "--picture", "x.pdf"], 2, ".png or .svg"),
    ],
)
def test_mistakes_are_told_in_a_sentence(arguments, code, says, scores, bundle, other_file, capsys):
    places = {"scores": scores, "bundle": bundle, "other": other_file}

    assert main(["compare", *(each.format(**places) for each in arguments)]) == code

    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert "Traceback" not in err
