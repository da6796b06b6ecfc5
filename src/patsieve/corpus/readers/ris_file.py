"""RIS, the exchange format of reference managers: a tag and a value on every line.

https://en.wikipedia.org/wiki/RIS_(file_format). Databases differ in where they put the number
of a patent: PatBase in PN, Zotero and EndNote in M1, SN or C6.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from patsieve.corpus.numbers import parsed_number
from patsieve.corpus.readers.table import Table
from patsieve.corpus.readers.tag_lines import TagForm, open_tagged
from patsieve.corpus.readers.tagged import Entry, date_column

_FORM = TagForm(re.compile(r"([A-Z][A-Z0-9])  - ?(.*)"), first="TY", last="ER")
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
    return open_tagged(path, head, _FORM, _as_columns, kind="RIS", tolerant=tolerant)


def _as_columns(tags: Mapping[str, list[str]]) -> Entry:
    """Return the values by the names of columns."""
    columns: dict[str, list[str]] = {}
    for tag, values in tags.items():
        filled = [value for value in values if value]
        if filled and tag in _DATES:
            columns.setdefault(date_column(filled[0]), filled[:1])
        elif filled:
            known = columns.setdefault(_COLUMNS.get(tag, tag), [])
            known += [value for value in filled if value not in known]
    if "Publication number" not in columns:
        for tag in _NUMBERS:
            number = next(iter(tags.get(tag, ())), "")
            found = parsed_number(number)
            if found is not None and found.country:
                columns["Publication number"] = [number]
                break
    return columns
