import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.symbols import normalised_symbol, normalised_symbols, symbol_levels


@pytest.mark.parametrize(
    ("symbol", "normalised"),
    [
        ("H01M4/525", "H01M4/525"),
        ("H01M 4/525", "H01M4/525"),
        ("H01M   4/525", "H01M4/525"),
        ("H01M   4/525        20100101AFI20130612BHEP", "H01M4/525"),
        ("H01M-004/525", "H01M4/525"),
        ("H01M0004/525", "H01M4/525"),
        ("B25J-0009/1664", "B25J9/1664"),
        ("H01M4/525 (EP,US)", "H01M4/525"),
        ("H01M 4/00 (2006.01)", "H01M4/00"),
        ("A61K2039/55505", "A61K2039/55505"),
        ("H01M0004525000", "H01M4/525"),
        ("H01M0004525000 20100101", "H01M4/525"),
        ("H01M0010052500", "H01M10/0525"),
        ("H01M0004000000", "H01M4/00"),
        ("C01G005300", "C01G53/00"),
        # Without padding nobody can tell where the group ends.
        ("H01M4525", "H01M4525"),
        ("A61K203955505", "A61K203955505"),
        ("H01M", "H01M"),
        (" H01M ", "H01M"),
        ("429/223", "429/223"),
        ("", ""),
    ],
)
def test_symbols_as_databases_write_them(symbol, normalised):
    assert normalised_symbol(symbol) == normalised


@pytest.mark.parametrize(
    "cell",
    [
        "H01M4/525; C01G53/00",
        "H01M4/525;;C01G53/00;;H01M4/525",
        "H01M4/525 | C01G53/00",
        "H01M 4/525 (2010.01)\nC01G 53/00 (2006.01)\n",
        "H01M4/525, C01G53/00",
        "H01M4/525 (EP,US); C01G53/00 (KR)",
    ],
)
def test_symbols_of_a_cell_come_once_in_their_order(cell):
    assert normalised_symbols(cell) == ("H01M4/525", "C01G53/00")


def test_an_empty_cell_has_none():
    assert normalised_symbols(" ;; \n") == ()


@given(st.text(alphabet="AHGY0123456789 /-().;|", max_size=24))
def test_a_normalised_symbol_stays_as_it_is(text):
    once = normalised_symbol(text)

    assert normalised_symbol(once) == once


@pytest.mark.parametrize(
    ("symbol", "levels"),
    [
        ("H01M4/525", ("H01M", "H01M4/00", "H01M4/525")),
        ("H01M4/00", ("H01M", "H01M4/00")),
        ("A61K2039/55505", ("A61K", "A61K2039/00", "A61K2039/55505")),
        ("H01M", ("H01M",)),
        ("nonsense", ("nonsense",)),
    ],
)
def test_a_symbol_stands_in_its_groups(symbol, levels):
    assert symbol_levels(symbol) == levels
