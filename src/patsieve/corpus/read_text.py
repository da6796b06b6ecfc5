"""What a model reads of a record, and which field and which claim a place in it belongs to."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import final

from patsieve.corpus.claims import claims_in
from patsieve.corpus.fields import Piece
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.sentences import Stretch, sentences_in
from patsieve.corpus.text import RecordText, TextRecipe


@final
@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one field of a record.

    Attributes
    ----------
    field : str
        ``title``, ``abstract``, ``claims`` or ``description``.
    start, end : int
        Its characters in the field as patsieve reads it, which is without mark-up and with one
        blank between words (`plain_text`): in the user's cell it may stand elsewhere.
    claim : int or None
        The number of the claim; None outside of claims, and where they are not numbered.
    """

    field: str
    start: int
    end: int
    claim: int | None = None


@final
class ReadText:
    """The text of a record, with its fields and claims still known.

    Parameters
    ----------
    record : PatentRecord
    recipe : TextRecipe

    Attributes
    ----------
    text : RecordText
        As `TextRecipe.compose` gives it.
    """

    def __init__(self, record: PatentRecord, recipe: TextRecipe) -> None:
        self.text: RecordText = recipe.compose(record)
        self._pieces: list[Piece] = []
        self._starts: list[int] = []
        start = 0
        for piece in chain.from_iterable(recipe.parts(record)):
            if start < len(self.text):
                self._pieces.append(piece)
                self._starts.append(start)
            # A blank or a line break stands between two pieces.
            start += piece.end - piece.start + 1
        following = [start - 1 for start in self._starts[1:]]
        ends = [*following, len(self.text)][: len(self._starts)]
        self._spans = list(zip(self._starts, ends, strict=True))
        self._claims = [
            claims_in(self.text[start:end]) if piece.field == "claims" else []
            for piece, (start, end) in zip(self._pieces, self._spans, strict=True)
        ]

    def sentences(self) -> list[Stretch]:
        """Return where the sentences of the text stand in it; none reaches over two claims."""
        found = []
        for claims, (start, end) in zip(self._claims, self._spans, strict=True):
            cuts = sorted({start, *(start + claim.start for claim in claims), end})
            for first, last in pairwise(cuts):
                found += [(first + a, first + b) for a, b in sentences_in(self.text[first:last])]
        return found

    def place(self, start: int, end: int) -> Place:
        """Return which part of a field the characters from `start` to `end` of the text are.

        They lie within one field, and within one of its claims if only some of them are read.
        """
        number = bisect_right(self._starts, start) - 1
        piece, at = self._pieces[number], self._starts[number]
        claims = self._claims[number]
        claim = next((c.number for c in claims if c.start <= start - at < c.end), None)
        return Place(piece.field, piece.start + start - at, piece.start + end - at, claim)

    def stretch(self, place: Place) -> Stretch:
        """Return where a place stands in the text."""
        for piece, at in zip(self._pieces, self._starts, strict=True):
            if piece.field == place.field and piece.start <= place.start < piece.end:
                return at + place.start - piece.start, at + place.end - piece.start
        raise ValueError(f"nothing of {place} is read")
