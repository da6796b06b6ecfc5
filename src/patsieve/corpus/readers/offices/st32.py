"""Documents by the field codes of WIPO's standard ST.32 (INID codes with a B), to fields.

American grants of 2001 to 2004 (``PATDOC``), and the European specifications of the EPO's
publication server (``ep-patent-document``), which have their texts by the names of ST.36.
"""

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
from patsieve.corpus.readers.offices.symbols import cpc_in, ipc_in, joined, symbol_of
from patsieve.corpus.readers.offices.texts import full_texts

_PRIORITIES = ("B220", "B320", "B630", "B680US", "B860", "B861")


def st32_fields(root: Element) -> dict[Column, str]:
    """Return what is known of one document."""
    is_american = root.tag == "PATDOC"
    fields = _american_texts(root) if is_american else full_texts(root)
    country = root.get("country", "") or _text(root, "B190") or ("US" if is_american else "")
    kind = root.get("kind", "") or _text(root, "B130")
    ipc = joined([*_ipc(root), *ipc_in(root)])
    number = root.get("doc-number", "") or _text(root, "B110")
    fields["publication_number"] = publication_number(country, number, kind)
    fields["publication_date"] = one_date(root.get("date-publ", "") or _text(root, "B140"))
    fields["kind"] = kind
    fields["title"] = _title(root)
    fields["application_number"] = application_number(country, _text(root, "B210"))
    fields["priority_date"] = earliest(_priority_dates(root))
    fields["cpc_symbols"], fields["ipc_symbols"] = joined(cpc_in(root)) or ipc, ipc
    fields["applicants"] = names(_names(root, "B731")) or names(_names(root, "B711"))
    fields["inventors"] = names(_names(root, "B721"))
    return fields


def _american_texts(root: Element) -> dict[Column, str]:
    fields: dict[Column, str] = {"language": "en"}
    for element in root.iter("SDOAB"):
        fields["abstract"] = "\n".join(lines_of(element, headings=False))
    for element in root.iter("SDOCL"):
        fields["claims"] = claims_of(list(element.iter("CLM")))
    for element in root.iter("SDODE"):
        fields["description"] = "\n".join(lines_of(element))
    return fields


def _title(root: Element) -> str:
    """Return the title; of several, a language (B541) before each (B542), the English one."""
    titles: dict[str, str] = {}
    language = ""
    for element in root.iter("B540"):
        for part in element:
            if part.tag == "B541":
                language = line_of(part).lower()
            elif part.tag in ("B542", "STEXT"):
                titles.setdefault(language, line_of(part))
        if not titles:
            titles[""] = line_of(element)
    return titles.get("en", next(iter(titles.values()), ""))


def _ipc(root: Element) -> Iterator[str]:
    for name in ("B511", "B512"):
        for element in root.iter(name):
            yield symbol_of("".join(element.itertext()))


def _priority_dates(root: Element) -> Iterator[str]:
    for name in _PRIORITIES:
        for element in root.iter(name):
            for spelling in ("DATE", "date"):
                for found in element.iter(spelling):
                    yield "".join(found.itertext())


def _names(root: Element, code: str) -> Iterator[str]:
    """Yield names: of an organisation, or in parts, or as one."""
    for party in root.iter(code):

        def part(*spellings: str, party: Element = party) -> str:
            found = (line_of(e) for name in spellings for e in party.iter(name))
            return next(filter(None, found), "")

        yield part("ONM", "onm") or person(part("SNM", "snm"), part("FNM", "fnm"))


def _text(root: Element, code: str) -> str:
    element = next(root.iter(code), None)
    return "" if element is None else "".join(element.itertext()).strip()
