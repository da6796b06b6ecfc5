"""Where a publication can be looked at: its pages at Espacenet and at Google Patents.

Both are asked by number, each in its own spelling. A number of unknown shape gets no link, for a
link that leads nowhere is worse than none. Nothing is looked up: a link is text.
"""

import re
from dataclasses import dataclass
from typing import final

from patsieve.corpus.numbers import parsed_number

# Offices whose publications are in DOCDB, by WIPO ST.3; also those that are no more.
_DOCDB = (
    "AP AR AT AU BA BE BG BR BY CA CH CL CN CO CR CS CU CY CZ DD DE DK DO DZ EA EC EE EG EP ES FI "
    "FR GB GC GE GR GT HK HN HR HU ID IE IL IN IS IT JO JP KE KR KZ LT LU LV MA MC MD ME MN MT MW "
    "MX MY NI NL NO NZ OA PA PE PH PL PT RO RS RU SA SE SG SI SK SM SU SV TH TJ TN TR TT TW UA US "
    "UY UZ VN WO YU ZA ZM ZW"
)
_OFFICES = frozenset(_DOCDB.split())
_SEVERAL = re.compile(r"[\n;|]+")
_NOISE = re.compile(r"[^0-9A-Z]+")
_SHAPE = re.compile(r"([A-Z]{2})([A-Z]{0,2}\d{4,13})([A-Z]\d?)?")
# Of offices that number by the year, or by the year of an emperor.
_SHAPES = {
    "CN": r"\d{7,9}",
    "JP": r"\d{7}|\d{10}|[MTSH]\d{6,8}",
    "KR": r"\d{9}|\d{11}|\d{13}",
}
_US_GRANT = re.compile(r"(?:D|PP|RE|H|T|AI)?\d{4,8}")
_US_APPLICATION = re.compile(r"((?:19|20)\d{2})0(\d{6})")
_EUROPEAN_DIGITS = 7
# 78 to 99 and 00 to 03 with a serial number of five digits, then 2004 and on with six.
_WORLD_SHORT = re.compile(r"(\d{2})(\d{5})")
_WORLD_LONG = re.compile(r"((?:19|20)\d{2})(\d{6})")
_FIRST_WORLD_YEAR, _FIRST_LONG_WORLD_YEAR = 1978, 2004


@final
@dataclass(frozen=True)
class PatentLinks:
    """The pages of one publication.

    Attributes
    ----------
    espacenet, google_patents : str
        Addresses.
    """

    espacenet: str
    google_patents: str


def patent_links(cell: str) -> PatentLinks | None:
    """Return the pages of the first publication in a cell whose number has a known shape.

    None if there is no such number: without a country, of no known office, or with too few or
    too many digits for its country.

    Examples
    --------
    >>> patent_links("US 2005/0004437 A1").espacenet
    'https://worldwide.espacenet.com/patent/search?q=pn%3DUS2005004437A1'
    >>> patent_links("US 2005/0004437 A1").google_patents
    'https://patents.google.com/patent/US20050004437A1/en'
    >>> patent_links("10,000,000") is None
    True
    """
    for part in _SEVERAL.split(cell):
        found = _spellings(part)
        if found is not None:
            docdb, google = found
            return PatentLinks(
                f"https://worldwide.espacenet.com/patent/search?q=pn%3D{docdb}",
                f"https://patents.google.com/patent/{google}/en",
            )
    return None


def _spellings(text: str) -> tuple[str, str] | None:
    """Return a number as DOCDB and as Google Patents write it."""
    parsed = parsed_number(text)
    # Zeros in front may count (WO00/00123, JPH0512345A), so the number as written matters too.
    written = _SHAPE.fullmatch(_NOISE.sub("", text.upper()))
    if parsed is None or parsed.country not in _OFFICES:
        return None
    if parsed.country == "US":
        pair = _american(parsed.number)
    elif written is None:
        pair = None
    elif parsed.country == "EP":
        pair = _same(parsed.number.zfill(_EUROPEAN_DIGITS), r"\d{7}")
    elif parsed.country == "WO":
        pair = _world(written[2])
    else:
        pair = _same(written[2], _SHAPES.get(parsed.country, r".*"))
    if pair is None:
        return None
    docdb, google = (f"{parsed.country}{number}{parsed.kind}" for number in pair)
    return docdb, google


def _same(number: str, shape: str) -> tuple[str, str] | None:
    return (number, number) if re.fullmatch(shape, number) else None


def _american(number: str) -> tuple[str, str] | None:
    application = _US_APPLICATION.fullmatch(number)
    if application is not None:
        # DOCDB leaves out the zero after the year.
        return f"{application[1]}{application[2]}", number
    return (number, number) if _US_GRANT.fullmatch(number) else None


def _world(number: str) -> tuple[str, str] | None:
    short = _WORLD_SHORT.fullmatch(number)
    long = _WORLD_LONG.fullmatch(number)
    if short is not None:
        # The two digits of a year before 1978 are those of one after 1999.
        year, serial = 1900 + int(short[1]), int(short[2])
        if year < _FIRST_WORLD_YEAR:
            year += 100
    elif long is not None:
        year, serial = int(long[1]), int(long[2])
    else:
        return None
    if year < _FIRST_WORLD_YEAR:
        return None
    google = f"{year}{serial:06}"
    if year < _FIRST_LONG_WORLD_YEAR and serial < 100_000:
        return f"{year % 100:02}{serial:05}", google
    return (google, google) if year >= _FIRST_LONG_WORLD_YEAR else None
