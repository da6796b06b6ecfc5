"""What every reader gives: a header, rows one after another, and what was odd in them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import final

from patsieve.corpus.readers.broken import BrokenRecords
from patsieve.corpus.tally import RowTally, counted, listed, quoted
from patsieve.errors import UnreadableFileError

# https://support.microsoft.com/office/excel-specifications-and-limits: characters in a cell.
EXCEL_CELL_CHARACTERS = 32_767
MOST_COLUMNS = 16_384
"""As many as a worksheet has."""


@final
class Table:
    """One table of a file, read row by row, as often as wanted.

    Parameters
    ----------
    path : Path
        For messages.
    header : sequence of str
        The names of the columns as the file has them. An empty name becomes ``column N``, and
        a repeated one ``name (2)``: a row is a mapping, and no cell of it may be lost. Empty
        names at the end are no columns: many exports end their lines with a delimiter.
    read : callable
        Starts at the first row and yields row numbers, counted from 1 under the header, with
        cells as text; rows without any text may be left out, but count.
    notes : sequence of str
        What was found out when the file was opened.
    kind : str
        What to call the format, such as "CSV".
    broken : BrokenRecords, optional
        Where `read` takes down the records that it leaves out because they cannot be read.
    found : callable, optional
        Gives what `read` has found so far that the user should know, a sentence each.
    may_be_cut : bool
        Whether the file may have been through a spreadsheet, which cuts long cells.
    dates_are_iso : bool
        Whether the reader has put dates in ISO 8601, so that nobody need find out what
        03/04/2014 means in this file.

    Raises
    ------
    UnreadableFileError
        If it has more than `MOST_COLUMNS` columns.
    """

    def __init__(
        self,
        path: Path,
        header: Sequence[str],
        read: Callable[[], Iterator[tuple[int, Sequence[str]]]],
        notes: Sequence[str] = (),
        *,
        kind: str = "",
        broken: BrokenRecords | None = None,
        found: Callable[[], Sequence[str]] = tuple,
        may_be_cut: bool = True,
        dates_are_iso: bool = False,
    ) -> None:
        self.path = path
        self.kind = kind
        self.broken = BrokenRecords() if broken is None else broken
        named = _without_empty_end(header)
        if len(named) > MOST_COLUMNS:
            raise UnreadableFileError(
                f"{path} has {len(named):,} columns, and no table of patents has more than "
                f"{MOST_COLUMNS:,}"
            )
        self.header = _unique(named)
        self._read = read
        self._notes = [*notes, *_renamed(named, self.header)]
        self._may_be_cut = may_be_cut
        self.dates_are_iso = dates_are_iso
        self._found = found
        self._forget()

    def _forget(self) -> None:
        self._suspected: dict[str, RowTally] = {}
        self._beyond = RowTally()
        self._short = RowTally()
        self.broken.forget()

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the number of each row, from 1, and its cells by column name.

        Raises
        ------
        UnreadableFileError
            If the file turns out to be damaged further on, or a row cannot be read and that
            is not tolerated.
        """
        self._forget()
        header, width = self.header, len(self.header)
        for number, found in self._read():
            cells = found if len(found) == width else self._fitted(number, found)
            row = dict(zip(header, cells, strict=True))
            if self._may_be_cut and EXCEL_CELL_CHARACTERS in map(len, cells):
                self._suspect(number, row)
            yield number, row

    @property
    def notes(self) -> list[str]:
        """What the user should know about the file, from the rows read so far, a sentence each."""
        notes = [*self._notes, *self._found(), *self.broken.notes]
        for column, tally in self._suspected.items():
            notes.append(
                f"column {quoted(column)} has {counted(tally.count, 'cell')} of exactly "
                f"{EXCEL_CELL_CHARACTERS:,} characters, the most that Excel keeps, so the text is "
                f"probably cut off: {tally}"
            )
        if self._beyond.count:
            notes.append(f"left out the cells that stand beyond the last column: {self._beyond}")
        if self._short.count:
            notes.append(f"took missing cells at the end as empty: {self._short}")
        return notes

    def _fitted(self, number: int, cells: Sequence[str]) -> Sequence[str]:
        missing = len(self.header) - len(cells)
        if missing > 0:
            self._short.add(number)
            return [*cells, *[""] * missing]
        if any(cell.strip() for cell in cells[missing:]):
            self._beyond.add(number)
        return cells[:missing]

    def _suspect(self, number: int, row: dict[str, str]) -> None:
        for column, cell in row.items():
            if len(cell) == EXCEL_CELL_CHARACTERS:
                self._suspected.setdefault(column, RowTally()).add(number)


def _without_empty_end(header: Sequence[str]) -> list[str]:
    last = max((i for i, name in enumerate(header) if name.strip()), default=-1)
    return list(header[: last + 1])


def _unique(header: Sequence[str]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    copies: Counter[str] = Counter()
    taken = {name.strip() for name in header}
    for position, raw in enumerate(header, start=1):
        name = wanted = raw.strip() or f"column {position}"
        while name in names or (name != raw.strip() and name in taken):
            copies[wanted] += 1
            name = f"{wanted} ({copies[wanted] + 1})"
        names[name] = None
    return tuple(names)


def _renamed(header: Sequence[str], names: Sequence[str]) -> list[str]:
    pairs = [new for old, new in zip(header, names, strict=True) if old.strip() != new]
    if not pairs:
        return []
    return [f"columns without a name, or with one that is taken, are called {listed(pairs)}"]
