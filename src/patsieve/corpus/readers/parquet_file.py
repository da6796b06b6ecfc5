"""Parquet, read in batches."""

from collections.abc import Iterator
from pathlib import Path

from patsieve.corpus.readers.cells import cell_text
from patsieve.corpus.readers.compression import seekable_bytes
from patsieve.corpus.readers.table import Table
from patsieve.errors import UnreadableFileError

_ROWS_AT_A_TIME = 1024


def open_parquet(path: Path) -> Table:
    """Open a Parquet file.

    Raises
    ------
    UnreadableFileError
        If it is damaged or has no columns.
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    # pyarrow reports some damage as an OSError, and text is decoded only when it is taken.
    damage = (pa.ArrowException, OSError, UnicodeDecodeError)
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
                    columns = [column.to_pylist() for column in batch.columns]
                    for values in zip(*columns, strict=True):
                        number += 1
                        yield number, [cell_text(value) for value in values]
            except damage as error:
                raise _damaged(path, f" after row {number}", error) from error

    return Table(path, header, read)


def _damaged(path: Path, place: str, error: Exception) -> UnreadableFileError:
    reason = " ".join(str(error).split())[:200]
    return UnreadableFileError(f"{path} is a damaged Parquet file{place}: {reason}")
