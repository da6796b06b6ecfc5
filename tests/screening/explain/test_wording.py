"""Reasons are put so that a specialist can read them in a cell."""

from patsieve.corpus.read_text import Place
from patsieve.screening.explain.explanation import Explanation, NearRecord, Reason
from patsieve.screening.explain.wording import members_text, nearest_text, reasons_text


def reason(kind, text, change, *places):
    return Reason(kind, text, change, tuple(Place(field, 0, 1, claim) for field, claim in places))


def test_words_come_with_their_change_fields_and_claims():
    claims = [("claims", number) for number in (1, 1, 3, 4, 9)]
    explanation = Explanation(
        1.0,
        (
            reason("word", "nickel", 1.234, ("title", None), *claims),
            reason("word", "chair", -0.5, ("claims", 2)),
            reason("sentence", "It is new.", 0.5, ("abstract", None)),
            reason("word", "oak", 0.1, ("claims", None)),
        ),
        {},
    )

    assert reasons_text(explanation, "for") == (
        "nickel +1.23 (title, claims 1, 3, 4…) | “It is new.” +0.50 (abstract) | oak +0.10 (claims)"
    )
    assert reasons_text(explanation, "against") == "chair −0.50 (claim 2)"


def test_long_sentences_are_cut():
    explanation = Explanation(0.0, (reason("sentence", "x" * 500, 1.0, ("abstract", None)),), {})

    assert reasons_text(explanation, "for") == f"“{'x' * 200}…” +1.00 (abstract)"


def test_a_word_without_a_place_has_none():
    assert reasons_text(Explanation(0.0, (reason("word", "a", 1.0),), {}), "for") == "a +1.00"


def test_no_reasons_are_no_words():
    assert reasons_text(Explanation(0.0, (), {}), "for") == ""
    assert members_text(Explanation(0.0, (), {})) == ""


def test_members_come_with_what_they_add():
    explanation = Explanation(0.0, (), {"bag-of-words": 1.0, "embedding": -0.25})

    assert members_text(explanation) == "bag-of-words +1.00 | embedding −0.25"


def test_the_nearest_come_with_label_number_and_title():
    near = (
        NearRecord("US1", 3, "A cathode", 1, 0.912, same_family=True),
        NearRecord("row 4", 4, "A chair", 0, 0.5, same_family=False),
    )

    assert nearest_text(near) == (
        "relevant: US1 'A cathode' 0.91, same family | irrelevant: row 4 'A chair' 0.50"
    )
