import re
from xml.etree.ElementTree import Element

from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.readers.offices.flatten import LINE_BREAK, lines_of

PIECES = st.sampled_from(
    ["a", "é", "Ni", " ", "  ", "\n", "\t", "\xa0", "\u3000", LINE_BREAK, "[0012] ", "[0012]"]
)


def element(text):
    made = Element("description")
    made.text = text
    return made


@given(st.lists(PIECES, max_size=12).map("".join))
def test_lines_have_one_blank_between_words_and_no_number_before_them(text):
    lines = (" ".join(piece.split()) for piece in text.split(LINE_BREAK))
    expected = filter(None, (re.sub(r"^\[\d{4}\] ?", "", line) for line in lines))

    assert lines_of(element(text)) == list(expected)


def test_what_stands_for_a_picture_is_left_out():
    assert lines_of(element(f"as in <IMAGE>{LINE_BREAK} <IMAGE> and so on")) == [
        "as in", "and so on",
    ]  # fmt: skip
