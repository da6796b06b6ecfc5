"""`patsieve tune` from the command line, on a tiny encoder."""

import json
from typing import get_args

import pytest

from patsieve.cli.main import main
from patsieve.cli.tune import METRICS
from patsieve.experiments.tables import Metric
from tuned_patents import write_here


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    return write_here(tmp_path_factory.mktemp("tune"))


def tune(here, out, *options):
    return main(
        [
            *("tune", str(here / "labelled.csv"), "--experiment", str(here / "start.toml")),
            *("--checkpoint", str(here / "checkpoint"), "--split-column", "part"),
            *("--device", "cpu", "--precision", "32", "--no-tracking"),
            *("--out", str(out), *options),
        ]
    )


def test_it_says_what_was_found_and_how_far_to_believe_it(here, tmp_path, capsys):
    out = tmp_path / "search"

    assert tune(here, out, "--trials", "3") == 0

    printed, err = capsys.readouterr()
    lines = printed.splitlines()
    assert lines[0] == "3 trials (3 complete) from start"
    assert lines[2].split() == ["validation_average_precision", "value"]
    assert lines[3].split()[0] == "start"
    assert "so that value is optimistic" in printed
    assert "16 test records, looked at once, for these two:" in printed
    assert lines[-1] == f"experiment: {out / 'best.toml'}"
    assert "trial 0 (1 of 3): the starting experiment, start" in err

    # The same again: nothing is run, and the object has the same numbers.
    assert tune(here, out, "--trials", "3", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["state"] for each in told["trials"]] == ["complete"] * 3
    best = told["best"]
    assert best["value"] == max(each["value"] for each in told["trials"])
    assert told["start"]["value"] == told["trials"][0]["value"]
    assert set(told["test"]["differences"]) == {"average_precision", "mcc"}
    difference = told["test"]["differences"]["mcc"]
    assert difference["told_apart"] == (difference["low"] > 0 or difference["high"] < 0)


def test_it_knows_every_metric():
    assert set(METRICS) == set(get_args(Metric))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--trials", "0"), "0 is not in the range"),
        (("--trials", "2", "--minutes", "0"), "is not in the range"),
        (("--trials", "2", "--metric", "luck"), "'luck' is not one of"),
        (("--trials", "2", "--experiment", "bag-of-words"), "is of kind 'bag-of-words'"),
        ((), "Missing option '--trials'"),
    ],
)
def test_bad_input_is_told_in_one_sentence(here, tmp_path, capsys, options, said):
    assert tune(here, tmp_path / "search", *options) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("patsieve: ")
    assert said in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
