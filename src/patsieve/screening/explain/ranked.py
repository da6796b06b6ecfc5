"""Reasons for the best-ranked records of a file, beside its ranking."""

import heapq
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import final

from patsieve.atomic import file_aside
from patsieve.corpus.columns import ColumnMap
from patsieve.corpus.records import PatentRecord
from patsieve.screening.bundle import ModelBundle
from patsieve.screening.explain.anatomy import anatomy_of
from patsieve.screening.explain.explain import explain_records
from patsieve.screening.explain.explanation import Explanation
from patsieve.screening.explain.marks import marked_cells
from patsieve.screening.explain.nearest import LabelledNeighbours
from patsieve.screening.explain.wording import (
    BETWEEN,
    members_text,
    nearest_text,
    reasons_text,
)
from patsieve.screening.shown_text import MarkedText
from patsieve.screening.sinks import Cell, Column


@final
class RankedReasons:
    """Keeps the best-ranked records of a file while it is scored, and explains them.

    Memory grows with the number of records that are explained, not with the file.

    Parameters
    ----------
    bundle : ModelBundle
    n_records : int
        How many are explained, from the first rank on.
    neighbours : LabelledNeighbours, optional
        To name the nearest labelled records.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        n_records: int,
        *,
        neighbours: LabelledNeighbours | None = None,
    ) -> None:
        self._bundle = bundle
        self._most = n_records
        self._neighbours = neighbours
        self._n_seen = 0
        # The worst of the best on top: the lowest probability, of equal ones the last seen.
        self._best: list[tuple[float, int, PatentRecord]] = []
        self._explained: list[tuple[PatentRecord, Explanation]] | None = None
        self._is_stack = len(anatomy_of(bundle.classifier).members) > 1

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is added to the table; `cells` are in this order."""
        names = ["reasons_for", "reasons_against"]
        names += ["members"] if self._is_stack else []
        names += ["nearest"] if self._neighbours is not None else []
        return tuple(Column(name) for name in names)

    def see(self, record: PatentRecord, probability: float) -> None:
        """Take note of a record, in the order of the file; one without a probability is passed."""
        self._n_seen += 1
        if math.isnan(probability):
            return
        heapq.heappush(self._best, (probability, -self._n_seen, record))
        if len(self._best) > self._most:
            heapq.heappop(self._best)

    @property
    def records(self) -> list[PatentRecord]:
        """The best-ranked records so far, in the order of their ranks."""
        return [record for _, _, record in sorted(self._best, reverse=True)]

    @property
    def explained(self) -> list[tuple[PatentRecord, Explanation]]:
        """The best-ranked records and why they have their scores, in the order of their ranks."""
        if self._explained is None:
            records = self.records
            explanations = explain_records(self._bundle, records, neighbours=self._neighbours)
            self._explained = list(zip(records, explanations, strict=True))
        return self._explained

    def cells(self, rank: int, *, between: str = BETWEEN) -> list[Cell]:
        """Return the cells of a rank, counted from 1; empty ones where it is not explained.

        Parameters
        ----------
        between : str
            What stands between two reasons.
        """
        if rank > len(self._best):
            return [None] * len(self.columns)
        _, explanation = self.explained[rank - 1]
        cells: list[Cell] = [
            reasons_text(explanation, "for", between=between),
            reasons_text(explanation, "against", between=between),
        ]
        if self._is_stack:
            cells.append(members_text(explanation, between=between))
        if self._neighbours is not None:
            cells.append(nearest_text(explanation.nearest, between=between))
        return cells

    def marked(self, rank: int, columns: ColumnMap) -> dict[str, MarkedText]:
        """Return the user's cells of a rank in which reasons stand, marked, by column.

        Parameters
        ----------
        columns : ColumnMap
            Of the file.
        """
        if rank > len(self._best):
            return {}
        record, explanation = self.explained[rank - 1]
        return marked_cells(record, explanation, columns)

    def write(self, path: Path) -> None:
        """Write what programs need as JSON lines, one record each.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        with file_aside(path) as aside, aside.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        for rank, (record, explanation) in enumerate(self.explained, start=1):
            facts = {
                "rank": rank,
                "row": record.row,
                "publication_number": record.publication_number,
                "title": record.title,
                **explanation.as_json(),
            }
            yield json.dumps(facts, ensure_ascii=False)
