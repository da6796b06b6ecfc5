"""A place in what a model reads is a place in a field of the record, and in a claim."""

import pytest

from patsieve.corpus.read_text import Place, ReadText
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.text import TextRecipe

RECORD = PatentRecord(
    row=1,
    title="A battery cell",
    abstract="A cell has a cathode. The cathode holds nickel.",
    claims="1. A cell comprising a cathode of nickel. 2. The cell of claim 1 with an anode.",
)


def test_the_text_is_what_the_recipe_composes():
    recipe = TextRecipe(max_characters=40)

    assert ReadText(RECORD, recipe).text == recipe.compose(RECORD)


def test_sentences_are_those_of_the_fields_and_claims():
    read = ReadText(RECORD, TextRecipe())

    assert [read.text[start:end] for start, end in read.sentences()] == [
        "A battery cell",
        "A cell has a cathode.",
        "The cathode holds nickel.",
        "1. A cell comprising a cathode of nickel.",
        "2. The cell of claim 1 with an anode.",
    ]


def test_a_place_is_given_in_its_field_and_with_its_claim():
    read = ReadText(RECORD, TextRecipe())
    start = read.text.index("anode")

    place = read.place(start, start + 5)

    assert (place.field, place.claim) == ("claims", 2)
    assert RECORD.claims[place.start : place.end] == "anode"
    assert read.stretch(place) == (start, start + 5)


def test_claims_that_are_not_numbered_have_no_number():
    record = PatentRecord(row=1, claims="A cell comprising a cathode.")

    assert ReadText(record, TextRecipe()).place(2, 6) == Place("claims", 2, 6, None)


def test_what_is_cut_off_has_no_sentence():
    read = ReadText(RECORD, TextRecipe(max_characters=20))

    assert [read.text[start:end] for start, end in read.sentences()] == ["A battery cell", "A cel"]


def test_fields_stand_in_the_order_in_which_they_are_read():
    read = ReadText(RECORD, TextRecipe(fields=("abstract", "title")))

    assert read.place(0, 6).field == "abstract"
    assert read.place(len(read.text) - 4, len(read.text)).field == "title"


def test_places_in_chosen_claims_are_places_in_all_claims():
    claims = "1. A cell. 2. The cell of claim 1. 3. A method. It heats. 4. A use."
    record = PatentRecord(row=1, title="Cells", claims=claims)
    read = ReadText(record, TextRecipe(("title", "independent_claims")))

    assert read.text == "Cells\n1. A cell. 3. A method. It heats. 4. A use."
    start = read.text.index("heats")
    place = read.place(start, start + 5)
    assert (place.field, place.claim) == ("claims", 3)
    assert claims[place.start : place.end] == "heats"
    assert read.stretch(place) == (start, start + 5)
    assert "4. A use." in [read.text[first:last] for first, last in read.sentences()]


def test_a_place_that_is_not_read_is_refused():
    read = ReadText(RECORD, TextRecipe(("title", "first_claim")))

    with pytest.raises(ValueError, match="nothing of"):
        read.stretch(Place("abstract", 0, 3))


def test_a_record_without_text_has_no_sentences():
    assert ReadText(PatentRecord(row=1), TextRecipe()).sentences() == []
