"""A place in the text that is read is found in the cell as the user has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.cell_places import CellPlaces
from patsieve.corpus.text import plain_text


@pytest.mark.parametrize(
    ("cell", "word", "stands_as"),
    [
        ("a nickel cathode", "nickel", "nickel"),
        ("  a\n\n nickel\tcathode ", "nickel cathode", "nickel\tcathode"),
        ("<p>LiNi<sub>0.8</sub>O2</p> cell", "LiNi0.8O2", "LiNi<sub>0.8</sub>O2"),
        ("carbon &amp; nickel", "&", "&amp;"),
        ("carbon &amp; nickel", "nickel", "nickel"),
        ("&lt;b&gt;nickel&lt;/b&gt; &fjlig; cell", "fj", "&fjlig;"),
        ("(FR) Cathode au nickel\n(EN) Nickel cathode", "Nickel", "Nickel"),
    ],
)
def test_a_word_is_found_behind_markup_and_white_space(cell, word, stands_as):
    places = CellPlaces.of(cell)
    start = places.text.index(word)

    first, last = places.stretch(start, start + len(word))

    assert cell[first:last] == stands_as


PIECES = st.sampled_from(
    ["<p>", "</p>", "<sub>", "</sub>", "&amp;", "&lt;", "&gt;", "b", "&#65;", " ", "\n", "\t",
     "(EN) ",     "\n(DE) ", "nickel", "0.5<x>0.1", "/", "\u2028", "é", "-", "n/a", "&", "<", ">"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join))
def test_places_are_those_of_the_text_that_is_read_or_not_told(cell):
    places = CellPlaces.of(cell)

    if places is None:
        # A placeholder is read as nothing at all.
        assert plain_text(cell) == ""
        return
    assert places.text == plain_text(cell)
    assert len(places.text) == len(places.starts) == len(places.ends)
    assert places.starts == sorted(places.starts)
    assert all(a <= b for a, b in zip(places.starts, places.ends, strict=True))


@given(st.text(max_size=60))
def test_any_text_has_its_places(cell):
    places = CellPlaces.of(cell)

    assert plain_text(cell) == ("" if places is None else places.text)
