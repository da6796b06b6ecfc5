"""Entries of reference managers (RIS, BibTeX) as rows of one table."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from patsieve.corpus.readers.broken import BrokenRecords
from patsieve.corpus.readers.table import Table
from patsieve.errors import UnreadableFileError

Entry = Mapping[str, list[str]]
"""Column → what the entry has for it, once or several times."""

_YEAR = re.compile(r"\s*\d{4}/*\s*")


def table_of_entries(
    path: Path,
    entries: Callable[[], Iterator[tuple[int, Entry]]],
    *,
    kind: str,
    note: str,
    broken: BrokenRecords,
) -> Table:
    """Return a table with the columns of all entries; what one has several times is one a line.

    Parameters
    ----------
    entries : callable
        Starts at the first entry and yields entries with their numbers, from 1.
    note : str
        What was found out about the file, or nothing.

    Raises
    ------
    UnreadableFileError
        If there is no entry at all.
    """
    columns: dict[str, None] = {}
    for _, entry in entries():
        columns.update(dict.fromkeys(entry))
    if not columns:
        raise UnreadableFileError(f"{path} holds no {kind} entry that can be read{broken.why}")
    header = tuple(columns)

    def read() -> Iterator[tuple[int, list[str]]]:
        for number, entry in entries():
            yield number, ["\n".join(entry.get(name, ())) for name in header]

    return Table(path, header, read, [note] if note else [], kind=kind, broken=broken)


def date_column(date: str) -> str:
    """Return which column a date belongs to: a year alone is no date of publication."""
    return "Year" if _YEAR.fullmatch(date) else "Publication date"
