"""Writing ranked rows as CSV, TSV, XLSX, JSON lines or Parquet, a row at a time."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from patsieve.atomic import file_aside
from patsieve.errors import UsageError

Cell = str | int | float | None

SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".xlsx", ".jsonl", ".jsonl.gz", ".parquet")
# Of a worksheet, its header included (Excel specifications and limits).
XLSX_ROWS = 1_048_576
_XLSX_CHARACTERS = 32_767
# What a spreadsheet takes for the beginning of a formula.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_PARQUET_ROWS = 8192


class Sink(Protocol):
    """Takes rows."""

    def write(self, cells: Sequence[Cell]) -> None:
        """Write one row, its cells in the order of the header."""


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
def open_sink(path: Path, header: Sequence[str]) -> Iterator[Sink]:
    """Open a file for ranked rows; it appears when the block ends well.

    Raises
    ------
    UsageError
        If the ending of the name says nothing.
    OutputError
        If it cannot be written.
    """
    suffix = check_sink(path)
    with file_aside(path) as aside:
        if suffix == ".xlsx":
            with _workbook(aside, header) as sink:
                yield sink
        elif suffix == ".parquet":
            with _parquet(aside, header) as sink:
                yield sink
        else:
            with _text_file(aside, compressed=suffix.endswith(".gz")) as file:
                yield _text_sink(suffix, file, header)


def harmless(cell: Cell) -> Cell:
    """Return the cell with an apostrophe before what a spreadsheet would run as a formula.

    Numbers keep their sign.
    """
    if isinstance(cell, str) and cell.startswith(_FORMULA_SIGNS) and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@contextmanager
def _text_file(path: Path, *, compressed: bool) -> Iterator[io.TextIOBase]:
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


def _text_sink(suffix: str, file: io.TextIOBase, header: Sequence[str]) -> Sink:
    if suffix.startswith(".jsonl"):
        return _CallableSink(
            lambda cells: file.write(
                json.dumps(dict(zip(header, cells, strict=True)), ensure_ascii=False) + "\n"
            )
        )
    delimiter = "\t" if suffix.startswith(".tsv") else ","
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    writer.writerow([harmless(name) for name in header])
    return _CallableSink(lambda cells: writer.writerow([harmless(cell) for cell in cells]))


class _CallableSink:
    def __init__(self, write: Callable[[Sequence[Cell]], object]) -> None:
        self._write = write

    def write(self, cells: Sequence[Cell]) -> None:
        self._write(cells)


@contextmanager
def _workbook(path: Path, header: Sequence[str]) -> Iterator[Sink]:
    import xlsxwriter

    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        sheet = workbook.add_worksheet("ranked")
        sheet.freeze_panes(1, 0)
        bold = workbook.add_format({"bold": True, "bottom": 1})
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, bold)
            sheet.set_column(column, column, _width(name))
        sheet.autofilter(0, 0, XLSX_ROWS - 1, max(len(header) - 1, 0))
        row = 0

        def write(cells: Sequence[Cell]) -> None:
            nonlocal row
            row += 1
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    # As a string it is never a formula, whatever it begins with.
                    sheet.write_string(row, column, cell[:_XLSX_CHARACTERS])
                elif cell is not None:
                    sheet.write_number(row, column, cell)

        yield _CallableSink(write)


def _width(name: str) -> int:
    return {"title": 50, "abstract": 80, "rank": 7}.get(name.lower(), max(12, len(name) + 2))


@contextmanager
def _parquet(path: Path, header: Sequence[str]) -> Iterator[Sink]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"rank": pa.int64(), "probability": pa.float64()}
    schema = pa.schema([(name, kinds.get(_plain(name), pa.string())) for name in header])
    waiting: list[Sequence[Cell]] = []
    with pq.ParquetWriter(path, schema) as writer:

        def flush() -> None:
            columns = list(zip(*waiting, strict=True)) if waiting else [() for _ in header]
            arrays = [
                pa.array(column, type=field.type)
                for column, field in zip(columns, schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            waiting.clear()

        def write(cells: Sequence[Cell]) -> None:
            waiting.append(cells)
            if len(waiting) >= _PARQUET_ROWS:
                flush()

        yield _CallableSink(write)
        flush()


def _plain(name: str) -> str:
    return name.removeprefix("patsieve_")
