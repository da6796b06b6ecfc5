"""Delimited text: CSV, TSV, semicolons or pipes, in any encoding, read as a stream."""

import csv
import io
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path

from patsieve.corpus.readers.encoding import find_encoding, opened_text
from patsieve.corpus.readers.table import Table
from patsieve.errors import UnreadableFileError

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_CHARACTERS = 1 << 16
# The description of a long patent has about a million characters. Far beyond it, a quotation
# mark was opened and never closed.
_LONGEST_CELL = 1 << 25
_ROWS_AT_A_TIME = 64
# No line of a text file can be equal to it: such a file holds no NUL.
_END = "\0end of file"


def open_csv(path: Path, head: bytes) -> Table:
    """Open delimited text; encoding and delimiter are found out.

    Raises
    ------
    UnreadableFileError
        If the file is binary, damaged, without a header, or in an unknown encoding.
    """
    encoding, note = find_encoding(path, head)
    with opened_text(path, encoding, newline="") as text:
        sample = text.read(_SAMPLE_CHARACTERS)
    delimiter = _find_delimiter(sample)

    def records() -> Iterator[list[str]]:
        with opened_text(path, encoding, newline="") as text:
            yield from _parsed(path, text, delimiter)

    header = next((cells for cells in records() if any(map(str.strip, cells))), None)
    if header is None:
        raise UnreadableFileError(f"{path} is empty")
    return Table(path, header, _under_header(records), [note] if note else [])


def _under_header(
    records: Callable[[], Iterator[list[str]]],
) -> Callable[[], Iterator[tuple[int, list[str]]]]:
    def read() -> Iterator[tuple[int, list[str]]]:
        rows = records()
        for cells in rows:
            if any(map(str.strip, cells)):
                break
        for number, cells in enumerate(rows, start=1):
            if any(map(str.strip, cells)):
                yield number, cells

    return read


def _parsed(path: Path, lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """Yield the cells of one record after another.

    Raises
    ------
    UnreadableFileError
        If a quotation mark is never closed: the csv module would silently put the rest of the
        file into one cell.
    """
    reader = csv.reader(chain(_without_declaration(lines), (_END,)), delimiter=delimiter)
    number = 0
    while batch := _next_rows(path, reader, number):
        number += len(batch)
        if batch[-1] and batch[-1][-1].endswith(_END):
            last = batch.pop()
            if last != [_END]:
                raise UnreadableFileError(
                    f"{path} has a quotation mark that is never closed, in or before "
                    f"row {max(number - 1, 1)}"
                )
        yield from batch


def _next_rows(path: Path, reader: Iterator[list[str]], number: int) -> list[list[str]]:
    # The limit belongs to the whole process: it is ours only while our rows are parsed.
    theirs = csv.field_size_limit(_LONGEST_CELL)
    try:
        return list(islice(reader, _ROWS_AT_A_TIME))
    except csv.Error as error:
        raise UnreadableFileError(
            f"{path} cannot be parsed after row {number}: {error}; "
            "is a quotation mark never closed?"
        ) from error
    finally:
        csv.field_size_limit(theirs)


def _without_declaration(lines: Iterator[str]) -> Iterator[str]:
    """Leave out the ``sep=;`` with which some exports tell Excel the delimiter."""
    first = next(lines, "")
    return lines if first.strip().startswith("sep=") else chain((first,), lines)


def _find_delimiter(sample: str) -> str:
    """Return the delimiter under which most records have as many cells as the header.

    Of two that do equally well, the one with more columns wins.
    """
    lines = list(io.StringIO(sample, newline=""))
    if lines and lines[0].startswith("sep=") and lines[0][4:5] in _DELIMITERS:
        return lines[0][4:5]

    def fit(delimiter: str) -> float:
        records = [cells for cells in csv.reader(lines, delimiter=delimiter) if cells]
        # The last record may be cut off.
        widths = [len(cells) for cells in (records[:-1] or records)]
        if not widths:
            return 0.0
        return (widths[0] - 1) * sum(width == widths[0] for width in widths) / len(widths)

    return max(_DELIMITERS, key=fit)
