import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.numbers import normalised_publication, parsed_number, standard_numbers


@pytest.mark.parametrize(
    ("number", "normalised"),
    [
        ("US-10000000-B2", "US10000000"),
        ("US10000000", "US10000000"),
        ("EP_3000000_A1", "EP3000000"),
        ("US 9833479 B2", "US9833479"),
        ("US 2005/0004437 A1", "US20050004437"),
        ("US2005004437A1", "US20050004437"),
        ("US06859910B2", "US6859910"),
        ("USD0500000S1", "USD500000"),
        ("USRE43000E", "USRE43000"),
        ("WO2015026896 (A1)", "WO2015026896"),
        ("JPH09123456A", "JPH9123456"),
        ("10,924,894", "10924894"),
        ("12345", ""),
        ("see note", ""),
        ("", ""),
    ],
)
def test_publication_numbers_are_normalised(number, normalised):
    assert normalised_publication(number) == normalised


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("US-10000000-B2", ("US", "10000000", "B2")),
        ("US20130296823A1-20131107", ("US", "20130296823", "A1")),
        ("us 2019/0123456 A1 20190425", ("US", "20190123456", "A1")),
        ("US-20131107", ("US", "20131107", "")),
        ("EP_3000000_A1", ("EP", "3000000", "A1")),
        ("KR20150000637 (U)", ("KR", "20150000637", "U")),
        ("DE 10 2014 012 345 A1", ("DE", "102014012345", "A1")),
        ("CN_102206141_A_", ("CN", "102206141", "A")),
        ("WO/2015/026896", ("WO", "2015026896", "")),
        ("RE43000", ("US", "RE43000", "")),
        ("D500000", ("", "D500000", "")),
        ("10,924,894", ("", "10924894", "")),
    ],
)
def test_the_parts_of_a_number(number, parts):
    found = parsed_number(number)

    assert (found.country, found.number, found.kind) == parts
    assert str(found) == "".join(parts)


@pytest.mark.parametrize("text", ["", "12345", "none", "A cathode with 85 % nickel", "9" * 41])
def test_what_is_no_number(text):
    assert parsed_number(text) is None


def test_several_numbers_come_in_one_spelling_and_what_is_none_stays():
    cell = "US-2015/0123456-A1\nUS10000001 (B2)|see note ; "

    assert standard_numbers(cell) == "US20150123456A1; US10000001B2; see note"


def test_a_country_is_put_where_there_is_none():
    assert standard_numbers("10000001; EP3000000A1; D500000", country="US") == (
        "US10000001; EP3000000A1; USD500000"
    )


@given(
    st.sampled_from(["US", "EP", "CN", "WO"]),
    st.integers(1_000_000, 20_000_000),
    st.sampled_from(["", "A1", "B2", "U"]),
)
def test_every_spelling_of_a_number_is_the_same(country, digits, kind):
    spellings = {
        f"{country}{digits}{kind}",
        f"{country}-{digits}-{kind}".rstrip("-"),
        f"{country}_{digits}_{kind}",
        f"{country} {digits:,} ({kind})",
        f"{country.lower()}0{digits} {kind}",
    }

    assert {str(parsed_number(each)) for each in spellings} == {f"{country}{digits}{kind}"}


@given(st.text(max_size=30))
def test_a_number_in_its_one_spelling_stays_as_it_is(text):
    found = parsed_number(text)

    assert found is None or str(parsed_number(str(found))) == str(found)
