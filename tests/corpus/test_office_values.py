"""Numbers, symbols and signs, value by value; the examples in the docstrings run."""

import doctest
import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.readers.offices.greenbook_text import plain
from patsieve.corpus.readers.offices.identity import earliest, names, publication_number
from patsieve.corpus.readers.offices.symbols import symbol_of


@pytest.mark.parametrize("name", ["greenbook_text", "identity", "symbols"])
def test_the_examples_are_true(name):
    found = doctest.testmod(importlib.import_module(f"patsieve.corpus.readers.offices.{name}"))

    assert found.attempted > 0
    assert found.failed == 0


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        ("H01M 4/525", "H01M 4/525"),
        ("B25J-0009/1664", "B25J 9/1664"),
        ("H04W  12/043       20210101 FI20210101RHEP        ", "H04W 12/043"),
        ("B60R  900", "B60R 9/00"),
        ("A61K 31445", "A61K 31/445"),
        ("Y02E 60/10 (2013.01)", "Y02E 60/10"),
        ("A61K  9 22", ""),
        ("A61K4 022", ""),
        ("D1302", ""),
        ("429/223", ""),
        ("4F21S43  /237", "F21S 43/237"),
        ("", ""),
    ],
)
def test_symbols(written, symbol):
    assert symbol_of(written) == symbol


@given(st.text())
def test_any_text_gives_a_symbol_or_nothing(text):
    assert symbol_of(text) in ("", symbol_of(symbol_of(text)))


@pytest.mark.parametrize(
    ("parts", "number"),
    [
        (("US", "07297014", "B2"), "US7297014B2"),
        (("US", "RE039918", "E1"), "USRE39918E1"),
        (("US", "PP018389", "P3"), "USPP18389P3"),
        (("US", "20050004437", "A1"), "US20050004437A1"),
        (("EP", "0680812", "A1"), "EP0680812A1"),
        (("", "EP1000000", ""), "EP1000000"),
        (("EP", "EP1000000", "A1"), "EP1000000A1"),
        (("us", " 7,297,014 ", "b2"), "US7297014B2"),
        (("US", "", "A1"), ""),
        (("US", "none", "A1"), ""),
    ],
)
def test_publication_numbers(parts, number):
    assert publication_number(*parts) == number


def test_the_earliest_of_dates_that_can_be_read():
    assert earliest(["20100401", "19910300", "", "2009-01-02"]) == "2009-01-02"
    assert earliest(["19910300", ""]) == ""


def test_names_come_once_and_without_what_hangs_on_them():
    assert names(["ROY, ANA, ", "ROY, ANA", " ", "Ito\n Ken"]) == "ROY, ANA; Ito Ken"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10.sup.-3 .mu.m .OMEGA. .gtoreq.5", "10-3 μm Ω ≥5"),
        ("a .[.deleted.]. and .Iadd.added.Iaddend. word", "a deleted and added word"),
        ("##EQU1## x ##STR12##", "x"),
        ("in the box. see. there", "in the box. see. there"),
        ("U.S. Pat. No. 3,000,000", "U.S. Pat. No. 3,000,000"),
        ("e.g. 5 .+-. 1", "e.g. 5 ± 1"),
    ],
)
def test_signs_of_the_plain_text(written, read):
    assert plain(written) == read
