"""What a file of patents is and what is in it, before anybody trains or scores with it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, final

from patsieve.corpus.columns import FIELDS
from patsieve.corpus.content import digest
from patsieve.corpus.digest_groups import DIGEST_BYTES, DigestGroups, DigestRepeats
from patsieve.corpus.families import family_digests
from patsieve.corpus.languages import language_of_record
from patsieve.corpus.layouts import layout_of
from patsieve.corpus.load import LoadOptions, RecordStream, open_records
from patsieve.corpus.numbers import parsed_number
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.source import Source
from patsieve.corpus.tally import RowTally, counted
from patsieve.errors import DataError, PatsieveError

# A text that ends so was cut off by whoever made the file.
_CUT_OFF = ("…", "...", "[...]")
_FEWEST_CUT_OFF = 3


@final
@dataclass(frozen=True)
class Survey:
    """What was found in one file.

    Attributes
    ----------
    name : str
        As the user knows it.
    database : str
        Whose export it is, as far as its columns tell; empty if they do not.
    kind : str
        The format, such as "CSV".
    n_records : int
    n_without_text : int
        Records with nothing to judge by.
    has_text : bool
        Whether any record holds a text. A file without one is bibliographic only.
    columns : mapping of field to column
    filled : mapping of field to int
        How many records have it. `label` counts cells that are not blank.
    languages : mapping of code to int
        Of the abstract or else the title; records that stay undecided under an empty code.
    n_families : int
        Groups of records that belong together.
    n_repeated : int
        Records whose publication number, kind code included, stands in an earlier one.
    n_broken : int
        Rows that cannot be read and were left out.
    notes : tuple of str
        What the user should know, a sentence each.
    """

    name: str
    database: str
    kind: str
    n_records: int
    n_without_text: int
    has_text: bool
    columns: dict[str, str]
    filled: dict[str, int]
    languages: dict[str, int]
    n_families: int
    n_repeated: int
    n_broken: int
    notes: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "file": self.name,
            "database": self.database,
            "format": self.kind,
            "n_records": self.n_records,
            "n_without_text": self.n_without_text,
            "has_text": self.has_text,
            "columns": self.columns,
            "filled": self.filled,
            "languages": self.languages,
            "n_families": self.n_families,
            "n_repeated": self.n_repeated,
            "n_broken": self.n_broken,
            "notes": list(self.notes),
        }


def survey(source: Source, options: LoadOptions | None = None) -> Survey:
    """Read a whole file and say what is in it; rows that cannot be read are left out.

    Memory grows by some hundred bytes a record, for its number and its families.

    Raises
    ------
    PatsieveError
        If the file cannot be read at all, or an option does not fit it.
    """
    if source.path is None:
        raise DataError(source.problem)
    try:
        stream = open_records(source.path, options, tolerant=True)
        findings = _Findings(stream)
        findings.take_down_all()
    except PatsieveError as error:
        raise type(error)(source.told(str(error))) from error
    return Survey(
        name=source.name,
        database=layout_of(stream.header),
        kind=stream.table.kind,
        n_records=findings.families.n_records,
        n_without_text=findings.n_without_text,
        has_text=findings.n_without_text < findings.families.n_records,
        columns=dict(stream.columns),
        filled={name: findings.filled[name] for name in FIELDS if name in stream.columns},
        languages=dict(findings.languages.most_common()),
        n_families=findings.families.count(),
        n_repeated=findings.repeated.count,
        n_broken=stream.table.broken.count,
        notes=tuple(map(source.told, [*findings.notes, *stream.notes])),
    )


@final
class _Findings:
    """Counts what is in the records while they pass by."""

    def __init__(self, stream: RecordStream) -> None:
        self._stream = stream
        self._label = stream.columns.get("label")
        self._fields = [name for name in stream.columns if name != "label"]
        self.filled: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.repeated = RowTally()
        self.families = DigestGroups()
        self._numbers = DigestRepeats()
        self.n_without_text = 0
        self._cut_off = RowTally()
        self._untitled = RowTally()

    def take_down_all(self) -> None:
        """Look at every record."""
        for record in self._stream:
            self._take_down(record)
            self.families.add(family_digests(record))
        self.repeated = self._numbers.found()

    def _take_down(self, record: PatentRecord) -> None:
        self.filled.update(name for name in self._fields if getattr(record, name))
        if self._label is not None and record.columns[self._label].strip():
            self.filled["label"] += 1
        self.n_without_text += not record.has_text
        language = language_of_record(record)
        if language is not None:
            self.languages[language] += 1
        if record.abstract.endswith(_CUT_OFF):
            self._cut_off.add(record.row)
        if record.has_text and not record.title and "title" in self._stream.columns:
            self._untitled.add(record.row)
        number = parsed_number(record.publication_number)
        if number is not None:
            self._numbers.add(digest(str(number), DIGEST_BYTES), record.row)

    @property
    def notes(self) -> list[str]:
        """What looks wrong, a sentence each."""
        notes = []
        if self.repeated.count:
            notes.append(
                f"{counted(self.repeated.count, 'record')} with a publication number that an "
                f"earlier one has: {self.repeated}"
            )
        if self._cut_off.count >= _FEWEST_CUT_OFF:
            notes.append(
                f"{counted(self._cut_off.count, 'abstract')} that end in dots, so they are "
                f"probably cut off: {self._cut_off}"
            )
        if self._untitled.count:
            notes.append(
                f"{counted(self._untitled.count, 'record')} without a title: {self._untitled}"
            )
        return notes
