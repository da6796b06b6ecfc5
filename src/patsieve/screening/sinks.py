"""Writing tables a row at a time: which formats there are, and those that are lines of cells.

The others have modules of their own: `workbook`, `parquet_sink` and `ris_sink`.
"""

import csv
import gzip
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, final

from patsieve.atomic import file_aside
from patsieve.errors import UsageError
from patsieve.screening.card.document import Card

Cell = str | int | float | None

SUFFIXES = (
    ".csv",
    ".csv.gz",
    ".tsv",
    ".tsv.gz",
    ".xlsx",
    ".jsonl",
    ".jsonl.gz",
    ".parquet",
    ".ris",
    ".ris.gz",
)
# Its header included: https://support.microsoft.com/office/excel-specifications-and-limits
WORKSHEET_ROWS = 1_048_576
# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"); the wide
# signs count in Japanese and Chinese ones.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What people write where there is nothing; no formula begins so.
_DASHES = frozenset({"-", "--", "---"})


@final
@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name : str
    kind : {"text", "whole", "real"}
        What its cells are.
    field : str
        What it holds, in patsieve's words (``title``, ``probability`` …), where the user's name
        for it is another one. By default the name.
    """

    name: str
    kind: Literal["text", "whole", "real"] = "text"
    field: str = ""

    @property
    def holds(self) -> str:
        """What it holds, in patsieve's words as far as they are known."""
        return self.field or self.name.strip().casefold()


class Sink(ABC):
    """Takes rows."""

    @property
    def notes(self) -> Sequence[str]:
        """What the format could not keep so far, a sentence each."""
        return ()

    @abstractmethod
    def write(self, cells: Sequence[Cell]) -> None:
        """Write one row, its cells in the order of the columns; None is an empty cell."""

    def attach(self, title: str, document: Card) -> None:  # noqa: B027 - most pass it by
        """Put a document beside the table, after the last row; only a workbook has room for it.

        Parameters
        ----------
        title : str
            Of its sheet, of at most 31 characters.
        """


def check_sink(path: Path) -> str:
    """Return which of `SUFFIXES` the file has.

    Raises
    ------
    UsageError
        If none, with those that there are.
    """
    name = path.name.lower()
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if name.endswith(suffix):
            return suffix
    raise UsageError(
        f"{path} has an ending that cannot be written; possible are {', '.join(SUFFIXES)}"
    )


@contextmanager
def open_sink(path: Path, columns: Sequence[Column]) -> Iterator[Sink]:
    """Open a file for rows; it appears when the block ends well, and only then.

    Raises
    ------
    UsageError
        If the ending of the name says nothing.
    OutputError
        If it cannot be written.
    """
    suffix = check_sink(path)
    with file_aside(path) as aside:
        # Imported when needed: most rankings are CSV.
        if suffix == ".xlsx":
            from patsieve.screening.workbook.table import opened_workbook

            with opened_workbook(aside, columns) as sink:
                yield sink
        elif suffix == ".parquet":
            from patsieve.screening.parquet_sink import opened_parquet

            with opened_parquet(aside, columns) as sink:
                yield sink
        else:
            with _opened_text(aside, compressed=suffix.endswith(".gz")) as file:
                if suffix.startswith(".jsonl"):
                    yield _JsonLines(file, columns)
                elif suffix.startswith(".ris"):
                    from patsieve.screening.ris_sink import RisSink

                    yield RisSink(file, columns)
                else:
                    yield _Delimited(file, columns, "\t" if suffix.startswith(".tsv") else ",")


def harmless(cell: Cell) -> Cell:
    """Return the cell with an apostrophe before what a spreadsheet would run as a formula.

    Numbers keep their sign, and dashes stay dashes.

    Examples
    --------
    >>> [harmless(cell) for cell in ("=1+1", "-0.5", "-", "@SUM(A1)", "Li+ cell", 3)]
    ["'=1+1", '-0.5', '-', "'@SUM(A1)", 'Li+ cell', 3]
    """
    if not isinstance(cell, str) or not cell.startswith(_FORMULA_SIGNS):
        return cell
    return cell if cell in _DASHES or _is_number(cell) else f"'{cell}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@final
class _Delimited(Sink):
    def __init__(self, file: io.TextIOBase, columns: Sequence[Column], delimiter: str) -> None:
        self._writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        # A carriage return alone ends a line for most readers, but the csv module quotes it
        # only where it is a part of the line terminator.
        self._quoting = csv.writer(
            file, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL
        )
        self.write([column.name for column in columns])

    def write(self, cells: Sequence[Cell]) -> None:
        needs_quotes = any(isinstance(cell, str) and "\r" in cell for cell in cells)
        writer = self._quoting if needs_quotes else self._writer
        writer.writerow([harmless(cell) for cell in cells])


@final
class _JsonLines(Sink):
    def __init__(self, file: io.TextIOBase, columns: Sequence[Column]) -> None:
        self._file = file
        self._names = [column.name for column in columns]

    def write(self, cells: Sequence[Cell]) -> None:
        row = dict(zip(self._names, cells, strict=True))
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")


@contextmanager
def _opened_text(path: Path, *, compressed: bool) -> Iterator[io.TextIOBase]:
    if not compressed:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    # Without name and time the same rows give the same bytes.
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as file,
    ):
        yield file
