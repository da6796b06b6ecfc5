"""Files with a tag and a value on every line, such as RIS, cut into entries."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import final

from patsieve.corpus.readers.broken import BrokenRecords
from patsieve.corpus.readers.encoding import bounded_lines, find_encoding, opened_text
from patsieve.corpus.readers.table import Table
from patsieve.corpus.readers.tagged import Entry, table_of_entries

Tags = Mapping[str, list[str]]
"""Tag → the values of an entry, in the order of their lines."""

_MOST_LINES = 100_000


@final
@dataclass(frozen=True)
class TagForm:
    """How a format writes its tags.

    Attributes
    ----------
    line : pattern
        A line with a tag; its groups are the tag and the value.
    first, last : str
        The tags with which an entry begins and ends. An end may be missing.
    outside : frozenset of str
        Tags that may stand between entries.
    """

    line: re.Pattern[str]
    first: str
    last: str
    outside: frozenset[str] = frozenset()


def open_tagged(
    path: Path,
    head: bytes,
    form: TagForm,
    as_columns: Callable[[Tags], Entry],
    *,
    kind: str,
    tolerant: bool,
) -> Table:
    """Open a file as a table with a row for each entry.

    Parameters
    ----------
    as_columns : callable
        Says what the tags of an entry are called as columns.
    kind : str
        What to call the format.
    tolerant : bool
        Leave out lines that stand outside of an entry, instead of refusing the file.

    Raises
    ------
    UnreadableFileError
        If the file holds no entry, or is damaged.
    """
    encoding, note = find_encoding(path, head)
    broken = BrokenRecords(tolerated=tolerant)

    def entries() -> Iterator[tuple[int, Entry]]:
        with opened_text(path, encoding, newline=None) as text:
            found = _entries(path, bounded_lines(path, text), form, broken)
            yield from enumerate(map(as_columns, found), start=1)

    return table_of_entries(path, entries, kind=kind, note=note, broken=broken)


def _entries(
    path: Path, lines: Iterator[str], form: TagForm, broken: BrokenRecords
) -> Iterator[Tags]:
    """Yield the values of each entry by tag, in the order of their first lines.

    A line without a tag goes on from the value above it, as another line of it. Lines of no entry
    and entries without end are reported to `broken`.
    """
    entry: _Values | None = None
    for number, line in enumerate(chain(lines, (None,)), start=1):
        match = None if line is None else form.line.fullmatch(line.rstrip())
        tag, value = ("", line or "") if match is None else (match[1], match[2] or "")
        if line is None or tag in (form.first, form.last):
            # Some exports leave out the end of an entry.
            if entry is not None:
                yield entry.by_tag
            entry = _Values(tag, value) if tag == form.first else None
        elif entry is not None:
            if entry.n_lines >= _MOST_LINES:
                broken.add(f"the entry that ends at line {number} of {path} never ends")
                entry = None
            else:
                entry.add(tag, value)
        elif tag and tag not in form.outside:
            broken.add(f"line {number} of {path}, {tag}, stands in no entry")


@final
class _Values:
    """The lines of one entry."""

    __slots__ = ("_last", "by_tag", "n_lines")

    def __init__(self, tag: str, value: str) -> None:
        self.by_tag: dict[str, list[str]] = {tag: [value.strip()]}
        self._last = tag
        self.n_lines = 0

    def add(self, tag: str, value: str) -> None:
        """Take a value, or, without a tag, what goes on from the line before."""
        self.n_lines += 1
        if tag:
            self._last = tag
            self.by_tag.setdefault(tag, []).append(value.strip())
        elif value.strip():
            before = self.by_tag[self._last]
            before[-1] = f"{before[-1]}\n{value.strip()}" if before[-1] else value.strip()
