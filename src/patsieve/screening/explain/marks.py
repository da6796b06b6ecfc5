"""Reasons marked where they stand in the user's own cells."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from patsieve.corpus.cell_places import CellPlaces
from patsieve.corpus.columns import TEXT_FIELDS, ColumnMap
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.text import plain_text
from patsieve.screening.explain.explanation import Explanation, Kind, Reason, Side
from patsieve.screening.shown_text import Manner, Mark, MarkedText

# In log-odds: at most two and a half points of probability. Weaker ones, most of them words such
# as "of", are said beside the text, but would make it restless.
_WEAKEST_MARKED = 0.1

_MANNERS: Mapping[tuple[Kind, Side], Manner] = {
    ("word", "for"): "word for",
    ("word", "against"): "word against",
    ("sentence", "for"): "sentence for",
    ("sentence", "against"): "sentence against",
}


def marked_cells(
    record: PatentRecord, explanation: Explanation, columns: ColumnMap
) -> dict[str, MarkedText]:
    """Return the cells of a record that hold reasons, by column, with these marked.

    Those that change little are left out. A word is marked within a sentence that is; of two
    reasons of a kind at one place, the stronger one. Where a place cannot be told, nothing is.

    Parameters
    ----------
    columns : ColumnMap
        Of the file that the record is from.
    """
    found = {}
    for field in TEXT_FIELDS:
        name = _column_of(field, record.columns, columns)
        reasons = [
            reason
            for reason in explanation.reasons
            if abs(reason.change) >= _WEAKEST_MARKED
            and any(place.field == field for place in reason.places)
        ]
        if name is None or not reasons:
            continue
        cell = record.columns[name]
        places = CellPlaces.of(cell)
        if places is not None:
            found[name] = MarkedText(cell, tuple(_marks(places, reasons, field, len(cell))))
    return found


def _column_of(field: str, cells: Mapping[str, str], columns: ColumnMap) -> str | None:
    """Return the column that a field of a record was read from."""
    if field not in columns:
        return None
    possible = (columns[field], *columns.second_best.get(field, ()))
    return next((name for name in possible if plain_text(cells.get(name, ""))), None)


def _marks(
    places: CellPlaces, reasons: Sequence[Reason], field: str, n_characters: int
) -> Iterator[Mark]:
    manners: list[Manner | None] = [None] * n_characters
    # What is painted later is seen: words above sentences, the stronger above the weaker.
    for reason in sorted(reasons, key=lambda r: (r.kind == "word", abs(r.change))):
        manner = _MANNERS[reason.kind, reason.side]
        for place in reason.places:
            if place.field == field:
                start, end = places.stretch(place.start, place.end)
                manners[start:end] = [manner] * (end - start)
    at = 0
    for found, run in groupby(manners):
        end = at + sum(1 for _ in run)
        if found is not None:
            yield Mark(at, end, found)
        at = end
