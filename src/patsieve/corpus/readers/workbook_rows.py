"""A workbook's table as packed rows: the program that `xlsx_file` runs beside itself.

The library that reads workbooks reserves memory for what a file says of itself: one changed
byte, or a single cell in the last row and column, can ask for hundreds of gigabytes, which ends
the process. It must not be the user's, so workbooks are read in a process with a limit.

Standard input is the workbook, a real file. Standard output gets a row of one cell, which tells
of the sheet as JSON, and then the rows of the sheet, from the header on, all as text::

    {"sheet": "Results", "others": ["Cover"], "notes": []}
    Title    Abstract
    Cathode  Nickel-rich …

or a row ``{"error": "…"}`` alone. Nothing heavy is imported here: it is started for every
workbook.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from patsieve.corpus.columns import TEXT_FIELDS, known_fields
from patsieve.corpus.packed_rows import write_row
from patsieve.corpus.readers.cells import cell_text
from patsieve.corpus.readers.header import SAMPLE_ROWS, Header, find_header, is_blank
from patsieve.corpus.readers.table import MOST_COLUMNS
from patsieve.corpus.tally import quoted

# The library may loop for ever where a sheet ends too early. For so many bytes it needs a
# hundredth of a second.
_SECONDS = 10
_BYTES_PER_SECOND = 100_000
# A sheet may say that a row stands there a million times. A real one takes many bytes a row.
_FEW_ROWS = 10_000
_BUFFER_BYTES = 1 << 18


def main(arguments: Sequence[str]) -> int:
    """Read standard input and write its table to standard output.

    Parameters
    ----------
    arguments : sequence of str
        The most bytes of memory that may be used.
    """
    import python_calamine

    _limit(int(arguments[0]))
    # The position of a file is shared with whoever opened it.
    os.lseek(sys.stdin.fileno(), 0, os.SEEK_SET)
    with open(sys.stdout.fileno(), "wb", buffering=_BUFFER_BYTES, closefd=False) as out:
        try:
            workbook = python_calamine.CalamineWorkbook.from_filelike(sys.stdin.buffer)
            rows = table_rows(workbook)
            first = list(islice(rows, 1))
        except (python_calamine.CalamineError, OSError, ValueError, MemoryError) as error:
            write_row(out, [json.dumps({"error": " ".join(str(error).split())[:300]})])
            return 0
        # What fails from here on fails this process: its rows are not all there.
        for row in chain(first, _in_proportion(rows, os.fstat(sys.stdin.fileno()).st_size)):
            write_row(out, row)
    return 0


def _in_proportion(rows: Iterable[list[str]], n_bytes: int) -> Iterator[list[str]]:
    """Yield rows, unless more than one a byte of the file holds something."""
    most = max(_FEW_ROWS, n_bytes)
    n_filled = 0
    for row in rows:
        n_filled += not is_blank(row)
        if n_filled > most:
            raise ValueError(f"it has more than {most:,} rows in {n_bytes:,} bytes")
        yield row


def table_rows(workbook: Any) -> Iterator[list[str]]:
    """Yield what is told of the sheet that is read, then its rows; nothing if all are empty.

    It is the first visible sheet whose header names a text of a patent. If none does, it is the
    first whose header has more than one cell, or else any: the user may have other names for
    the columns.
    """
    names = _visible_sheets(workbook)
    chosen: tuple[str, Any, Header] | None = None
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.width > MOST_COLUMNS:
            raise ValueError(f"sheet {quoted(name)} has {sheet.width:,} columns: too many")
        header = find_header(list(islice(_rows(sheet), SAMPLE_ROWS)))
        if header is None:
            continue
        names_a_text = not known_fields(header.names).isdisjoint(TEXT_FIELDS)
        if names_a_text or chosen is None or _width(header) > 1 >= _width(chosen[2]):
            chosen = (name, sheet, header)
        if names_a_text:
            break
    if chosen is None:
        return
    name, sheet, header = chosen
    others = [other for other in names if other != name]
    yield [json.dumps({"sheet": name, "others": others, "notes": header.notes})]
    yield from islice(_rows(sheet), header.place, None)


def _visible_sheets(workbook: Any) -> list[str]:
    import python_calamine

    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible is python_calamine.SheetVisibleEnum.Visible
        and sheet.typ is python_calamine.SheetTypeEnum.WorkSheet
    ]


def _rows(sheet: Any) -> Iterator[list[str]]:
    """Yield the rows of a sheet from the first that is not blank."""
    begun = False
    for values in sheet.iter_rows():
        # Most cells are text already.
        cells = [value if type(value) is str else cell_text(value) for value in values]
        begun = begun or not is_blank(cells)
        if begun:
            yield cells


def _width(header: Header) -> int:
    return sum(name.strip() != "" for name in header.names)


def _limit(n_bytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    seconds = _SECONDS + os.fstat(sys.stdin.fileno()).st_size // _BYTES_PER_SECOND
    limits = (
        (resource.RLIMIT_AS, n_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in limits:
        _, hard = resource.getrlimit(what)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(what, (most, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
