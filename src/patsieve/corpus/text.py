"""What a model reads of a record: which fields, in which order, cut where."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self, final

from patsieve.corpus.columns import TEXT_FIELDS as TEXT_FIELDS
from patsieve.corpus.fields import CLAIM_FIELDS, READABLE, Piece, first_words, pieces_of
from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.errors import UsageError

# What databases write where they have no text; a full stop after it does not count.
_PLACEHOLDERS = frozenset(
    {
        "-", "--", "n/a", "na", "nan", "none", "null", "not available", "[not available]",
        "(not available)", "no abstract", "no abstract available", "abstract not available",
        "no claims available", "claims not available", "no title available",
        "no data available", "nicht verfügbar", "keine zusammenfassung verfügbar",
        "non disponible", "abrégé non disponible", "niet beschikbaar", "no disponible",
    }
)  # fmt: skip
_LONGEST_PLACEHOLDER = max(map(len, _PLACEHOLDERS)) + 1
_EXCERPT_CHARACTERS = 400
# What splits words of ASCII, but for the blank and the line end.
_ASCII_SPACE = "\t\r\v\f\x1c\x1d\x1e\x1f"
# Before a text, its language (PATENTSCOPE) or the publication that it is from (Orbit), again
# before the next of several.
LANGUAGE_MARK = re.compile(
    r"(?:^|\n)[ \t]*\((AR|DE|EN|ES|FI|FR|IT|JA|KO|NL|PT|RU|SV|ZH|[A-Z]{2}[A-Z\d/]{5,16})\)\s+"
)
ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]\w*);")
# Only tags that occur in patent texts: "0.5<x>0.1" and "<110>" of a sequence listing stay.
INLINE_TAG = re.compile(
    r"</?(?:b|i|u|o|em|strong|su[bp]2?|span|font|a)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
BLOCK_TAG = re.compile(
    r"</?(?:p|br|div|li|ul|ol|table|tr|td|th|h[1-6]|abstract|claim|claim-text|claims|para)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def plain_text(cell: str) -> str:
    r"""Return the text of a cell: no mark-up, white space collapsed, placeholders emptied.

    Of several texts behind their languages, ``(DE) Kathode``, the English one is taken, else
    the first; of several behind their publications the first.

    Examples
    --------
    >>> plain_text("<p>LiNi<sub>0.8</sub>O2 &amp; carbon</p>"), plain_text("Not available")
    ('LiNi0.8O2 & carbon', '')
    >>> plain_text("(FR) Cathode au nickel\n(EN) Nickel cathode")
    'Nickel cathode'
    """
    if "&" in cell or "<" in cell:
        cell = _without_markup(cell)
    if cell.startswith("("):
        cell = _marked_text(cell)
    text = single_spaced(cell)
    if len(text) <= _LONGEST_PLACEHOLDER and text.casefold().rstrip(".") in _PLACEHOLDERS:
        return ""
    return text


def single_spaced(text: str) -> str:
    """Return text on one line, with one blank between its words and none around them."""
    line = text.replace("\n", " ")
    if line[:1] == " " or line[-1:] == " " or has_double_blank(line) or may_have_other_space(line):
        return " ".join(text.split())
    return line


def has_double_blank(line: str) -> bool:
    """Tell whether two blanks stand together; from the end Python looks a third faster."""
    return line.rfind("  ") >= 0


def may_have_other_space(line: str) -> bool:
    """Tell whether there may be white space other than blanks; looking is faster than splitting."""
    if line.isascii():
        return any(map(line.__contains__, _ASCII_SPACE))
    # Every white space but the plain one is unprintable, and most texts hold none of them.
    return not line.isprintable()


def _without_markup(cell: str) -> str:
    # Entities first: some exports escape the tags too.
    unescaped = ENTITY.sub(lambda match: html.unescape(match[0]), cell)
    return INLINE_TAG.sub("", BLOCK_TAG.sub(" ", unescaped))


def _marked_text(cell: str) -> str:
    before, *marked = LANGUAGE_MARK.split(cell)
    if before or not marked:
        return cell
    texts = list(zip(marked[::2], marked[1::2], strict=True))
    return next((text for mark, text in texts if mark == "EN"), texts[0][1])


def excerpt(record: PatentRecord) -> str:
    """Return how the text under the title begins, to tell a reader what the record is about."""
    text = next(filter(None, (record.abstract, record.claims, record.description)), "")
    return text if len(text) <= _EXCERPT_CHARACTERS else f"{text[:_EXCERPT_CHARACTERS]}…"


@final
class RecordText(str):
    """What a model reads of a record: a plain text that still knows its record's row.

    Attributes
    ----------
    row : int
        Position of the record in its file.
    columns : mapping of str to str
        The user's own row, for a classifier that reads the scores of another system there.
    symbols : tuple of str
        The record's CPC or IPC symbols, for a classifier that counts them.
    """

    __slots__ = ("columns", "row", "symbols")

    row: int
    columns: Mapping[str, str]
    symbols: tuple[str, ...]

    def __new__(cls, text: str, record: PatentRecord) -> Self:
        """Return the text of a record."""
        made = super().__new__(cls, text)
        made.row, made.columns, made.symbols = record.row, record.columns, record.cpc_symbols
        return made

    def with_text(self, text: str) -> "RecordText":
        """Return another text of the same record."""
        made = str.__new__(RecordText, text)
        made.row, made.columns, made.symbols = self.row, self.columns, self.symbols
        return made


@final
@dataclass(frozen=True)
class TextRecipe:
    """Which fields of a record a model reads.

    Attributes
    ----------
    fields : tuple of str
        Out of title, abstract, claims, description, first_claim and independent_claims, in the
        order in which they are read. Of claims, first_claim and independent_claims only one can
        be read. Independent is the first claim, and every other that names no claim; where claims
        are not numbered, all of them are read.
    max_characters : int
        The text is cut after so many characters. 20,000 are about 4,000 words: more than
        any encoder reads at once, and it bounds the memory of one long description.
    max_words : mapping of field to int
        After how many words, as blanks divide them, a field is cut; fields that are not named
        are read to their end. An encoder makes about 1.3 tokens of a word.

    Raises
    ------
    UsageError
        If a field does not exist, is named twice, or none is named; or a length is below 1.
    """

    fields: tuple[str, ...] = ("title", "abstract", "claims")
    max_characters: int = 20_000
    max_words: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = [name for name in self.fields if name not in READABLE]
        if unknown:
            raise UsageError(
                f"a model cannot read the field '{unknown[0]}'; it reads {', '.join(READABLE)}"
            )
        if not self.fields or len(set(self.fields)) < len(self.fields):
            raise UsageError(
                f"the fields to read are {list(self.fields)}; name each once, out of "
                f"{', '.join(READABLE)}"
            )
        claims = [name for name in self.fields if name in CLAIM_FIELDS]
        if len(claims) > 1:
            raise UsageError(
                f"the fields {' and '.join(claims)} hold the same claims; read one of them"
            )
        if self.max_characters < 1:
            raise UsageError(f"max_characters is {self.max_characters}; it must be at least 1")
        for name, most in self.max_words.items():
            if name not in self.fields:
                raise UsageError(
                    f"max_words cuts the field '{name}', which is not read; read are "
                    f"{', '.join(self.fields)}"
                )
            if most < 1:
                raise UsageError(f"max_words of the field '{name}' is {most}; at least 1 is read")

    def compose(self, record: PatentRecord) -> RecordText:
        """Return the text of `record`, one field a line, fields that are empty left out.

        A record with none of the fields gives its description, title, abstract or claims
        instead, the first that it has: something to read is better than nothing. Without any
        text the result is empty.
        """
        lines = [" ".join(piece.of(record) for piece in part) for part in self.parts(record)]
        return RecordText("\n".join(lines)[: self.max_characters], record)

    def parts(self, record: PatentRecord) -> list[list[Piece]]:
        """Return the pieces of the record that `compose` joins, a list for each line."""
        found = [
            pieces if name not in self.max_words
            else first_words(pieces, record, self.max_words[name])
            for name in self.fields
            if (pieces := pieces_of(record, name))
        ]  # fmt: skip
        if not found:
            others = ("description", "title", "abstract", "claims")
            found = [pieces for name in others if (pieces := pieces_of(record, name))][:1]
        return found

    def compose_all(self, corpus: Corpus) -> list[str]:
        """Return the `RecordText` of every record, in order."""
        return [self.compose(record) for record in corpus.records]
