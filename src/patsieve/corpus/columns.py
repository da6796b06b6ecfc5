"""Which column of a user's table holds which field: by known names, or as the user says."""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import final

from patsieve.corpus.column_names import (
    BETTER,
    NUMBERS_WITH_DATES,
    SYNONYMS,
    TAGS,
    TAGS_STAND_BESIDE,
    WITH_SECOND_BEST,
    WORSE,
)
from patsieve.corpus.tally import listed, quoted
from patsieve.errors import MissingColumnError, UsageError

TEXT_FIELDS = ("title", "abstract", "claims", "description")

FIELDS = tuple(SYNONYMS)
# No name of a column that is known is longer; the cells of a row may be.
_LONGEST_NAME = 60
_PUNCTUATION = re.compile(r"[\W_]+")


# Whether the name is not the field's own, its rank, its position, the name.
_Candidate = tuple[bool, tuple[int, int], int, str]


@final
class ColumnMap(Mapping[str, str]):
    """Field → column of one table, with what the user should know about the choice.

    Attributes
    ----------
    notes : tuple of str
        Which column was taken where two could have been, and under which names the fields
        were found.
    second_best : mapping of field to tuple of str
        The columns that are read, in this order, where that of the field is empty.
    """

    __slots__ = ("_columns", "notes", "second_best")

    def __init__(
        self,
        columns: Mapping[str, str],
        notes: Sequence[str] = (),
        second_best: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._columns = dict(columns)
        self.notes = tuple(notes)
        self.second_best = {} if second_best is None else dict(second_best)

    def __getitem__(self, field: str) -> str:
        return self._columns[field]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"ColumnMap({self._columns})"


def match_columns(header: Sequence[str], overrides: Mapping[str, str] | None = None) -> ColumnMap:
    """Find the column of each field by name.

    Case, accents, spaces and punctuation do not count. A column that is called exactly like
    the field is the field: patsieve's own files are read as they were written. ``rank``,
    ``probability`` and ``decision``, which patsieve itself writes, are never taken for a label.

    Parameters
    ----------
    header : sequence of str
        The names of the columns, as the file has them.
    overrides : mapping of field to column, optional
        What the user says; it wins over any name. The column is found by its exact name, or
        by a name that differs only in case and punctuation.

    Raises
    ------
    UsageError
        If an override names a field that does not exist.
    MissingColumnError
        If an override names a column that the table does not have.
    """
    chosen = {} if overrides is None else _overridden(header, overrides)
    chosen = _tagged(header) | chosen
    notes: list[str] = []
    free = [name for name in header if name not in chosen.values()]
    second_best: dict[str, tuple[str, ...]] = {}
    for field in FIELDS:
        if field in chosen:
            continue
        ranks = _ranked_names(field)
        candidates = sorted(
            (name != field, ranks[key], position, name)
            for position, name in enumerate(free)
            if (key := name_key(name)) in ranks
        )
        if candidates:
            chosen[field] = candidates[0][-1]
        others = [each for each in candidates[1:] if not holds_numbers(each[-1])]
        if others:
            alike = tuple(each[-1] for each in others if _are_alike(field, candidates[0], each))
            if alike:
                second_best[field] = alike
            notes.append(_choice(field, chosen[field], alike, [each[-1] for each in others]))
    columns = {field: chosen[field] for field in FIELDS if field in chosen}
    renamed = [
        f"{field} from {quoted(name)}"
        for field, name in columns.items()
        if name_key(name) != name_key(field)
    ]
    if renamed:
        notes.insert(0, f"read {', '.join(renamed)}")
    return ColumnMap(columns, notes, second_best)


def known_fields(names: Iterable[str]) -> frozenset[str]:
    """Return the fields that columns of these names would hold."""
    keys = {name_key(name) for name in names if len(name) <= _LONGEST_NAME}
    return frozenset(field for field in FIELDS if not keys.isdisjoint(_ranked_names(field)))


def holds_numbers(name: str) -> bool:
    """Whether a column is one of numbers, behind which a date may stand or not."""
    return name_key(name) in map(name_key, NUMBERS_WITH_DATES)


def _are_alike(field: str, best: _Candidate, other: _Candidate) -> bool:
    """Whether one column may stand in for the other, where that is empty."""
    # Claims in English and in Chinese are one synonym; claims and claim 1 are two.
    is_same_text = field in TEXT_FIELDS and best[1][0] == other[1][0]
    return field in WITH_SECOND_BEST or is_same_text


def _choice(field: str, taken: str, alike: Sequence[str], others: Sequence[str]) -> str:
    passed_over = [name for name in others if name not in alike]
    parts = [
        f"took column {quoted(taken)} for {field}",
        *([f"and where it is empty {listed(alike)}"] if alike else []),
        *([f"not {listed(passed_over)}"] if passed_over else []),
    ]
    return f"{', '.join(parts)}; --map {field}=COLUMN says otherwise"


def find_column(header: Sequence[str], name: str) -> str | None:
    """Return the column called `name`, exactly or but for case and punctuation, else None."""
    if name in header:
        return name
    alike = [column for column in header if name_key(column) == name_key(name) != ""]
    return alike[0] if len(alike) == 1 else None


def _overridden(header: Sequence[str], overrides: Mapping[str, str]) -> dict[str, str]:
    chosen = {}
    for field, name in overrides.items():
        if field not in FIELDS:
            raise UsageError(
                f"there is no field '{field}' to map a column to; there are {', '.join(FIELDS)}"
            )
        column = find_column(header, name)
        if column is None:
            raise MissingColumnError(
                f"column {quoted(name)}, given for {field}, is not in the table; "
                f"it has {listed(header)}"
            )
        chosen[field] = column
    return chosen


def _tagged(header: Sequence[str]) -> dict[str, str]:
    """Return the columns that mean something by their tags, if the header has those of an index."""
    named = {name_key(name): name for name in header if len(name) <= _LONGEST_NAME}
    if not all(name_key(tag) in named for tag in TAGS_STAND_BESIDE):
        return {}
    return {field: named[key] for field, tag in TAGS.items() if (key := name_key(tag)) in named}


@functools.cache
def _ranked_names(field: str) -> Mapping[str, tuple[int, int]]:
    """Return every name of `field` with its rank; the lower rank is the better name."""
    better, worse = BETTER.get(field, ()), WORSE.get(field, ())
    orders = [*enumerate(better, start=-len(better)), *enumerate(worse, start=1)]
    ranks: dict[str, tuple[int, int]] = {}
    for place, synonym in enumerate(SYNONYMS[field]):
        bare = name_key(synonym)
        ranks.setdefault(bare, (place, 0))
        for order, qualifier in orders:
            ranks.setdefault(bare + name_key(qualifier), (place, order))
            ranks.setdefault(name_key(qualifier) + bare, (place, order))
    return ranks


def name_key(name: str) -> str:
    """Return what of a column's name counts: no case, accents, spaces and punctuation."""
    folded = name.casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _PUNCTUATION.sub("", folded)
