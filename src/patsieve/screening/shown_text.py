"""Texts in a table's cell that a workbook shows in a way of their own: marked, or as a link.

To every other format they are the plain text that they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self, final

Manner = Literal["word for", "word against", "sentence for", "sentence against"]


@final
@dataclass(frozen=True)
class Mark:
    """A stretch of a text, and what it speaks for.

    Attributes
    ----------
    start, end : int
        In characters of the text, as those of a slice.
    manner : {"word for", "word against", "sentence for", "sentence against"}
    """

    start: int
    end: int
    manner: Manner


@final
class MarkedText(str):
    """A text with marked stretches.

    Attributes
    ----------
    marks : tuple of Mark
        In the order of the text; none reaches into another.
    """

    __slots__ = ("marks",)

    marks: tuple[Mark, ...]

    def __new__(cls, text: str, marks: Sequence[Mark]) -> Self:
        """Return a text with its marks."""
        made = super().__new__(cls, text)
        made.marks = tuple(marks)
        return made


@final
class Link(str):
    """What a link is called.

    Attributes
    ----------
    address : str
        Where it leads.
    """

    __slots__ = ("address",)

    address: str

    def __new__(cls, text: str, address: str) -> Self:
        """Return a text that leads to an address."""
        made = super().__new__(cls, text)
        made.address = address
        return made
