"""What the shared options make of what is typed, and how they refuse what cannot be meant."""

import io
import sys
from pathlib import Path

import click
import pytest
from probed_options import run

from patsieve.cli.options import (
    WholeNumbers,
    corpus_options,
    readable_source,
)
from patsieve.corpus.load import LoadOptions


def test_without_options_a_file_is_read_as_it_is():
    assert run(corpus_options) == {"load": LoadOptions()}


def test_columns_values_and_conditions_become_load_options():
    received = run(
        corpus_options,
        *("--map", "title=Titel (DE)", "--map", "label = Relevante?"),
        *("--where", "stratum=relevant, read_and_rejected"),
        *("--relevant", "A,B"),
    )

    assert received["load"] == LoadOptions(
        columns={"title": "Titel (DE)", "label": "Relevante?"},
        where={"stratum": ("relevant", "read_and_rejected")},
        relevant=("A", "B"),
    )


def test_conditions_on_one_column_add_up_and_on_two_columns_both_hold():
    received = run(
        corpus_options, "--where", "country=DE", "--where", "year=2007", "--where", "country=FR"
    )

    assert received["load"].where == {"country": ("DE", "FR"), "year": ("2007",)}


def test_a_value_may_hold_an_equals_sign():
    assert run(corpus_options, "--where", "formula=x=1")["load"].where == {"formula": ("x=1",)}


@pytest.mark.parametrize("typed", ["title", "=Titel", "title=", " = "])
def test_an_assignment_without_its_two_sides_is_refused(typed):
    with pytest.raises(click.BadParameter, match=r"is not of the form FIELD=COLUMN"):
        run(corpus_options, "--map", typed)


def test_no_value_at_all_is_refused():
    with pytest.raises(click.BadParameter, match="' , ' names no value"):
        run(corpus_options, "--relevant", " , ")


@pytest.mark.parametrize("typed", ["1,2,3", "1, 2 ,3"])
def test_whole_numbers_are_read_from_a_list(typed):
    assert WholeNumbers().convert(typed, None, None) == (1, 2, 3)


@pytest.mark.parametrize("typed", ["1,x", "", "1.5", "1,,2"])
def test_what_is_not_a_list_of_whole_numbers_is_refused(typed):
    with pytest.raises(click.BadParameter, match="is not a list of whole numbers such as 1,2,3"):
        WholeNumbers().convert(typed, None, None)


def test_a_file_is_read_where_it_is(tmp_path):
    with readable_source(tmp_path / "week.csv") as path:
        assert path == tmp_path / "week.csv"


def test_a_dash_stands_for_standard_input(monkeypatch):
    typed = io.TextIOWrapper(io.BytesIO("title\nKühlmittel\n".encode()))
    monkeypatch.setattr(sys, "stdin", typed)

    with readable_source(Path("-")) as path:
        kept = path
        assert path.read_text(encoding="utf-8") == "title\nKühlmittel\n"

    assert not kept.exists()
