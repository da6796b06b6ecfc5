"""American applications of 2001 to 2004 (``patent-application-publication``), to fields."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from patsieve.corpus.readers.offices.columns import Column
from patsieve.corpus.readers.offices.flatten import claims_of, line_of, lines_of
from patsieve.corpus.readers.offices.identity import (
    application_number,
    earliest,
    names,
    one_date,
    person,
    publication_number,
)
from patsieve.corpus.readers.offices.symbols import joined, symbol_of

_PRIORITIES = ("foreign-priority-data", "continuity-data", "domestic-filing-data")
_DATES = ("document-date", "filing-date", "priority-application-date")


def pap_fields(root: Element) -> dict[Column, str]:
    """Return what is known of one document."""
    number = root.find("subdoc-bibliographic-information/document-id")
    kind = _text(number, "kind-code")
    ipc = joined(symbol_of(line_of(element)) for element in root.iter("ipc"))
    application = next(root.iter("application-number"), None)
    fields: dict[Column, str] = {
        "publication_number": publication_number(
            _text(number, "country-code") or "US", _text(number, "doc-number"), kind
        ),
        "kind": kind,
        "publication_date": one_date(_text(number, "document-date")),
        "application_number": application_number("US", _text(application, "doc-number")),
        "priority_date": earliest(_priority_dates(root)),
        "title": line_of(next(root.iter("title-of-invention"), None)),
        "cpc_symbols": ipc,
        "ipc_symbols": ipc,
        "applicants": names(_applicants(root)),
        "inventors": names(_inventors(root)),
        "language": "en",
    }
    for element in root.iter("subdoc-abstract"):
        fields["abstract"] = "\n".join(lines_of(element, headings=False))
    for element in root.iter("subdoc-claims"):
        fields["claims"] = claims_of(list(element.iter("claim")))
    for element in root.iter("subdoc-description"):
        fields["description"] = "\n".join(lines_of(element))
    return fields


def _priority_dates(root: Element) -> Iterator[str]:
    for name in _PRIORITIES:
        for element in root.iter(name):
            for spelling in _DATES:
                for found in element.iter(spelling):
                    yield line_of(found)


def _inventors(root: Element) -> Iterator[str]:
    for spelling in ("first-named-inventor", "inventor"):
        for inventor in root.iter(spelling):
            for name in inventor.iter("name"):
                yield person(
                    _text(name, "family-name"),
                    _text(name, "given-name"),
                    _text(name, "middle-name"),
                )


def _applicants(root: Element) -> Iterator[str]:
    for assignee in root.iter("assignee"):
        for name in assignee.iter("organization-name"):
            yield line_of(name)


def _text(element: Element | None, name: str) -> str:
    return "" if element is None else line_of(element.find(name))
