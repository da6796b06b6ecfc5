"""Labels as people spell them, to 1 (relevant), 0 (irrelevant) or None (unlabelled)."""

import re
from collections.abc import Iterable, Sequence
from typing import final

from patsieve.corpus.tally import RowTally, listed, quoted
from patsieve.errors import LabelError

_RELEVANT = frozenset(
    {
        "1", "yes", "y", "true", "t", "relevant", "potentially relevant", "possibly relevant",
        "rel", "positive", "included", "include", "ja", "j", "wahr", "potentiell relevant",
        "oui", "o", "vrai", "pertinent", "si", "sí",
    }
)  # fmt: skip
_IRRELEVANT = frozenset(
    {
        "0", "no", "n", "false", "f", "not relevant", "irrelevant", "non relevant", "nonrelevant",
        "potentially not relevant", "potentially irrelevant", "possibly not relevant", "irrel",
        "negative", "excluded", "exclude", "nein", "falsch", "nicht relevant",
        "potentiell nicht relevant", "non", "faux", "non pertinent", "pas pertinent",
    }
)  # fmt: skip
_CROSSES = frozenset({"x", "✓", "✔", "☒", "☑"})
_JOINT = re.compile(r"(?<=[^\W\d])[-_]+(?=[^\W\d])")
_NUMBER = re.compile(r"([01])(?:[.,]0*)?")
LABEL_WORDS = ("irrelevant", "relevant")
"""What 0 and 1 are called."""
POSSIBLE_LABELS = (
    "1/0, yes/no, y/n, true/false, relevant/not relevant/irrelevant, "
    "potentially relevant/potentially not relevant, ja/nein, oui/non, or x and blank"
)


@final
class LabelReader:
    """Reads one column of labels.

    Parameters
    ----------
    relevant : tuple of str, optional
        The values that mean relevant, whatever their case; every other value that is not
        blank then means irrelevant. With none the usual spellings are known.
    """

    def __init__(self, relevant: tuple[str, ...] | None = None) -> None:
        self._relevant = () if relevant is None else relevant

    def read(self, cells: Sequence[str], rows: Sequence[int]) -> list[int | None]:
        """Return 1, 0 or None (blank) for every cell.

        If every cell that is not blank is a cross or a tick, the blank ones are irrelevant.

        Parameters
        ----------
        cells : sequence of str of length n_records
        rows : sequence of int of length n_records
            The rows to name in an error.

        Raises
        ------
        LabelError
            If a spelling is unknown, or a value that should mean relevant does not occur.
        """
        keys = [_key(cell) for cell in cells]
        if self._relevant:
            return self._by_given_values(self._relevant, keys, cells)
        if _are_crosses(keys):
            return [int(key != "") for key in keys]
        unknown: dict[str, RowTally] = {}
        for key, cell, row in zip(keys, cells, rows, strict=True):
            if _meaning(key) is None and key:
                unknown.setdefault(cell.strip(), RowTally()).add(row)
        if unknown:
            raise LabelError(_unknown_spellings(unknown))
        return [_meaning(key) for key in keys]

    @staticmethod
    def _by_given_values(
        relevant: tuple[str, ...], keys: Sequence[str], cells: Sequence[str]
    ) -> list[int | None]:
        wanted = {_key(value): value for value in relevant}
        missing = [value for key, value in wanted.items() if key not in keys]
        if missing:
            present = {key: cell.strip() for key, cell in zip(keys, cells, strict=True) if key}
            raise LabelError(
                f"no record has the label {quoted(missing[0])}, which should mean relevant; "
                f"the labels are {listed(present.values()) or 'all blank'}"
            )
        return [int(key in wanted) if key else None for key in keys]


def label_kind(cell: str) -> str:
    """Return what labels that say the same have in common; empty for a blank one.

    Examples
    --------
    >>> [label_kind(cell) for cell in ("yes", " Relevant. ", "0", "class A", "Class-A", " ")]
    ['1', '1', '0', 'class a', 'class a', '']
    """
    key = _key(cell)
    meaning = _meaning(key)
    return key if meaning is None else str(meaning)


def blank_means_irrelevant(cells: Iterable[str]) -> bool:
    """Whether all labels that are not blank are crosses or ticks, and there is one."""
    return _are_crosses(map(_key, cells))


def _are_crosses(keys: Iterable[str]) -> bool:
    written = set(keys) - {""}
    return bool(written) and written <= _CROSSES


def _key(cell: str) -> str:
    """Fold case, white space and the punctuation around and between words."""
    # Only between words: -1 must not become 1.
    folded = " ".join(_JOINT.sub(" ", cell.casefold()).split())
    return folded.strip(" .!?\"'()[]") if len(folded) > 1 else folded


def _meaning(key: str) -> int | None:
    if key in _RELEVANT:
        return 1
    if key in _IRRELEVANT:
        return 0
    number = _NUMBER.fullmatch(key)
    return int(number[1]) if number is not None else None


def _unknown_spellings(unknown: dict[str, RowTally]) -> str:
    shown = [f"{quoted(value)} ({tally})" for value, tally in list(unknown.items())[:5]]
    more = len(unknown) - len(shown)
    rest = f" and {more:,} other values" if more else ""
    return (
        f"cannot tell whether these labels mean relevant: {', '.join(shown)}{rest}; "
        f"known are {POSSIBLE_LABELS}; for others say --relevant VALUE[,VALUE…]"
    )
