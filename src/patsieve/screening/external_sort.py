"""Sorting more rows than fit in memory: sorted runs on disk, merged as they are read.

Memory is bounded by the run that is being collected, or by one row and a read buffer of each
run that is being merged, however many rows there are (Knuth, The Art of Computer Programming,
vol. 3, section 5.4).
"""

import heapq
import math
import struct
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NamedTuple, final

# A run is written when its rows hold so many bytes, or are so many: small rows cost more in
# themselves than by what they hold.
_BYTES_IN_A_RUN = 1 << 25
_ROWS_IN_A_RUN = 1 << 16
# Runs read at once; more are merged in several passes.
_RUNS_AT_ONCE = 64
# In a run, the length of a payload stands before it, after what the row is sorted by.
_HEAD = struct.Struct("<?dqI")

# Sorts by falling score, rows without a score last, equals in the order of adding.
_Row = tuple[bool, float, int, bytes]


class ScoredRow(NamedTuple):
    """What was added: a score, not a number where there is none, and its payload."""

    score: float
    payload: bytes


@final
class ExternalSorter:
    """Collects rows and gives them back by falling score.

    Rows of equal score come in the order in which they were added; those whose score is not a
    number come last, in that order too.

    Parameters
    ----------
    folder : Path
        Holds the runs; whoever made it removes it.
    bytes_in_a_run, rows_in_a_run : int
        What is held in memory at most, whichever is reached first.
    runs_at_once : int
        Runs merged in one pass, at least 2.
    """

    def __init__(
        self,
        folder: Path,
        *,
        bytes_in_a_run: int = _BYTES_IN_A_RUN,
        rows_in_a_run: int = _ROWS_IN_A_RUN,
        runs_at_once: int = _RUNS_AT_ONCE,
    ) -> None:
        self._folder = folder
        self._bytes_in_a_run = bytes_in_a_run
        self._rows_in_a_run = rows_in_a_run
        self._runs_at_once = runs_at_once
        self._collected: list[_Row] = []
        self._n_collected_bytes = 0
        self._runs: list[Path] = []
        self._n_files = 0
        self._n_rows = 0

    def __len__(self) -> int:
        return self._n_rows

    def add(self, score: float, payload: bytes) -> None:
        """Add a row, and write a run if enough rows have come together.

        Raises
        ------
        OSError
            If a run cannot be written.
        """
        is_unscored = math.isnan(score)
        falling = 0.0 if is_unscored else -score
        self._collected.append((is_unscored, falling, self._n_rows, payload))
        self._n_rows += 1
        self._n_collected_bytes += len(payload)
        if (
            self._n_collected_bytes >= self._bytes_in_a_run
            or len(self._collected) >= self._rows_in_a_run
        ):
            self._write_collected()

    def __iter__(self) -> Iterator[ScoredRow]:
        """Yield all rows, in order; as often as wanted.

        Raises
        ------
        OSError
            If a run cannot be written or read.
        """
        if self._runs and self._collected:
            self._write_collected()
        while len(self._runs) > self._runs_at_once:
            # The oldest are the smallest: what is merged goes to the end of the queue.
            merging = self._runs[: self._runs_at_once]
            self._runs = [*self._runs[self._runs_at_once :], self._write(_merged(merging))]
            for path in merging:
                path.unlink()
        rows = _merged(self._runs) if self._runs else iter(sorted(self._collected))
        for is_unscored, falling, _, payload in rows:
            yield ScoredRow(math.nan if is_unscored else -falling, payload)

    def _write_collected(self) -> None:
        self._collected.sort()
        self._runs.append(self._write(self._collected))
        self._collected = []
        self._n_collected_bytes = 0

    def _write(self, rows: Iterable[_Row]) -> Path:
        path = self._folder / f"run-{self._n_files:05d}"
        self._n_files += 1
        with path.open("wb") as file:
            for is_unscored, falling, position, payload in rows:
                file.write(_HEAD.pack(is_unscored, falling, position, len(payload)))
                file.write(payload)
        return path


def _merged(runs: Iterable[Path]) -> Iterator[_Row]:
    with ExitStack() as files:
        opened = [files.enter_context(path.open("rb")) for path in runs]
        # The position of a row is its own, so payloads are never compared.
        yield from heapq.merge(*map(_rows_of, opened))


def _rows_of(file: BinaryIO) -> Iterator[_Row]:
    while head := file.read(_HEAD.size):
        is_unscored, falling, position, length = _HEAD.unpack(head)
        yield is_unscored, falling, position, file.read(length)
