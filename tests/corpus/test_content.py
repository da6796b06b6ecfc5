"""A record is known again by its number or its text, and a changed field is named."""

import pytest

from patsieve.corpus.content import (
    NO_CONTENT,
    content_of,
    described_change,
    field_in,
    record_key,
)
from patsieve.corpus.records import PatentRecord


def record(**fields):
    return PatentRecord(row=1, **fields)


@pytest.mark.parametrize("number", ["US-10000000-B2", "US10000000 (B2)", "us 10000000 b2"])
def test_a_publication_is_known_whatever_the_punctuation_of_its_number(number):
    same = record(publication_number="US10000000B2", title="other text")

    assert record_key(record(publication_number=number)) == record_key(same)


def test_application_and_grant_are_two_publications():
    application = record(publication_number="EP3000000A1")

    assert record_key(application) != record_key(record(publication_number="EP3000000B1"))


def test_without_a_number_the_text_tells_records_apart():
    one, other = record(title="A cell"), record(title="A chair")

    assert record_key(one) == record_key(record(title="A  CELL"))
    assert record_key(one) != record_key(other)


@pytest.mark.parametrize("number", ["", "-", "n/a", "17", "unknown"])
def test_a_cell_that_is_no_number_is_not_taken_for_one(number):
    one = record(publication_number=number, title="A cell")
    other = record(publication_number=number, title="A chair")

    assert record_key(one) != record_key(other)


def test_nothing_to_know_a_record_by():
    assert record_key(record(family_id="12345")) is None
    assert content_of(record()) == NO_CONTENT


def test_a_text_in_another_field_is_another_content():
    assert content_of(record(title="A cell")) != content_of(record(abstract="A cell"))


def test_case_and_white_space_are_no_change():
    one, other = record(claims="1. A cell,\n of Li."), record(claims="1. A CELL, of Li.")

    assert content_of(one) == content_of(other)


def test_a_sign_in_a_claim_is_a_change():
    one, other = record(claims="0.5 < x"), record(claims="0.5 > x")

    assert described_change(content_of(one), content_of(other)) == "claims changed"


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ({"title": "a"}, {"title": "a"}, ""),
        ({"title": "a", "abstract": "b"}, {"title": "c", "abstract": "d"}, "title and abstract ch"),
        ({"title": "a"}, {"title": "a", "claims": "c"}, "claims are there now"),
        ({"title": "a", "abstract": "b"}, {"title": "a"}, "abstract is missing now"),
    ],
)
def test_what_changed_is_named(before, now, said):
    found = described_change(content_of(record(**before)), content_of(record(**now)))

    assert found.startswith(said)
    assert bool(found) is bool(said)


def test_a_field_that_is_empty_has_no_digest():
    content = content_of(record(claims="1. A cell."))

    assert field_in(content, "title") is None
    assert field_in(content, "claims") == content[16:24]
