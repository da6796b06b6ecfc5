"""How a record stands to what is known: pure comparisons of digests, dates and decisions."""

import pytest

from patsieve.corpus.content import NO_CONTENT, content_of
from patsieve.corpus.records import PatentRecord
from patsieve.screening.history.known import Known, Standing, standing_of

KEY, OTHER_KEY = b"k" * 16, b"o" * 16


def content(**fields):
    return content_of(PatentRecord(row=1, **fields))


NOW = content(title="cell", abstract="it holds", claims="1. A cell.")
BEFORE = content(title="cell", abstract="it holds", claims="1. A battery.")
NO_CLAIMS = content(title="cell", abstract="it holds longer")


def known(key=KEY, text=NOW, scored="2026-05-01", **changes):
    values = {"row": 1, "number": "US1A1", "published": "", "label": None, "decided": ""}
    return Known(key=key, content=text, scored=scored, **values | changes)


def standing(*others, published=""):
    return standing_of(KEY, NOW, published, others)


def test_what_nobody_knows_is_new():
    assert standing() == Standing("new")


def test_the_first_day_is_told():
    found = standing(known(scored="2026-05-08"), known(scored="2026-05-01", row=2))

    assert found == Standing("scored before", "since 2026-05-01")


def test_of_several_versions_the_latest_is_compared_with():
    older = known(text=content(title="cell"), row=1)
    latest = known(text=BEFORE, row=2, scored="2026-05-08")

    assert standing(older, latest) == Standing("changed", "claims changed since 2026-05-08")


@pytest.mark.parametrize(
    ("published", "other", "said"),
    [
        ("2026-05-05", "2026-01-01", "a later publication"),
        ("2026-05-05", "2026-05-05", "a later publication"),
        ("2025-05-05", "2026-01-01", "an earlier publication"),
        ("", "2026-01-01", "another publication"),
        ("2026-05-05", "", "another publication"),
    ],
)
def test_dates_decide_which_publication_is_the_later(published, other, said):
    relative = known(key=OTHER_KEY, text=BEFORE, published=other)

    found = standing(relative, published=published)

    assert found.status == "changed"
    assert found.note.startswith(f"{said} of the family of US1A1")


def test_of_a_family_one_member_with_the_same_claims_is_enough():
    others = known(key=OTHER_KEY, text=BEFORE), known(key=b"p" * 16, row=2, number="EP1A1")

    assert standing(*others) == Standing("new", "of the family of EP1A1, with the same claims")


def test_claims_that_are_not_there_cannot_be_compared():
    found = standing(known(key=OTHER_KEY, text=NO_CLAIMS))

    assert found.status == "changed"
    assert found.note.endswith("whose claims cannot be compared")


def test_the_same_text_without_claims_is_the_same():
    relative = known(key=OTHER_KEY, text=NO_CLAIMS)

    assert standing_of(KEY, NO_CLAIMS, "", [relative]).status == "new"


def test_two_empty_records_of_a_family_say_nothing_of_one_another():
    relative = known(key=OTHER_KEY, text=NO_CONTENT)

    assert standing_of(KEY, NO_CONTENT, "", [relative]).status == "changed"


@pytest.mark.parametrize(("label", "word"), [(1, "relevant"), (0, "irrelevant")])
def test_a_decision_on_this_text_holds(label, word):
    found = standing(known(label=label, decided="2026-05-08"))

    assert found == Standing("decided", f"you decided {word} (2026-05-08)", word)


def test_the_records_own_decision_goes_before_one_of_its_family():
    own = known(label=0, decided="2026-05-01")
    other = known(key=OTHER_KEY, label=1, decided="2026-05-08", row=2)

    assert standing(own, other).own_decision == "irrelevant"


def test_the_latest_decision_of_a_family_holds():
    old = known(key=OTHER_KEY, label=0, decided="2026-05-01", row=2)
    new = known(key=b"p" * 16, label=1, decided="2026-05-08", row=1)

    assert standing(old, new).own_decision == "relevant"


def test_a_decision_on_other_claims_is_told_and_does_not_hold():
    found = standing(known(text=BEFORE, label=1, decided="2026-05-08"))

    assert (found.status, found.own_decision) == ("changed", "")
    assert found.note.endswith("; before, you decided relevant (2026-05-08)")


def test_a_decision_on_the_number_alone_is_on_this_text():
    found = standing(known(text=NO_CONTENT, scored="", label=1, decided="2026-05-08"))

    assert found.status == "decided"


def test_what_was_decided_and_never_scored_is_no_score():
    found = standing(known(text=BEFORE, scored="", label=1, decided="2026-05-08"))

    assert found.note == (
        "claims changed since 2026-05-08; before, you decided relevant (2026-05-08)"
    )
