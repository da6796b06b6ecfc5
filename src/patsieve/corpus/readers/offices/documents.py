"""Which element is read by which names: from a parsed document to the fields of its records."""

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from patsieve.corpus.readers.offices.columns import Column
from patsieve.corpus.readers.offices.pap import pap_fields
from patsieve.corpus.readers.offices.st32 import st32_fields
from patsieve.corpus.readers.offices.st36 import member_fields, result_fields, st36_fields

_BY_NAME: dict[str, Callable[[Element], dict[Column, str]]] = {
    "PATDOC": st32_fields,
    "patent-application-publication": pap_fields,
    "family-member": member_fields,
}
_CALLED = {
    "search-result": "a search result",
    "inquiry-result": "a list of equivalents",
    "family-member": "a family list",
    "fulltext-document": "full text",
    "exchange-document": "exchange documents",
}


def records_of(root: Element) -> Iterator[dict[Column, str]]:
    """Yield the fields of every record of a document."""
    if root.tag in ("search-result", "inquiry-result"):
        yield from result_fields(root)
    elif root.tag in _BY_NAME:
        yield _BY_NAME[root.tag](root)
    elif root.find("SDOBI") is not None:
        yield st32_fields(root)
    else:
        yield st36_fields(root)


def called(name: str) -> str:
    """Return what a document is called in a note, by the name of its element."""
    return _CALLED.get(name, "patent documents")
