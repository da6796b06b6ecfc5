"""Answers of the EPO's service (OPS) as JSON: its own form, and that of Python clients.

OPS writes its XML as JSON, attributes with an ``@`` and text as ``$``; it is turned back into
elements and read like the XML. The other form has plain keys, ``documents`` or ``results``.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from patsieve.corpus.readers.broken import BrokenRecordError, BrokenRecords
from patsieve.corpus.readers.cells import writable
from patsieve.corpus.readers.encoding import find_encoding, opened_text
from patsieve.corpus.readers.offices.columns import (
    Column,
    Findings,
    row_of,
    says_anything,
)
from patsieve.corpus.readers.offices.documents import called, records_of
from patsieve.corpus.readers.offices.flatten import without_placeholders
from patsieve.corpus.readers.offices.identity import (
    application_number,
    earliest,
    names,
    one_date,
    publication_number,
)
from patsieve.corpus.readers.offices.symbols import joined, symbol_of
from patsieve.corpus.readers.offices.table import office_table
from patsieve.corpus.readers.offices.units import LONGEST_DOCUMENT
from patsieve.corpus.readers.table import Table
from patsieve.errors import UnreadableFileError

_UNITS = (
    "exchange-document",
    "fulltext-document",
    "family-member",
    "search-result",
    "inquiry-result",
)
# An answer has a hundred documents at most, each with some hundred values.
_MOST_VALUES = 1 << 21
_DEEPEST = 200


def open_ops_json(path: Path, head: bytes) -> Table:
    """Open an answer of OPS; it is held in memory while it is read.

    Raises
    ------
    UnreadableFileError
        If it is not valid JSON, far too long, or holds no patent.
    """
    encoding, note = find_encoding(path, head)
    answer = _answer(path, encoding)

    def read(broken: BrokenRecords, findings: Findings) -> Iterator[tuple[int, list[str]]]:
        findings.announced = _announced(answer)
        for number, (source, fields) in enumerate(_records(path, answer), start=1):
            if not says_anything(fields):
                broken.add(f"record {number:,} has neither a number nor any text")
                continue
            findings.add(fields, source)
            yield number, [writable(cell) for cell in row_of(fields)]

    return office_table(
        path,
        read,
        kind="JSON of the EPO's service",
        encoding_note=note,
        without_any="an answer of the EPO's service without any patent",
    )


def _answer(path: Path, encoding: str) -> dict[str, Any]:
    with opened_text(path, encoding, newline="\n") as text:
        content = text.read(LONGEST_DOCUMENT + 1)
    if len(content) > LONGEST_DOCUMENT:
        raise UnreadableFileError(
            f"{path} has more than {LONGEST_DOCUMENT:,} characters, far more than an answer of "
            "the EPO's service"
        )
    if content.count(",") > _MOST_VALUES:
        raise UnreadableFileError(
            f"{path} has more than {_MOST_VALUES:,} values, far more than an answer of the EPO's "
            "service"
        )
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(f"{path} is not valid JSON: {error}") from error
    if not isinstance(answer, dict):
        raise UnreadableFileError(f"{path} is not a JSON object but {type(answer).__name__}")
    return answer


def _records(path: Path, answer: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[Column, str]]]:
    for key in ("documents", "results"):
        if isinstance(answer.get(key), list):
            source = "a search result" if key == "results" else "exchange documents"
            for document in answer[key]:
                yield source, _plain_fields(document) if isinstance(document, dict) else {}
            return
    root = Element("answer")
    try:
        _fill(root, answer, 0)
    except BrokenRecordError as error:
        raise UnreadableFileError(f"{path} {error.reason}") from error
    yield from _units(root)


def _units(element: Element) -> Iterator[tuple[str, Mapping[Column, str]]]:
    if element.tag in _UNITS:
        for fields in records_of(element):
            yield called(element.tag), fields
        return
    for child in element:
        yield from _units(child)


def _fill(element: Element, value: Any, depth: int) -> None:
    """Put a value of JSON into an element: attributes, text and children."""
    if depth > _DEEPEST:
        raise BrokenRecordError(f"has objects nested more than {_DEEPEST} deep")
    if not isinstance(value, dict):
        element.text = "" if value is None else str(value)
        return
    for key, content in value.items():
        if key.startswith("@"):
            element.set(key[1:], str(content))
        elif key in ("$", "#text"):
            element.text = str(content)
        else:
            for item in content if isinstance(content, list) else [content]:
                child = Element(key.rpartition(":")[2] or "unnamed")
                _fill(child, item, depth + 1)
                element.append(child)


def _plain_fields(document: Mapping[str, Any]) -> dict[Column, str]:
    """Return the fields of a document with plain keys."""

    def text(key: str) -> str:
        value = document.get(key)
        return "" if value is None or isinstance(value, dict | list) else str(value)

    def several(*keys: str) -> list[str]:
        lists = (document[key] for key in keys if isinstance(document.get(key), list))
        found: list[Any] = next(lists, [])
        return [item for item in found if isinstance(item, str)]

    def dates(*keys: str) -> Iterator[str]:
        for key in keys:
            value = document.get(key)
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, dict) and isinstance(part.get("date"), str):
                    yield part["date"]

    references = ("application_reference_docdb", "application_reference_epodoc")
    cpc, ipc = (joined(map(symbol_of, several(key))) for key in ("cpc_class", "intl_class"))
    return {
        "publication_number": publication_number(text("country"), text("doc_number"), text("kind")),
        "kind": text("kind"),
        "title": text("title"),
        "abstract": without_placeholders(text("abstract")),
        "claims": "\n".join(several("claims")) or text("claims"),
        "description": text("description"),
        "cpc_symbols": cpc or ipc,
        "ipc_symbols": ipc,
        "family_id": text("family_id"),
        "publication_date": one_date(next(dates("publication_reference_docdb"), "")),
        "priority_date": earliest(dates("priority_claims", *references)),
        "application_number": application_number(text("country"), text("application_number")),
        "applicants": names(several("applicants_epodoc", "applicants_original", "applicants")),
        "inventors": names(several("inventors_epodoc", "inventors_original", "inventors")),
    }


def _announced(answer: Mapping[str, Any]) -> int:
    """Return how many hits the search had, as far as the answer says; else 0."""
    number = answer.get("num_results", 0)
    for key in ("ops:world-patent-data", "ops:biblio-search"):
        inner = answer.get(key)
        answer = inner if isinstance(inner, dict) else {}
        number = answer.get("@total-result-count", number)
    return int(number) if str(number).isdecimal() and len(str(number)) < 10 else 0
