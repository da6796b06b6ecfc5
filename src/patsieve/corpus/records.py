"""What a patent record and a corpus are. Reading them is `load`'s work, splitting `splits`'."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.errors import LabelError


@dataclass(frozen=True, slots=True)
class PatentRecord:
    """One patent publication, with the user's own row beside the fields patsieve knows.

    Attributes
    ----------
    row : int
        Position in the source, counted from 1 for the first record under the header.
    publication_number, family_id : str
        As the file gives them, stripped; empty where unknown. A negative family id is unknown.
    title, abstract, claims, description : str
        Plain text, white space collapsed; empty where the file has none.
    cpc_symbols : tuple of str
        CPC or IPC symbols in one spelling (``H01M4/525``), each once.
    priority_date, publication_date : str
        ISO 8601 (``YYYY-MM-DD``), or empty where absent or unreadable.
    label : int or None
        1 relevant, 0 irrelevant, None unlabelled.
    split : str
        ``training``, ``validation`` or ``test`` where the user's file says so, else empty.
    columns : mapping of str to str
        The user's own row, column name to cell, untouched: it is given back when scoring.
    """

    row: int
    publication_number: str = ""
    family_id: str = ""
    title: str = ""
    abstract: str = ""
    claims: str = ""
    description: str = ""
    cpc_symbols: tuple[str, ...] = ()
    priority_date: str = ""
    publication_date: str = ""
    label: int | None = None
    split: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_text(self) -> bool:
        """Whether there is anything for a model to read."""
        return bool(self.title or self.abstract or self.claims or self.description)


@final
class Corpus:
    """Immutable records with aligned labels and families.

    Parameters
    ----------
    records : sequence of PatentRecord
    families : array of int of shape (n_records,)
        Records with equal codes belong together (same family, same publication, or same
        text) and must never be separated by a split.
    notes : sequence of str
        What the reader found that the user should know, a sentence each.
    """

    __slots__ = ("_digest", "families", "notes", "records")

    def __init__(
        self,
        records: Sequence[PatentRecord],
        families: NDArray[np.int64],
        notes: Iterable[str] = (),
    ) -> None:
        if len(records) != len(families):
            raise ValueError(f"{len(records)} records but {len(families)} family codes")
        self.records = tuple(records)
        self.families = np.array(families, dtype=np.int64)
        self.families.setflags(write=False)
        self.notes = tuple(notes)
        self._digest = ""

    def __len__(self) -> int:
        return len(self.records)

    def __repr__(self) -> str:
        return f"<Corpus: {len(self)} records in {len(np.unique(self.families))} families>"

    @property
    def labels(self) -> NDArray[np.int64]:
        """Array of shape (n_records,), 1 relevant and 0 irrelevant.

        Raises
        ------
        LabelError
            If a record has no label.
        """
        for record in self.records:
            if record.label is None:
                raise LabelError(f"record {record.row} has no label; every record needs one here")
        return np.array([record.label for record in self.records], dtype=np.int64)

    @property
    def prevalence(self) -> float:
        """Share of relevant records, between 0 and 1."""
        return float(self.labels.mean())

    @property
    def digest(self) -> str:
        """SHA-256 of what a model can learn from: texts, labels and families, in order."""
        if not self._digest:
            digest = hashlib.sha256()
            for record, family in zip(self.records, self.families, strict=True):
                parts = (
                    record.publication_number,
                    record.title,
                    record.abstract,
                    record.claims,
                    record.description,
                    *record.cpc_symbols,
                    str(record.label),
                    str(family),
                )
                # A separator that no text holds keeps ("ab", "c") apart from ("a", "bc").
                digest.update("\x1f".join(parts).encode() + b"\x1e")
            self._digest = digest.hexdigest()
        return self._digest

    def select(self, indices: NDArray[np.intp] | Sequence[int]) -> "Corpus":
        """Return the records at `indices`, in that order, with their families."""
        chosen = np.asarray(indices, dtype=np.intp)
        return Corpus([self.records[i] for i in chosen], self.families[chosen])
