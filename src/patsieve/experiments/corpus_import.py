"""Many exports to one file: merged in one pass, in memory that does not grow with the records.

Where families are asked for, some hundred bytes a record are kept, and no text.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, Literal, final

from patsieve.atomic import output_error
from patsieve.corpus.family_ledger import FAMILY_SIZE, FamilyLedger, SettledFamilies
from patsieve.corpus.family_rows import FamilyRows, FamilySummary, renamed_columns
from patsieve.corpus.load import LoadOptions
from patsieve.corpus.merge import SOURCE_ROW, MergedFile, merged_rows, ordered_columns
from patsieve.corpus.packed_rows import read_rows, write_row
from patsieve.corpus.publication_pieces import Pieces
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.sources import find_sources
from patsieve.corpus.tally import counted, listed
from patsieve.errors import DataError, MissingColumnError, UsageError
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
        That were read.
    files : tuple of MergedFile
        In the order in which they were read.
    notes : tuple of str
        What the format of `out` could not keep.
    families : FamilySummary or None
        None where families were not asked for.
    """

    out: Path
    n_records: int
    files: tuple[MergedFile, ...]
    notes: tuple[str, ...]
    families: FamilySummary | None = None

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
            "families": None if self.families is None else self.families.as_json(),
        }


def import_files(
    paths: Sequence[Path],
    out: Path,
    *,
    options: LoadOptions | None = None,
    families: Literal["apart", "together"] = "apart",
    carry_labels: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> ImportSummary:
    """Merge files, folders and archives into one file.

    Records that cannot be read, and files without any text, are left out; the summary says
    which. Every record keeps the file and the row that it comes from.

    Parameters
    ----------
    families : {"apart", "together"}
        Together: one row for each family, one member kept whole (`corpus.family_ledger`) and
        completed by texts that other rows have of the same publication, with the numbers of all
        members, and the label that the labelled ones agree on.
    carry_labels : bool
        Give the records without a label the one that the labelled members of their family agree
        on, and say from which record. Families that are together have it anyway.
    on_progress : callable, optional
        Told how many records are read so far.

    Raises
    ------
    UsageError
        If the ending of `out` says nothing, an option names a field that does not exist, or a
        worksheet cannot hold the records.
    DataError
        If a path does not exist, or nothing at all could be read.
    MissingColumnError
        If labels are to be carried and no file has a column of labels.
    LabelError
        If labels are to be carried, and a value that should mean relevant does not occur, or
        a blank label means irrelevant beside a cross in the same family.
    OutputError
        If the result cannot be written; nothing is left behind then.
    """
    suffix = check_sink(out)
    _refuse_to_overwrite(paths, out)
    chosen = LoadOptions() if options is None else options
    together = families == "together"
    ledger = FamilyLedger() if together or carry_labels else None
    files: list[MergedFile] = []
    with _spool(out) as spool:
        n_records = 0
        for row in _rows_of(files, paths, out, chosen, None if ledger is None else ledger.take):
            write_row(spool, row)
            n_records += 1
            if on_progress is not None and n_records % _RECORDS_BETWEEN_REPORTS == 0:
                on_progress(n_records)
        if n_records == 0:
            raise DataError(_nothing_read(files))
        if together:
            for file in files:
                file.columns = renamed_columns(file.columns)
        names = ordered_columns(list(dict.fromkeys(name for f in files for name in f.columns)))
        if carry_labels:
            _require_labels(names)
        if ledger is None:
            notes = _write(out, suffix, spool, files, names)
            return ImportSummary(out, n_records, tuple(files), notes)
        settled = SettledFamilies(ledger, chosen.relevant if "label" in names else ())
        with _pieces(out, spool, files, settled if together else None) as pieces:
            rows = FamilyRows(settled, names, together=together, pieces=pieces)
            notes = _write(out, suffix, spool, files, rows.names, rows)
    return ImportSummary(out, n_records, tuple(files), notes, rows.summary())


def _refuse_to_overwrite(paths: Sequence[Path], out: Path) -> None:
    for path in paths:
        if out.exists() and path.exists() and out.samefile(path):
            raise UsageError(f"{out} is a file that is read; choose another one to write")


def _rows_of(
    files: list[MergedFile],
    paths: Sequence[Path],
    out: Path,
    options: LoadOptions,
    see: Callable[[PatentRecord, Mapping[str, str]], None] | None,
) -> Iterator[list[str]]:
    """Yield the merged rows of all files, and put down in `files` what became of each."""
    for source in find_sources(paths, but=out):
        found = MergedFile(source.name)
        files.append(found)
        yield from merged_rows(source, options, found, see=see)


def _require_labels(names: Sequence[str]) -> None:
    if "label" not in names:
        raise MissingColumnError(
            "there are no labels to carry: none of the columns is known to hold any, "
            f"{listed(names)}; say --map label=COLUMN"
        )


def _write(
    out: Path,
    suffix: str,
    spool: IO[bytes],
    files: Sequence[MergedFile],
    names: Sequence[str],
    family_rows: FamilyRows | None = None,
) -> tuple[str, ...]:
    """Write what was spooled; return what the format could not keep."""
    n_rows = sum(f.n_records for f in files) if family_rows is None else family_rows.n_rows
    if suffix == ".xlsx" and n_rows >= WORKSHEET_ROWS:
        raise UsageError(
            f"{counted(n_rows, 'record')} are more than the {WORKSHEET_ROWS - 1:,} that a "
            "worksheet can hold; write .csv or .parquet instead of .xlsx"
        )
    # Where the user's own file has such a column, its cells are text.
    is_counted = family_rows is not None and family_rows.is_together
    wholes = (SOURCE_ROW, FAMILY_SIZE) if is_counted else (SOURCE_ROW,)
    columns = [Column(name, "whole" if name in wholes else "text") for name in names]
    spool.seek(0)
    rows = read_rows(spool)
    with open_sink(out, columns) as sink:
        for file in files:
            for cells in _completed(islice(rows, file.n_records), file.columns, names):
                if family_rows is None or family_rows.complete(cells):
                    sink.write(cells)
        return tuple(sink.notes)


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


@contextmanager
def _pieces(
    out: Path, spool: IO[bytes], files: Sequence[MergedFile], settled: SettledFamilies | None
) -> Iterator[Pieces | None]:
    """Give what completes the members that are shown; None if nothing does."""
    lacks = {} if settled is None else settled.lacks()
    if settled is None or not lacks:
        yield None
        return
    with _spool(out) as kept:
        pieces = Pieces(lacks, kept)
        spool.seek(0)
        rows = read_rows(spool)
        read = ((file, row) for file in files for row in islice(rows, file.n_records))
        for number, (file, row) in enumerate(read):
            if number in lacks:
                given = dict(zip(file.columns, row, strict=True))
                pieces.keep(number, given, settled.place(number))
        yield pieces


def _completed(
    rows: Iterator[list[str]], columns: Sequence[str], names: Sequence[str]
) -> Iterator[list[Cell]]:
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
