"""Plain-text exports of Web of Science, above all of its Derwent Innovations Index.

https://images.webofknowledge.com/WOK46/help/DII/hs_wos_fieldtags.html: a tag of two letters, a
blank and a value; lines that begin with blanks go on. A record of the index is a family: its
publications stand in PN, what Derwent's editors wrote in TI and AB, its accession number in GA.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from patsieve.corpus.readers.broken import BrokenRecords
from patsieve.corpus.readers.encoding import bounded_lines, find_encoding, opened_text
from patsieve.corpus.readers.table import Table
from patsieve.corpus.readers.tag_lines import TagForm, read_entries
from patsieve.corpus.readers.tagged import Entry, table_of_entries

_FORM = TagForm(
    re.compile(r"([A-Z][A-Z0-9])(?: (.*))?"),
    first="PT",
    last="ER",
    outside=frozenset({"FN", "VR", "EF"}),
)
_COLUMNS = {
    "PT": "Type", "PN": "Publication number", "TI": "Title", "AB": "Abstract", "AU": "Inventors",
    "AE": "Assignees", "GA": "Patent family", "IP": "IPC", "PD": "Publication date",
    "PI": "Priority date", "AD": "Application details", "DC": "Derwent classes",
    "MC": "Derwent manual codes", "UT": "Accession number",
}  # fmt: skip


def open_web_of_science(path: Path, head: bytes, *, tolerant: bool = False) -> Table:
    """Open a plain-text export; columns are called by what the tags mean, others by the tag.

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
            found = read_entries(path, bounded_lines(path, text), _FORM, broken)
            yield from enumerate(map(_as_columns, found), start=1)

    return table_of_entries(path, entries, kind="Web of Science", note=note, broken=broken)


def _as_columns(tags: Mapping[str, list[str]]) -> Entry:
    return {_COLUMNS.get(tag, tag): list(filter(None, values)) for tag, values in tags.items()}
