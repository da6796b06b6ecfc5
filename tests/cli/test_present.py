"""How results look: exact lines, and JSON that every program can read."""

import json
import math

from patsieve.cli.present import (
    print_comparison,
    print_evaluation,
    print_json,
    print_list,
    print_notes,
    table_text,
)


def test_columns_are_as_wide_as_their_widest_cell():
    table = table_text(("metric", "value"), [("AP", "0.967"), ("work saved", "0.5")])

    assert table.splitlines() == [
        "metric      value",
        "AP          0.967",
        "work saved    0.5",
    ]


def test_a_table_without_rows_is_its_header():
    assert table_text(("metric", "value"), []) == "metric  value"


def test_an_evaluation_shows_each_metric_with_its_interval(capsys):
    print_evaluation(
        {
            "n_records": 1200,
            "n_relevant": 300,
            "threshold": 0.5,
            "confusion_matrix": [[880, 20], [15, 285]],
            "confidence": 0.9,
            "mcc": {"value": 0.86, "low": 0.82, "high": 0.9},
            "average_precision": {"value": 0.967, "low": 0.95, "high": 0.98},
            "roc_auc": {"value": None, "low": None, "high": None},
        }
    )

    assert capsys.readouterr().out.splitlines() == [
        "1,200 records, 300 relevant; at threshold 0.500 285 found, 15 missed, 20 called wrongly",
        "",
        "metric             value  90 % interval",
        "average precision  0.967  0.950 … 0.980",
        "ROC AUC                –          – … –",
        "MCC                0.860  0.820 … 0.900",
    ]


def test_experiments_are_compared_by_mean_and_spread(capsys):
    print_comparison(
        {
            "bag-of-words": {"average_precision": (0.89, 0.004), "mcc": (0.67, 0.01)},
            "recommended": {"average_precision": (0.967, math.nan), "mcc": (0.86, math.nan)},
        }
    )

    assert capsys.readouterr().out.splitlines() == [
        "experiment    average precision            MCC",
        "bag-of-words      0.890 ± 0.004  0.670 ± 0.010",
        "recommended               0.967          0.860",
    ]


def test_names_are_listed_beside_their_sentences(capsys):
    print_list([("bow", "Words."), ("recommended", "Our own.")])

    assert capsys.readouterr().out == "bow          Words.\nrecommended  Our own.\n"


def test_json_is_one_object_and_keeps_letters_as_they_are(capsys):
    print_json({"name": "Kältemittel", "n_records": 3, "share": 0.25})

    out = capsys.readouterr().out
    assert "Kältemittel" in out
    assert json.loads(out) == {"name": "Kältemittel", "n_records": 3, "share": 0.25}


def test_json_has_null_where_a_number_is_not_finite(capsys):
    print_json({"a": math.nan, "b": [math.inf, 1.0], "c": {"d": (-math.inf,)}})

    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [None, 1.0], "c": {"d": [None]}}


def test_notes_go_to_standard_error_a_line_each(capsys):
    print_notes(["3 records have no text", "2 rows were too long"])

    assert capsys.readouterr() == ("", "note: 3 records have no text\nnote: 2 rows were too long\n")
