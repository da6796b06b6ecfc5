"""A record of this week beside what a history knows of it, and what the list says of that."""

from dataclasses import dataclass
from typing import final

from patsieve.screening.history.identity import Identity
from patsieve.screening.history.known import Standing
from patsieve.screening.sinks import Cell, Column

COLUMNS = (Column("history"), Column("history_note"), Column("own_decision"))
"""The columns that a history adds: how a record stands to it, why, and the user's decision."""


@final
@dataclass
class Met:
    """A record of this week, and what the history knows of it.

    Attributes
    ----------
    row : int or None
        Of this very version, if it is in the history.
    probability : float or None
        What this model gave it; not a number where there was nothing to read, None if it has
        not scored it yet.
    numbered : int or None
        The row of a decision that was made on its number alone.
    is_new_family : bool
        Whether nobody has scored its family before: neither an earlier week nor this one.
    """

    identity: Identity
    read: bytes
    standing: Standing
    row: int | None
    probability: float | None
    numbered: int | None
    is_new_family: bool


def cells_of(met: Met | None) -> list[Cell]:
    """Return the cells of `COLUMNS`; None is a record that nothing tells from others."""
    if met is None:
        return ["new", "neither a publication number nor a text to know it by", None]
    standing = met.standing
    return [standing.status, standing.note or None, standing.own_decision or None]
