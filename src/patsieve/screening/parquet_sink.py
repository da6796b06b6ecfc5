"""Writing Parquet a row at a time, in bounded memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, final

import pyarrow as pa
import pyarrow.parquet as pq

from patsieve.screening.sinks import Cell, Column, Sink

_PARQUET_TYPES = {"text": pa.string(), "whole": pa.int64(), "real": pa.float64()}
# Rows of a row group; fewer where texts are long.
_GROUP_ROWS = 8192
_GROUP_CHARACTERS = 1 << 24


@contextmanager
def opened_parquet(path: Path, columns: Sequence[Column]) -> Iterator[Sink]:
    """Give a sink that writes a Parquet file, a row group at a time."""
    schema = pa.schema([(column.name, _PARQUET_TYPES[column.kind]) for column in columns])
    with pq.ParquetWriter(path, schema) as writer:
        sink = _Parquet(writer, schema)
        yield sink
        sink.flush()


@final
class _Parquet(Sink):
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
