"""Numbers, dates and names of parties as the offices write them."""

import re
from collections.abc import Iterable

from patsieve.corpus.dates import iso_date

_NOISE = re.compile(r"[\s/,.\-]+")
_NAMED = re.compile(r"([A-Z]{2})-?([A-Z]{0,2}\d{4,})-?([A-Z]\d?)?(?![A-Z\d])")
_ZEROS = re.compile(r"([A-Z]{0,2})0*(\d+.*)", re.DOTALL)


def publication_number(country: str, number: str, kind: str) -> str:
    """Return country, digits and kind in one; empty without digits.

    American numbers lose the zeros with which they are filled up.

    Examples
    --------
    >>> publication_number("US", "07297014", "B2"), publication_number("US", "D0555123", "S1")
    ('US7297014B2', 'USD555123S1')
    >>> publication_number("", "EP1000000", ""), publication_number("WO", "2026/044310", "A1")
    ('EP1000000', 'WO2026044310A1')
    """
    country, kind = country.strip().upper(), kind.strip().upper()
    digits = _NOISE.sub("", number).upper()
    if not any(map(str.isdigit, digits)):
        return ""
    if country and digits.startswith(country):
        digits = digits.removeprefix(country)
    if country == "US":
        digits = _ZEROS.sub(r"\1\2", digits)
    return f"{country}{digits}{kind}"


def application_number(country: str, number: str) -> str:
    """Return the number of an application with its country in front, but for that as it is."""
    number = "".join(number.split())
    country = country.strip().upper()
    return number if not number or number.startswith(country) else f"{country}{number}"


def earliest(dates: Iterable[str]) -> str:
    """Return the earliest of dates that can be read, as ISO 8601; empty without any."""
    return min(filter(None, map(iso_date, dates)), default="")


def one_date(text: str) -> str:
    """Return a date as ISO 8601, or as it stands where it cannot be read."""
    return iso_date(text) or text.strip()


def person(last: str, first: str = "", middle: str = "") -> str:
    """Return the name of a person, the family's first."""
    given = " ".join(f"{first} {middle}".split())
    family = " ".join(last.split())
    return f"{family}, {given}" if family and given else family or given


def names(parties: Iterable[str]) -> str:
    """Return names as the text of a cell, each once, in their order."""
    cleaned = (" ".join(party.split()).strip(" ,;") for party in parties)
    return "; ".join(dict.fromkeys(filter(None, cleaned)))


def number_in_name(name: str) -> str:
    """Return the publication number with which the name of a file or record begins, else nothing.

    Examples
    --------
    >>> number_in_name("US06177006B1.xml"), number_in_name("EP-1000000-A1"), number_in_name("a.xml")
    ('US6177006B1', 'EP1000000A1', '')
    """
    match = _NAMED.match(name.strip().upper())
    return "" if match is None else publication_number(match[1], match[2], match[3] or "")
