"""Reasons are marked where they stand in the user's own cells, and only there."""

from patsieve.corpus.columns import match_columns
from patsieve.corpus.read_text import Place
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.text import plain_text
from patsieve.screening.explain.explanation import Explanation, Reason
from patsieve.screening.explain.marks import marked_cells

HEADER = ("Title", "Abstract", "Abstract (original)", "note")


def reason(kind, text, change, *places):
    return Reason(kind, text, change, tuple(Place(field, a, b) for field, a, b in places))


def marked(cells, *reasons):
    """Return column to (text, manner) of each mark."""
    columns = match_columns(HEADER)
    row = dict(zip(HEADER, cells, strict=True))
    abstract = plain_text(cells[1]) or plain_text(cells[2])
    record = PatentRecord(row=1, title=plain_text(cells[0]), abstract=abstract, columns=row)
    found = marked_cells(record, Explanation(0.0, reasons, {}), columns)
    assert all(row[name] == text for name, text in found.items())
    return {
        name: [(text[mark.start : mark.end], mark.manner) for mark in text.marks]
        for name, text in found.items()
    }


def test_a_word_is_marked_at_each_of_its_places():
    word = reason("word", "nickel", 0.5, ("title", 2, 8), ("abstract", 0, 6))

    assert marked(("a nickel cell", "Nickel", "", "nickel"), word) == {
        "Title": [("nickel", "word for")],
        "Abstract": [("Nickel", "word for")],
    }


def test_a_place_behind_markup_is_found():
    word = reason("word", "lini0", -0.5, ("title", 0, 7))

    assert marked(("<b>Li<sub>2</sub>NiO2</b> cell", "", "", ""), word) == {
        "Title": [("Li<sub>2</sub>NiO2", "word against")]
    }


def test_a_word_stands_out_of_its_sentence():
    sentence = reason("sentence", "It has nickel.", -2.0, ("title", 0, 14))
    word = reason("word", "nickel", 0.5, ("title", 7, 13))

    assert marked(("It has nickel.", "", "", ""), word, sentence) == {
        "Title": [
            ("It has ", "sentence against"),
            ("nickel", "word for"),
            (".", "sentence against"),
        ]
    }


def test_of_two_words_at_one_place_the_stronger_is_seen():
    weak, strong = (reason("word", "x", change, ("title", 0, 1)) for change in (0.2, -0.9))

    for order in ((weak, strong), (strong, weak)):
        assert marked(("x", "", "", ""), *order) == {"Title": [("x", "word against")]}


def test_what_changes_little_is_not_marked():
    assert marked(("of", "", "", ""), reason("word", "of", 0.09, ("title", 0, 2))) == {}


def test_the_column_that_was_read_for_want_of_a_better_one_is_marked():
    word = reason("word", "nickel", 0.5, ("abstract", 0, 6))

    assert marked(("", "n/a", "nickel", ""), word) == {
        "Abstract (original)": [("nickel", "word for")]
    }


def test_without_a_column_for_the_field_there_is_nothing_to_mark():
    assert marked(("a", "", "", ""), reason("word", "x", 0.5, ("claims", 0, 1))) == {}
