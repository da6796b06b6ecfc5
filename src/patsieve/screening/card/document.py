"""What a model card is made of, however it is written: sections of a few kinds of blocks.

Texts are plain: whoever writes them down takes care of what means something to the reader's
program.
"""

from dataclasses import dataclass
from typing import ClassVar, final


@final
@dataclass(frozen=True)
class Paragraph:
    """A paragraph; one that `is_result` is what a reader in a hurry should see."""

    kind: ClassVar[str] = "paragraph"

    text: str
    is_result: bool = False


@final
@dataclass(frozen=True)
class Bullets:
    """A list of sentences or of parts of one."""

    kind: ClassVar[str] = "bullets"

    items: tuple[str, ...]


@final
@dataclass(frozen=True)
class Facts:
    """Names, with what is known under each."""

    kind: ClassVar[str] = "facts"

    rows: tuple[tuple[str, str], ...]


@final
@dataclass(frozen=True)
class Figures:
    """A few figures to be seen first, with what each of them is."""

    kind: ClassVar[str] = "figures"

    rows: tuple[tuple[str, str], ...]


@final
@dataclass(frozen=True)
class Commands:
    """What to do, and the command that does it."""

    kind: ClassVar[str] = "commands"

    rows: tuple[tuple[str, str], ...]


@final
@dataclass(frozen=True)
class Grid:
    """A table; its first column names the rows.

    Attributes
    ----------
    caption : str
    header : tuple of str
    rows : tuple of tuple of str
        Each as long as `header`.
    notes : tuple of str
        A sentence for each row, or none at all.
    of_words : bool
        Whether the cells hold words, not numbers.
    """

    kind: ClassVar[str] = "grid"

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    of_words: bool = False


Block = Paragraph | Bullets | Facts | Figures | Commands | Grid


@final
@dataclass(frozen=True)
class Section:
    """A part of a card.

    Attributes
    ----------
    key : str
        Names it in a page; letters only.
    title : str
    blocks : tuple of Block
    """

    key: str
    title: str
    blocks: tuple[Block, ...]


@final
@dataclass(frozen=True)
class Card:
    """A model card.

    Attributes
    ----------
    title, lead, footer : str
    sections : tuple of Section
    """

    title: str
    lead: str
    sections: tuple[Section, ...]
    footer: str
