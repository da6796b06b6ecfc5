"""Plain-text exports of Web of Science, above all of its Derwent Innovations Index.

https://images.webofknowledge.com/WOK46/help/DII/hs_wos_fieldtags.html: a tag of two letters, a
blank and a value; lines that begin with blanks go on. A record of the index is a family: its
publications stand in PN, what Derwent's editors wrote in TI and AB, its accession number in GA.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from patsieve.corpus.readers.table import Table
from patsieve.corpus.readers.tag_lines import TagForm, open_tagged
from patsieve.corpus.readers.tagged import Entry

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
    return open_tagged(path, head, _FORM, _as_columns, kind="Web of Science", tolerant=tolerant)


def _as_columns(tags: Mapping[str, list[str]]) -> Entry:
    return {_COLUMNS.get(tag, tag): list(filter(None, values)) for tag, values in tags.items()}
