"""A record that a history knows, and how a record of this week stands to those.

What is compared are digests; whether claims were changed for better or worse, nobody here knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, final

from patsieve.corpus.content import NO_CONTENT, described_change, field_in
from patsieve.corpus.labels import LABEL_WORDS

Status = Literal["new", "changed", "scored before", "decided"]
STATUSES: tuple[Status, ...] = ("new", "changed", "scored before", "decided")


@final
@dataclass(frozen=True)
class Known:
    """A version of a publication that was scored, or decided on, before.

    Attributes
    ----------
    row : int
        In the history; the later one has the higher number.
    key, content : bytes
        `corpus.content.record_key` and `content_of`.
    scored : str
        The day on which it was first scored, ISO 8601; empty if it never was.
    number, published : str
        Publication number as the file gave it, and date; empty where unknown.
    label : int or None
        What the user decided: 1 relevant, 0 irrelevant.
    decided : str
        The day on which the decision was handed in; empty without one.
    """

    row: int
    key: bytes
    content: bytes
    scored: str
    number: str
    published: str
    label: int | None = None
    decided: str = ""

    @property
    def name(self) -> str:
        """What to call it."""
        return self.number or "a record without a number"


@final
@dataclass(frozen=True)
class Standing:
    """How a record stands to what was scored before.

    Attributes
    ----------
    status : {"new", "changed", "scored before", "decided"}
    note : str
        Why, for people.
    own_decision : str
        ``relevant`` or ``irrelevant`` where the status is "decided", else empty.
    """

    status: Status
    note: str = ""
    own_decision: str = ""


def standing_of(key: bytes, content: bytes, published: str, known: Sequence[Known]) -> Standing:
    """Say how a record stands to versions of its publication, and of its family, known before.

    The user's decision holds for the text that it was made on: the same text of the same
    publication, or a member of its family with the same claims. After a change the record is to
    be looked at again, and the note says what was decided before.

    Parameters
    ----------
    key, content : bytes
        Of the record.
    published : str
        ISO 8601, or empty.
    known : sequence of Known
        The same publication, and its family; in any order.
    """
    versions = [each for each in known if each.key == key]
    exact = [each for each in versions if each.content == content]
    # What was decided on without its text, by number alone, is taken to be this text.
    decided = [each for each in versions if each.content in (content, NO_CONTENT)]
    relatives = [each for each in known if each.key != key]
    akin = [each for each in relatives if _has_same_claims(each.content, content) is True]
    for found, own in ((_latest_decision(decided), True), (_latest_decision(akin), False)):
        if found is not None:
            word, whose = _word(found), "" if own else f" {found.name} of its family, same claims"
            return Standing("decided", f"you decided {word}{whose} ({found.decided})", word)
    scored = min((each.scored for each in exact if each.scored), default="")
    if scored:
        return Standing("scored before", f"since {scored}")
    older = [each for each in versions if each.scored or each.label is not None]
    if older:
        last = max(older, key=lambda each: each.row)
        since = last.scored or last.decided
        change = described_change(last.content, content)
        return Standing("changed", f"{change} since {since}{_decided_before(older)}")
    if akin:
        last = max(akin, key=lambda each: each.row)
        return Standing("new", f"of the family of {last.name}, with the same claims")
    if relatives:
        return Standing("changed", _of_family(content, published, relatives))
    return Standing("new")


def _of_family(content: bytes, published: str, relatives: Sequence[Known]) -> str:
    last = max(relatives, key=lambda each: (each.published, each.row))
    order = "another"
    if published and last.published:
        order = "a later" if published >= last.published else "an earlier"
    same = _has_same_claims(last.content, content)
    what = "with other claims" if same is False else "whose claims cannot be compared"
    seen = last.scored or last.decided
    return (
        f"{order} publication of the family of {last.name} ({seen}), {what}"
        f"{_decided_before(relatives)}"
    )


def _has_same_claims(one: bytes, other: bytes) -> bool | None:
    """Whether two contents have the same claims, or the same text altogether; None if unknown."""
    if one == other != NO_CONTENT:
        return True
    claims = field_in(one, "claims"), field_in(other, "claims")
    return None if None in claims else claims[0] == claims[1]


def _latest_decision(known: Sequence[Known]) -> Known | None:
    decisions = [each for each in known if each.label is not None]
    return max(decisions, key=lambda each: (each.decided, each.row), default=None)


def _decided_before(known: Sequence[Known]) -> str:
    found = _latest_decision(known)
    return "" if found is None else f"; before, you decided {_word(found)} ({found.decided})"


def _word(known: Known) -> str:
    assert known.label is not None
    return LABEL_WORDS[known.label]
