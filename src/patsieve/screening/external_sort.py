"""Sorting more rows than fit in memory: sorted runs on disk, merged as they are read.

Memory is bounded by one run being collected, or by a read buffer for each run being merged,
however many rows there are (Knuth, The Art of Computer Programming, vol. 3, section 5.4).
"""

import heapq
import math
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, final

from patsieve.atomic import output_error

# Rows of a run are held in memory until the run is written: some 30 MB of abstracts.
_RECORDS_IN_A_RUN = 16_384
# Runs read at once; more are merged in several passes.
_RUNS_AT_ONCE = 64
_HEAD = struct.Struct("<dqI")


class SortedRow(NamedTuple):
    """A row with its score, not a number if it has none, and what was stored with it."""

    score: float
    payload: bytes


class _Row(NamedTuple):
    """Sorts by falling score, rows without a score last, equals in the order of adding."""

    is_unscored: bool
    falling: float
    position: int
    payload: bytes


@final
class ExternalSorter:
    """Collects rows and gives them back by falling score.

    Rows of equal score come in the order in which they were added, rows whose score is not
    a number last.

    Parameters
    ----------
    folder : Path
        For runs; the caller removes it.
    records_in_a_run : int
        Rows held in memory.
    """

    def __init__(self, folder: Path, *, records_in_a_run: int = _RECORDS_IN_A_RUN) -> None:
        self._folder = folder
        self._records_in_a_run = records_in_a_run
        self._collected: list[_Row] = []
        self._runs: list[Path] = []
        self._n_files = 0
        self._n_rows = 0

    def __len__(self) -> int:
        return self._n_rows

    def add(self, score: float, payload: bytes) -> None:
        """Add a row.

        Raises
        ------
        OutputError
            If a run cannot be written.
        """
        unscored = math.isnan(score)
        row = _Row(unscored, 0.0 if unscored else -score, self._n_rows, payload)
        self._collected.append(row)
        self._n_rows += 1
        if len(self._collected) >= self._records_in_a_run:
            self._spill()

    def __iter__(self) -> Iterator[SortedRow]:
        if self._runs and self._collected:
            self._spill()
        self._merge_down()
        rows = self._merged(self._runs) if self._runs else iter(sorted(self._collected))
        for row in rows:
            yield SortedRow(math.nan if row.is_unscored else -row.falling, row.payload)

    def _spill(self) -> None:
        self._runs.append(self._write(sorted(self._collected)))
        self._collected = []

    def _merge_down(self) -> None:
        while len(self._runs) > _RUNS_AT_ONCE:
            first, rest = self._runs[:_RUNS_AT_ONCE], self._runs[_RUNS_AT_ONCE:]
            self._runs = [*rest, self._write(self._merged(first))]
            for path in first:
                path.unlink()

    def _write(self, rows: Iterable[_Row]) -> Path:
        path = self._folder / f"run-{self._n_files:05d}"
        self._n_files += 1
        try:
            with path.open("wb") as file:
                for row in rows:
                    score = math.nan if row.is_unscored else row.falling
                    file.write(_HEAD.pack(score, row.position, len(row.payload)))
                    file.write(row.payload)
        except OSError as error:
            raise output_error(path, error) from error
        return path

    def _merged(self, runs: list[Path]) -> Iterator[_Row]:
        files = [path.open("rb") for path in runs]
        try:
            yield from heapq.merge(*(_rows_of(file) for file in files))
        finally:
            for file in files:
                file.close()


def _rows_of(file: BinaryIO) -> Iterator[_Row]:
    while head := file.read(_HEAD.size):
        falling, position, length = _HEAD.unpack(head)
        unscored = math.isnan(falling)
        yield _Row(unscored, 0.0 if unscored else falling, position, file.read(length))
