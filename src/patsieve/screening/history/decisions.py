"""The user's own decisions: a list with a column of yes and no, such as last week's ranking."""

from dataclasses import dataclass
from pathlib import Path
from typing import final

from patsieve.corpus.content import record_key
from patsieve.corpus.labels import LabelReader
from patsieve.corpus.load import LoadOptions, open_records
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.tally import RowTally, counted, listed
from patsieve.errors import DataError, MissingColumnError
from patsieve.screening.history.identity import Identity
from patsieve.screening.history.store import HistoryStore
from patsieve.screening.marked_list import require_column_of_readers, require_marks_of_both


@final
@dataclass(frozen=True)
class Decisions:
    """What a user has decided.

    Attributes
    ----------
    made : tuple of (PatentRecord, int)
        A record, and 1 for relevant or 0 for irrelevant.
    notes : tuple of str
        What the user should know about how the file was read.
    """

    made: tuple[tuple[PatentRecord, int], ...]
    notes: tuple[str, ...]


def read_decisions(
    path: Path, column: str | None = None, *, relevant: tuple[str, ...] = ()
) -> Decisions:
    """Read a user's decisions; a blank cell is none.

    Parameters
    ----------
    column : str, optional
        Where they stand; by default a column with a known name of labels.
    relevant : tuple of str
        The marks that mean relevant; every other then means irrelevant. Empty: the usual
        spellings.

    Raises
    ------
    UnreadableFileError
        If the file is missing, empty or damaged.
    MissingColumnError
        If it has no such column.
    LabelError
        If a mark cannot be read.
    DataError
        If nothing is marked, only what is relevant is, no record can be told from others, or
        the column is the one that patsieve itself has filled.
    """
    options = LoadOptions(columns={} if column is None else {"label": column})
    stream = open_records(path, options)
    found = stream.columns.get("label")
    if found is None:
        raise MissingColumnError(
            f"{path} has no column of decisions: none of {listed(stream.header)} is a known name; "
            "say --decision-column COLUMN"
        )
    require_column_of_readers(path, found, stream.header)
    records = list(stream)
    cells = [record.columns[found] for record in records]
    labels = LabelReader(relevant).read(cells, [record.row for record in records])
    if not records:
        raise DataError(f"{path} has no record")
    require_marks_of_both(path, found, cells, labels)
    marked = [
        (record, label) for record, label in zip(records, labels, strict=True) if label is not None
    ]
    nameless = RowTally(record.row for record, _ in marked if record_key(record) is None)
    if nameless.count == len(marked):
        raise DataError(
            f"{path} has neither publication numbers nor texts, so that nothing says which "
            "records were decided on"
        )
    notes = list(stream.file_notes)
    if nameless.count:
        notes.append(
            f"{counted(nameless.count, 'decision')} on records with neither a publication number "
            f"nor a text, which cannot be told from others: {nameless}"
        )
    made = tuple((record, label) for record, label in marked if record_key(record) is not None)
    return Decisions(made, tuple(notes))


def take_down(decisions: Decisions, store: HistoryStore, *, day: str) -> None:
    """Tie each decision to the version that it was made on, or else to the latest one.

    Workbooks cut long cells, so that a list that comes back may hold less than was scored.

    Parameters
    ----------
    day : str
        ISO 8601.
    """
    for record, label in decisions.made:
        identity = Identity.of(record)
        if identity is None:
            continue
        versions = [each for each, _ in store.versions(identity) if each.key == identity.key]
        exact = [each for each in versions if each.content == identity.content]
        found = (exact or versions)[:1]
        store.decide(found[0].row if found else store.add(identity, None), label, day)
