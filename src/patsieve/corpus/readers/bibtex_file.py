"""BibTeX, as reference managers write it: ``@patent{key, title = {…}, number = {…}}``."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import final

from patsieve.corpus.readers.broken import BrokenRecords
from patsieve.corpus.readers.encoding import bounded_lines, find_encoding, opened_text
from patsieve.corpus.readers.table import Table
from patsieve.corpus.readers.tagged import Entry, date_column, table_of_entries
from patsieve.corpus.tally import quoted

_BEGIN = re.compile(r"\s*@\s*([A-Za-z]+)\s*\{")
_NO_RECORD = frozenset({"comment", "preamble"})
_MOST_CHARACTERS = 1 << 24
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_BRACE_OR_QUOTE = re.compile(r"\\.|[{}\"]", re.DOTALL)
_KEY = re.compile(r"\s*([^\s,{}=\"]*)\s*(?:,|$)")
_NAME = re.compile(r"[\s,]*([A-Za-z][\w:.+-]*)\s*=\s*")
_NOTHING_MORE = re.compile(r"[\s,]*\Z")
_BARE = re.compile(r"[^\s,#{}\"]+")
_BETWEEN = re.compile(r"\s*#\s*")

# LaTeX's accents, as the combining characters of Unicode.
_ACCENTS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328",
    "r": "\u030a",
}  # fmt: skip
_ACCENT = re.compile(r"\\(?:([\"'`^~=.])\s*|([cvuHkr])(?:\s+|(?=\{)))\{?\\?([A-Za-z])\}?")
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "l": "ł", "L": "Ł", "i": "ı",
}  # fmt: skip
_LETTER = re.compile(r"\\(ss|oe|OE|ae|AE|aa|AA|o|O|l|L|i)(?![A-Za-z])\s*")
# Google Scholar has no other place for the number of an American patent.
_IN_A_NOTE = re.compile(r"US Patent ((?:RE|PP|D)?[\d,]{4,11}\d)", re.ASCII)
_ESCAPED = re.compile(r"\\([&%$#_{}])")


def open_bibtex(path: Path, head: bytes, *, tolerant: bool = False) -> Table:
    """Open BibTeX; the columns are the names of the fields, a patent's number is its publication's.

    Parameters
    ----------
    tolerant : bool
        Leave out entries that cannot be parsed, instead of refusing the file.

    Raises
    ------
    UnreadableFileError
        If the file holds no entry, or is damaged.
    """
    encoding, note = find_encoding(path, head)
    broken = BrokenRecords(tolerated=tolerant)

    def entries() -> Iterator[tuple[int, Entry]]:
        with opened_text(path, encoding, newline=None) as text:
            found = _entries(path, bounded_lines(path, text), broken)
            yield from enumerate(found, start=1)

    return table_of_entries(path, entries, kind="BibTeX", note=note, broken=broken)


def _entries(path: Path, lines: Iterator[str], broken: BrokenRecords) -> Iterator[Entry]:
    abbreviations: dict[str, str] = {}
    for number, kind, body in _bodies(path, lines, broken):
        try:
            fields = _fields(body, abbreviations)
        except ValueError as error:
            broken.add(f"the entry at line {number} of {path} cannot be parsed: {error}")
            continue
        if kind == "string":
            abbreviations.update(fields)
        else:
            yield _as_columns(kind, fields)


def _bodies(
    path: Path, lines: Iterator[str], broken: BrokenRecords
) -> Iterator[tuple[int, str, str]]:
    """Yield line, kind and content of each entry; what stands between entries is a comment."""
    entry: _Open | None = None
    for number, line in enumerate(lines, start=1):
        begins = _BEGIN.match(line)
        if begins is not None and (entry is None or line.startswith("@")):
            if entry is not None:
                broken.add(f"the entry at line {entry.number} of {path} never ends")
            entry = _Open(number, begins[1].casefold())
            line = line[begins.end() :]
        if entry is None:
            continue
        entry.take(line)
        if entry.size > _MOST_CHARACTERS:
            broken.add(f"the entry at line {entry.number} of {path} never ends")
            entry = None
        elif entry.depth <= 0:
            if entry.kind not in _NO_RECORD:
                yield entry.number, entry.kind, entry.body
            entry = None
    if entry is not None:
        broken.add(f"the entry at line {entry.number} of {path} never ends")


@final
class _Open:
    """An entry whose last brace has not come yet."""

    def __init__(self, number: int, kind: str) -> None:
        self.number = number
        self.kind = kind
        self.depth = 1
        self.size = 0
        self._parts: list[str] = []

    def take(self, line: str) -> None:
        """Take a line, up to the brace that closes the entry."""
        for brace in _BRACE.finditer(line):
            self.depth += {"{": 1, "}": -1}.get(brace[0], 0)
            if self.depth == 0:
                line = line[: brace.start()]
                break
        self.size += len(line)
        self._parts.append(line)

    @property
    def body(self) -> str:
        """What stands between the braces."""
        return "".join(self._parts)


def _fields(body: str, abbreviations: Mapping[str, str]) -> dict[str, str]:
    """Return name → value of an entry's content.

    Raises
    ------
    ValueError
        If something else stands where a field should.
    """
    key = _KEY.match(body)
    place = key.end() if key is not None else 0
    fields: dict[str, str] = {}
    while _NOTHING_MORE.match(body, place) is None:
        name = _NAME.match(body, place)
        if name is None:
            raise ValueError(f"no field begins at {quoted(body[place : place + 80].lstrip(', '))}")
        value, place = _value(body, name.end(), abbreviations)
        fields.setdefault(name[1].casefold(), _plain(value))
    return fields


def _value(body: str, place: int, abbreviations: Mapping[str, str]) -> tuple[str, int]:
    """Return the pieces of a value, joined, and the place behind it."""
    parts = []
    while True:
        if body[place : place + 1] in ("{", '"'):
            end = _closing(body, place)
            parts.append(body[place + 1 : end])
            place = end + 1
        else:
            bare = _BARE.match(body, place)
            if bare is None:
                raise ValueError("a field has no value")
            parts.append(abbreviations.get(bare[0].casefold(), bare[0]))
            place = bare.end()
        more = _BETWEEN.match(body, place)
        if more is None:
            return "".join(parts), place
        place = more.end()


def _closing(body: str, place: int) -> int:
    """Return where the brace or quotation mark at `place` is closed."""
    is_quote = body[place] == '"'
    depth = 0 if is_quote else 1
    for found in _BRACE_OR_QUOTE.finditer(body, place + 1):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0 and found[0] == ('"' if is_quote else "}"):
            return found.start()
    raise ValueError(f"{body[place]} is never closed")


def _plain(value: str) -> str:
    """Return a value without LaTeX's accents, escapes and braces."""
    if "\\" in value:
        value = _ACCENT.sub(lambda m: m[3] + _ACCENTS[m[1] or m[2]], value)
        value = _LETTER.sub(lambda m: _LETTERS[m[1]], value)
        value = _ESCAPED.sub(r"\1", re.sub(r"(?<!\\)[{}]", "", value))
    else:
        value = re.sub(r"[{}]", "", value)
    return unicodedata.normalize("NFC", value.strip())


def _as_columns(kind: str, fields: dict[str, str]) -> Entry:
    columns: dict[str, list[str]] = {"Type": [kind]}
    is_patent = kind == "patent" or "patent" in fields.get("type", "").casefold()
    for name, value in fields.items():
        if not value:
            continue
        if is_patent and name == "number":
            columns["Publication number"] = [value]
        elif is_patent and name in ("date", "year"):
            columns.setdefault(date_column(value), [value])
        elif name != "type":
            columns[name] = [value]
    scholarly = _IN_A_NOTE.fullmatch(fields.get("note", ""))
    if scholarly is not None:
        columns.setdefault("Publication number", [f"US{scholarly[1]}"])
    return columns
