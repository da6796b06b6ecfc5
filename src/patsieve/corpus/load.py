"""From a user's file to records: a whole labelled `Corpus`, or a stream of records to score."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import final

from patsieve.corpus.columns import ColumnMap, match_columns
from patsieve.corpus.dates import depends_on_order, is_day_first
from patsieve.corpus.families import contradictions, group_families, n_labelled_by_family
from patsieve.corpus.foreign import foreign_notes
from patsieve.corpus.labels import LabelReader
from patsieve.corpus.layouts import layout_of
from patsieve.corpus.readers import Table, open_table
from patsieve.corpus.record_builder import DATES, RecordBuilder
from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.corpus.row_filter import RowFilter
from patsieve.corpus.tally import RowTally, counted, listed, quoted
from patsieve.corpus.text import TEXT_FIELDS
from patsieve.errors import DataError, LabelError, MissingColumnError

FEWEST_PER_CLASS = 10
# Rows that are looked at to learn whether 03/04/2014 is in March or in April: the first few, and
# many more where they have such dates.
_ROWS_TO_SEE_DATES = 100
_ROWS_TO_COMPARE_DATES = 10_000


@final
@dataclass(frozen=True)
class LoadOptions:
    """What the user says about a file.

    Attributes
    ----------
    columns : mapping of field to column
        Columns that are not found by their name, or not by the right one.
    relevant : tuple of str
        Label values that mean relevant; every other value then means irrelevant. Empty: the
        usual spellings.
    where : mapping of column to values
        Only rows whose cell equals one of the values (but for case and outer blanks) are
        taken, in every column named.
    """

    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    relevant: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@final
class RecordStream:
    """The records of a file, one after another, in constant memory.

    Every iteration starts at the first record. Records without any text are among them.

    Attributes
    ----------
    header : tuple of str
        The names of the user's columns.
    columns : ColumnMap
        Which of them hold which field.
    table : Table
    """

    def __init__(self, table: Table, columns: ColumnMap, where: RowFilter) -> None:
        self.header = table.header
        self.columns = columns
        self.table = table
        self._where = where
        self._builder = RecordBuilder(columns)

    def __iter__(self) -> Iterator[PatentRecord]:
        """Yield the records that the user wants.

        Raises
        ------
        DataError
            After the last row, if a value that the user selects does not occur.
        """
        day_first = False if self.table.dates_are_iso else is_day_first(self._first_dates())
        self._builder = builder = RecordBuilder(self.columns, day_first=day_first)
        self._where.forget()
        takes_all = self._where.takes_all
        for number, cells in self.table.rows():
            if takes_all or self._where.takes(cells):
                yield builder.build(number, cells)
        self._where.require_values()

    def _first_dates(self) -> Iterator[str]:
        """Yield cells with dates, as many as it takes to learn which comes first in them."""
        columns = [self.columns[name] for name in DATES if name in self.columns]
        if not columns:
            return
        most = _ROWS_TO_SEE_DATES
        for place, (_, row) in enumerate(self.table.rows()):
            if place == most:
                return
            for column in columns:
                if depends_on_order(row[column]):
                    most = _ROWS_TO_COMPARE_DATES
                    yield row[column]

    @property
    def is_bibliography(self) -> bool:
        """Whether there are records and none holds a text, or there is no column for one.

        It reads from the first row to the first text.
        """
        columns = [self.columns[name] for name in TEXT_FIELDS if name in self.columns]
        empty = False
        for _, cells in self.table.rows():
            if any(cells[column].strip() for column in columns):
                return False
            empty = True
        return empty or not columns

    @property
    def has_text(self) -> bool:
        """Whether a column holds a text; a file without one is a bibliography."""
        return not set(TEXT_FIELDS).isdisjoint(self.columns)

    @property
    def notes(self) -> list[str]:
        """What the user should know, from the records read so far, a sentence each."""
        textless = self._builder.textless
        if not textless.count:
            return self.file_notes
        found = counted(textless.count, "record")
        return [*self.file_notes, f"{found} without any text to judge by: {textless}"]

    @property
    def file_notes(self) -> list[str]:
        """The notes without that on records without text, for who leaves those out."""
        return [*self.columns.notes, *self._one_text, *self.table.notes, *self._builder.notes]

    @property
    def _one_text(self) -> list[str]:
        texts = set(TEXT_FIELDS) & set(self.columns)
        if len(texts) == 1 and layout_of(self.header) == "PatentsView":
            return [
                f"PatentsView has a table for each text, and this one has the {texts.pop()} alone: "
                "patsieve corpus import TABLES --families together joins them"
            ]
        if texts != {"title"}:
            return []
        return ["the file has titles but no abstracts: records are judged by their titles alone"]


def stream_records(path: Path, options: LoadOptions | None = None) -> RecordStream:
    """Open a file to score: its header is read, its records come when iterated over.

    Labels are not read.

    Raises
    ------
    UnreadableFileError
        If the file is missing, empty, damaged, binary or undecodable.
    MissingColumnError
        If it has no column of text, or lacks a column that an option names.
    UsageError
        If an option names a field that does not exist.
    """
    stream = open_records(path, options)
    if not stream.has_text:
        raise MissingColumnError(
            f"{path} has no column of text: none of {listed(stream.header)} is a known name for "
            f"{', '.join(TEXT_FIELDS)}; say --map title=COLUMN"
        )
    return stream


def open_records(
    path: Path, options: LoadOptions | None = None, *, tolerant: bool = False
) -> RecordStream:
    """Open any file of records, also one without a text to judge by.

    Parameters
    ----------
    tolerant : bool
        Leave out records that cannot be read; the stream's table says which. Otherwise the
        first one is an error.

    Raises
    ------
    UnreadableFileError, MissingColumnError, UsageError
        As `stream_records`, but not for want of text.
    """
    chosen = LoadOptions() if options is None else options
    table = open_table(path, tolerant=tolerant)
    columns = match_columns(table.header, chosen.columns)
    return RecordStream(table, columns, RowFilter(table, chosen.where))


def load_corpus(
    path: Path,
    options: LoadOptions | None = None,
    *,
    labelled: bool = True,
    fewest_per_class: int = FEWEST_PER_CLASS,
) -> Corpus:
    """Read a whole file into a corpus, families grouped.

    Parameters
    ----------
    path : Path
    options : LoadOptions, optional
    labelled : bool
        Read labels; records without a label or without any text are then left out, and the
        corpus's notes say how many. Otherwise all records are kept, without labels.
    fewest_per_class : int
        So many relevant, and so many irrelevant, records a labelled corpus must have.

    Raises
    ------
    UnreadableFileError, MissingColumnError, UsageError
        As `stream_records`; and if a labelled file has no column of labels.
    LabelError
        If a label cannot be read, or a class has too few records.
    DataError
        If a selected value does not occur, or no record is left.
    """
    chosen = LoadOptions() if options is None else options
    stream = stream_records(path, chosen)
    if not labelled:
        records = list(stream)
        return Corpus(records, group_families(records), stream.notes)
    if "label" not in stream.columns:
        raise MissingColumnError(
            f"{path} has no column of labels: none of {listed(stream.header)} is a known name; "
            "say --map label=COLUMN"
        )
    read = list(stream)
    if not read:
        raise DataError(f"{path} has no record" + (" that is selected" if chosen.where else ""))
    records, notes = _labelled(read, stream.columns["label"], chosen.relevant)
    _require_both_classes(path, records, fewest_per_class)
    families = group_families(records)
    notes += [*contradictions(records, families), *foreign_notes(records)]
    return Corpus(records, families, [*stream.file_notes, *notes])


def _labelled(
    read: Sequence[PatentRecord], column: str, relevant: tuple[str, ...]
) -> tuple[list[PatentRecord], list[str]]:
    """Return the records that can be learned from, with labels, and notes on the others."""
    cells = [record.columns[column] for record in read]
    labels = LabelReader(relevant).read(cells, [record.row for record in read])
    pairs = list(zip(read, labels, strict=True))
    notes = []
    unlabelled = RowTally(record.row for record, label in pairs if label is None)
    if unlabelled.count:
        found = counted(unlabelled.count, "record")
        notes.append(f"left out {found} with a blank label ({quoted(column)}): {unlabelled}")
        if n_known := n_labelled_by_family(read, labels):
            notes.append(
                f"{n_known:,} of these {'has' if n_known == 1 else 'have'} a family with a label; "
                "patsieve corpus import --carry-labels gives it to all members"
            )
    textless = RowTally(r.row for r, label in pairs if label is not None and not r.has_text)
    if textless.count:
        found = counted(textless.count, "labelled record")
        notes.append(f"left out {found} without any text: {textless}")
    kept = [replace(r, label=label) for r, label in pairs if label is not None and r.has_text]
    return kept, notes


def _require_both_classes(path: Path, records: Sequence[PatentRecord], fewest: int) -> None:
    n_relevant = sum(record.label == 1 for record in records)
    for word, found in (("relevant", n_relevant), ("irrelevant", len(records) - n_relevant)):
        if found == 0:
            raise LabelError(
                f"none of the {counted(len(records), 'labelled record')} of {path} is {word}; "
                "a model needs both. Blank labels are left out: write 0 where blank means "
                "irrelevant, or say which values are relevant by --relevant"
            )
        if found < fewest:
            raise LabelError(
                f"only {found} of the {counted(len(records), 'labelled record')} of {path} "
                f"{'is' if found == 1 else 'are'} {word}; at least {fewest} are needed"
            )
