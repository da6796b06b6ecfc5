"""Many files of patents as one run of records, in one spelling and with their provenance."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import final

from patsieve.corpus.columns import FIELDS, TEXT_FIELDS, name_key
from patsieve.corpus.layouts import layout_of
from patsieve.corpus.load import LoadOptions, RecordStream, open_records
from patsieve.corpus.numbers import standard_numbers
from patsieve.corpus.parties import PARTIES, party_columns, standard_parties
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.source import Source
from patsieve.corpus.tally import counted
from patsieve.errors import NoSuchValueError, PatsieveError, UsageError

SOURCE_FILE, SOURCE_ROW = "source_file", "source_row"
"""Where a record comes from: the file, and its row there, from 1 for the first record."""

_OURS = (*FIELDS, *PARTIES, SOURCE_FILE, SOURCE_ROW)
_Cell = Callable[[PatentRecord], str]


@final
@dataclass
class MergedFile:
    """What became of one file.

    Attributes
    ----------
    name : str
    columns : tuple of str
        What the cells of its rows are called, each once; empty until a row is taken.
    n_records : int
        Taken over.
    n_broken : int
        Rows that could not be read.
    problem : str
        Why nothing, or nothing more, of the file was taken; empty if all went well.
    notes : list of str
    """

    name: str
    columns: tuple[str, ...] = ()
    n_records: int = 0
    n_broken: int = 0
    problem: str = ""
    notes: list[str] = field(default_factory=list)


def merged_rows(
    source: Source,
    options: LoadOptions,
    found: MergedFile,
    *,
    see: Callable[[PatentRecord, Mapping[str, str]], None] | None = None,
) -> Iterator[list[str]]:
    """Yield the records of one file as rows of cells.

    What patsieve knows of a record comes in one spelling, under the name of the field:
    publication numbers as country, number and kind, dates in ISO 8601, symbols and names
    separated by ``; ``, texts without mark-up. Cells that cannot be read so are kept as they
    are. The other columns of the file follow, untouched.

    Parameters
    ----------
    found : MergedFile
        Gets the names of the columns, the counts, the notes, and the problem that ends the
        file, if there is one. A file without any text is one: it gives no rows.
    see : callable, optional
        Told of every record with its row, by columns, before the row is given.

    Raises
    ------
    UsageError
        If an option names a field that does not exist.
    """
    if source.path is None:
        found.problem = source.problem
        return
    stream: RecordStream | None = None
    try:
        stream = open_records(source.path, options, tolerant=True)
        if stream.is_bibliography:
            n_records = sum(1 for _ in stream)
            found.problem = (
                f"{source.name} is bibliographic only: {counted(n_records, 'record')} without "
                "title, abstract, claims or description"
            )
            return
        cells = _cells(stream, source.name)
        columns, reads = tuple(cells), list(cells.values())
        for record in stream:
            found.columns = columns
            found.n_records += 1
            row = [read(record) for read in reads]
            if see is not None:
                see(record, dict(zip(columns, row, strict=True)))
            yield row
    except NoSuchValueError as error:
        # What is selected need not stand in each of many files.
        found.notes.append(source.told(str(error)))
    except UsageError:
        raise
    except PatsieveError as error:
        found.problem = source.told(str(error))
    finally:
        if stream is not None:
            found.n_broken = stream.table.broken.count
            found.notes += map(source.told, stream.notes)


def _cells(stream: RecordStream, name: str) -> dict[str, _Cell]:
    """Return how each cell of a merged row is read of a record, in the order of the columns.

    Parameters
    ----------
    name : str
        Of the file.
    """
    free = [column for column in stream.header if column not in stream.columns.values()]
    parties = party_columns(free)
    country = "US" if layout_of(stream.header) == "PatentsView" else ""
    ours = {name_key(each) for each in _OURS}
    cells = {each: _field_cell(each, column, country) for each, column in stream.columns.items()}
    cells |= {each: _party_cell(column) for each, column in parties.items()}
    # A corpus that was merged before keeps where its records came from.
    cells[SOURCE_FILE] = lambda record: record.columns.get(SOURCE_FILE, "") or name
    cells[SOURCE_ROW] = lambda record: record.columns.get(SOURCE_ROW, "") or str(record.row)
    for column in free:
        if column not in (*parties.values(), SOURCE_FILE, SOURCE_ROW):
            # A column that patsieve would mistake for its own when it reads the result.
            is_taken = name_key(column) in ours
            cells[f"{column} (as in the file)" if is_taken else column] = _own_cell(column)
    return cells


def _field_cell(name: str, column: str, country: str) -> _Cell:
    """Return how a field is read; where it could not be read, it is the cell of the column."""
    if name in TEXT_FIELDS:
        return attrgetter(name)
    if name == "label":
        return lambda record: record.columns[column].strip()
    if name == "cpc_symbols":
        return lambda record: "; ".join(record.cpc_symbols)
    if name == "publication_number":
        return lambda record: standard_numbers(record.publication_number, country=country)
    read = attrgetter(name)
    return lambda record: read(record) or record.columns[column].strip()


def _party_cell(column: str) -> _Cell:
    return lambda record: standard_parties(record.columns[column])


def _own_cell(column: str) -> _Cell:
    return lambda record: record.columns[column]


def ordered_columns(seen: Sequence[str]) -> list[str]:
    """Return the columns of a merged file: fields first, then provenance, then the others."""
    known = set(seen)
    ours = [name for name in _OURS if name in known]
    return [*ours, *(name for name in seen if name not in _OURS)]
