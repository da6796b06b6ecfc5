"""What a record is known by from one file to the next, and whether its text is still the same.

Only digests are made, so that whoever keeps them keeps no text.
"""

from hashlib import blake2b

from patsieve.corpus.columns import TEXT_FIELDS
from patsieve.corpus.numbers import parsed_number, standard_numbers
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.text import single_spaced

_KEY_BYTES = 16
_FIELD_BYTES = 8
_EMPTY = bytes(_FIELD_BYTES)
# A shorter cell that is no publication number is the row of some table, or a dash.
_SHORTEST_NUMBER = 4

NO_CONTENT = _EMPTY * len(TEXT_FIELDS)
"""The content of a record without any text."""


def record_key(record: PatentRecord) -> bytes | None:
    """Return what a record is known by, in 16 bytes; None if there is nothing to know it by.

    That is its publication number, kind code included, whatever the punctuation; without one
    its text, so that a changed text makes another record.
    """
    number = record.publication_number.strip()
    if _is_number(number):
        return digest(f"number:{standard_numbers(number).casefold()}", _KEY_BYTES)
    content = content_of(record)
    return None if content == NO_CONTENT else digest(f"text:{content.hex()}", _KEY_BYTES)


def content_of(record: PatentRecord) -> bytes:
    """Return digests of title, abstract, claims and description, in 8 bytes each.

    Zeros stand for a field that is empty. Case and white space do not count.
    """
    return b"".join(_field_digest(getattr(record, name)) for name in TEXT_FIELDS)


def field_in(content: bytes, name: str) -> bytes | None:
    """Return the digest of one field in what `content_of` returns; None if it is empty."""
    start = _FIELD_BYTES * TEXT_FIELDS.index(name)
    found = content[start : start + _FIELD_BYTES]
    return None if found == _EMPTY else found


def described_change(before: bytes, now: bytes) -> str:
    """Say in which fields two contents differ; empty if they do not.

    Examples
    --------
    >>> old = content_of(PatentRecord(1, title="A cell", abstract="It holds."))
    >>> new = content_of(PatentRecord(1, title="A  Cell", abstract="It lasts.", claims="1. A"))
    >>> described_change(old, new)
    'abstract changed; claims are there now'
    """
    pairs = {name: (field_in(before, name), field_in(now, name)) for name in TEXT_FIELDS}
    differ = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    changed = [name for name, pair in differ.items() if None not in pair]
    added = [name for name, (old, _) in differ.items() if old is None]
    missing = [name for name, (_, new) in differ.items() if new is None]
    told = [
        f"{' and '.join(names)} {verb}"
        for names, verb in (
            (changed, "changed"),
            (added, f"{_are(added)} there now"),
            (missing, f"{_are(missing)} missing now"),
        )
        if names
    ]
    return "; ".join(told)


def digest(text: str, n_bytes: int) -> bytes:
    """Return a digest of a text, always the same for the same text."""
    return blake2b(text.encode(), digest_size=n_bytes).digest()


def _are(names: list[str]) -> str:
    return "are" if len(names) > 1 or names == ["claims"] else "is"


def _field_digest(text: str) -> bytes:
    folded = single_spaced(text.casefold())
    return digest(folded, _FIELD_BYTES) if folded else _EMPTY


def _is_number(cell: str) -> bool:
    if len(cell) < _SHORTEST_NUMBER:
        return False
    parts = standard_numbers(cell).split("; ")
    return any(parsed_number(part) is not None for part in parts) or any(map(str.isdigit, cell))
