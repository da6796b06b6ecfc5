"""What becomes of merged rows once their families are known: one row each, or labels carried."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

from patsieve.corpus.families import FAMILY_MEMBERS
from patsieve.corpus.family_ledger import FAMILY_SIZE, LabelContradiction, SettledFamilies
from patsieve.corpus.merge import SOURCE_ROW
from patsieve.corpus.publication_pieces import COMPLETED_FROM, Pieces
from patsieve.corpus.tally import counted

LABEL_FROM = "label_from"
"""The column that says which record a label was taken from, where it is not the row's own."""

_LABEL = "label"


@final
@dataclass(frozen=True)
class FamilySummary:
    """What came of the families of an import.

    Attributes
    ----------
    n_families : int
    is_together : bool
        Whether each is one row.
    has_labels : bool
        Whether there is a column of labels.
    n_completed : int
        Rows that got a text of another record of the same publication.
    n_carried : int
        Rows that have the label of another member.
    n_contradictory : int
        Families whose labels contradict each other, so that none was carried.
    contradictions : tuple of LabelContradiction
        Of the first few.
    """

    n_families: int
    is_together: bool
    has_labels: bool
    n_completed: int
    n_carried: int
    n_contradictory: int
    contradictions: tuple[LabelContradiction, ...]

    @property
    def note(self) -> str:
        """Which families have no label of their own, in a sentence; empty if all have."""
        if not self.n_contradictory:
            return ""
        families = counted(self.n_contradictory, "family", "families")
        what = "so it has no label" if self.is_together else "so none was carried"
        if self.is_together and self.n_contradictory > 1:
            what = "so they have no label"
        named = "; ".join(map(str, self.contradictions))
        more = self.n_contradictory - len(self.contradictions)
        rest = f"; and {more:,} more" if more else ""
        return f"labels contradict each other within {families}, {what}: {named}{rest}"

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "n_families": self.n_families,
            "is_together": self.is_together,
            "has_labels": self.has_labels,
            "n_completed": self.n_completed,
            "n_carried": self.n_carried,
            "n_contradictory": self.n_contradictory,
            "contradictions": [
                [
                    {"label": label, "record": place}
                    for label, place in zip(each.labels, each.places, strict=True)
                ]
                for each in self.contradictions
            ],
        }


@final
class FamilyRows:
    """Completes rows in the order of the input.

    Parameters
    ----------
    families : SettledFamilies
    names : sequence of str
        The columns of the merged file, `SOURCE_ROW` among them.
    together : bool
        Make each family one row, the member that is shown, untouched but for its label: the one
        that its labelled members agree on, else none. Otherwise every row stays, and one without
        a label gets that of its family.
    pieces : Pieces, optional
        What completes the members that are shown.

    Attributes
    ----------
    names : list of str
        The columns with those that are added: `FAMILY_MEMBERS` and `FAMILY_SIZE` where each
        family is one row, `COMPLETED_FROM` where there are pieces, and `LABEL_FROM` where there
        are labels.
    is_together : bool
    """

    def __init__(
        self,
        families: SettledFamilies,
        names: Sequence[str],
        *,
        together: bool,
        pieces: Pieces | None = None,
    ) -> None:
        self._families = families
        self._pieces = pieces
        self.is_together = together
        self._has_labels = _LABEL in names
        added = [
            *([FAMILY_MEMBERS, FAMILY_SIZE] if together else []),
            *([COMPLETED_FROM] if pieces is not None else []),
            *([LABEL_FROM] if self._has_labels else []),
        ]
        after = names.index(SOURCE_ROW) + 1
        missing = [name for name in added if name not in names]
        self.names = [*names[:after], *missing, *names[after:]]
        self._places = {name: self.names.index(name) for name in added}
        self._label = self.names.index(_LABEL) if self._has_labels else 0
        self._record = 0
        self._n_completed = 0
        self._n_carried = 0

    @property
    def n_rows(self) -> int:
        """How many rows there will be."""
        return len(self._families) if self.is_together else len(self._families.codes)

    def complete(self, cells: list[Any]) -> bool:
        """Complete the row of the next record, in place; return whether it is to be kept.

        Parameters
        ----------
        cells : list
            In the order of `names`.
        """
        record = self._record
        self._record += 1
        family = int(self._families.codes[record])
        if self.is_together:
            if int(self._families.shown[family]) != record:
                return False
            listed, size = self._families.members(family)
            cells[self._places[FAMILY_MEMBERS]] = listed
            cells[self._places[FAMILY_SIZE]] = size
        if self._pieces is not None:
            self._complete_texts(cells, record, self._pieces)
        if self._has_labels:
            self._label_row(cells, record, family)
        return True

    def summary(self) -> FamilySummary:
        """Return what came of it, after the last row."""
        n_contradictory, first = self._families.contradictions()
        return FamilySummary(
            n_families=len(self._families),
            is_together=self.is_together,
            has_labels=self._has_labels,
            n_completed=self._n_completed,
            n_carried=self._n_carried,
            n_contradictory=n_contradictory,
            contradictions=tuple(first),
        )

    def _complete_texts(self, cells: list[Any], record: int, pieces: Pieces) -> None:
        said = []
        for piece in pieces.of(record):
            for field, text in piece.texts.items():
                cells[self.names.index(field)] = text
            said.append(f"{' and '.join(piece.texts)} from {piece.place}")
        cells[self._places[COMPLETED_FROM]] = "; ".join(said)
        self._n_completed += bool(said)

    def _label_row(self, cells: list[Any], record: int, family: int) -> None:
        families = self._families
        if families.is_labelled[record]:
            if self.is_together and families.is_contradictory[family]:
                cells[self._label] = cells[self._places[LABEL_FROM]] = ""
        elif families.has_label(family):
            cells[self._label] = families.label(family)
            cells[self._places[LABEL_FROM]] = families.donor_place(family)
            self._n_carried += 1


def renamed_columns(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of one file, so named that none of the user's own is overwritten.

    A file that lists no members of families was not made by `FamilyRows`.
    """
    if FAMILY_MEMBERS in columns:
        return tuple(columns)
    return tuple(f"{each} (as in the file)" if each == FAMILY_SIZE else each for each in columns)
