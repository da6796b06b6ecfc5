"""Delimited text: CSV, TSV, semicolons or pipes, in any encoding, read as a stream."""

import csv
import io
from collections.abc import Iterator
from itertools import chain, dropwhile, islice
from pathlib import Path

from patsieve.corpus.readers.broken import BrokenRecords
from patsieve.corpus.readers.csv_rows import of_few_cells, parsed, parsed_but_for_broken
from patsieve.corpus.readers.encoding import bounded_lines, find_encoding, opened_text
from patsieve.corpus.readers.header import SAMPLE_ROWS, find_header, is_blank
from patsieve.corpus.readers.table import Table
from patsieve.errors import UnreadableFileError

_DELIMITERS = (",", ";", "\t", "|")
_NAMES = {"\t": "TSV"}
_SAMPLE_CHARACTERS = 1 << 16


def open_csv(path: Path, head: bytes, *, tolerant: bool = False) -> Table:
    """Open delimited text; encoding, delimiter and the row of the header are found out.

    Parameters
    ----------
    tolerant : bool
        Leave out rows that cannot be parsed, instead of refusing the file.

    Raises
    ------
    UnreadableFileError
        If the file is binary, damaged, without a header, or in an unknown encoding.
    """
    encoding, note = find_encoding(path, head)
    with opened_text(path, encoding, newline="") as text:
        sample = text.read(_SAMPLE_CHARACTERS)
    delimiter = _find_delimiter(sample)
    broken = BrokenRecords(tolerated=tolerant)

    def records(n_columns: int | None = None) -> Iterator[list[str]]:
        """Yield the rows from the first that is not blank."""
        with opened_text(path, encoding, newline="") as text:
            lines = of_few_cells(path, bounded_lines(path, text), delimiter)
            lines = _without_declaration(lines)
            rows = (
                parsed_but_for_broken(path, lines, delimiter, broken, n_columns=n_columns)
                if tolerant
                else parsed(path, lines, delimiter)
            )
            yield from dropwhile(is_blank, rows)

    header = find_header(list(islice(records(), SAMPLE_ROWS)))
    if header is None:
        found = "holds no row that can be read" if broken.count else "is empty"
        raise UnreadableFileError(f"{path} {found}{broken.why}")

    def read() -> Iterator[tuple[int, list[str]]]:
        rows = islice(records(len(header.names)), header.place + 1, None)
        for number, cells in enumerate(rows, start=1):
            if not is_blank(cells):
                yield number, cells

    return Table(
        path,
        header.names,
        read,
        [*([note] if note else []), *header.notes],
        kind=_NAMES.get(delimiter, "CSV"),
        broken=broken,
    )


def _without_declaration(lines: Iterator[str]) -> Iterator[str]:
    """Leave out the ``sep=;`` with which some exports tell Excel the delimiter."""
    first = next(lines, "")
    return lines if first.strip().startswith("sep=") else chain((first,), lines)


def _find_delimiter(sample: str) -> str:
    """Return the delimiter under which the header names most fields of a patent.

    Of several that do equally well, it is the one under which most records have as many cells
    as the header; then the one with more columns.
    """
    lines = list(io.StringIO(sample, newline=""))
    if lines and lines[0].startswith("sep=") and lines[0][4:5] in _DELIMITERS:
        return lines[0][4:5]

    def fit(delimiter: str) -> tuple[int, float]:
        records = [cells for cells in csv.reader(lines, delimiter=delimiter) if cells]
        # The last record may be cut off.
        whole = records[:-1] or records
        header = find_header(whole)
        if header is None:
            return 0, 0.0
        widths = [len(cells) for cells in whole[header.place :]]
        share = sum(width == widths[0] for width in widths) / len(widths)
        return header.n_fields, (widths[0] - 1) * share

    return max(_DELIMITERS, key=fit)
