"""Many files of patents as one run of records, in one spelling and with their provenance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self, final

from patsieve.corpus.columns import FIELDS, name_key
from patsieve.corpus.layouts import layout_of
from patsieve.corpus.load import LoadOptions, RecordStream, open_records
from patsieve.corpus.numbers import standard_numbers
from patsieve.corpus.parties import PARTIES, party_columns, standard_parties
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.sources import Source
from patsieve.corpus.tally import counted
from patsieve.errors import NoSuchValueError, PatsieveError, UsageError

SOURCE_FILE, SOURCE_ROW = "source_file", "source_row"
"""Where a record comes from: the file, and its row there, from 1 for the first record."""

_OURS = (*FIELDS, *PARTIES, SOURCE_FILE, SOURCE_ROW)


@final
@dataclass
class MergedFile:
    """What became of one file.

    Attributes
    ----------
    name : str
    n_records : int
        Taken over.
    n_broken : int
        Rows that could not be read.
    problem : str
        Why nothing, or nothing more, of the file was taken; empty if all went well.
    notes : list of str
    """

    name: str
    n_records: int = 0
    n_broken: int = 0
    problem: str = ""
    notes: list[str] = field(default_factory=list)


def merged_rows(
    source: Source, options: LoadOptions, found: MergedFile
) -> Iterator[dict[str, str]]:
    """Yield the records of one file as rows: column → cell.

    What patsieve knows of a record comes in one spelling, under the name of the field:
    publication numbers as country, number and kind, dates in ISO 8601, symbols and names
    separated by ``; ``, texts without mark-up. Cells that cannot be read so are kept as they
    are. The other columns of the file follow, untouched.

    Parameters
    ----------
    found : MergedFile
        Gets the counts, the notes, and the problem that ends the file, if there is one. A file
        without any text is one: it gives no rows.

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
        plan = _Plan.of(stream)
        for record in stream:
            found.n_records += 1
            yield _row(record, plan, source.name)
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


@final
@dataclass(frozen=True)
class _Plan:
    """Which columns of a file become which of the merged one.

    Attributes
    ----------
    fields, parties : mapping of our name to theirs
    others : mapping of their name to ours
    country : str
        Of the numbers that have none.
    """

    fields: Mapping[str, str]
    parties: Mapping[str, str]
    others: Mapping[str, str]
    country: str

    @classmethod
    def of(cls, stream: RecordStream) -> Self:
        """Return the plan of a file."""
        fields = dict(stream.columns)
        free = [name for name in stream.header if name not in fields.values()]
        parties = party_columns(free)
        ours = {name_key(name) for name in _OURS}
        others = {
            # A column that patsieve would mistake for its own when it reads the result.
            name: f"{name} (as in the file)" if name_key(name) in ours else name
            for name in free
            if name not in (*parties.values(), SOURCE_FILE, SOURCE_ROW)
        }
        country = "US" if layout_of(stream.header) == "PatentsView" else ""
        return cls(fields, parties, others, country)


def _row(record: PatentRecord, plan: _Plan, name: str) -> dict[str, str]:
    cells = record.columns
    row = {each: _cell(record, each, cells[column]) for each, column in plan.fields.items()}
    if "publication_number" in row:
        row["publication_number"] = standard_numbers(
            record.publication_number, country=plan.country
        )
    row |= {each: standard_parties(cells[column]) for each, column in plan.parties.items()}
    # A corpus that was merged before keeps where its records came from.
    row[SOURCE_FILE] = cells.get(SOURCE_FILE, "") or name
    row[SOURCE_ROW] = cells.get(SOURCE_ROW, "") or str(record.row)
    return row | {ours: cells[theirs] for theirs, ours in plan.others.items()}


def _cell(record: PatentRecord, name: str, cell: str) -> str:
    """Return a field of a record as text; the cell where it could not be read."""
    if name == "label":
        return cell.strip()
    if name == "cpc_symbols":
        return "; ".join(record.cpc_symbols)
    value: str = getattr(record, name)
    is_text = name in ("title", "abstract", "claims", "description")
    return value if value or is_text else cell.strip()


def ordered_columns(seen: Sequence[str]) -> list[str]:
    """Return the columns of a merged file: fields first, then provenance, then the others."""
    known = set(seen)
    ours = [name for name in _OURS if name in known]
    return [*ours, *(name for name in seen if name not in _OURS)]
