"""Where in a text of claims each claim begins and ends, and which of them stand on their own."""

import re
from typing import NamedTuple

# "1. A method", "1) A method", "4-7. (canceled)"; a decimal such as 1.5 has no letter behind it.
_NUMBER = re.compile(r"(\d{1,4})(?:\s?[-–]\s?(\d{1,4}))?\s?([.)])\s*(?=[^\W\d_]|[(\[])")
# A claim ends with one of these; "the method of claim 2. 3. The" has none before the 2.
_ENDS = ".;:,)]"
# Whoever names another claim, or those before, depends on it: English, German, French, Spanish,
# Italian, Dutch, Chinese and Japanese. "As claimed" alone names none.
_NAMES_A_CLAIM = re.compile(
    r"\b(?:claims?|anspr(?:uch|uchs|üche|üchen)|patentanspr(?:uch|uchs|üche|üchen)|"
    r"revendications?|reivindicaci(?:ón|ones)|rivendicazion[ei]|conclusies?)\b|"
    r"权利要求|請求項|请求项|청구항",
    re.IGNORECASE,
)
_CANCELLED = re.compile(r"[(\[]?\s*(?:cancell?ed|withdrawn|deleted)\b", re.IGNORECASE)


class Claim(NamedTuple):
    """One claim, or several that were cancelled together.

    Attributes
    ----------
    number : int
    start, end : int
        Its characters in the text, its number included.
    """

    number: int
    start: int
    end: int


def claims_in(text: str) -> list[Claim]:
    """Return the claims of a text that numbers them, in order; none if it does not.

    A number begins a claim if it goes on counting, is written as the first one was, and what
    stands before it has ended. The first claim is number 1, or whatever the text begins with.

    Examples
    --------
    >>> [claim.number for claim in claims_in("1. A cell with 3. parts. 2. The cell of claim 1.")]
    [1, 2]
    >>> claims_in("A cell comprising a cathode.")
    []
    """
    begun: list[tuple[int, int]] = []
    expected, sign = None, ""
    for match in _NUMBER.finditer(text):
        number, is_first = int(match[1]), expected is None
        if is_first and match.start() > 0 and number != 1:
            continue
        if not is_first and (number != expected or match[3] != sign):
            continue
        if not _has_ended(text, match.start()):
            continue
        begun.append((number, match.start()))
        expected, sign = int(match[2] or number) + 1, match[3]
    following = [start for _, start in begun[1:]]
    ends = [*following, len(text)][: len(begun)]
    return [Claim(number, start, end) for (number, start), end in zip(begun, ends, strict=True)]


def standing_claims(text: str) -> list[Claim]:
    """Return the claims of a text that have not been cancelled, in order."""
    return [each for each in claims_in(text) if not _CANCELLED.match(_said(text, each))]


def independent_claims(text: str) -> list[Claim]:
    """Return the claims that name no other claim, in order; those that were cancelled left out.

    The first of them is always one, whatever it names.

    Examples
    --------
    >>> text = "1. A cell. 2. The cell of claim 1. 3. A method as claimed for cells."
    >>> [claim.number for claim in independent_claims(text)]
    [1, 3]
    """
    standing = standing_claims(text)
    others = (each for each in standing[1:] if not _NAMES_A_CLAIM.search(_said(text, each)))
    return [*standing[:1], *others]


def _said(text: str, claim: Claim) -> str:
    """Return a claim without its number."""
    number = _NUMBER.match(text, claim.start)
    return text[claim.start if number is None else number.end() : claim.end]


def _has_ended(text: str, start: int) -> bool:
    before = text[max(start - 3, 0) : start]
    return not before or (before[-1].isspace() and before.rstrip()[-1:] in (*_ENDS, ""))
