"""Explanations in words that fit the cell of a table."""

from collections.abc import Sequence

from patsieve.corpus.labels import LABEL_WORDS
from patsieve.corpus.read_text import Place
from patsieve.corpus.tally import quoted
from patsieve.screening.explain.explanation import Explanation, NearRecord, Reason, Side

BETWEEN = " | "
"""What stands between two reasons in a cell of one line."""

_SENTENCE_CHARACTERS = 200
_N_CLAIMS = 3


def reasons_text(explanation: Explanation, side: Side, *, between: str = BETWEEN) -> str:
    """Return the reasons on one side, the strongest first."""
    return between.join(_reason_text(reason) for reason in explanation.on(side))


def members_text(explanation: Explanation, *, between: str = BETWEEN) -> str:
    """Return what each member of a stack adds; empty without a stack."""
    parts = (f"{name} {amount(change)}" for name, change in explanation.members.items())
    return between.join(parts)


def nearest_text(nearest: Sequence[NearRecord], *, between: str = BETWEEN) -> str:
    """Return the nearest labelled records, the nearest first."""
    return between.join(
        f"{LABEL_WORDS[near.label]}: {near.name} {quoted(near.title, at_most_characters=80)} "
        f"{near.similarity:.2f}{', same family' if near.same_family else ''}"
        for near in nearest
    )


def amount(change: float) -> str:
    """Return a change of log-odds with its sign, to two decimals.

    Examples
    --------
    >>> amount(0.5), amount(-1.234), amount(-0.001)
    ('+0.50', '−1.23', '+0.00')
    """
    rounded = round(change, 2)
    return f"{'−' if rounded < 0 else '+'}{abs(rounded):.2f}"


def _reason_text(reason: Reason) -> str:
    text = reason.text
    if reason.kind == "sentence":
        is_long = len(text) > _SENTENCE_CHARACTERS
        text = f"“{text[:_SENTENCE_CHARACTERS]}{'…' if is_long else ''}”"
    where = _where(reason.places)
    return f"{text} {amount(reason.change)}" + (f" ({where})" if where else "")


def _where(places: Sequence[Place]) -> str:
    """Return the fields of places, claims by their numbers: ``title, claims 1, 4``."""
    fields = dict.fromkeys(place.field for place in places)
    numbers = list(dict.fromkeys(place.claim for place in places if place.claim is not None))
    if numbers:
        shown = ", ".join(map(str, numbers[:_N_CLAIMS])) + ("…" if len(numbers) > _N_CLAIMS else "")
        named = f"{'claim' if len(numbers) == 1 else 'claims'} {shown}"
        return ", ".join(named if field == "claims" else field for field in fields)
    return ", ".join(fields)
