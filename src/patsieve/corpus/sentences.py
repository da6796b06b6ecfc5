"""Cutting a text into passages short enough to be pointed at: sentences, and parts of long ones.

Patents have sentences of a hundred words, claims above all. What is longer than three hundred
characters is cut again, at commas.
"""

import re
from collections.abc import Iterator

# A full stop before a capital letter, a digit or a bracket; a semicolon anywhere.
_BREAK = re.compile(r"(?<=[.!?])[\"”’')\]]*\s+(?=[^\Wa-z_]|[(\[“\"'])|(?<=[;；])\s+|(?<=。)\s*")
# "FIG. 2", "U.S. Pat. No. 5": the sentence goes on.
_ABBREVIATED = re.compile(
    r"(?:\b(?:figs?|nos?|pat|approx|ca|cf|al|vs|eqs?|refs?|e\.g|i\.e|z\.\s?b|[a-z]))\.$",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 8
_COMMA = re.compile(r"(?<=[,:，、])\s+")
# A number of a claim is no sentence; shorter pieces join the next.
_SHORTEST = 15
_LONGEST = 300

Stretch = tuple[int, int]
"""Where a passage begins and ends, in characters."""


def sentences_in(text: str) -> list[Stretch]:
    """Return where the passages of a text stand, in order, blanks around them left out.

    Every character but blanks between passages is in exactly one of them.

    Examples
    --------
    >>> text = "A cell of FIG. 2 is shown. It has a cathode; and an anode of carbon."
    >>> [text[start:end] for start, end in sentences_in(text)]
    ['A cell of FIG. 2 is shown.', 'It has a cathode;', 'and an anode of carbon.']
    """
    found: list[Stretch] = []
    for start, end in _joined(_between(text, _breaks(text))):
        found += _cut(text, start, end)
    return found


def _breaks(text: str) -> Iterator[int]:
    for match in _BREAK.finditer(text):
        before = text[max(match.start() - _LONGEST_ABBREVIATION, 0) : match.start()]
        if _ABBREVIATED.search(before) is None:
            yield match.end()


def _between(text: str, breaks: Iterator[int]) -> Iterator[Stretch]:
    start = 0
    for place in [*breaks, len(text)]:
        part = text[start:place]
        if part.strip():
            yield start + len(part) - len(part.lstrip()), start + len(part.rstrip())
        start = place


def _joined(stretches: Iterator[Stretch]) -> list[Stretch]:
    """Join what is too short to what follows, at the end to what goes before."""
    found: list[Stretch] = []
    for start, end in stretches:
        if found and found[-1][1] - found[-1][0] < _SHORTEST:
            start = found.pop()[0]
        found.append((start, end))
    if len(found) > 1 and found[-1][1] - found[-1][0] < _SHORTEST:
        _, end = found.pop()
        found[-1] = (found[-1][0], end)
    return found


def _cut(text: str, start: int, end: int) -> Iterator[Stretch]:
    """Cut a long passage at each comma from which the next one would be too far away."""
    commas = [match.span() for match in _COMMA.finditer(text, start, end - _SHORTEST)]
    for (place, after), (following, _) in zip(commas, [*commas[1:], (end, end)], strict=False):
        if following - start > _LONGEST and place - start >= _SHORTEST:
            yield start, place
            start = after
    yield start, end
