"""The three parts of a split, how people call them, and that no family stands in two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.families import family_name
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.tally import RowTally
from patsieve.errors import LeakError

PARTS = ("training", "validation", "test")
PART_SPELLINGS = {
    "training": "training", "train": "training", "trn": "training",
    "validation": "validation", "valid": "validation", "val": "validation", "dev": "validation",
    "test": "test", "testing": "test",
}  # fmt: skip

IndexArray = NDArray[np.intp]


@final
@dataclass(frozen=True, eq=False)
class Split:
    """Positions of the training, validation and test records, ascending.

    Attributes
    ----------
    training, validation, test : arrays of int
        `validation` may be empty where none was asked for.
    notes : tuple of str
        What the user should know about how it was made.
    """

    training: IndexArray
    validation: IndexArray
    test: IndexArray
    notes: tuple[str, ...] = ()

    @classmethod
    def from_codes(cls, codes: NDArray[np.intp], notes: tuple[str, ...] = ()) -> Self:
        """Make a split of codes of shape (n_records,): 0 training, 1 validation, 2 test."""
        training, validation, test = (np.flatnonzero(codes == part) for part in range(len(PARTS)))
        return cls(training, validation, test, notes)

    def checked(
        self, families: NDArray[np.int64], records: Sequence[PatentRecord] | None = None
    ) -> Self:
        """Return the split itself if no family and no record stands in two parts.

        Raises
        ------
        LeakError
            If one does. It names the family and the rows if `records` are given, else the
            positions.
        """
        parts = (self.training, self.validation, self.test)
        positions = np.concatenate(parts)
        part_of = np.concatenate([np.full(len(part), code) for code, part in enumerate(parts)])
        if len(np.unique(positions)) < len(positions):
            raise LeakError("a record stands in two parts of the split")
        codes = families[positions]
        order = np.lexsort((part_of, codes))
        same_family = codes[order][1:] == codes[order][:-1]
        torn = np.unique(codes[order][1:][same_family & (np.diff(part_of[order]) > 0)])
        if len(torn):
            raise LeakError(_torn_families(torn, positions, part_of, codes, records))
        return self


def part_name(cell: str) -> str:
    """Return training, validation or test for a usual spelling of it, else an empty string."""
    return PART_SPELLINGS.get(cell.strip().casefold(), "")


def row_of(position: int, records: Sequence[PatentRecord] | None) -> int:
    """Return the row to name: that of the record, else the position counted from 1."""
    return int(position) + 1 if records is None else records[position].row


def _torn_families(
    torn: NDArray[np.int64],
    positions: IndexArray,
    part_of: IndexArray,
    codes: NDArray[np.int64],
    records: Sequence[PatentRecord] | None,
) -> str:
    mine = codes == torn[0]
    rows = {
        PARTS[part]: RowTally(row_of(i, records) for i in positions[mine & (part_of == part)])
        for part in np.unique(part_of[mine])
    }
    sides = "; ".join(f"{part}: {tally}" for part, tally in rows.items())
    first = int(positions[mine][0])
    name = f"family code {torn[0]}" if records is None else family_name(records[first])
    more = "" if len(torn) == 1 else f", and so do {len(torn) - 1:,} more"
    return f"{name} stands in two parts of the split ({sides}){more}"
