"""A text is cut where sentences end, and long ones at commas; nothing is lost or doubled."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.sentences import sentences_in


def cut(text):
    return [text[start:end] for start, end in sentences_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("   ", []),
        ("A cathode", ["A cathode"]),
        ("It is shown in FIG. 2 of the drawing. It is new and useful.",
         ["It is shown in FIG. 2 of the drawing.", "It is new and useful."]),
        ("See U.S. Pat. No. 5 for more of it. It is new and useful.",
         ["See U.S. Pat. No. 5 for more of it.", "It is new and useful."]),
        ("1. A method of making a cell.", ["1. A method of making a cell."]),
        ("It comprises a cathode; an anode of carbon; and it ends.",
         ["It comprises a cathode;", "an anode of carbon; and it ends."]),
        ("電池は正極を有する電池であって新しい。負極を有する電池であって新しいもの。",
         ["電池は正極を有する電池であって新しい。", "負極を有する電池であって新しいもの。"]),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_would_end_them(text, expected):
    assert cut(text) == expected


def test_a_long_sentence_is_cut_at_commas():
    text = ", ".join(["a cathode of nickel"] * 40)

    pieces = cut(text)

    assert len(pieces) > 1
    assert all(len(piece) <= 300 for piece in pieces)
    assert all(piece.endswith(",") for piece in pieces[:-1])


def test_a_long_sentence_without_a_comma_stays_whole():
    assert len(cut("nickel " * 200)) == 1


@given(st.text(alphabet="aB1 .,;:!?。\n", max_size=900))
def test_every_character_but_blanks_is_in_one_passage(text):
    stretches = sentences_in(text)

    assert all(a < b for a, b in stretches)
    assert all(b <= c for (_, b), (c, _) in pairwise(stretches))
    assert "".join("".join(cut(text)).split()) == "".join(text.split())
