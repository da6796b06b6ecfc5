import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.corpus.text import TextRecipe, plain_text
from patsieve.errors import UsageError

CATHODE = PatentRecord(
    1, title="Cathode", abstract="Nickel-rich.", claims="1. A cathode.", description="Long text."
)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("two  blanks", "two blanks"),
        (" outer ", "outer"),
        ("  two\twords\r\n here\xa0", "two words here"),
        ("<p>LiNi<sub>0.8</sub>O<SUB>2</SUB></p><p>cells</p>", "LiNi0.8O2 cells"),
        ("Smith &amp; Co, 5 &micro;m, &#8804; 3", "Smith & Co, 5 µm, ≤ 3"),
        ("&lt;p&gt;escaped&lt;/p&gt;", "escaped"),
        ("x &lt; 0.5 and 0.5<x<1, y>2", "x < 0.5 and 0.5<x<1, y>2"),
        ("sequence <110> and <210> of R&D, AT&T", "sequence <110> and <210> of R&D, AT&T"),
        ("<a href='x'>link</a><br/>next", "link next"),
        ("Not available", ""),
        ("N/A", ""),
        ("No abstract available", ""),
        (
            "Not available in shops is the claimed cell",
            "Not available in shops is the claimed cell",
        ),
        ("\x1f", ""),
    ],
)
def test_cells_become_plain_text(cell, text):
    assert plain_text(cell) == text


@given(st.text(st.characters(exclude_characters="<&")))
def test_white_space_is_collapsed_as_splitting_and_joining_does(cell):
    collapsed = " ".join(cell.split())

    assert plain_text(cell) in (collapsed, "")
    assert plain_text(cell) == collapsed or len(collapsed) < 30


def test_fields_are_read_in_the_order_of_the_recipe_one_a_line():
    assert TextRecipe().compose(CATHODE) == "Cathode\nNickel-rich.\n1. A cathode."
    assert TextRecipe(("claims", "title")).compose(CATHODE) == "1. A cathode.\nCathode"


def test_empty_fields_leave_no_trace():
    assert TextRecipe().compose(PatentRecord(1, title="A", claims="1. B")) == "A\n1. B"


def test_the_text_is_cut_at_its_length():
    assert TextRecipe(max_characters=9).compose(CATHODE) == "Cathode\nN"


def test_a_record_without_the_fields_gives_what_it_has():
    assert TextRecipe().compose(PatentRecord(1, description="Only this.")) == "Only this."
    assert TextRecipe(("claims",)).compose(PatentRecord(1, title="A", abstract="B")) == "A"
    assert TextRecipe().compose(PatentRecord(1)) == ""


def test_a_text_knows_the_symbols_of_its_record():
    text = TextRecipe().compose(PatentRecord(1, title="A", cpc_symbols=("H01M4/525",)))

    assert text.symbols == text.with_text("B").symbols == ("H01M4/525",)


def test_a_corpus_is_composed_in_order():
    corpus = Corpus([CATHODE, PatentRecord(2, title="Anode")], np.array([0, 1]))

    assert TextRecipe(("title",)).compose_all(corpus) == ["Cathode", "Anode"]


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        (
            ("title", "summary"),
            "'summary'; it reads title, abstract, claims, desc",
        ),
        ((), "name each once"),
        (("title", "title"), "name each once"),
    ],
)
def test_an_impossible_recipe_says_what_is_possible(fields, match):
    with pytest.raises(UsageError, match=match):
        TextRecipe(fields)


def test_a_length_below_one_is_refused():
    with pytest.raises(UsageError, match="max_characters is 0; it must be at least 1"):
        TextRecipe(max_characters=0)
