"""Which records belong together: same family, same publication, or same text."""

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.content import digest
from patsieve.corpus.digest_groups import DIGEST_BYTES
from patsieve.corpus.disjoint_sets import DisjointSets
from patsieve.corpus.numbers import normalised_publication, parsed_number
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.tally import RowTally, counted, quoted
from patsieve.corpus.text import single_spaced

FAMILY_MEMBERS = "family_members"
"""The column in which a family that was made one row lists its publications."""

_UNKNOWN_IDS = frozenset({"", "0", "nan", "none", "null", "na", "n/a", "-", "unknown", "#n/a"})
_SEVERAL = re.compile(r"[\n;|]+")
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
    groups = DisjointSets()
    groups.add(len(records))
    first_with: dict[str, int] = {}
    for index, record in enumerate(records):
        for key in family_keys(record):
            other = first_with.setdefault(key, index)
            if other != index:
                groups.join(other, index)
    # The root of a group is its first record, so codes follow the order of appearance.
    return np.unique(groups.roots(), return_inverse=True)[1].astype(np.int64)


def family_keys(record: PatentRecord) -> Iterator[str]:
    """Yield what identifies the family of a record: two records that share a key are related.

    Keys look like ``family:1419984``, ``publication:US10000000`` and ``text:<digest>``. A cell
    that lists several family members or publications gives a key for each; a family member that
    is a publication is related to the record of that publication. A row that stands for a whole
    family is related to all whom it lists.
    """
    for part in _SEVERAL.split(record.family_id):
        if known := _known_family(part):
            yield f"family:{known}"
            member = parsed_number(part)
            if member is not None and member.country:
                yield f"publication:{member.country}{member.number}"
    members = record.columns.get(FAMILY_MEMBERS, "")
    for part in _SEVERAL.split(f"{record.publication_number};{members}"):
        if number := normalised_publication(part):
            yield f"publication:{number}"
    if digest := _text_digest(record):
        yield f"text:{digest}"


def family_digests(record: PatentRecord) -> Iterator[bytes]:
    """Yield `family_keys` as digests, for `DigestGroups`."""
    return (digest(key, DIGEST_BYTES) for key in family_keys(record))


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


def n_labelled_by_family(records: Sequence[PatentRecord], labels: Sequence[int | None]) -> int:
    """Return how many records have no label though the labelled ones of their family agree.

    Parameters
    ----------
    labels : sequence of length n_records
        1, 0 or None.
    """
    families = group_families(records).tolist()
    said: dict[int, set[int]] = {}
    for family, label in zip(families, labels, strict=True):
        if label is not None:
            said.setdefault(family, set()).add(label)
    return sum(
        label is None and len(said.get(family, ())) == 1
        for family, label in zip(families, labels, strict=True)
    )


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
    folded = single_spaced(body.casefold())
    if len(folded) < _SHORTEST_EQUAL_TEXT:
        return ""
    title = single_spaced(record.title.casefold())
    return blake2b(f"{title}\n{folded}".encode(), digest_size=16).hexdigest()
