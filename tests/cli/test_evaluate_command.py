"""`patsieve evaluate` from the command line: the object it prints, errors, plots, warnings."""

import csv
import json

import pytest

from patsieve.cli.main import main
from patsieve.corpus.synthetic import write_patents

# What programs may rely on.
KEYS = {
    "n_records",
    "n_relevant",
    "accuracy",
    "f1_weighted",
    "f1_relevant",
    "precision_relevant",
    "recall_relevant",
    "mcc",
    "average_precision",
    "roc_auc",
    "wss_at_95",
    "brier",
    "confusion_matrix",
}


@pytest.fixture(scope="module")
def other_file(tmp_path_factory):
    """80 labelled patents that the bundle has not seen."""
    path = tmp_path_factory.mktemp("other") / "other.csv"
    write_patents(path, 80, seed=9, prevalence=0.3)
    return path


def test_it_prints_one_object_with_every_metric_and_its_interval(trained_once, other_file, capsys):
    assert main(["evaluate", str(trained_once), str(other_file), "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told.keys() >= KEYS
    assert (told["n_records"], told["n_relevant"]) == (80, 24)
    for name in KEYS - {"n_records", "n_relevant", "confusion_matrix"}:
        assert told[name]["low"] <= told[name]["value"] <= told[name]["high"], name
    assert sum(map(sum, told["confusion_matrix"])) == 80


def test_it_prints_a_table_for_people(trained_once, other_file, capsys):
    assert main(["evaluate", str(trained_once), str(other_file), "--threshold", "0"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        "80 records, 24 relevant; at threshold 0.000 24 found, 0 missed, 56 called wrongly"
    )
    assert lines[3].startswith("average precision ")


def test_the_same_command_prints_the_same_numbers(trained_once, other_file, capsys):
    evaluate = ["evaluate", str(trained_once), str(other_file), "--json"]

    first, second = (main(evaluate) or capsys.readouterr().out for _ in range(2))

    assert first == second


def test_it_warns_of_families_that_the_bundle_has_learnt_from(trained_once, labelled_file, capsys):
    assert main(["evaluate", str(trained_once), str(labelled_file)]) == 0

    told = capsys.readouterr().err
    assert "warning: 160 of 200 records belong to families that the bundle has learnt from" in told


def test_the_errors_are_a_file_to_read_worst_first(trained_once, other_file, tmp_path, capsys):
    out = tmp_path / "errors.csv"

    main(["evaluate", str(trained_once), str(other_file), "--errors", str(out), "--json"])

    matrix = json.loads(capsys.readouterr().out)["confusion_matrix"]
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    distances = [
        1 - float(row["probability"]) if row["error"] == "missed" else float(row["probability"])
        for row in rows
    ]
    assert len(rows) == matrix[0][1] + matrix[1][0] > 0
    assert distances == sorted(distances, reverse=True)


def test_plots_are_drawn_where_asked(trained_once, other_file, tmp_path):
    folder = tmp_path / "plots"

    assert main(["evaluate", str(trained_once), str(other_file), "--plots", str(folder)]) == 0

    assert {"precision_recall.png", "roc.png", "confusion_matrix.png"} <= {
        path.name for path in folder.iterdir()
    }


def test_a_file_without_labels_is_refused(trained_once, week_file, capsys):
    assert main(["evaluate", str(trained_once), str(week_file)]) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert "has no column of labels" in err
