"""Dates as patent databases write them, to ISO 8601."""

import re
from datetime import date

_SEVERAL = re.compile(r"[\n;|]+")
_FORMS = (
    # A time of day after the date is dropped: spreadsheets add midnight.
    re.compile(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?:[T ][\d:.,+\-]*Z?)?"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
)
READABLE_DATES = "2014-06-20, 20140620, 06/20/2014 (month first) and 20.06.2014"


def iso_date(cell: str) -> str:
    """Return the date in `cell` as ``YYYY-MM-DD``, or an empty string where there is none.

    Of several dates in a cell, one a line or separated by ``;`` or ``|``, the earliest counts.
    With slashes the month comes first, as the American databases have it; a month above 12 is
    unreadable rather than taken for a day, because the other dates of such a column would be
    wrong without anybody noticing.

    Examples
    --------
    >>> iso_date("20140620"), iso_date("6/20/2014"), iso_date("20.06.2014"), iso_date("2014")
    ('2014-06-20', '2014-06-20', '2014-06-20', '')
    """
    if not cell:
        return ""
    return min((found for part in _SEVERAL.split(cell) if (found := _one_date(part))), default="")


def _one_date(text: str) -> str:
    stripped = text.strip()
    for form in _FORMS:
        match = form.fullmatch(stripped)
        if match is not None:
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
            except ValueError:
                return ""
    return ""
