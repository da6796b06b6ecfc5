"""Many exports to one file: merged in one pass, in memory that does not grow with the records."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, final

from patsieve.atomic import output_error
from patsieve.corpus.load import LoadOptions
from patsieve.corpus.merge import SOURCE_ROW, MergedFile, merged_rows, ordered_columns
from patsieve.corpus.packed_rows import read_rows, write_row
from patsieve.corpus.sources import find_sources
from patsieve.corpus.tally import counted
from patsieve.errors import DataError, UsageError
from patsieve.screening.sinks import WORKSHEET_ROWS, Cell, Column, check_sink, open_sink

_RECORDS_BETWEEN_REPORTS = 500
# What fits into 64 bits.
_LONGEST_ROW_NUMBER = 18
_SPOOL_BUFFER_BYTES = 1 << 18


@final
@dataclass(frozen=True)
class ImportSummary:
    """What importing came to.

    Attributes
    ----------
    out : Path
    n_records : int
    files : tuple of MergedFile
        In the order in which they were read.
    notes : tuple of str
        What the format of `out` could not keep.
    """

    out: Path
    n_records: int
    files: tuple[MergedFile, ...]
    notes: tuple[str, ...]

    @property
    def n_broken(self) -> int:
        """Rows that could not be read and were left out."""
        return sum(file.n_broken for file in self.files)

    @property
    def problems(self) -> list[str]:
        """Why files, or the rest of them, were left out, a sentence each."""
        return [file.problem for file in self.files if file.problem]

    @property
    def is_complete(self) -> bool:
        """Whether everything that was given is in the result."""
        return self.n_broken == 0 and not self.problems

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "out": str(self.out),
            "n_records": self.n_records,
            "n_broken": self.n_broken,
            "is_complete": self.is_complete,
            "files": [
                {
                    "file": file.name,
                    "n_records": file.n_records,
                    "n_broken": file.n_broken,
                    "problem": file.problem or None,
                    "notes": file.notes,
                }
                for file in self.files
            ],
            "notes": list(self.notes),
        }


def import_files(
    paths: Sequence[Path],
    out: Path,
    *,
    options: LoadOptions | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> ImportSummary:
    """Merge files, folders and zip archives into one file.

    Records that cannot be read, and files without any text, are left out; the summary says
    which. Every record keeps the file and the row that it comes from.

    Parameters
    ----------
    on_progress : callable, optional
        Told how many records are read so far.

    Raises
    ------
    UsageError
        If the ending of `out` says nothing, an option names a field that does not exist, or a
        worksheet cannot hold the records.
    DataError
        If a path does not exist, or nothing at all could be read.
    OutputError
        If the result cannot be written; nothing is left behind then.
    """
    suffix = check_sink(out)
    for path in paths:
        if out.exists() and path.exists() and out.samefile(path):
            raise UsageError(f"{out} is a file that is read; choose another one to write")
    chosen = LoadOptions() if options is None else options
    files: list[MergedFile] = []
    n_records = 0
    with _spool(out) as spool:
        for source in find_sources(paths, but=out):
            found = MergedFile(source.name)
            files.append(found)
            for row in merged_rows(source, chosen, found):
                write_row(spool, row)
                n_records += 1
                if on_progress is not None and n_records % _RECORDS_BETWEEN_REPORTS == 0:
                    on_progress(n_records)
        if n_records == 0:
            raise DataError(_nothing_read(files))
        if suffix == ".xlsx" and n_records >= WORKSHEET_ROWS:
            raise UsageError(
                f"{counted(n_records, 'record')} are more than the {WORKSHEET_ROWS - 1:,} that a "
                "worksheet can hold; write .csv or .parquet instead of .xlsx"
            )
        names = ordered_columns(list(dict.fromkeys(name for f in files for name in f.columns)))
        with open_sink(out, [_column(name) for name in names]) as sink:
            spool.seek(0)
            rows = read_rows(spool)
            for file in files:
                for cells in _completed(islice(rows, file.n_records), file.columns, names):
                    sink.write(cells)
            notes = tuple(sink.notes)
    return ImportSummary(out, n_records, tuple(files), notes)


@contextmanager
def _spool(out: Path) -> Iterator[IO[bytes]]:
    """Give a temporary file near the result: where it fits, so may what is kept meanwhile."""
    there = next(folder for folder in out.absolute().parents if folder.is_dir())
    try:
        with tempfile.TemporaryFile(
            buffering=_SPOOL_BUFFER_BYTES, dir=there, prefix=".patsieve-"
        ) as spool:
            yield spool
    except OSError as error:
        # Readers and sinks have turned theirs into sentences already.
        raise output_error(out, error) from error


def _column(name: str) -> Column:
    return Column(name, "whole" if name == SOURCE_ROW else "text")


def _completed(
    rows: Iterator[list[str]], columns: Sequence[str], names: Sequence[str]
) -> Iterator[Sequence[Cell]]:
    """Yield the rows of a file with the cells of all columns, empty where it has none of it."""
    places = {name: place for place, name in enumerate(columns)}
    # What is missing comes from the empty cell that is put at the end.
    chosen = itemgetter(*(places.get(name, len(columns)) for name in names))
    numbered = names.index(SOURCE_ROW)
    for row in rows:
        cells: list[Cell] = list(chosen([*row, ""]))
        cells[numbered] = _row_number(row[places[SOURCE_ROW]])
        yield cells


def _row_number(cell: str) -> int | None:
    return int(cell) if cell.isdecimal() and len(cell) <= _LONGEST_ROW_NUMBER else None


def _nothing_read(files: Sequence[MergedFile]) -> str:
    problems = [file.problem for file in files if file.problem]
    if len(problems) == 1:
        return problems[0]
    if problems:
        return f"none of {counted(len(files), 'file')} gives a record; the first: {problems[0]}"
    return "there is no record in " + ", ".join(file.name for file in files[:5])
