"""Dates as patent databases write them, to ISO 8601."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from patsieve.corpus.remembering import remembered

_SEVERAL = re.compile(r"[\n;|]+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
# Without ASCII the long s of old prints would be an s.
_ENGLISH = re.IGNORECASE | re.ASCII
_FORMS = (
    # A time of day after the date is dropped: spreadsheets add midnight. RIS ends with a stroke.
    re.compile(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?:[T ][\d:.,+\-]*Z?|/)?"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日"),
    re.compile(rf"(?P<d>\d{{1,2}})[-\s.]*{_MONTH}[-\s,]*(?P<y>\d{{4}})", _ENGLISH),
    re.compile(rf"{_MONTH}[-\s]*(?P<d>\d{{1,2}}),?[-\s]*(?P<y>\d{{4}})", _ENGLISH),
)
# A number and its date, as older Espacenet files give priorities; Derwent's index puts more behind.
_NUMBER_AND_DATE = re.compile(
    r"[A-Z]{2}[A-Z0-9/.,-]{4,}\s+(\d{8}|\d{1,2} [A-Z][a-z]{2} \d{4})(?:\s.*)?", re.ASCII
)
# Month first or day first: the file decides.
_EITHER = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?:[T ][\d:.,+\-]*(?:Z| ?[AP]M)?)?")
_MONTHS_IN_A_YEAR = 12


@remembered
def iso_date(cell: str, *, day_first: bool = False) -> str:
    """Return the date in `cell` as ``YYYY-MM-DD``, or an empty string where there is none.

    Of several dates in a cell, one a line or separated by ``;`` or ``|``, the earliest counts. A
    number may stand before its date: ``KR20130006425U 20130801``, and more behind it.

    Parameters
    ----------
    day_first : bool
        Whether 03/04/2014 is in April. A month above 12 is unreadable rather than taken for a
        day, because the other dates of such a column would be wrong without anybody noticing;
        `is_day_first` decides for a whole file.

    Examples
    --------
    >>> iso_date("20140620"), iso_date("6/20/2014"), iso_date("20.06.2014"), iso_date("2014")
    ('2014-06-20', '2014-06-20', '2014-06-20', '')
    >>> iso_date("03/04/2014"), iso_date("03/04/2014", day_first=True)
    ('2014-03-04', '2014-04-03')
    """
    if not cell:
        return ""
    dates = (_one_date(part.strip(), day_first) for part in _SEVERAL.split(cell))
    return min(filter(None, dates), default="")


def is_day_first(cells: Iterable[str]) -> bool | None:
    """Return whether the dates of a file have the day before the month; None if nothing tells.

    Dates such as 20/06/2014 and 06/20/2014 tell; the more frequent of the two kinds decides, and
    of equally many the American one, with the month first. Dates in other forms tell nothing.

    Examples
    --------
    >>> is_day_first(["03/04/2014", "20/06/2014"]), is_day_first(["3/4/2014"]), is_day_first([])
    (True, None, None)
    """
    told: Counter[bool] = Counter()
    for cell in cells:
        for part in _SEVERAL.split(cell):
            match = _EITHER.fullmatch(part.strip())
            if match is not None:
                first, second = int(match[1]), int(match[3])
                if (first > _MONTHS_IN_A_YEAR) != (second > _MONTHS_IN_A_YEAR):
                    told[first > _MONTHS_IN_A_YEAR] += 1
    return told[True] > told[False] if told else None


def depends_on_order(cell: str) -> bool:
    """Whether a cell has a date that is read by what the file has first, the day or the month."""
    return any(_EITHER.fullmatch(part.strip()) is not None for part in _SEVERAL.split(cell))


@remembered
def is_ambiguous(cell: str) -> bool:
    """Whether a cell has a date whose day and month might be exchanged: 03/04/2014."""
    return any(
        match is not None
        and int(match[1]) != int(match[3])
        and int(match[1]) <= _MONTHS_IN_A_YEAR >= int(match[3])
        for match in (_EITHER.fullmatch(part.strip()) for part in _SEVERAL.split(cell))
    )


def readable_dates(*, day_first: bool) -> str:
    """Return examples of the dates that can be read, for a message."""
    either = "20/06/2014 (day first)" if day_first else "06/20/2014 (month first)"
    return f"2014-06-20, 20140620, {either} and 20.06.2014"


def _one_date(text: str, day_first: bool) -> str:
    either = _EITHER.fullmatch(text)
    if either is not None:
        first, second, year = int(either[1]), int(either[3]), int(either[4])
        return _iso(year, *((second, first) if day_first else (first, second)))
    numbered = _NUMBER_AND_DATE.fullmatch(text)
    if numbered is not None:
        text = numbered[1]
    for form in _FORMS:
        match = form.fullmatch(text)
        if match is not None:
            named = match.groupdict()
            month = _MONTHS.index(named["name"].lower()) + 1 if "name" in named else named["m"]
            return _iso(int(match["y"]), int(month), int(match["d"]))
    return ""


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
