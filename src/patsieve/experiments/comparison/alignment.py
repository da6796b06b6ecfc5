"""The same records for every system: which ones all of them have scored, and their one truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.tally import counted, listed
from patsieve.errors import DataError, MissingColumnError
from patsieve.experiments.comparison.scored_table import ScoredTable
from patsieve.metrics.inputs import Floats, Labels

_N_SHOWN = 3

Key = tuple[str, int]
Names = tuple[str, int | None]
"""A system and the seed of a table of it; None where it has none."""


@final
@dataclass(frozen=True, eq=False)
class AlignedScores:
    """Scores of several systems for the same records.

    Attributes
    ----------
    labels, families : array of int of shape (n_records,)
    scores : mapping of (system, seed) to array of float of shape (n_records,)
    notes : tuple of str
        How the records were recognised and which were left out, a sentence each.
    """

    labels: Labels
    families: NDArray[np.int64]
    scores: Mapping[Names, Floats]
    notes: tuple[str, ...]


def align(tables: Mapping[Names, ScoredTable]) -> AlignedScores:
    """Bring tables to the records that all of them hold, in the order of the first.

    Records are recognised by their publication numbers if every record of every table has one
    of its own, else by their rows in the labelled file; labels must agree either way.

    Raises
    ------
    DataError
        If a record stands twice in a table, none is in all of them, or two disagree.
    MissingColumnError
        If no table has labels.
    """
    every = list(tables.values())
    notes = list(dict.fromkeys(f"{t.source}: {note}" for t in every for note in t.notes))
    by_number = all(_are_names(table.publications) for table in every)
    places = {names: _places(table, by_number) for names, table in tables.items()}
    first, *others = places.values()
    common = [key for key in first if all(key in other for other in others)]
    if not common:
        raise DataError(
            f"{_sources(every)} have no record in common, by "
            f"{'publication number' if by_number else 'row'}; a comparison needs systems that "
            "scored the same records"
        )
    if not by_number:
        notes.append(
            "records are recognised by their rows, for want of publication numbers: the tables "
            "must come from one file"
        )
    notes += _left_out(tables, len(common))
    chosen = {names: np.array([place[key] for key in common]) for names, place in places.items()}
    if not by_number:
        _check_publications(tables, chosen)
    labels = _one_truth(tables, chosen, common)
    families = next((t.families[chosen[n]] for n, t in tables.items() if t.families is not None),
                    None)  # fmt: skip
    if families is None:
        families = np.arange(len(common))
        notes.append("there is nothing to know families by: each record counts for itself")
    scores = {names: table.scores[chosen[names]] for names, table in tables.items()}
    return AlignedScores(labels, np.asarray(families, np.int64), scores, tuple(notes))


def _are_names(publications: Sequence[str]) -> bool:
    return all(publications) and len(set(publications)) == len(publications)


def _places(table: ScoredTable, by_number: bool) -> dict[Key, int]:
    keys = (
        [(number, 0) for number in table.publications]
        if by_number
        else [("", int(row)) for row in table.rows]
    )
    places = {key: i for i, key in enumerate(keys)}
    if len(places) < len(keys):
        raise DataError(
            f"{table.source} has {counted(len(keys) - len(places), 'record')} twice, by row; "
            "each record must stand there once"
        )
    return places


def _left_out(tables: Mapping[Names, ScoredTable], n_common: int) -> list[str]:
    by_count: dict[int, dict[str, None]] = {}
    for table in tables.values():
        by_count.setdefault(len(table.rows) - n_common, {})[table.source] = None
    return [
        f"left out {counted(more, 'record')} of {_named(list(sources))} that "
        f"{'is' if more == 1 else 'are'} not scored by every system"
        for more, sources in by_count.items()
        if more
    ]


def _named(sources: Sequence[str]) -> str:
    more = len(sources) - _N_SHOWN
    return ", ".join(sources[:_N_SHOWN]) + (f" and {more} more tables" if more > 0 else "")


def _check_publications(
    tables: Mapping[Names, ScoredTable], chosen: Mapping[Names, NDArray[np.intp]]
) -> None:
    """Refuse rows that are different publications: the tables are of different files."""
    known: dict[int, tuple[str, str]] = {}
    for names, table in tables.items():
        for place, i in enumerate(chosen[names]):
            number = table.publications[i]
            if not number:
                continue
            source, other = known.setdefault(place, (table.source, number))
            if number != other:
                raise DataError(
                    f"row {table.rows[i]} is {other} in {source} and {number} in "
                    f"{table.source}; they were not made from the same file"
                )


def _one_truth(
    tables: Mapping[Names, ScoredTable],
    chosen: Mapping[Names, NDArray[np.intp]],
    common: Sequence[Key],
) -> Labels:
    truth: Labels | None = None
    judge = ""
    for names, table in tables.items():
        if table.labels is None:
            continue
        labels = table.labels[chosen[names]]
        if truth is None:
            truth, judge = labels, table.source
            continue
        differ = np.flatnonzero(labels != truth)
        if len(differ):
            shown = listed([common[i][0] or f"row {common[i][1]}" for i in differ[:_N_SHOWN]])
            raise DataError(
                f"{judge} and {table.source} disagree about the label of "
                f"{counted(len(differ), 'record')} of {len(common):,}, such as {shown}; a "
                "comparison needs one truth"
            )
    if truth is None:
        raise MissingColumnError(
            f"{_sources(list(tables.values()))} have no column of labels; one file at least must "
            "say what is relevant; say --label COLUMN"
        )
    return truth


def _sources(tables: Sequence[ScoredTable]) -> str:
    return " and ".join(dict.fromkeys(table.source for table in tables))
