"""The out-of-fold table: labelled records, each with a probability by strangers to its family.

`crossval` writes such tables, and whatever learns from scores reads them back here.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, final

import numpy as np
from numpy.typing import NDArray

from patsieve.atomic import file_aside
from patsieve.corpus.readers import Table, open_table
from patsieve.corpus.records import Corpus
from patsieve.corpus.tally import RowTally, counted, listed, quoted
from patsieve.errors import DataError, MissingColumnError

COLUMNS = ("row", "publication_number", "family", "label", "probability")


@final
@dataclass(frozen=True, eq=False)
class OutOfFoldTable:
    """Probabilities of records by models that have not seen their families.

    Attributes
    ----------
    rows : array of int of shape (n_records,)
        Where the records stand in the labelled file, counted from 1; each once.
    publication_numbers : tuple of str of length n_records
        As the file gives them; empty where it has none.
    families : array of int of shape (n_records,)
        Equal codes belong together.
    labels : array of int of shape (n_records,)
        1 relevant, 0 irrelevant: those the models learned from.
    probabilities : array of float of shape (n_records,)
        Of being relevant, between 0 and 1.
    """

    rows: NDArray[np.int64]
    publication_numbers: tuple[str, ...]
    families: NDArray[np.int64]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of(cls, corpus: Corpus, probabilities: NDArray[np.float64]) -> Self:
        """Return the table of a labelled corpus and its out-of-fold probabilities."""
        return cls(
            np.array([record.row for record in corpus.records], dtype=np.int64),
            tuple(record.publication_number for record in corpus.records),
            corpus.families,
            corpus.labels,
            np.asarray(probabilities, dtype=np.float64),
        )

    @classmethod
    def from_csv(cls, path: Path) -> Self:
        """Read a table that `write` wrote.

        Raises
        ------
        UnreadableFileError
            If there is no such file, or it is no table.
        MissingColumnError
            If a column is missing.
        DataError
            If it has no record, one twice, or a cell that cannot be read.
        """
        table = open_table(path)
        missing = [name for name in COLUMNS if name not in table.header]
        if missing:
            raise MissingColumnError(
                f"{path} is no out-of-fold table: it has no column {quoted(missing[0])}; it has "
                f"{listed(table.header)}, and `patsieve crossval` writes {', '.join(COLUMNS)}"
            )
        cells = [row for _, row in table.rows()]
        if not cells:
            raise DataError(f"the out-of-fold table {path} has no record")
        read = cls(
            _whole_numbers(table, cells, "row"),
            tuple(row["publication_number"] for row in cells),
            _whole_numbers(table, cells, "family"),
            _whole_numbers(table, cells, "label"),
            np.array([_probability(table, row["probability"]) for row in cells]),
        )
        read._check(path)
        return read

    def write(self, path: Path) -> None:
        """Write the table as CSV, numbers in full.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        columns = (self.rows, self.publication_numbers, self.families, self.labels)
        with file_aside(path) as aside, aside.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle)
            writer.writerow(COLUMNS)
            writer.writerows(zip(*columns, self.probabilities, strict=True))

    def probabilities_of(self, corpus: Corpus) -> NDArray[np.float64]:
        """Return the probability of each record of a corpus, in its order.

        The table may hold further records, as when the corpus is a selection.

        Raises
        ------
        DataError
            If a record is missing from the table, or has another publication number or label
            there.
        """
        place = {row: i for i, row in enumerate(self.rows.tolist())}
        rows = [record.row for record in corpus.records]
        absent = RowTally(row for row in rows if row not in place)
        if absent.count:
            raise DataError(
                f"the out-of-fold table has no probability of {counted(absent.count, 'record')} "
                f"({absent}); it has to be made from the same file, with the same --where"
            )
        found = np.array([place[row] for row in rows])
        changed = RowTally(
            record.row
            for record, i in zip(corpus.records, found, strict=True)
            if record.publication_number != self.publication_numbers[i]
            or record.label != self.labels[i]
        )
        if changed.count:
            raise DataError(
                f"the out-of-fold table has another label or publication number for "
                f"{counted(changed.count, 'record')} ({changed}); it was made from another file, "
                "or before labels were changed: make it anew"
            )
        probabilities: NDArray[np.float64] = self.probabilities[found]
        return probabilities

    def _check(self, path: Path) -> None:
        rows, counts = np.unique(self.rows, return_counts=True)
        if len(rows) < len(self):
            raise DataError(
                f"the out-of-fold table {path} has a record twice: {RowTally(rows[counts > 1])}"
            )
        if not np.isin(self.labels, (0, 1)).all():
            raise DataError(f"a label of the out-of-fold table {path} is neither 1 nor 0")


def _whole_numbers(table: Table, cells: Sequence[dict[str, str]], column: str) -> NDArray[np.int64]:
    try:
        return np.array([int(row[column]) for row in cells], dtype=np.int64)
    except ValueError as error:
        raise DataError(
            f"column {quoted(column)} of the out-of-fold table {table.path} does not hold whole "
            f"numbers only: {error}"
        ) from error


def _probability(table: Table, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = -1.0
    # Written so that NaN, which compares false with everything, is caught too.
    if not 0 <= value <= 1:
        raise DataError(
            f"the out-of-fold table {table.path} has the probability {quoted(cell)}; "
            "probabilities lie between 0 and 1"
        )
    return value
