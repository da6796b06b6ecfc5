"""Lengths are counted as spreadsheets count them."""

import doctest

import pytest

from patsieve.screening.workbook import cell_text
from patsieve.screening.workbook.cell_text import fitting, lines_of


def test_the_examples_are_true():
    found = doctest.testmod(cell_text)

    assert (found.attempted > 0, found.failed) == (True, 0)


def test_a_text_that_fits_is_the_same_object():
    text = "𝑥" * 16_383

    assert fitting(text) is text


@pytest.mark.parametrize(("text", "lines"), [("", 1), ("a" * 110, 1), ("a" * 111, 2), ("\n\n", 3)])
def test_lines_are_counted_by_width_and_by_line_breaks(text, lines):
    assert lines_of(text, 100) == lines
