"""The rows of delimited text, one after another: strictly, or but for those that are broken."""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Self, final

from patsieve.corpus.readers.broken import HOW_TO_GO_ON, BrokenRecords
from patsieve.corpus.readers.table import MOST_COLUMNS
from patsieve.errors import UnreadableFileError

# The description of a long patent has about a million characters. Far beyond it, a quotation
# mark was opened and never closed.
_LONGEST_CELL = 1 << 25
_ROWS_AT_A_TIME = 64
# Beyond it, cells are counted before they are made: each takes more memory than its delimiter.
_LONG_LINE = 1 << 22
# No line of a text file can be equal to it: such a file holds no NUL.
_END = "\0end of file"
# So many characters may be parsed again behind broken rows: eight of the longest cells. It keeps
# a file full of open quotation marks from taking hours.
_MOST_PARSED_AGAIN = 1 << 28


def of_few_cells(path: Path, lines: Iterator[str], delimiter: str) -> Iterator[str]:
    """Yield lines, unless a long one has more cells than `MOST_COLUMNS`.

    Raises
    ------
    UnreadableFileError
        If one has.
    """
    is_quoted = False  # whether a line begins inside a cell that holds line breaks
    for number, line in enumerate(lines, start=1):
        if len(line) > _LONG_LINE:
            n_cells = 1 + sum(part.count(delimiter) for part in line.split('"')[is_quoted::2])
            if n_cells > MOST_COLUMNS:
                raise UnreadableFileError(
                    f"line {number} of {path} has {n_cells:,} cells, and no table of patents has "
                    f"more than {MOST_COLUMNS:,} columns"
                )
        is_quoted ^= line.count('"') % 2 == 1
        yield line


def parsed(path: Path, lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """Yield the cells of one record after another.

    Raises
    ------
    UnreadableFileError
        If a quotation mark is never closed: the csv module would silently put the rest of the
        file into one cell. If a row has more cells than `MOST_COLUMNS`.
    """
    reader = csv.reader(chain(lines, (_END,)), delimiter=delimiter)
    number = 0
    while batch := _next_rows(path, reader, number):
        number += len(batch)
        if _swallowed_the_end(batch[-1]):
            last = batch.pop()
            if last != [_END]:
                raise UnreadableFileError(
                    f"{path} has a quotation mark that is never closed, in or before "
                    f"row {max(number - 1, 1)}; {HOW_TO_GO_ON}"
                )
        yield from batch


def _next_rows(path: Path, reader: Iterator[list[str]], number: int) -> list[list[str]]:
    # The limit belongs to the whole process: it is ours only while our rows are parsed.
    theirs = csv.field_size_limit(_LONGEST_CELL)
    rows: list[list[str]] = []
    try:
        for cells in islice(reader, _ROWS_AT_A_TIME):
            if len(cells) > MOST_COLUMNS:
                raise UnreadableFileError(
                    f"row {number + len(rows) + 1} of {path} has {len(cells):,} cells, and no "
                    f"table of patents has more than {MOST_COLUMNS:,} columns; {HOW_TO_GO_ON}"
                )
            rows.append(cells)
    except csv.Error as error:
        raise UnreadableFileError(
            f"{path} cannot be parsed after row {number}: {error}; "
            "is a quotation mark never closed?"
        ) from error
    finally:
        csv.field_size_limit(theirs)
    return rows


def parsed_but_for_broken(
    path: Path,
    lines: Iterator[str],
    delimiter: str,
    broken: BrokenRecords,
    *,
    n_columns: int | None = None,
) -> Iterator[list[str]]:
    """Yield the cells of one record after another; a broken one is an empty row.

    Where a quotation mark is never closed, or a cell never ends, the line on which the record
    begins is left out, and the next line begins another record. So it is where a mark seems to
    be closed by the first one of a later row.

    Parameters
    ----------
    n_columns : int, optional
        As many cells a whole row has, if that is known.

    Raises
    ------
    UnreadableFileError
        If there are too many of them.
    """
    source = _Lines(chain(lines, (_END,)))
    reader = csv.reader(source, delimiter=delimiter)
    n_parsed_again = 0
    while True:
        source.mark()
        problem = ""
        try:
            cells = _next_row(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells, problem = [], f"cannot be parsed ({error})"
        if cells == [_END]:
            return
        if _swallowed_the_end(cells):
            problem = "has a quotation mark that is never closed"
        elif len(cells) > MOST_COLUMNS:
            problem = f"has {len(cells):,} cells, more than a worksheet has columns"
        elif n_columns is not None and source.seems_to_hold_another_row(
            cells, delimiter, n_columns
        ):
            problem = "has a quotation mark that is not closed before the next row"
        if problem:
            n_parsed_again += source.back_to_the_second_line()
            if n_parsed_again > _MOST_PARSED_AGAIN:
                raise UnreadableFileError(
                    f"line {source.number} of {path} {problem}, nor can much of what follows be "
                    "read"
                )
            broken.add(f"line {source.number} of {path} {problem}")
            reader = csv.reader(source, delimiter=delimiter)
            cells = []
        yield cells


def _next_row(reader: Iterator[list[str]]) -> list[str]:
    theirs = csv.field_size_limit(_LONGEST_CELL)
    try:
        return next(reader)
    finally:
        csv.field_size_limit(theirs)


def _swallowed_the_end(cells: list[str]) -> bool:
    return bool(cells) and cells[-1].endswith(_END)


@final
class _Lines:
    """Lines that can be given out once more from the second since the mark.

    Attributes
    ----------
    number : int
        Of the first line since the mark, from 1.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self._since: list[str] = []
        self.number = 1

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._since.append(line)
        return line

    def mark(self) -> None:
        """Let a record begin with the next line."""
        self.number += len(self._since)
        self._since = []

    def seems_to_hold_another_row(
        self, cells: Sequence[str], delimiter: str, n_columns: int
    ) -> bool:
        """Whether what was read since the mark is no row, but its second line alone is one."""
        if len(cells) == n_columns or len(self._since) == 1:
            return False
        second = self._since[1]
        alone = next(csv.reader([second], delimiter=delimiter), [])
        return len(alone) == n_columns and second.count('"') % 2 == 0

    def back_to_the_second_line(self) -> int:
        """Give out again what followed the first line; return how many characters it has."""
        following = self._since[1:]
        self._again.extendleft(reversed(following))
        self._since = self._since[:1]
        return sum(map(len, following))
