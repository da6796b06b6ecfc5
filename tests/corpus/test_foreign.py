"""Records in other languages are named where there are enough of them."""

from patsieve.corpus.foreign import foreign_notes
from patsieve.corpus.load import load_corpus
from patsieve.corpus.records import PatentRecord

ENGLISH = "A cell with a cathode of nickel and an anode for the storage of energy."
GERMAN = "Zelle mit einer Kathode und einer Anode für die Speicherung von Energie."


def records(n_english, n_german):
    texts = [ENGLISH] * n_english + [GERMAN] * n_german
    return [PatentRecord(row, title="Cell", abstract=text) for row, text in enumerate(texts, 1)]


def test_they_are_named_with_language_and_rows():
    [note] = foreign_notes(records(20, 2))

    assert note.startswith("2 records not in English (German 2): rows 21, 22; an encoder that")


def test_fewer_than_one_in_a_hundred_are_not_worth_a_word():
    assert foreign_notes(records(199, 1)) == []
    assert len(foreign_notes(records(99, 1))) == 1


def test_none_and_no_records_have_no_note():
    assert foreign_notes(records(5, 0)) == []
    assert foreign_notes([]) == []
    assert foreign_notes([PatentRecord(1, title="Pizza box")]) == []


def test_a_labelled_file_says_so(tmp_path):
    file = tmp_path / "labelled.csv"
    rows = [f"{number},{number % 2},Cell {number},{GERMAN}" for number in range(1, 9)]
    file.write_text("\n".join(["family_id,label,title,abstract", *rows]), encoding="utf-8")

    notes = load_corpus(file, fewest_per_class=4).notes

    assert any("8 records not in English (German 8)" in note for note in notes)
