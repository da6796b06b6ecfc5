"""The table of a file of a patent office, once at least one record of it could be read."""

from collections.abc import Callable, Iterator
from pathlib import Path

from patsieve.corpus.readers.broken import BrokenRecords
from patsieve.corpus.readers.offices.columns import COLUMNS, Findings
from patsieve.corpus.readers.table import Table
from patsieve.errors import UnreadableFileError


def office_table(
    path: Path,
    read: Callable[[BrokenRecords, Findings], Iterator[tuple[int, list[str]]]],
    *,
    kind: str,
    encoding_note: str,
    without_any: str,
) -> Table:
    """Return the table of a file.

    Parameters
    ----------
    path : Path
    read : callable
        Starts at the first record and yields row numbers with cells, one for each of `COLUMNS`.
        It counts what it leaves out, and what it finds, in the objects that it is given.
    kind : str
        What to call the format.
    encoding_note : str
        What the user should know about the encoding; may be empty.
    without_any : str
        What a file is that has no record at all, not even a broken one.

    Raises
    ------
    UnreadableFileError
        If no record can be read. The first is read at once, so that this is known early.
    """
    # A weekly file has thousands of documents: however many are broken, the others are read.
    broken, findings = BrokenRecords(tolerated=True, most=None), Findings()

    def rows() -> Iterator[tuple[int, list[str]]]:
        findings.forget()
        return read(broken, findings)

    if next(rows(), None) is None:
        raise UnreadableFileError(
            f"{path} holds no patent that can be read{broken.why}"
            if broken.count
            else f"{path} is {without_any}"
        )
    notes = [encoding_note] if encoding_note else []
    return Table(
        path,
        COLUMNS,
        rows,
        notes,
        kind=kind,
        broken=broken,
        found=lambda: findings.notes,
        may_be_cut=False,
        dates_are_iso=True,
    )
