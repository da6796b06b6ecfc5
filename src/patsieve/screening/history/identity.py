"""What a history keeps of a record: what it and its family are known by, and no text."""

from dataclasses import dataclass
from typing import Self, final

from patsieve.corpus.content import content_of, digest, record_key
from patsieve.corpus.families import family_keys
from patsieve.corpus.records import PatentRecord

_FAMILY_BYTES = 8


@final
@dataclass(frozen=True)
class Identity:
    """What a history keeps of a record.

    Attributes
    ----------
    key, content : bytes
        `corpus.content.record_key` and `content_of`.
    families : tuple of bytes
        Digests of `corpus.families.family_keys`.
    number, published : str
        Publication number as the file gives it, and date in ISO 8601; empty where unknown.
    """

    key: bytes
    content: bytes
    families: tuple[bytes, ...]
    number: str
    published: str

    @classmethod
    def of(cls, record: PatentRecord) -> Self | None:
        """Return the identity of a record; None if nothing tells it from others."""
        key = record_key(record)
        if key is None:
            return None
        return cls(
            key=key,
            content=content_of(record),
            families=tuple(
                dict.fromkeys(digest(each, _FAMILY_BYTES) for each in family_keys(record))
            ),
            number=record.publication_number,
            published=record.publication_date,
        )
