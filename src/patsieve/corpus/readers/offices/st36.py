"""Documents by the element names of WIPO's standard ST.36, to fields.

The XML of the USPTO since 2005 (version 4), the EPO's exchange documents (DOCDB and OPS), and the
XML of several databases have these names.
"""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from patsieve.corpus.readers.offices.columns import Column
from patsieve.corpus.readers.offices.flatten import line_of
from patsieve.corpus.readers.offices.identity import (
    application_number,
    earliest,
    names,
    number_in_name,
    one_date,
    person,
    publication_number,
)
from patsieve.corpus.readers.offices.symbols import cpc_in, ipc_in, joined
from patsieve.corpus.readers.offices.texts import full_texts, language_of, preferred

# What other documents are about: their numbers, dates and symbols are not this one's.
_OF_OTHERS = frozenset(
    {
        "references-cited", "us-references-cited", "citations", "field-of-search",
        "us-field-of-classification-search", "search-report-data", "non-patent-citations",
        "patent-citations",
    }
)  # fmt: skip


def st36_fields(root: Element) -> dict[Column, str]:
    """Return what is known of one document."""
    bibliography = _bibliography(root)
    _without_others(bibliography)
    publication = _document_id(bibliography, "publication-reference", "docdb")
    application = _document_id(bibliography, "application-reference", "epodoc")
    cpc, ipc = joined(cpc_in(bibliography)), joined(ipc_in(bibliography))
    title = preferred(bibliography.iter("invention-title"))
    fields = full_texts(root)
    if title is not None:
        fields["title"] = line_of(title)
        if not fields["language"]:
            fields["language"] = language_of(title)
    fields.update(_publication(root, publication))
    fields["application_number"] = application_number(
        _text(application, "country"), _text(application, "doc-number")
    )
    fields["priority_date"] = earliest(_priority_dates(bibliography))
    fields["cpc_symbols"], fields["ipc_symbols"] = cpc or ipc, ipc
    fields["applicants"], fields["inventors"] = _parties(bibliography)
    fields["family_id"] = root.get("family-id", bibliography.get("family-id", ""))
    return fields


def reference_fields(reference: Element) -> dict[Column, str]:
    """Return what a hit of a search result says: a number, and perhaps a family."""
    chosen = _chosen_id([("", found) for found in reference.iter("document-id")], "docdb")
    fields = _publication(reference, chosen)
    fields["family_id"] = reference.get("family-id", "")
    return fields


def member_fields(member: Element) -> dict[Column, str]:
    """Return what a family list says of a member, with its bibliography where it has one."""
    document = next(member.iter("exchange-document"), None)
    fields = st36_fields(member if document is None else document)
    fields["family_id"] = member.get("family-id", "") or fields["family_id"]
    return fields


def result_fields(result: Element) -> Iterator[dict[Column, str]]:
    """Yield the hits of a search result, with their bibliographies where it has them."""
    documents = list(result.iter("exchange-document"))
    if documents:
        yield from map(st36_fields, documents)
        return
    yield from map(reference_fields, result.iter("publication-reference"))


def _bibliography(root: Element) -> Element:
    return next((e for e in root.iter() if "bibliographic-data" in e.tag), root)


def _without_others(bibliography: Element) -> None:
    for parent in (bibliography, *bibliography):
        if any(child.tag in _OF_OTHERS for child in parent):
            parent[:] = [child for child in parent if child.tag not in _OF_OTHERS]


def _document_id(bibliography: Element, name: str, wanted: str) -> Element | None:
    found = [
        (reference.get("data-format", ""), document_id)
        for reference in bibliography.iter(name)
        for document_id in reference.iter("document-id")
    ]
    return _chosen_id(found, wanted)


def _chosen_id(found: list[tuple[str, Element]], wanted: str) -> Element | None:
    """Return the number in the format that is wanted, or in the first that has one."""
    for form in (wanted, "docdb", ""):
        for of_reference, document_id in found:
            own = document_id.get("document-id-type", of_reference)
            if form in ("", own) and _text(document_id, "doc-number"):
                return document_id
    return None


def _publication(root: Element, found: Element | None) -> dict[Column, str]:
    kind = _text(found, "kind") or root.get("kind", "")
    number = publication_number(
        _text(found, "country") or root.get("country", ""),
        _text(found, "doc-number") or root.get("doc-number", ""),
        kind,
    )
    dates = (_text(found, "date"), root.get("date-publ", ""), root.get("date", ""))
    return {
        "publication_number": number
        or number_in_name(root.get("ucid", ""))
        or number_in_name(root.get("file", "")),
        "publication_date": one_date(next(filter(None, dates), "")),
        "kind": kind,
    }


def _priority_dates(bibliography: Element) -> Iterator[str]:
    """Yield the dates from which the document may claim priority, its filing date among them."""
    for name in ("priority-claim", "application-reference", "pct-or-regional-filing-data"):
        for element in bibliography.iter(name):
            yield from _texts(element.iter("date"))
    for related in bibliography.iter("us-related-documents"):
        for document in related:
            if document.tag != "related-publication":
                yield from _texts(document.iter("date"))


def _parties(bibliography: Element) -> tuple[str, str]:
    """Return the applicants and the inventors.

    Applicants of American documents are the assignees where there are any. Before 2012 they
    were the inventors, and are listed as applicants only.
    """
    applicants = [e for name in ("applicant", "us-applicant") for e in bibliography.iter(name)]
    inventors = list(bibliography.iter("inventor"))
    if not inventors:
        inventors = [e for e in applicants if "inventor" in e.get("app-type", "")]
    assignees = list(bibliography.iter("assignee"))
    return names(_names_of(assignees or applicants)), names(_names_of(inventors))


def _names_of(parties: list[Element]) -> Iterator[str]:
    """Yield names in one format only: the EPO gives each party in several."""
    forms = {party.get("data-format", "") for party in parties}
    chosen = next((form for form in ("epodoc", "docdb", "docdba") if form in forms), None)
    for party in parties:
        if chosen is None or party.get("data-format", "") == chosen:
            yield _name_of(party)


def _name_of(party: Element) -> str:
    def part(name: str) -> str:
        return line_of(next(party.iter(name), None))

    return (
        part("orgname")
        or person(part("last-name"), part("first-name"), part("middle-name"))
        or part("name")
    )


def _text(element: Element | None, name: str) -> str:
    return "" if element is None else (element.findtext(name) or "").strip()


def _texts(elements: Iterable[Element]) -> Iterator[str]:
    return ((element.text or "").strip() for element in elements)
