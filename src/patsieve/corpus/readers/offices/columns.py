"""The columns that every format of a patent office gives, and what was found in them."""

from collections.abc import Mapping
from typing import Literal, final, get_args

from patsieve.corpus.tally import counted, listed

Column = Literal[
    "publication_number",
    "title",
    "abstract",
    "claims",
    "description",
    "cpc_symbols",
    "ipc_symbols",
    "priority_date",
    "publication_date",
    "application_number",
    "applicants",
    "inventors",
    "family_id",
    "language",
    "kind",
]
COLUMNS: tuple[Column, ...] = get_args(Column)
"""`cpc_symbols` holds the CPC symbols, or the IPC's where a document has no CPC: models read one
column, and a document before 2013 has no other. `ipc_symbols` is always the IPC."""
_TEXTS: tuple[Column, ...] = ("title", "abstract", "claims", "description")

Fields = Mapping[Column, str]
"""What is known of one patent; a column that is not in it is empty."""


def row_of(fields: Fields) -> list[str]:
    """Return the cells of a record, one for each of `COLUMNS`."""
    return [fields.get(column, "") for column in COLUMNS]


def says_anything(fields: Fields) -> bool:
    """Tell whether there is a number or any text: without either it is no record."""
    return any(fields.get(column) for column in ("publication_number", *_TEXTS))


@final
class Findings:
    """What was found in the documents of a file so far, and the user should know.

    Attributes
    ----------
    listings : int
        Sequence listings, which stand between the patents of a weekly file.
    deletions : int
        Records that only say that a database has them no longer.
    announced : int
        So many hits a search result says the search had; 0 where it does not say.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin again with nothing."""
        self.listings = 0
        self.deletions = 0
        self.announced = 0
        self._count = 0
        self._filled: set[Column] = set()
        self._sources: dict[str, None] = {}
        self._entities: dict[str, None] = {}

    def add(self, fields: Fields, source: str) -> None:
        """Count a record; `source` is what its kind of document is called."""
        self._count += 1
        self._sources[source] = None
        if len(self._filled) < len(_TEXTS):
            self._filled.update(column for column in _TEXTS if fields.get(column))

    def add_unknown(self, names: set[str]) -> None:
        """Remember names of characters that are not known."""
        self._entities.update(dict.fromkeys(sorted(names)))

    @property
    def notes(self) -> list[str]:
        """A sentence on each of them."""
        notes = []
        if self._count and not self._filled:
            what = ", ".join(self._sources)
            notes.append(
                f"bibliographic data only ({what}): {counted(self._count, 'record')} without "
                "title, abstract, claims and description"
            )
        elif self._count and self._filled.isdisjoint(("title", "abstract")):
            alone = " and ".join(column for column in _TEXTS if column in self._filled)
            notes.append(
                f"{alone} alone: {counted(self._count, 'record')} without title and abstract"
            )
        if self.announced > self._count:
            notes.append(
                f"the search had {self.announced:,} hits; the file holds {self._count:,} of them"
            )
        if self.listings:
            notes.append(f"left out {counted(self.listings, 'sequence listing')}")
        if self.deletions:
            notes.append(
                f"left out {counted(self.deletions, 'notice')} that a record was deleted (status D)"
            )
        if self._entities:
            notes.append(
                "left these names of characters as they are written, because none is known: "
                f"{listed(self._entities, at_most=5)}"
            )
        return notes
