"""RIS, the exchange format of reference managers: a tag and a value on every line.

https://en.wikipedia.org/wiki/RIS_(file_format). Databases differ in where they put the number
of a patent: PatBase in PN, Zotero and EndNote in M1, SN or C6.
"""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import final

from patsieve.corpus.numbers import parsed_number
from patsieve.corpus.readers.broken import BrokenRecords
from patsieve.corpus.readers.encoding import bounded_lines, find_encoding, opened_text
from patsieve.corpus.readers.table import Table
from patsieve.corpus.readers.tagged import Entry, date_column, table_of_entries

_LINE = re.compile(r"([A-Z][A-Z0-9])  - ?(.*)")
_MOST_LINES = 100_000
_COLUMNS = {
    "TY": "Type", "TI": "Title", "T1": "Title", "CT": "Title", "AB": "Abstract", "N2": "Abstract",
    "AU": "Inventors", "A1": "Inventors", "A2": "Assignees", "PB": "Publisher",
    "KW": "Keywords", "UR": "URL", "L1": "Link", "L2": "Link", "CY": "Country", "N1": "Notes",
    "IP": "IPC", "IC": "IPC", "CP": "CPC", "PC": "CPC", "CL": "Claims", "PR": "Priority numbers",
    "PD": "Publication date", "PN": "Publication number", "LA": "Language",
}  # fmt: skip
_DATES = ("DA", "PY", "Y1")
# Where a number stands that is no other number of the entry, the likeliest first.
_NUMBERS = ("M1", "SN", "C6", "IS", "VL", "AN", "ID")


def open_ris(path: Path, head: bytes, *, tolerant: bool = False) -> Table:
    """Open RIS; the columns are called by what the tags mean, unknown ones by the tag.

    Parameters
    ----------
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
            yield from enumerate(_entries(path, bounded_lines(path, text), broken), start=1)

    return table_of_entries(path, entries, kind="RIS", note=note, broken=broken)


def _entries(path: Path, lines: Iterator[str], broken: BrokenRecords) -> Iterator[Entry]:
    entry: _Tags | None = None
    for number, line in enumerate(chain(lines, ("TY  - ",)), start=1):
        match = _LINE.fullmatch(line.rstrip())
        tag, value = ("", line) if match is None else (match[1], match[2])
        if tag in ("TY", "ER"):
            # Some exports leave out the end of an entry.
            if entry is not None:
                yield entry.as_columns()
            entry = _Tags(value) if tag == "TY" else None
        elif entry is not None:
            if entry.n_lines >= _MOST_LINES:
                broken.add(f"the entry that ends at line {number} of {path} never ends")
                entry = None
            else:
                entry.add(tag, value)
        elif tag:
            broken.add(f"line {number} of {path}, {tag}, stands in no entry")


@final
class _Tags:
    """The lines of one entry."""

    def __init__(self, kind: str) -> None:
        self._values: dict[str, list[str]] = {"TY": [kind.strip()]}
        self._last = "TY"
        self.n_lines = 0

    def add(self, tag: str, value: str) -> None:
        """Take a value, or, without a tag, what goes on from the line before."""
        self.n_lines += 1
        if tag:
            self._last = tag
            self._values.setdefault(tag, []).append(value.strip())
        elif value.strip():
            before = self._values[self._last]
            before[-1] = f"{before[-1]}\n{value.strip()}" if before[-1] else value.strip()

    def as_columns(self) -> Entry:
        """Return the values by the names of columns."""
        columns: dict[str, list[str]] = {}
        for tag, values in self._values.items():
            filled = [value for value in values if value]
            if filled and tag in _DATES:
                columns.setdefault(date_column(filled[0]), filled[:1])
            elif filled:
                known = columns.setdefault(_COLUMNS.get(tag, tag), [])
                known += [value for value in filled if value not in known]
        if "Publication number" not in columns:
            for tag in _NUMBERS:
                number = next(iter(self._values.get(tag, ())), "")
                found = parsed_number(number)
                if found is not None and found.country:
                    columns["Publication number"] = [number]
                    break
        return columns
