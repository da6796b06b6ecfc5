"""A publication number of a known shape leads to two pages, each in its office's spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.patent_links import patent_links


def spellings(cell):
    links = patent_links(cell)
    if links is None:
        return None
    espacenet = links.espacenet.removeprefix(
        "https://worldwide.espacenet.com/patent/search?q=pn%3D"
    )
    google = links.google_patents.removeprefix("https://patents.google.com/patent/")
    return espacenet, google.removesuffix("/en")


@pytest.mark.parametrize(
    ("written", "espacenet", "google"),
    [
        ("US-10000000-B2", "US10000000B2", "US10000000B2"),
        ("US 2005/0004437 A1", "US2005004437A1", "US20050004437A1"),
        ("US2005004437A1", "US2005004437A1", "US20050004437A1"),
        ("USD500000S1", "USD500000S1", "USD500000S1"),
        ("RE43567 E", "USRE43567E", "USRE43567E"),
        ("EP 123456 A1", "EP0123456A1", "EP0123456A1"),
        ("EP_3000000_A1", "EP3000000A1", "EP3000000A1"),
        ("WO 2015/026896 A1", "WO2015026896A1", "WO2015026896A1"),
        ("WO 99/01234 A1", "WO9901234A1", "WO1999001234A1"),
        ("WO0201234A1", "WO0201234A1", "WO2002001234A1"),
        ("WO2002001234A1", "WO0201234A1", "WO2002001234A1"),
        ("JPH0512345A", "JPH0512345A", "JPH0512345A"),
        ("CN-101234567-A", "CN101234567A", "CN101234567A"),
        ("DE 10 2005 012 345 A1", "DE102005012345A1", "DE102005012345A1"),
        ("EP3000000 (A1)\nUS10000000 (B2)", "EP3000000A1", "EP3000000A1"),
        ("none; US10000000B2", "US10000000B2", "US10000000B2"),
        ("US10000000", "US10000000", "US10000000"),
    ],
)
def test_a_number_of_known_shape_has_a_page_at_both(written, espacenet, google):
    assert spellings(written) == (espacenet, google)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "10000000",
        "XX10000000A1",
        "ZZ2005004437",
        "EP12345678A1",
        "US1234567890123B2",
        "WO1970123456A1",
        "WO123",
        "CN12A",
        "CN90002000000A",
        "KR202490002000050A",
        "JP123456789A",
        "a sentence about US patents",
        "=HYPERLINK(1)",
        "javascript:alert(1)",
    ],
)
def test_a_number_of_unknown_shape_has_none(cell):
    assert patent_links(cell) is None


@given(st.text(max_size=30))
def test_an_address_holds_nothing_but_letters_and_digits_of_the_users(cell):
    found = spellings(cell)

    assert found is None or all(part.isascii() and part.isalnum() for part in found)
