"""A file of one or many XML or SGML documents of a patent office, read document by document."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import final
from xml.etree.ElementTree import Element

from patsieve.corpus.readers.broken import BrokenRecordError, BrokenRecords
from patsieve.corpus.readers.encoding import find_encoding, opened_text
from patsieve.corpus.readers.offices.columns import (
    Column,
    Findings,
    row_of,
    says_anything,
)
from patsieve.corpus.readers.offices.doctype import own_entities
from patsieve.corpus.readers.offices.documents import called, records_of
from patsieve.corpus.readers.offices.entities import with_characters
from patsieve.corpus.readers.offices.parsing import parsed
from patsieve.corpus.readers.offices.table import office_table
from patsieve.corpus.readers.offices.trimming import trimmed
from patsieve.corpus.readers.offices.units import RECORD_NAMES, Unit, start_pattern, units
from patsieve.corpus.readers.table import Table

_DECLARED = re.compile(rb"<\?xml\s[^<>]{0,100}?encoding\s*=\s*[\"']([A-Za-z][\w.:-]{0,40})[\"']")
_ANNOUNCED = re.compile(r"<(?:\w+:)?biblio-search\s[^<>]*?total-result-count=[\"'](\d{1,9})[\"']")
_TAG = re.compile(r"<(/?)([A-Za-z_][\w.:-]*+)[^<>]*?(/?)>")
_SAMPLE_CHARACTERS = 1 << 16
_AMERICAN = frozenset({"us-patent-grant", "us-patent-application"})
_SEQUENCES = "sequence-cwu"
# In DOCDB's weekly files a record may say no more than that the database has it no longer.
_DELETED = re.compile(r"<(?:\w+:)?exchange-document\s[^<>]*?\bstatus=[\"']D[\"']")


def open_office_xml(path: Path, head: bytes) -> Table:
    """Open XML or SGML of a patent office: one document, many one after another, or a list.

    Parameters
    ----------
    path : Path
    head : bytes
        The first bytes of the (decompressed) file.

    Raises
    ------
    UnreadableFileError
        If the file is damaged or undecodable, holds no patent, or none that can be read.
    """
    declared = _DECLARED.search(head[:400])
    encoding, note = find_encoding(path, head, "" if declared is None else declared[1].decode())
    with opened_text(path, encoding, newline="\n") as text:
        start = _start(text.read(_SAMPLE_CHARACTERS))

    def read(broken: BrokenRecords, findings: Findings) -> Iterator[tuple[int, list[str]]]:
        with opened_text(path, encoding, newline="\n") as text:
            yield from _Documents(broken, findings).rows(units(text.read, start))

    return office_table(
        path,
        read,
        kind="XML of a patent office",
        encoding_note=note,
        without_any="an XML document, but not of patents as their offices publish them; patsieve "
        "reads CSV, XLSX and other tables, and of XML that of the USPTO, the EPO (OPS, DOCDB) and "
        "after ST.36",
    )


def _start(sample: str) -> re.Pattern[str]:
    """Return what finds the documents of a file.

    A file with none of the known names may have another one for the element that holds the
    bibliographic data; it is taken from the first such element.
    """
    known = start_pattern(RECORD_NAMES)
    if known.search(sample) is not None:
        return known
    opened: list[str] = []
    for match in _TAG.finditer(sample):
        local = match[2].rpartition(":")[2]
        if match[1]:
            del opened[-1:]
        elif local.endswith("bibliographic-data") and opened:
            return start_pattern((re.escape(opened[-1]),))
        elif not match[3]:
            opened.append(local)
    return known


@final
class _Documents:
    """Reads one document after another; what is broken is counted and left out."""

    def __init__(self, broken: BrokenRecords, findings: Findings) -> None:
        self._broken = broken
        self._findings = findings
        self._entities: Mapping[str, str] = {}
        self._refusal: BrokenRecordError | None = None

    def rows(self, found: Iterator[Unit]) -> Iterator[tuple[int, list[str]]]:
        """Yield the number of each record, from 1, and its cells; broken ones count."""
        number = 0
        for unit in found:
            self._heed(unit)
            if unit.name == _SEQUENCES:
                self._findings.listings += 1
                continue
            if _DELETED.match(unit.text) is not None:
                self._findings.deletions += 1
                continue
            try:
                records = self._records(unit)
            except BrokenRecordError as error:
                number += 1
                self._broken.add(error.told_of(f"document {number:,}"))
                continue
            for fields in records:
                number += 1
                self._findings.add(fields, called(unit.name))
                yield number, row_of(fields)

    def _heed(self, unit: Unit) -> None:
        """Take note of what stands before a document."""
        try:
            entities = own_entities(unit.head)
        except BrokenRecordError as error:
            self._refusal = error
        else:
            if entities is not None:
                self._entities, self._refusal = entities, None
        if (announced := _ANNOUNCED.search(unit.head)) is not None:
            self._findings.announced += int(announced[1])

    def _records(self, unit: Unit) -> list[dict[Column, str]]:
        if self._refusal is not None:
            raise BrokenRecordError(self._refusal.reason, unit.line)
        if unit.fault:
            raise BrokenRecordError(unit.fault, unit.line)
        root, unknown = self._parsed(unit)
        records = list(records_of(root))
        if not all(map(says_anything, records)):
            raise BrokenRecordError("has neither a number nor any text", unit.line)
        self._findings.add_unknown(unknown)
        return records

    def _parsed(self, unit: Unit) -> tuple[Element, set[str]]:
        """Return a document as elements, and the names of characters in it that nobody knows."""
        if unit.name in _AMERICAN and (lean := trimmed(unit.text)) is not unit.text:
            try:
                return self._tree(unit, lean)
            except BrokenRecordError:
                # A tag that looked like one that could be taken out: the whole tells.
                pass
        return self._tree(unit, unit.text)

    def _tree(self, unit: Unit, text: str) -> tuple[Element, set[str]]:
        plain, unknown = with_characters(text, self._entities)
        return parsed(plain, line=unit.line, is_sgml=unit.name == "PATDOC"), unknown
