"""Which part of a record is read under each name."""

import pytest

from patsieve.corpus.fields import Piece, first_words, pieces_of
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.text import TextRecipe
from patsieve.errors import UsageError

RECORD = PatentRecord(
    1,
    title="A cell",
    claims="1. A cell with nickel. 2. The cell of claim 1. 3. A method of making cells.",
)


def texts(name, record=RECORD):
    return [piece.of(record) for piece in pieces_of(record, name)]


def test_the_first_claim_is_read_alone():
    assert texts("first_claim") == ["1. A cell with nickel."]


def test_independent_claims_are_pieces_of_the_claims():
    assert texts("independent_claims") == [
        "1. A cell with nickel.",
        "3. A method of making cells.",
    ]


def test_other_fields_are_one_piece():
    assert pieces_of(RECORD, "title") == [Piece("title", 0, 6)]
    assert texts("claims") == [RECORD.claims]


def test_an_empty_field_has_no_piece():
    assert pieces_of(RECORD, "abstract") == []
    assert pieces_of(PatentRecord(1, title="A"), "first_claim") == []


@pytest.mark.parametrize("name", ["first_claim", "independent_claims"])
def test_of_claims_that_are_not_numbered_all_are_read(name):
    record = PatentRecord(1, claims="A cell. The cell with nickel.")

    assert texts(name, record) == [record.claims]


def test_cancelled_claims_are_not_the_first():
    record = PatentRecord(1, claims="1-2. (canceled) 3. A cell. 4. The cell of claim 3.")

    assert texts("first_claim", record) == ["3. A cell."]


def test_words_are_counted_over_all_pieces():
    pieces = pieces_of(RECORD, "independent_claims")

    def cut(most):
        return [piece.of(RECORD) for piece in first_words(pieces, RECORD, most)]

    assert cut(3) == ["1. A cell"]
    assert cut(5) == ["1. A cell with nickel."]
    assert cut(7) == ["1. A cell with nickel.", "3. A"]
    assert cut(99) == texts("independent_claims")


def test_a_recipe_joins_pieces_and_cuts_fields_by_words():
    recipe = TextRecipe(("title", "independent_claims"), max_words={"independent_claims": 8})

    assert recipe.compose(RECORD) == "A cell\n1. A cell with nickel. 3. A method"


@pytest.mark.parametrize(
    ("fields", "max_words", "match"),
    [
        (("title", "claims", "first_claim"), {}, "claims and first_claim hold the same claims"),
        (("title",), {"abstract": 9}, "cuts the field 'abstract', which is not read"),
        (("title",), {"title": 0}, "max_words of the field 'title' is 0; at least 1 is read"),
    ],
)
def test_an_impossible_selection_says_why(fields, max_words, match):
    with pytest.raises(UsageError, match=match):
        TextRecipe(fields, max_words=max_words)
