"""Which row of a table is its header: databases put banners and the user's query above it."""

from collections.abc import Sequence
from typing import final

from patsieve.corpus.columns import TEXT_FIELDS, known_fields
from patsieve.corpus.tally import counted, quoted

SAMPLE_ROWS = 40
"""So many rows are looked at; the longest banner known has 8."""

# A header below others must name so many fields: the cells of a record may be called like one.
_FEWEST_FIELDS = 2
# A row that fills so small a share of what the rows usually fill is a banner.
_BANNER_SHARE = 4


@final
class Header:
    """The names of the columns, and what stood above them.

    Attributes
    ----------
    place : int
        Position of the row among those looked at.
    names : list of str
    n_fields : int
        How many fields of a patent are known by their names.
    """

    __slots__ = ("above", "n_fields", "names", "place")

    def __init__(self, rows: Sequence[Sequence[str]], place: int) -> None:
        self.place = place
        self.names = list(rows[place])
        self.n_fields = len(known_fields(self.names))
        self.above = [row for row in rows[:place] if not is_blank(row)]

    @property
    def notes(self) -> list[str]:
        """What was passed over, if anything."""
        if not self.above:
            return []
        begin = " ".join(cell for cell in self.above[0] if cell.strip())
        return [
            f"the header stands below {counted(len(self.above), 'other line')} ({quoted(begin)}) "
            "that the database wrote: no records"
        ]


def find_header(rows: Sequence[Sequence[str]]) -> Header | None:
    """Find the header among the first rows of a table; None if all of them are blank.

    It is the row that names a text of a patent and most other fields, the first of equals; a row
    below another must name two at least. If there is none, it is the first row that is no
    banner, because it fills about as many cells as the rows usually do. Its names may be
    unknown: the user maps them.

    Parameters
    ----------
    rows : sequence of rows
        At most `SAMPLE_ROWS` are looked at.
    """
    sample = rows[:SAMPLE_ROWS]
    filled = [place for place, row in enumerate(sample) if not is_blank(row)]
    if not filled:
        return None
    best = max(filled, key=lambda place: (_n_fields_of_a_header(sample[place]), -place))
    if _n_fields_of_a_header(sample[best]) >= (1 if best == filled[0] else _FEWEST_FIELDS):
        return Header(sample, best)
    widths = {place: sum(map(_is_filled, sample[place])) for place in filled}
    usual = sorted(widths.values())[(len(widths) - 1) // 2]
    banner = max(usual // _BANNER_SHARE, 1) if usual > 2 else 0
    return Header(sample, next(place for place in filled if widths[place] > banner))


def is_blank(row: Sequence[str]) -> bool:
    """Whether no cell holds anything but white space."""
    return not any(map(str.strip, row))


def _n_fields_of_a_header(row: Sequence[str]) -> int:
    """Return how many fields are named; none counts where no text is among them."""
    fields = known_fields(row)
    return 0 if fields.isdisjoint(TEXT_FIELDS) else len(fields)


def _is_filled(cell: str) -> bool:
    return not cell.isspace() and cell != ""
