"""What can be read of a record: its fields, and the claims among its claims."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from patsieve.corpus.claims import independent_claims, standing_claims
from patsieve.corpus.columns import TEXT_FIELDS
from patsieve.corpus.records import PatentRecord

CLAIM_FIELDS = ("first_claim", "independent_claims", "claims")
"""Of these only one is read: each holds those before it."""

READABLE = (*TEXT_FIELDS, "first_claim", "independent_claims")
"""What a model can read of a record."""

_WORD = re.compile(r"\S+")


class Piece(NamedTuple):
    """A stretch of one field of a record.

    Attributes
    ----------
    field : str
        ``title``, ``abstract``, ``claims`` or ``description``.
    start, end : int
        Its characters in the field.
    """

    field: str
    start: int
    end: int

    def of(self, record: PatentRecord) -> str:
        """Return its text."""
        text: str = getattr(record, self.field)
        return text[self.start : self.end]


def pieces_of(record: PatentRecord, name: str) -> list[Piece]:
    """Return what of a record is read under a name out of `READABLE`, in order; no empty piece.

    Claims that are not numbered cannot be told apart: then all of them are read.
    """
    if name not in CLAIM_FIELDS or name == "claims":
        whole = Piece(name, 0, len(getattr(record, name)))
        return [whole] if whole.end else []
    text = record.claims
    found = independent_claims(text) if name == "independent_claims" else standing_claims(text)[:1]
    stretches = [Piece("claims", claim.start, claim.end) for claim in found]
    return [_trimmed(each, text) for each in stretches] or pieces_of(record, "claims")


def first_words(pieces: Iterable[Piece], record: PatentRecord, most: int) -> list[Piece]:
    """Return the beginning of some pieces, as far as so many words reach; blanks divide words."""
    kept: list[Piece] = []
    for piece in pieces:
        if most <= 0:
            break
        text = piece.of(record)
        ends = [match.end() for match in _WORD.finditer(text)]
        kept.append(
            piece if len(ends) <= most else piece._replace(end=piece.start + ends[most - 1])
        )
        most -= len(ends)
    return kept


def _trimmed(piece: Piece, text: str) -> Piece:
    """Return a piece without the blanks at its end."""
    return piece._replace(end=piece.start + len(text[piece.start : piece.end].rstrip()))
