"""Where the text that patsieve reads of a cell stands in the cell as the user has it.

`plain_text` takes mark-up off and collapses white space, so a place in its result is another one
in the cell. This goes the same way with the places kept, and checks that it comes to the same.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from patsieve.corpus.sentences import Stretch
from patsieve.corpus.text import BLOCK_TAG, ENTITY, INLINE_TAG, LANGUAGE_MARK, plain_text

_WORD = re.compile(r"\S+")


@final
@dataclass(frozen=True)
class CellPlaces:
    """The text of a cell, and where in the cell each of its characters comes from.

    Attributes
    ----------
    text : str
    starts, ends : list of int
        For each character of the text, where what it was made of begins and ends in the cell.
    """

    text: str
    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, cell: str) -> "CellPlaces | None":
        """Return the places of `plain_text` of a cell; None if they cannot be told."""
        read = plain_text(cell)
        found = cls(cell, list(range(len(cell))), list(range(1, len(cell) + 1)))
        if read == cell:
            return found
        if "&" in cell or "<" in cell:
            found = found.replaced(ENTITY, lambda match: html.unescape(match[0]))
            found = found.replaced(BLOCK_TAG, lambda _: " ").replaced(INLINE_TAG, lambda _: "")
        if found.text.startswith("("):
            found = found.in_one_language()
        found = found.single_spaced()
        return found if found.text == read else None

    def stretch(self, start: int, end: int) -> Stretch:
        """Return where the characters from `start` to `end` of the text, one or more, stand."""
        return self.starts[start], self.ends[end - 1]

    def replaced(
        self, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]
    ) -> "CellPlaces":
        """Replace what a pattern finds; what comes in its place stands where all of that did."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for match in pattern.finditer(self.text):
            other = by(match)
            pieces += [self.text[at : match.start()], other]
            starts += self.starts[at : match.start()] + [self.starts[match.start()]] * len(other)
            ends += self.ends[at : match.start()] + [self.ends[match.end() - 1]] * len(other)
            at = match.end()
        return CellPlaces(
            "".join([*pieces, self.text[at:]]), starts + self.starts[at:], ends + self.ends[at:]
        )

    def in_one_language(self) -> "CellPlaces":
        """Take the English one of several texts behind their languages, else the first."""
        marks = list(LANGUAGE_MARK.finditer(self.text))
        if not marks or marks[0].start() > 0:
            return self
        number = next((n for n, mark in enumerate(marks) if mark[1] == "EN"), 0)
        end = marks[number + 1].start() if number + 1 < len(marks) else len(self.text)
        return self.cut(marks[number].end(), end)

    def cut(self, start: int, end: int) -> "CellPlaces":
        """Take a part of the text."""
        return CellPlaces(self.text[start:end], self.starts[start:end], self.ends[start:end])

    def single_spaced(self) -> "CellPlaces":
        """Put one blank between words and none around them."""
        words = [match.span() for match in _WORD.finditer(self.text)]
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for start, end in words:
            if pieces:
                starts.append(ends[-1])
                ends.append(self.starts[start])
            pieces.append(self.text[start:end])
            starts += self.starts[start:end]
            ends += self.ends[start:end]
        return CellPlaces(" ".join(pieces), starts, ends)
