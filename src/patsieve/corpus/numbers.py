"""Publication numbers, as databases write them, to one form: country, digits, kind."""

import re
from dataclasses import dataclass
from typing import final

_SEVERAL = re.compile(r"[\n;|]+")
_NOISE = re.compile(r"[^0-9A-Z]+")
# Country, an optional letter or two (D, PP, RE; H of the Japanese eras), digits, kind code.
_PUBLICATION = re.compile(r"([A-Z]{2})?([A-Z]{0,2})0*(\d+)([A-Z]\d?)?")
# PatentsView and the American office itself write these without a country; no office has such
# a code.
_AMERICAN = ("RE", "PP", "AI")
# The number of a US application, without the zero that some databases leave out after the year.
_SHORT_US_APPLICATION = re.compile(r"((?:19|20)\d{2})(\d{6})")
# HUPD puts the date behind the kind code: US20130296823A1-20131107.
_DATED = re.compile(r"(.*\d[\s_-]?[A-Z]\d?)[-_\s](?:19|20)\d{2}[01]\d[0-3]\d", re.ASCII | re.DOTALL)
# Without a country, a short number is more likely the row of some table than a publication.
_SHORTEST_BARE_NUMBER = 6
_GRANTED, _GRANTED_IN_US = ("B", "C", "Y"), ("E", "S", "P2", "P3", "P4")
# What is longer is a sentence, or several numbers run together.
_LONGEST = 40


@final
@dataclass(frozen=True)
class PublicationNumber:
    """The parts of a publication number.

    Attributes
    ----------
    country : str
        Two letters (WIPO ST.3), or empty where the file does not say.
    number : str
        Digits without leading zeros, with the letters before them (``D500000``).
    kind : str
        Kind code (WIPO ST.16), such as ``B2``; empty where the file does not say.
    """

    country: str
    number: str
    kind: str

    def __str__(self) -> str:
        return f"{self.country}{self.number}{self.kind}"


def parsed_number(text: str) -> PublicationNumber | None:
    """Return the parts of a publication number; None if there is none in `text`.

    Examples
    --------
    >>> [str(parsed_number(n)) for n in ("US-10000000-B2", "EP_3000000_A1", "WO2015026896 (A1)")]
    ['US10000000B2', 'EP3000000A1', 'WO2015026896A1']
    >>> parsed_number("US 2005/0004437 A1") == parsed_number("US2005004437A1")
    True
    """
    if len(text) > _LONGEST:
        return None
    number = text.strip().upper()
    if (dated := _DATED.fullmatch(number)) is not None:
        number = dated[1]
    match = _PUBLICATION.fullmatch(_NOISE.sub("", number))
    if match is None:
        return None
    country, letters, digits, kind = match[1] or "", match[2], match[3], match[4] or ""
    if country in _AMERICAN:
        country, letters = "US", country
    if not country and len(digits) < _SHORTEST_BARE_NUMBER:
        return None
    if country == "US" and (short := _SHORT_US_APPLICATION.fullmatch(digits)) is not None:
        digits = f"{short[1]}0{short[2]}"
    return PublicationNumber(country, f"{letters}{digits}", kind)


def is_granted(cell: str) -> bool:
    """Whether one of the numbers in a cell is of a publication of a right that was granted.

    Their kind codes tell (WIPO ST.16 and ST.3 of each office): B, C and Y everywhere; in America
    also E, S, P2 to P4, and A without a digit, which was a patent until 2001. A number without a
    kind code tells nothing.

    Examples
    --------
    >>> [is_granted(n) for n in ("EP3000000B1", "US20150123456A1; US10000001B2", "US5000000A")]
    [True, True, True]
    >>> [is_granted(n) for n in ("EP3000000A1", "US10000000", "")]
    [False, False, False]
    """
    numbers = filter(None, map(parsed_number, _SEVERAL.split(cell)))
    return any(
        each.kind.startswith(_GRANTED)
        or (each.country == "US" and (each.kind == "A" or each.kind.startswith(_GRANTED_IN_US)))
        for each in numbers
    )


def standard_numbers(cell: str, *, country: str = "") -> str:
    """Return the numbers in a cell in one spelling, separated by ``; ``.

    They come one a line, or separated by ``;`` or ``|``. What cannot be read stays as it is.

    Parameters
    ----------
    country : str
        Put before a number that has none.

    Examples
    --------
    >>> standard_numbers("US-10000000-B2; EP_3000000_A1"), standard_numbers("D500000", country="US")
    ('US10000000B2; EP3000000A1', 'USD500000')
    """
    written = []
    for part in _SEVERAL.split(cell):
        parsed = parsed_number(part)
        if parsed is None:
            written.append(part.strip())
        else:
            written.append(str(parsed) if parsed.country else f"{country}{parsed}")
    return "; ".join(filter(None, written))


def normalised_publication(number: str) -> str:
    """Return country and digits of a publication number, without kind code; empty if unreadable.

    Application and grant of one invention often differ in the kind code alone.

    Examples
    --------
    >>> [normalised_publication(n) for n in ("US-10000000-B2", "US10000000 (B2)", "10,000,000")]
    ['US10000000', 'US10000000', '10000000']
    >>> normalised_publication("US 2005/0004437 A1"), normalised_publication("US2005004437A1")
    ('US20050004437', 'US20050004437')
    """
    parsed = parsed_number(number)
    return "" if parsed is None else f"{parsed.country}{parsed.number}"
