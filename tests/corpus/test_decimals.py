"""Numbers in cells."""

import math

import pytest

from patsieve.corpus.decimals import decimal_in


@pytest.mark.parametrize(
    ("cell", "value"),
    [("0.83", 0.83), (" 0,83 ", 0.83), ("-1,5", -1.5), ("1e-3", 1e-3), ("1,5e2", 150.0), ("7", 7)],
)
def test_numbers_are_read(cell, value):
    assert decimal_in(cell) == value


@pytest.mark.parametrize("cell", ["", "high", "1,234,567", "nan", "inf", "0.8 %", "1,"])
def test_what_is_no_finite_number_is_none(cell):
    assert math.isnan(decimal_in(cell))
