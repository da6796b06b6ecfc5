"""Scores of labelled records as they stand in a file: an out-of-fold table, or any other."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.columns import ColumnMap, find_column, match_columns
from patsieve.corpus.decimals import decimal_in
from patsieve.corpus.families import group_families
from patsieve.corpus.labels import LabelReader
from patsieve.corpus.load import LoadOptions
from patsieve.corpus.readers import Table, open_table
from patsieve.corpus.record_builder import RecordBuilder
from patsieve.corpus.row_filter import RowFilter
from patsieve.corpus.tally import RowTally, counted, listed, quoted
from patsieve.corpus.text import TEXT_FIELDS
from patsieve.errors import DataError, MissingColumnError
from patsieve.experiments.oof_table import COLUMNS
from patsieve.metrics.inputs import Floats, Labels

# What a column of scores is called where nobody says, best first.
_SCORES = ("probability", "score", "scores", "relevance score", "prediction", "predicted")
_NAMING_FAMILIES = ("family_id", "publication_number", *TEXT_FIELDS)

Rows = Sequence[tuple[int, Mapping[str, str]]]


@final
@dataclass(frozen=True, eq=False)
class ScoredTable:
    """Records of one file with the scores of one system.

    Attributes
    ----------
    source : str
        What to call it in a message.
    rows : array of int of shape (n_records,)
        Where the records stand in the labelled file, counted from 1.
    publications : tuple of str of length n_records
        Publication numbers without punctuation; empty where the file has none.
    labels : array of int of shape (n_records,) or None
        1 relevant, 0 irrelevant; None if the file has no column of labels.
    families : array of int of shape (n_records,) or None
        Equal codes belong together; None if the file has nothing to know families by.
    scores : array of float of shape (n_records,)
        Finite; higher means more likely relevant.
    notes : tuple of str
        What was left out, a sentence each.
    """

    source: str
    rows: NDArray[np.int64]
    publications: tuple[str, ...]
    labels: Labels | None
    families: NDArray[np.int64] | None
    scores: Floats
    notes: tuple[str, ...] = ()


def read_scores(
    path: Path, load: LoadOptions, columns: Sequence[str] = ()
) -> dict[str, ScoredTable]:
    """Read the scores of one or several systems from a file.

    Records with a blank label are left out, and from a system also those without a score.

    Parameters
    ----------
    path : Path
        Any format that a labelled file may have.
    load : LoadOptions
        As for a labelled file.
    columns : sequence of str
        The columns with scores, one for each system. None: the one that is called
        ``probability`` or ``score``.

    Returns
    -------
    dict of str to ScoredTable
        By the names of the columns.

    Raises
    ------
    UnreadableFileError, MissingColumnError, LabelError
        As for a labelled file; and if there is no column of scores.
    DataError
        If there are no records, or a score is no number.
    """
    table = open_table(path)
    scores = _score_columns(table, columns)
    rest = [name for name in table.header if name not in scores]
    fields = match_columns(rest, load.columns)
    where = RowFilter(table, load.where)
    rows: Rows = [(number, cells) for number, cells in table.rows() if where.takes(cells)]
    where.require_values()
    if not rows:
        raise DataError(f"{path} has no record" + (" that is selected" if load.where else ""))
    rows, labels, notes = _labelled(rows, fields, load.relevant)
    if not rows:
        raise DataError(f"{path} has no record with a label")
    families = _families(table, rows, fields)
    at = find_column(table.header, "row") if _is_out_of_fold(table) else None
    places = np.array([_whole(cells[at]) if at else number for number, cells in rows])
    publications = publication_keys(
        [cells[fields["publication_number"]] if "publication_number" in fields else ""
         for _, cells in rows]
    )  # fmt: skip
    found = {}
    for name in scores:
        values, scored, unscored = _numbers(path, name, rows)
        found[name] = ScoredTable(
            source=f"{path.name}, column {quoted(name)}" if columns else path.name,
            rows=places[scored],
            publications=tuple(publications[i] for i in scored),
            labels=None if labels is None else labels[scored],
            families=None if families is None else families[scored],
            scores=values,
            notes=(*notes, *unscored),
        )
    return found


def publication_keys(numbers: Sequence[str]) -> tuple[str, ...]:
    """Return publication numbers so that US-10000000-B2 and US10000000B2 are the same."""
    return tuple(re.sub(r"[^0-9A-Z]+", "", number.upper()) for number in numbers)


def _score_columns(table: Table, columns: Sequence[str]) -> tuple[str, ...]:
    wanted = columns or _SCORES
    found = [(name, find_column(table.header, name)) for name in wanted]
    present = [column for _, column in found if column is not None]
    if not columns:
        if not present:
            raise MissingColumnError(
                f"{table.path} has no column of scores: none of {listed(table.header)} is called "
                "probability or score; say --column COLUMN"
            )
        return (present[0],)
    for name, column in found:
        if column is None:
            raise MissingColumnError(
                f"{table.path} has no column {quoted(name)}; it has {listed(table.header)}"
            )
    return tuple(dict.fromkeys(present))


def _labelled(
    rows: Rows, fields: ColumnMap, relevant: tuple[str, ...]
) -> tuple[Rows, Labels | None, list[str]]:
    if "label" not in fields:
        return rows, None, []
    cells = [row[fields["label"]] for _, row in rows]
    read = LabelReader(relevant).read(cells, [number for number, _ in rows])
    pairs = list(zip(rows, read, strict=True))
    blank = RowTally(number for (number, _), label in pairs if label is None)
    notes = []
    if blank.count:
        notes.append(f"left out {counted(blank.count, 'record')} with a blank label: {blank}")
    kept = [row for row, label in pairs if label is not None]
    return kept, np.array([label for _, label in pairs if label is not None], np.int64), notes


def _families(table: Table, rows: Rows, fields: ColumnMap) -> NDArray[np.int64] | None:
    if _is_out_of_fold(table):
        # Codes of our own, 0 among them: no family ids of a database.
        column = find_column(table.header, "family") or ""
        codes: dict[str, int] = {}
        return np.array([codes.setdefault(row[column], len(codes)) for _, row in rows])
    if set(_NAMING_FAMILIES).isdisjoint(fields):
        return None
    builder = RecordBuilder(fields)
    return group_families([builder.build(number, row) for number, row in rows])


def _is_out_of_fold(table: Table) -> bool:
    return set(COLUMNS) <= set(table.header)


def _numbers(path: Path, column: str, rows: Rows) -> tuple[Floats, NDArray[np.intp], list[str]]:
    """Return the scores, the positions of the rows that have one, and a note on the others."""
    blank = RowTally(number for number, row in rows if not row[column].strip())
    scored = np.array([i for i, (_, row) in enumerate(rows) if row[column].strip()], dtype=np.intp)
    if not len(scored):
        raise DataError(f"column {quoted(column)} of {path} is empty; it should hold scores")
    values = np.array([_number(path, column, *rows[i]) for i in scored])
    notes = []
    if blank.count:
        notes.append(
            f"left out {counted(blank.count, 'record')} without a score in column "
            f"{quoted(column)}: {blank}"
        )
    return values, scored, notes


def _number(path: Path, column: str, row: int, cells: Mapping[str, str]) -> float:
    cell = cells[column].strip()
    value = decimal_in(cell)
    if np.isnan(value):
        raise DataError(
            f"column {quoted(column)} of {path} holds {quoted(cell)} in row {row}, which is no "
            "number; scores are numbers, higher where a record is more likely relevant"
        )
    return value


def _whole(cell: str) -> int:
    return int(cell) if cell.strip().isdecimal() else 0
