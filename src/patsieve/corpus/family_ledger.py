"""What is kept of each record while files are merged, to know their families in the end.

`family_rows` says what becomes of the rows then.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.columns import TEXT_FIELDS
from patsieve.corpus.digest_groups import DigestGroups
from patsieve.corpus.families import FAMILY_MEMBERS, family_digests
from patsieve.corpus.labels import LabelReader, blank_means_irrelevant, label_kind
from patsieve.corpus.merge import SOURCE_FILE, SOURCE_ROW
from patsieve.corpus.numbers import is_granted
from patsieve.corpus.packed_texts import PackedTexts, RepeatedTexts
from patsieve.corpus.publication_pieces import Lack
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.tally import N_NAMED, counted, quoted
from patsieve.errors import LabelError

FAMILY_SIZE = "family_size"
"""The column that says how many members a family has that was made one row."""
_BETWEEN = "; "
_BITS = {name: 1 << place for place, name in enumerate(TEXT_FIELDS)}
# What is longer counts no family.
_LONGEST_SIZE = 9


@final
class FamilyLedger:
    """Takes records down, one after another, in the order of the input.

    Memory grows by some hundred bytes a record, for its numbers and its families; of its texts
    nothing is kept.
    """

    def __init__(self) -> None:
        self.groups = DigestGroups()
        self.worth = bytearray()
        self.filled = bytearray()
        self.members = PackedTexts()
        self.unnumbered = array("Q")
        self.files = RepeatedTexts()
        self.rows = PackedTexts()
        self.labels = RepeatedTexts()

    def take(self, record: PatentRecord, cells: Mapping[str, str]) -> None:
        """Take the next record.

        Parameters
        ----------
        cells : mapping of column to str
            Its row as it is merged: families are those that the merged file has when it is read.
        """
        number, label = cells.get("publication_number", ""), cells.get("label", "")
        listed = cells.get(FAMILY_MEMBERS, "") or number
        # Without the members beside it, it is a column of the user's own.
        size = cells.get(FAMILY_SIZE, "") if FAMILY_MEMBERS in cells else ""
        self.groups.add(family_digests(replace(record, publication_number=number)))
        self.members.add(listed)
        self.unnumbered.append(_unnumbered(listed, size))
        self.labels.add(label)
        self.files.add(cells[SOURCE_FILE])
        self.rows.add(cells[SOURCE_ROW])
        filled = sum(bit for name, bit in _BITS.items() if getattr(record, name) != "")
        self.filled.append(filled)
        self.worth.append(
            4 * filled.bit_count() + 2 * (label_kind(label) != "") + is_granted(number)
        )

    def place(self, record: int) -> str:
        """Return where a record stands, for people."""
        where = f"row {self.rows[record]} of {self.files[record]}"
        number = self.members[record]
        return f"{number}, {where}" if number else where


@final
@dataclass(frozen=True)
class LabelContradiction:
    """Members of one family whose labels say different things.

    Attributes
    ----------
    labels, places : tuple of str
        The first label of each kind, and where it stands.
    """

    labels: tuple[str, ...]
    places: tuple[str, ...]

    def __str__(self) -> str:
        pairs = zip(self.labels, self.places, strict=True)
        return " but ".join(f"{quoted(label)} ({place})" for label, place in pairs)


@final
class SettledFamilies:
    """The families of all records that a ledger took down, and their labels.

    Parameters
    ----------
    ledger : FamilyLedger
    relevant : tuple of str
        Label values that mean relevant; every other value then means irrelevant. Empty: labels
        say the same if patsieve reads them so, or if they differ in case and punctuation alone.

    Attributes
    ----------
    codes : array of int of shape (n_records,)
        From 0, in the order in which the families first appear.
    shown : array of int of shape (n_families,)
        The member that is shown for each family: the one with the most texts filled out of
        title, abstract, claims and description; of equals one with a label, then one that was
        granted, then the first of the input.
    donors : array of int of shape (n_families,)
        The first member that has a label; the number of records where none has one.
    is_contradictory : array of bool of shape (n_families,)
        Whether its members have labels that say different things.
    is_labelled : array of bool of shape (n_records,)

    Raises
    ------
    LabelError
        If a value that should mean relevant does not occur; or if all labels are crosses, which
        makes blank ones irrelevant, and a family has both.
    """

    def __init__(self, ledger: FamilyLedger, relevant: tuple[str, ...] = ()) -> None:
        self._ledger = ledger
        n_records = ledger.groups.n_records
        self.codes = np.unique(ledger.groups.roots(), return_inverse=True)[1].astype(np.int64)
        sizes = np.bincount(self.codes)
        self._starts = np.concatenate([[0], np.cumsum(sizes)])
        self._in_order = np.argsort(self.codes, kind="stable")
        worth = np.frombuffer(ledger.worth, dtype=np.uint8).astype(np.int64)
        best = np.lexsort((np.arange(n_records), -worth, self.codes))
        self.shown: NDArray[np.intp] = best[self._starts[:-1]]
        kinds = _kinds(ledger.labels.distinct, relevant)
        self._kinds = kinds[np.frombuffer(ledger.labels.codes, dtype=np.uint32)]
        self.is_labelled: NDArray[np.bool_] = self._kinds > 0
        labelled = np.flatnonzero(self.is_labelled)
        families, written = self.codes[labelled], self._kinds[labelled]
        self.donors = np.full(len(sizes), n_records)
        np.minimum.at(self.donors, families, labelled)
        lowest = np.full(len(sizes), len(kinds))
        np.minimum.at(lowest, families, written)
        highest = np.zeros(len(sizes), dtype=np.int64)
        np.maximum.at(highest, families, written)
        self.is_contradictory: NDArray[np.bool_] = lowest < highest
        if not relevant and blank_means_irrelevant(ledger.labels.distinct):
            self._refuse_crosses(np.bincount(families, minlength=len(sizes)), sizes)

    def __len__(self) -> int:
        """Return the number of families."""
        return len(self.shown)

    def has_label(self, family: int) -> bool:
        """Whether its labelled members agree, and there is one."""
        return bool(self.donors[family] < len(self.codes) and not self.is_contradictory[family])

    def label(self, family: int) -> str:
        """Return the label of a family as its donor has it; it must have one."""
        return self._ledger.labels[int(self.donors[family])]

    def donor_place(self, family: int) -> str:
        """Return where that label stands."""
        return self._ledger.place(int(self.donors[family]))

    def members(self, family: int) -> tuple[str, int]:
        """Return the publication numbers of a family, each once, and the count of its members.

        Members without a number count as well; records with the same number are one member.
        """
        numbers: dict[str, None] = {}
        unnumbered = 0
        for record in self._members(family):
            numbers |= dict.fromkeys(filter(None, self._ledger.members[record].split(_BETWEEN)))
            unnumbered += self._ledger.unnumbered[record]
        return _BETWEEN.join(numbers), len(numbers) + unnumbered

    def lacks(self) -> dict[int, Lack]:
        """Return which records have a text that the shown one of the same publication lacks.

        The same publication is one with the same number and kind: a grant does not complete the
        application, whose claims were others. Of several that could give a text the first does.
        """
        filled = np.frombuffer(self._ledger.filled, dtype=np.uint8)
        every = sum(_BITS.values())
        has_others = np.diff(self._starts) > 1
        found: dict[int, Lack] = {}
        for family in np.flatnonzero(has_others & (filled[self.shown] != every)).tolist():
            shown = int(self.shown[family])
            missing, number = every & ~int(filled[shown]), self._ledger.members[shown]
            for record in self._members(family) if number else ():
                gives = missing & int(filled[record])
                if gives and self._ledger.members[record] == number:
                    missing &= ~gives
                    fields = tuple(name for name, bit in _BITS.items() if gives & bit)
                    found[record] = Lack(shown, fields)
        return found

    def place(self, record: int) -> str:
        """Return where a record stands, for people."""
        return self._ledger.place(record)

    def contradictions(self) -> tuple[int, list[LabelContradiction]]:
        """Return how many families have labels that contradict each other, and the first few."""
        found = np.flatnonzero(self.is_contradictory)
        return len(found), [self._contradiction(family) for family in found[:N_NAMED].tolist()]

    def _contradiction(self, family: int) -> LabelContradiction:
        firsts: dict[int, int] = {}
        for record in self._members(family):
            if self.is_labelled[record]:
                firsts.setdefault(int(self._kinds[record]), record)
        few = list(islice(firsts.values(), N_NAMED))
        return LabelContradiction(
            tuple(self._ledger.labels[record] for record in few),
            tuple(self._ledger.place(record) for record in few),
        )

    def _members(self, family: int) -> list[int]:
        found: list[int] = self._in_order[self._starts[family] : self._starts[family + 1]].tolist()
        return found

    def _refuse_crosses(self, n_labelled: NDArray[np.int64], sizes: NDArray[np.int64]) -> None:
        mixed = int(np.count_nonzero((n_labelled > 0) & (n_labelled < sizes)))
        if mixed:
            raise LabelError(
                f"in {counted(mixed, 'family', 'families')} a member with a cross stands beside "
                "one with a blank label, which means irrelevant where all labels are crosses; "
                "write 1 and 0, or say --relevant x where a blank label means none"
            )


def _kinds(labels: Sequence[str], relevant: tuple[str, ...]) -> NDArray[np.int64]:
    """Return a number for each label: equal ones say the same, 0 is blank."""
    if relevant:
        read = LabelReader(relevant).read(labels, range(1, len(labels) + 1))
        return np.array([0 if each is None else 1 + each for each in read], dtype=np.int64)
    numbers = {"": 0}
    return np.array(
        [numbers.setdefault(label_kind(label), len(numbers)) for label in labels], dtype=np.int64
    )


def _unnumbered(listed: str, size: str) -> int:
    """Return how many members a row stands for without a number.

    Parameters
    ----------
    listed : str
        The numbers that it has.
    size : str
        The count of its members, where it was a family already.
    """
    n_listed = len(set(filter(None, listed.split(_BETWEEN))))
    if size.isdecimal() and len(size) <= _LONGEST_SIZE:
        return max(int(size) - n_listed, 0)
    return int(n_listed == 0)
