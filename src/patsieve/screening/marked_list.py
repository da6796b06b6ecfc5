"""A ranked list in which a reader has marked, from the top, what is relevant and what is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.columns import find_column
from patsieve.corpus.labels import LabelReader
from patsieve.corpus.readers import Table, open_table
from patsieve.corpus.tally import RowTally, counted, listed, quoted
from patsieve.errors import DataError, MissingColumnError
from patsieve.screening.ranking_table import ADDED

# As `score` calls it; the second where the user's file had a column of that name.
_RANK_COLUMNS = ("patsieve_rank", "rank")


@final
@dataclass(frozen=True, eq=False)
class MarkedList:
    """How far a reader is.

    Attributes
    ----------
    n_records : int
        In the whole list.
    read : array of int of shape (n_read,)
        1 relevant, 0 irrelevant, from the top of the list; at least one record.
    notes : tuple of str
        What the user should know about how the file was read.
    """

    n_records: int
    read: NDArray[np.int64]
    notes: tuple[str, ...]


def read_marked_list(
    path: Path, label_column: str, *, relevant: tuple[str, ...] = ()
) -> MarkedList:
    """Read how far a reader is; the list is taken in the order of its ranks, if it has any.

    Parameters
    ----------
    label_column : str
        Where the reader's marks stand; a blank cell is a record that is not read yet.
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
        If nothing is marked, only what is relevant is, or a record was passed over.
    """
    table = open_table(path)
    column = find_column(table.header, label_column)
    if column is None:
        raise MissingColumnError(
            f"{path} has no column {quoted(label_column)}; it has {listed(table.header)}"
        )
    require_column_of_readers(path, column, table.header)
    ranked_by = next((name for name in _RANK_COLUMNS if name in table.header), None)
    numbers, cells, ranks = [], [], []
    for number, row in table.rows():
        numbers.append(number)
        cells.append(row[column])
        ranks.append(row[ranked_by] if ranked_by is not None else "")
    if not numbers:
        raise DataError(f"{path} has no record")
    order, notes = _order(table, ranked_by, ranks)
    marks = LabelReader(relevant).read(cells, numbers)
    require_marks_of_both(path, column, cells, marks)
    read = _read_from_the_top([marks[i] for i in order], [numbers[i] for i in order], column)
    return MarkedList(len(numbers), read, (*table.notes, *notes))


def require_column_of_readers(path: Path, column: str, header: Sequence[str]) -> None:
    """Refuse the column of decisions that scoring adds to a ranked list.

    Raises
    ------
    DataError
    """
    if _is_ours(column, header):
        raise DataError(
            f"column {quoted(column)} of {path} holds what patsieve decided, not what a reader "
            "found; mark what was read in a column of your own"
        )


def _is_ours(column: str, header: Sequence[str]) -> bool:
    """Whether a column of a ranked list is the one of decisions that scoring adds."""
    name = ADDED[-1].name
    if f"patsieve_{name}" in header:
        return column == f"patsieve_{name}"
    return column == name and {each.name for each in ADDED} <= set(header)


def _order(table: Table, column: str | None, ranks: list[str]) -> tuple[list[int], list[str]]:
    if column is None:
        return list(range(len(ranks))), ["the list has no column of ranks; took it as it stands"]
    try:
        values = [float(rank) for rank in ranks]
    except ValueError as error:
        raise DataError(
            f"column {quoted(column)} of {table.path} does not hold a rank for every record: "
            f"{error}; without that column the list is taken as it stands"
        ) from error
    order = sorted(range(len(values)), key=values.__getitem__)
    if order == list(range(len(values))):
        return order, []
    return order, [f"the file is sorted otherwise; took it in the order of {quoted(column)}"]


def require_marks_of_both(
    path: Path, column: str, cells: Sequence[str], marks: Sequence[int | None]
) -> None:
    """Refuse a column in which a reader marks nothing, or only what is relevant.

    Raises
    ------
    DataError
    """
    n_blank = sum(not cell.strip() for cell in cells)
    if n_blank == len(cells):
        raise DataError(f"nothing is marked in column {quoted(column)} of {path}")
    if n_blank and None not in marks:
        # Of a column of crosses the reader of labels takes blanks for irrelevant.
        raise DataError(
            f"column {quoted(column)} of {path} has crosses only, so that a record read and found "
            "irrelevant looks like one not read yet; mark the irrelevant ones with 0 or no"
        )


def _read_from_the_top(
    marks: list[int | None], numbers: list[int], column: str
) -> NDArray[np.int64]:
    last = max(i for i, mark in enumerate(marks) if mark is not None)
    passed_over = RowTally(numbers[i] for i in range(last) if marks[i] is None)
    if passed_over.count:
        raise DataError(
            f"{counted(passed_over.count, 'record')} above the last one that is marked in column "
            f"{quoted(column)} {'is' if passed_over.count == 1 else 'are'} blank ({passed_over}); "
            "the rule holds for a list read from the top without gaps"
        )
    return np.array(marks[: last + 1], dtype=np.int64)
