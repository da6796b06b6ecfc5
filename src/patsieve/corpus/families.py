"""Which records belong together: same family, same publication, or same text."""

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.records import PatentRecord
from patsieve.corpus.tally import RowTally, counted, quoted

_UNKNOWN_IDS = frozenset({"", "0", "nan", "none", "null", "na", "n/a", "-", "unknown", "#n/a"})
_SEVERAL = re.compile(r"[\n;|]+")
_NUMBER_NOISE = re.compile(r"[^0-9A-Z]+")
# Country, an optional letter or two (D, PP, RE; H of the Japanese eras), digits; then the kind
# code, which is dropped: application and grant are one family.
_PUBLICATION = re.compile(r"([A-Z]{2})?([A-Z]{0,2})0*(\d+)(?:[A-Z]\d?)?")
# The number of a US application, without the zero that some databases leave out after the year.
_SHORT_US_APPLICATION = re.compile(r"((?:19|20)\d{2})(\d{6})")
# Without a country, a short number is more likely the row of some table than a publication.
_SHORTEST_BARE_NUMBER = 6
# Shorter texts are equal by chance: headings, "see description".
_SHORTEST_EQUAL_TEXT = 40
_N_SHOWN = 3


def group_families(records: Sequence[PatentRecord]) -> NDArray[np.int64]:
    """Give the same code to records that must never be separated.

    Two records belong together if they share a family id, a publication number (whatever its
    punctuation and kind code), or their whole text; and so on through a third record.
    Equal titles alone never join: "Positive electrode active material" names hundreds of
    inventions.

    Returns
    -------
    array of int of shape (n_records,)
        Codes from 0, in the order in which the families first appear.
    """
    parents = list(range(len(records)))
    first_with: dict[str, int] = {}
    for index, record in enumerate(records):
        for key in family_keys(record):
            other = first_with.setdefault(key, index)
            if other != index:
                _join(parents, other, index)
    # The root of a family is its first record, so codes follow the order of appearance.
    roots = np.fromiter(
        (_root(parents, i) for i in range(len(records))), dtype=np.int64, count=len(records)
    )
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)


def family_keys(record: PatentRecord) -> Iterator[str]:
    """Yield what identifies the family of a record: two records that share a key are related.

    Keys look like ``family:1419984``, ``publication:US10000000`` and ``text:<digest>``. A cell
    that lists several family members or publications gives a key for each.
    """
    for part in _SEVERAL.split(record.family_id):
        if known := _known_family(part):
            yield f"family:{known}"
    for part in _SEVERAL.split(record.publication_number):
        if number := normalised_publication(part):
            yield f"publication:{number}"
    if digest := _text_digest(record):
        yield f"text:{digest}"


def normalised_publication(number: str) -> str:
    """Return country and digits of a publication number, without kind code; empty if unreadable.

    Examples
    --------
    >>> [normalised_publication(n) for n in ("US-10000000-B2", "US10000000 (B2)", "10,000,000")]
    ['US10000000', 'US10000000', '10000000']
    >>> normalised_publication("US 2005/0004437 A1"), normalised_publication("US2005004437A1")
    ('US20050004437', 'US20050004437')
    """
    match = _PUBLICATION.fullmatch(_NUMBER_NOISE.sub("", number.upper()))
    if match is None:
        return ""
    country, letters, digits = match[1] or "", match[2], match[3]
    if not country and len(digits) < _SHORTEST_BARE_NUMBER:
        return ""
    if country == "US" and (short := _SHORT_US_APPLICATION.fullmatch(digits)) is not None:
        digits = f"{short[1]}0{short[2]}"
    return f"{country}{letters}{digits}"


def contradictions(records: Sequence[PatentRecord], families: NDArray[np.int64]) -> list[str]:
    """Return a sentence on families with relevant and irrelevant records; none, an empty list."""
    members: dict[int, list[PatentRecord]] = {}
    for record, family in zip(records, families.tolist(), strict=True):
        if record.label is not None:
            members.setdefault(family, []).append(record)
    mixed = [found for found in members.values() if len({record.label for record in found}) > 1]
    if not mixed:
        return []
    shown = "; ".join(_both_sides(found) for found in mixed[:_N_SHOWN])
    more = f"; and {len(mixed) - _N_SHOWN:,} more" if len(mixed) > _N_SHOWN else ""
    return [
        f"relevant and irrelevant records stand together in "
        f"{counted(len(mixed), 'family', 'families')}: {shown}{more}"
    ]


def family_overlap(
    training: Sequence[PatentRecord], test: Sequence[PatentRecord]
) -> NDArray[np.intp]:
    """Return the positions of training records that are related to a test record.

    Families are found over both together, so a training record counts too if only another
    record, in either, links it to the test record. Without these records the rest of the
    training corpus can be tested on the test corpus without a leak.
    """
    codes = group_families([*training, *test])
    return np.flatnonzero(np.isin(codes[: len(training)], codes[len(training) :]))


def family_name(record: PatentRecord) -> str:
    """Return what to call the family of a record in a message."""
    if _known_family(record.family_id):
        return f"family {record.family_id[:60]}"
    if record.publication_number:
        return f"the family of {record.publication_number}"
    return f"the family of {quoted(record.title)}"


def _both_sides(members: Sequence[PatentRecord]) -> str:
    relevant = RowTally(record.row for record in members if record.label == 1)
    irrelevant = RowTally(record.row for record in members if record.label == 0)
    return f"{family_name(members[0])}, {relevant} relevant, {irrelevant} irrelevant"


def _known_family(family_id: str) -> str:
    """Return the id, without the decimals that spreadsheets add; empty where it is unknown."""
    known = family_id.strip().casefold().removesuffix(".0")
    return "" if known in _UNKNOWN_IDS or known.startswith("-") else known


def _text_digest(record: PatentRecord) -> str:
    body = f"{record.abstract} {record.claims}".strip() or record.description
    folded = " ".join(body.casefold().split())
    if len(folded) < _SHORTEST_EQUAL_TEXT:
        return ""
    title = " ".join(record.title.casefold().split())
    return blake2b(f"{title}\n{folded}".encode(), digest_size=16).hexdigest()


def _root(parents: list[int], index: int) -> int:
    while parents[index] != index:
        parents[index] = parents[parents[index]]
        index = parents[index]
    return index


def _join(parents: list[int], one: int, other: int) -> None:
    lower, higher = sorted((_root(parents, one), _root(parents, other)))
    parents[higher] = lower
