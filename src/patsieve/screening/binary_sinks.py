"""Writing worksheets (XLSX) and Parquet a row at a time, in bounded memory."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, final

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from patsieve.corpus.tally import RowTally, counted
from patsieve.screening.sinks import Cell, Column, Sink

# https://support.microsoft.com/office/excel-specifications-and-limits
_WORKSHEET_CELL_CHARACTERS = 32_767
_WIDTHS = {"title": 50, "abstract": 80, "claims": 80, "text": 80}
_NARROWEST, _WIDEST = 9, 30

_PARQUET_TYPES = {"text": pa.string(), "whole": pa.int64(), "real": pa.float64()}
# Rows of a row group; fewer where texts are long.
_GROUP_ROWS = 8192
_GROUP_CHARACTERS = 1 << 24


@contextmanager
def opened_worksheet(path: Path, columns: Sequence[Column]) -> Iterator[Sink]:
    """Give a sink that writes one worksheet, its header frozen and filters on.

    Text is written as text: nothing in it is ever a formula or a link. A cell that is longer
    than a worksheet allows is cut, and a note says so.
    """
    with tempfile.TemporaryDirectory(prefix=".patsieve-", dir=path.parent) as temporary:
        # XlsxWriter keeps rows in a file of its own until the end; beside the result there is
        # room for it, and it is gone with its folder whatever happens.
        workbook = xlsxwriter.Workbook(
            str(path), {"constant_memory": True, "tmpdir": temporary, "nan_inf_to_errors": True}
        )
        workbook.use_zip64()
        sink = _Worksheet(workbook, columns)
        try:
            yield sink
        except BaseException:
            sink.abandon()
            raise
        sink.finish()


@final
class _Worksheet:
    def __init__(self, workbook: Any, columns: Sequence[Column]) -> None:
        self._workbook = workbook
        self._sheet = workbook.add_worksheet("patsieve")
        self._n_columns = len(columns)
        self._n_rows = 0
        self._cut = RowTally()
        bold = workbook.add_format({"bold": True, "bottom": 1})
        # The number itself stays in the cell; three decimals are what one can compare by eye.
        real = workbook.add_format({"num_format": "0.000"})
        self._sheet.freeze_panes(1, 0)
        for number, column in enumerate(columns):
            self._sheet.set_column(
                number, number, _width(column), real if column.kind == "real" else None
            )
        for number, column in enumerate(columns):
            self._sheet.write_string(0, number, column.name, bold)

    @property
    def notes(self) -> Sequence[str]:
        if not self._cut.count:
            return ()
        return (
            f"{counted(self._cut.count, 'cell')} longer than the "
            f"{_WORKSHEET_CELL_CHARACTERS:,} characters of a worksheet's cell cut off, in "
            f"{self._cut} of the result; .csv keeps all",
        )

    def write(self, cells: Sequence[Cell]) -> None:
        self._n_rows += 1
        for number, cell in enumerate(cells):
            if isinstance(cell, str):
                if len(cell) > _WORKSHEET_CELL_CHARACTERS:
                    self._cut.add(self._n_rows)
                self._sheet.write_string(self._n_rows, number, cell[:_WORKSHEET_CELL_CHARACTERS])
            elif cell is not None:
                self._sheet.write_number(self._n_rows, number, cell)

    def finish(self) -> None:
        self._sheet.autofilter(0, 0, max(self._n_rows, 1), self._n_columns - 1)
        try:
            self._workbook.close()
        except FileCreateError as error:
            # It wraps what the operating system said.
            raise error.args[0] from error

    def abandon(self) -> None:
        with suppress(OSError):
            self._sheet.row_data_fh.close()


def _width(column: Column) -> int:
    by_name = min(max(len(column.name) + 4, _NARROWEST), _WIDEST)
    return _WIDTHS.get(column.name.strip().casefold(), by_name)


@contextmanager
def opened_parquet(path: Path, columns: Sequence[Column]) -> Iterator[Sink]:
    """Give a sink that writes a Parquet file, a row group at a time."""
    schema = pa.schema([(column.name, _PARQUET_TYPES[column.kind]) for column in columns])
    with pq.ParquetWriter(path, schema) as writer:
        sink = _Parquet(writer, schema)
        yield sink
        sink.flush()


@final
class _Parquet:
    notes: Sequence[str] = ()

    def __init__(self, writer: Any, schema: Any) -> None:
        self._writer = writer
        self._schema = schema
        self._waiting: list[Sequence[Cell]] = []
        self._n_characters = 0

    def write(self, cells: Sequence[Cell]) -> None:
        self._waiting.append(cells)
        self._n_characters += sum([len(cell) for cell in cells if isinstance(cell, str)])
        if len(self._waiting) >= _GROUP_ROWS or self._n_characters >= _GROUP_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        if not self._waiting:
            return
        arrays = [
            pa.array(cells, type=field.type)
            for cells, field in zip(zip(*self._waiting, strict=True), self._schema, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._waiting = []
        self._n_characters = 0
