"""Parquet, read in batches."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from patsieve.corpus.readers.broken import BrokenRecords
from patsieve.corpus.readers.cells import cell_text, writable
from patsieve.corpus.readers.compression import seekable_bytes
from patsieve.corpus.readers.table import Table
from patsieve.errors import UnreadableFileError

_ROWS_AT_A_TIME = 1024
# A date beyond the year 9999, or text that is not UTF-8: found only when the value is taken.
_VALUES = (OverflowError, ValueError)


def open_parquet(path: Path, *, tolerant: bool = False) -> Table:
    """Open a Parquet file.

    Parameters
    ----------
    tolerant : bool
        Leave out rows with a value that cannot be read, instead of refusing the file.

    Raises
    ------
    UnreadableFileError
        If it is damaged or has no columns.
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    # pyarrow reports some damage as an OSError; names of columns are decoded when they are taken.
    damage = (pa.ArrowException, OSError, UnicodeDecodeError)
    broken = BrokenRecords(tolerated=tolerant)
    with seekable_bytes(path) as stream:
        try:
            header = tuple(ParquetFile(stream).schema_arrow.names)
        except damage as error:
            raise _damaged(path, "", error) from error
    if not header:
        raise UnreadableFileError(f"{path} is a Parquet file without columns")

    def read() -> Iterator[tuple[int, list[str]]]:
        number = 0
        with seekable_bytes(path) as stream:
            try:
                for batch in ParquetFile(stream).iter_batches(batch_size=_ROWS_AT_A_TIME):
                    for values in _rows(path, batch, number, broken):
                        number += 1
                        if values is not None:
                            yield number, [writable(cell_text(value)) for value in values]
            except damage as error:
                raise _damaged(path, f" after row {number}", error) from error

    return Table(path, header, read, broken=broken)


def _rows(
    path: Path, batch: Any, before: int, broken: BrokenRecords
) -> Iterator[Sequence[Any] | None]:
    """Yield the values of each row of a batch; None for one that cannot be read."""
    try:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
        return
    except _VALUES:
        # One of them; the others are found one by one.
        pass
    for place in range(batch.num_rows):
        try:
            values = [column[place].as_py() for column in batch.columns]
        except _VALUES as error:
            broken.add(
                f"row {before + place + 1} of {path} holds a value that cannot be read: {error}"
            )
            yield None
        else:
            yield values


def _damaged(path: Path, place: str, error: Exception) -> UnreadableFileError:
    reason = " ".join(str(error).split())[:200]
    return UnreadableFileError(f"{path} is a damaged Parquet file{place}: {reason}")
