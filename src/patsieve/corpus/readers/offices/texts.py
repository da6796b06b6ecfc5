"""Title, abstract, claims and description of an element, in English where there is a choice."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from patsieve.corpus.readers.offices.columns import Column
from patsieve.corpus.readers.offices.flatten import claims_of, line_of, lines_of

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def language_of(element: Element) -> str:
    """Return the language that an element says it is in, lower case; empty if it does not."""
    return element.get(
        "lang", element.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    ).lower()


def preferred(elements: Iterable[Element]) -> Element | None:
    """Return the first in English that has text, else the first that has; None without any."""
    first = None
    for element in elements:
        if not any(map(str.strip, element.itertext())):
            continue
        if language_of(element).startswith("en"):
            return element
        if first is None:
            first = element
    return first


def full_texts(root: Element) -> dict[Column, str]:
    """Return abstract, claims, description and language of a document of ST.36.

    The language is that of the abstract, else of the claims or the description, else that of
    the document.
    """
    abstract = preferred(root.iter("abstract"))
    claims = preferred(root.iter("claims"))
    description = preferred(root.iter("description"))
    fields: dict[Column, str] = {}
    if abstract is not None:
        fields["abstract"] = "\n".join(lines_of(abstract, headings=False))
    if claims is not None:
        fields["claims"] = claims_of(list(claims.iter("claim"))) or line_of(claims)
    if description is not None:
        fields["description"] = "\n".join(lines_of(description))
    said = (language_of(e) for e in (abstract, claims, description, root) if e is not None)
    fields["language"] = next(filter(None, said), "")
    return fields
