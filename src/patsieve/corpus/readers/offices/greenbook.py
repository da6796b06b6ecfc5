"""American grants of 1976 to 2001 as plain text: lines with a code of up to four letters.

A line begins with its code and has its value from the sixth place on; what begins with blanks
goes on. A code alone on its line begins a section. Source: "Patent Full Text/APS File"
("Greenbook"), USPTO.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO, final

from patsieve.corpus.readers.broken import BrokenRecordError, BrokenRecords
from patsieve.corpus.readers.encoding import find_encoding, opened_text
from patsieve.corpus.readers.offices.columns import Column, Findings, row_of
from patsieve.corpus.readers.offices.greenbook_text import plain
from patsieve.corpus.readers.offices.identity import (
    application_number,
    earliest,
    names,
    one_date,
    person,
    publication_number,
)
from patsieve.corpus.readers.offices.symbols import joined, symbol_of
from patsieve.corpus.readers.offices.table import office_table
from patsieve.corpus.readers.offices.units import LONGEST_DOCUMENT
from patsieve.corpus.readers.table import Table
from patsieve.errors import UnreadableFileError

# Lines have eighty places; nothing near this length is one.
_LONGEST_LINE = 1 << 20
_CODE_PLACES = 5
_TABLES = frozenset({"TBL", "TBL3", "EQU"})
_DESCRIPTION = ("GOVT", "PARN", "RLAP", "BSUM", "DRWD", "DETD")
_RELATED = ("PRIR", "RLAP", "PCTA")

_Lines = list[tuple[str, str, str]]
"""Section, code and value of the lines of one patent, continued lines in one."""


def open_greenbook(path: Path, head: bytes) -> Table:
    """Open a file of one or many patents.

    Raises
    ------
    UnreadableFileError
        If the file is damaged or undecodable, or none of the patents can be read.
    """
    encoding, note = find_encoding(path, head)

    def read(broken: BrokenRecords, findings: Findings) -> Iterator[tuple[int, list[str]]]:
        with opened_text(path, encoding, newline="") as text:
            for number, (line, lines) in enumerate(_patents(path, text), start=1):
                try:
                    fields = greenbook_fields(lines, line)
                except BrokenRecordError as error:
                    broken.add(error.told_of(f"document {number:,}"))
                    continue
                findings.add(fields, "patent documents")
                yield number, row_of(fields)

    return office_table(
        path,
        read,
        kind="USPTO Greenbook text",
        encoding_note=note,
        without_any="a text that begins like an American patent, but holds none",
    )


def greenbook_fields(lines: _Lines, line: int) -> dict[Column, str]:
    """Return what is known of one patent.

    Raises
    ------
    BrokenRecordError
        If it has no number.
    """
    patent = _Patent(lines)
    number = patent.first("PATN", "WKU")
    # Nine places, the last of them a check digit.
    digits = number[:-1] if len(number) == 9 else number
    published = publication_number("US", digits, "")
    if not published:
        raise BrokenRecordError("has no patent number (WKU)", line)
    ipc = joined(map(symbol_of, patent.values("CLAS", "ICL")))
    series = patent.first("PATN", "SRC")
    application = patent.first("PATN", "APN")[:6]
    filed = patent.first("PATN", "APD")
    related = [date for section in _RELATED for date in patent.values(section, "APD", "PD3")]
    return {
        "publication_number": published,
        "publication_date": one_date(patent.first("PATN", "ISD")),
        "title": plain(patent.first("PATN", "TTL")),
        "abstract": patent.text("ABST"),
        "claims": patent.claims(),
        "description": "\n".join(filter(None, map(patent.text, _DESCRIPTION))),
        "cpc_symbols": ipc,
        "ipc_symbols": ipc,
        "priority_date": earliest([filed, *related]),
        "application_number": application_number("US", _application(series, application)),
        "applicants": names(map(_name, patent.values("ASSG", "NAM"))),
        "inventors": names(map(_name, patent.values("INVT", "NAM"))),
        "language": "en",
    }


@final
class _Patent:
    """The lines of a patent by section and code."""

    def __init__(self, lines: _Lines) -> None:
        self._lines = lines

    def values(self, section: str, *codes: str) -> list[str]:
        """Return the values of some codes of a section, in order."""
        return [value for where, code, value in self._lines if where == section and code in codes]

    def first(self, section: str, code: str) -> str:
        """Return the first value of a code; empty without any."""
        return next(iter(self.values(section, code)), "")

    def text(self, section: str) -> str:
        """Return the paragraphs and headings of a section, one a line, without tables."""
        found = (
            plain(value)
            for where, code, value in self._lines
            if where == section and code not in _TABLES and (code.startswith("PA") or code == "TTL")
        )
        return "\n".join(filter(None, found))

    def claims(self) -> str:
        """Return the claims, one a line; a design has one, without a number."""
        claims: list[list[str]] = []
        for section, code, value in self._lines:
            if section == "CLMS" and code == "NUM":
                claims.append([])
            elif section in ("CLMS", "DCLM") and code.startswith("PA"):
                if not claims:
                    claims.append([])
                claims[-1].append(plain(value))
        texts = [" ".join(filter(None, parts)) for parts in claims]
        return "\n".join(
            text if text[:1].isdigit() else f"{position}. {text}"
            for position, text in enumerate(texts, start=1)
            if text
        )


def _application(series: str, number: str) -> str:
    """Return the two places of the series and six of the number; nothing without a number."""
    return f"{series.zfill(2)}{number}" if number and series.isdigit() else number


def _name(value: str) -> str:
    """Return ``Daniels, Everette E.`` for ``Daniels; Everette E.``."""
    family, _, given = plain(value).partition(";")
    return person(family, given)


def _patents(path: Path, text: TextIO) -> Iterator[tuple[int, _Lines]]:
    """Yield the line where each patent begins, from 1, and its lines."""
    begun, section, size = 0, "", 0
    parts: list[tuple[str, str, list[str]]] = []
    for number, line in enumerate(_bounded(path, text), start=1):
        size += len(line)
        if size > LONGEST_DOCUMENT:
            raise UnreadableFileError(
                f"the patent at line {begun:,} of {path} has more than {LONGEST_DOCUMENT:,} "
                "characters, which none of this format has"
            )
        code, value = line[:_CODE_PLACES].strip(), line[_CODE_PLACES:].strip()
        if code == "PATN" and not value:
            if begun:
                yield begun, _joined(parts)
            begun, section, size, parts = number, code, 0, []
        elif not code:
            if parts and value:
                parts[-1][2].append(value)
        elif not value and len(code) == 4 and code.isalpha():
            section = code
        else:
            parts.append((section, code, [value]))
    if begun:
        yield begun, _joined(parts)


def _joined(parts: list[tuple[str, str, list[str]]]) -> _Lines:
    return [(section, code, " ".join(values)) for section, code, values in parts]


def _bounded(path: Path, text: TextIO) -> Iterator[str]:
    number = 0
    while line := text.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise UnreadableFileError(
                f"line {number:,} of {path} has more than {_LONGEST_LINE:,} characters, which "
                "no file of this format has"
            )
        yield line
