"""Cuts a stream of text into the documents that stand in it, each with what stands before it.

A weekly file is many XML documents one after another; a DOCDB file is one document of many
thousand records. Both are cut at the start and end tags of the records, so that one record at a
time is in memory, and a broken one does not take the others with it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import final

_CHUNK_CHARACTERS = 1 << 20
# The longest patents, full of tables, have about ten million characters.
LONGEST_DOCUMENT = 1 << 25
# Of what stands between two documents so much is kept: a document type with all its drawings.
_LONGEST_HEAD = 1 << 20
_LONGEST_NAME = 200

RECORD_NAMES = (
    "us-patent-grant",
    "us-patent-application",
    "PATDOC",
    "patent-application-publication",
    "exchange-document",
    "fulltext-document",
    "family-member",
    "search-result",
    "inquiry-result",
    r"(?:[A-Za-z]+-)*patent-document",
    r"(?:[A-Za-z]+-)*published-application",
    "sequence-cwu",
)
"""Patterns of the names of elements that are one record each; search results hold several."""


@final
@dataclass(frozen=True, slots=True)
class Unit:
    """One document of a file, not yet parsed.

    Attributes
    ----------
    name : str
        Of its element, without the prefix of a namespace.
    line : int
        Where it begins, counted from 1.
    head : str
        What stands between it and the document before: declaration, document type, start
        tags of containers. Only its end where it is very long.
    text : str
        From the start tag to the end tag; empty where `fault` says why not.
    fault : str
        Why it is not complete, as the end of a sentence; else empty.
    """

    name: str
    line: int
    head: str
    text: str
    fault: str = ""


def start_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds the start tags of elements, given patterns of their local names."""
    return re.compile(rf"<((?:[A-Za-z_][\w.-]*:)?({'|'.join(names)}))(?=[\s/>])")


def units(read: Callable[[int], str], start: re.Pattern[str]) -> Iterator[Unit]:
    """Yield one document after another.

    Parameters
    ----------
    read : callable
        Gives up to so many further characters; none at the end.
    start : pattern
        From `start_pattern`.
    """
    window = _Window(read)
    while (found := _next_start(window, start)) is not None:
        head, qualified, name = found
        line = window.line
        text, fault = _body(window, qualified)
        yield Unit(name, line, head, text, fault)


@final
class _Window:
    """The part of a stream that is looked at; it only moves forward.

    Attributes
    ----------
    text : str
    at : int
        Where in `text` the part begins that has not been taken.
    line : int
        Of that place, counted from 1.
    """

    def __init__(self, read: Callable[[int], str]) -> None:
        self._read = read
        self.text = ""
        self.at = 0
        self.line = 1

    def grow(self) -> bool:
        """Take in more, with `at` at the beginning; False at the end of the stream."""
        more = self._read(_CHUNK_CHARACTERS)
        self.text = self.text[self.at :] + more
        self.at = 0
        return more != ""

    def take(self, until: int) -> str:
        """Return what stands before the place `until` and move there."""
        taken = self.text[self.at : until]
        self.at = until
        self.line += taken.count("\n")
        return taken


def _next_start(window: _Window, start: re.Pattern[str]) -> tuple[str, str, str] | None:
    """Move to the next start tag; return what stood before it and its name, qualified and local."""
    head = ""
    while True:
        match = start.search(window.text, window.at)
        if match is not None:
            head = (head + window.take(match.start()))[-_LONGEST_HEAD:]
            return head, match[1], match[2]
        # A tag may have been cut in two.
        end = len(window.text)
        begun = window.text.rfind("<", max(window.at, end - _LONGEST_NAME))
        head = (head + window.take(end if begun < 0 else begun))[-_LONGEST_HEAD:]
        if not window.grow():
            return None


def _body(window: _Window, qualified: str) -> tuple[str, str]:
    """Move behind the document that begins here; return its text, or why it has none."""
    while window.text.find(">", window.at) < 0 and len(window.text) < LONGEST_DOCUMENT:
        if not window.grow():
            break
    name = re.escape(qualified)
    attributes = r"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*"
    empty = re.compile(rf"<{name}{attributes}\s*/>").match(window.text, window.at)
    if empty is not None:
        return window.take(empty.end()), ""
    # Another beginning before the end means that the end is missing.
    stop = re.compile(rf"<(?:/{name}\s*>|{name}(?=[\s/>])|\?xml\s|!DOCTYPE\s)")
    is_too_long = False
    searched = window.at + 1
    while (match := stop.search(window.text, searched)) is None:
        # A tag may have been cut in two.
        unsearched = len(qualified) + _LONGEST_NAME
        if len(window.text) - window.at > LONGEST_DOCUMENT:
            is_too_long = True
            window.take(len(window.text) - unsearched)
        seen = len(window.text) - window.at
        if not window.grow():
            window.take(len(window.text))
            return "", "ends too early: the file is cut off"
        searched = max(1, seen - unsearched)
    if is_too_long:
        window.take(match.end() if match[0].startswith("</") else match.start())
        return "", f"has more than {LONGEST_DOCUMENT:,} characters"
    if not match[0].startswith("</"):
        window.take(match.start())
        return "", "ends too early: the next document begins before its end"
    return window.take(match.end()), ""
