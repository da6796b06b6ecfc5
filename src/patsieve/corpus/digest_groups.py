"""What is equal among millions of keys, known by digests: some ten bytes a key are kept."""

from array import array
from collections.abc import Iterable
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.disjoint_sets import DisjointSets
from patsieve.corpus.tally import RowTally

DIGEST_BYTES = 8
"""The length of the digests that are compared."""

_Places = NDArray[np.intp]
# As numbers of Python they take several times the memory.
_PAIRS_AT_A_TIME = 1 << 14


@final
class DigestGroups:
    """Finds groups of records that share a key, and so on through a third record.

    Attributes
    ----------
    n_records : int
    """

    def __init__(self) -> None:
        self.n_records = 0
        self._digests = bytearray()
        self._records = array("Q")

    def add(self, digests: Iterable[bytes]) -> None:
        """Take the next record, known by digests of eight bytes; it may have none."""
        for digest in digests:
            self._digests += digest
            self._records.append(self.n_records)
        self.n_records += 1

    def count(self) -> int:
        """Return the number of groups; a record that shares no key is one of its own."""
        return self._joined().count()

    def roots(self) -> NDArray[np.int64]:
        """Return the first record of the group of every record, of shape (n_records,)."""
        return self._joined().roots()

    def _joined(self) -> DisjointSets:
        earlier, later = _equal_neighbours(self._digests)
        records = np.frombuffer(self._records, dtype=np.uint64)
        groups = DisjointSets()
        groups.add(self.n_records)
        for start in range(0, len(later), _PAIRS_AT_A_TIME):
            few = slice(start, start + _PAIRS_AT_A_TIME)
            pairs = zip(records[earlier[few]].tolist(), records[later[few]].tolist(), strict=True)
            for one, other in pairs:
                groups.join(one, other)
        return groups


@final
class DigestRepeats:
    """Finds the rows whose key stands in an earlier row already."""

    def __init__(self) -> None:
        self._digests = bytearray()
        self._rows = array("Q")

    def add(self, digest: bytes, row: int) -> None:
        """Take a row, known by a digest of eight bytes."""
        self._digests += digest
        self._rows.append(row)

    def found(self) -> RowTally:
        """Return the rows, in the order in which they were added."""
        _, later = _equal_neighbours(self._digests)
        return RowTally(np.frombuffer(self._rows, dtype=np.uint64)[np.sort(later)].tolist())


def _equal_neighbours(digests: bytearray) -> tuple[_Places, _Places]:
    """Return the places of digests that are equal, each with the next place of the same one."""
    values = np.frombuffer(digests, dtype=np.uint64)
    order = np.argsort(values, kind="stable")
    sorted_values = values[order]
    same = np.flatnonzero(sorted_values[1:] == sorted_values[:-1])
    return order[same], order[same + 1]
