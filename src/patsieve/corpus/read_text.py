"""What a model reads of a record, and which field and which claim a place in it belongs to."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import final

from patsieve.corpus.claims import claims_in
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
        self._fields: list[str] = []
        self._starts: list[int] = []
        start = 0
        for field, content in recipe.parts(record):
            if start < len(self.text):
                self._fields.append(field)
                self._starts.append(start)
            start += len(content) + 1
        following = [start - 1 for start in self._starts[1:]]
        ends = [*following, len(self.text)][: len(self._starts)]
        self._spans = list(zip(self._starts, ends, strict=True))
        self._claims = {
            field: claims_in(self.text[start:end])
            for field, (start, end) in zip(self._fields, self._spans, strict=True)
            if field == "claims"
        }

    def sentences(self) -> list[Stretch]:
        """Return where the sentences of the text stand in it; none reaches over two claims."""
        found = []
        for field, (start, end) in zip(self._fields, self._spans, strict=True):
            cuts = sorted({start, *(start + c.start for c in self._claims.get(field, ())), end})
            for first, last in pairwise(cuts):
                found += [(first + a, first + b) for a, b in sentences_in(self.text[first:last])]
        return found

    def place(self, start: int, end: int) -> Place:
        """Return which part of a field the characters from `start` to `end` of the text are.

        They lie within one field.
        """
        number = bisect_right(self._starts, start) - 1
        field, within = self._fields[number], start - self._starts[number]
        claims = self._claims.get(field, ())
        claim = next((c.number for c in claims if c.start <= within < c.end), None)
        return Place(field, within, end - self._starts[number], claim)

    def stretch(self, place: Place) -> Stretch:
        """Return where a place stands in the text."""
        start = self._starts[self._fields.index(place.field)]
        return start + place.start, start + place.end
