"""`patsieve experiments` from the command line: the catalogue as files one can edit."""

import json
import tomllib

import pytest

from patsieve.cli.main import main
from patsieve.experiments.spec import catalogue_names


def test_every_experiment_is_listed_with_a_sentence(capsys):
    assert main(["experiments", "list"]) == 0

    groups = [group.splitlines() for group in capsys.readouterr().out.split("\n\n")]
    lines = [line for _, *lines in groups for line in lines]
    assert [title for title, *_ in groups] == [
        "Our own recipes:",
        "What the reference study ran:",
        "What it wished for next, one thing changed at a time:",
    ]
    assert sorted(line.split()[0] for line in lines) == list(catalogue_names())
    assert all(line.startswith("  ") and line.endswith(".") for line in lines)


def test_the_list_is_there_for_programs_too(capsys):
    assert main(["experiments", "list", "--json"]) == 0

    assert list(json.loads(capsys.readouterr().out)) == list(catalogue_names())


@pytest.mark.parametrize("name", catalogue_names())
def test_an_experiment_is_shown_as_a_file_that_can_be_read_again(name, capsys):
    assert main(["experiments", "show", name]) == 0

    kinds = ("bag-of-words", "embedding", "encoder", "stacking")
    assert tomllib.loads(capsys.readouterr().out)["kind"] in kinds


def test_an_unknown_experiment_is_answered_with_those_of_nearly_that_name(capsys):
    assert main(["experiments", "show", "hn-pt-99"]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("patsieve: there is no experiment 'hn-pt-99'; did you mean hn-pt-0")
    assert err.count("\n") == 1
