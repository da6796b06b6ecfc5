"""A patent as the Lens API gives it, nested, to the columns that the Lens export has.

https://docs.api.lens.org/response-patent.html. What has no column of its own here stays under
its key, except the rest of ``biblio`` and ``families``: citations, agents, the extended family.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from patsieve.corpus.readers.cells import in_english_or_first

_TAKEN_APART = frozenset(
    {
        "biblio", "families", "abstract", "claims", "description", "legal_status", "doc_number",
        "date_published",
    }
)  # fmt: skip


def is_from_lens(value: Mapping[str, Any]) -> bool:
    """Whether an object is a patent as the API gives it, not a flat table's row."""
    return isinstance(value.get("lens_id"), str) and isinstance(value.get("biblio"), dict)


def flattened(patent: Mapping[str, Any]) -> dict[str, Any]:
    """Return flat columns, those that the patent has, and the other keys as they are.

    Of a text in several languages the English one is taken, else the first. Whatever is not
    built as the API builds it is left out.
    """
    columns = {
        "Title": in_english_or_first(_at(patent, "biblio", "invention_title")),
        "Abstract": in_english_or_first(patent.get("abstract")),
        "Claims": _claims(patent.get("claims")),
        "Description": in_english_or_first(patent.get("description")),
        "Publication Number": _number(patent),
        "Publication Date": patent.get("date_published"),
        "Application Number": _number(_at(patent, "biblio", "application_reference")),
        "Earliest Priority Date": _earliest_priority(_at(patent, "biblio", "priority_claims")),
        "Applicants": _parties(_at(patent, "biblio", "parties", "applicants")),
        "Inventors": _parties(_at(patent, "biblio", "parties", "inventors")),
        "Owners": _parties(_at(patent, "biblio", "parties", "owners_all")),
        "CPC Classifications": _symbols(_at(patent, "biblio", "classifications_cpc")),
        "IPCR Classifications": _symbols(_at(patent, "biblio", "classifications_ipcr")),
        "Simple Family Members": ";;".join(
            _texts(_at(patent, "families", "simple_family", "members"), "lens_id")
        ),
        "Legal Status": _at(patent, "legal_status", "patent_status"),
    }
    rest = {key: value for key, value in patent.items() if key not in _TAKEN_APART}
    return {name: value for name, value in columns.items() if value} | rest


def _at(value: Any, *path: str) -> Any:
    """Return what lies at a path of keys, None where there is nothing."""
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _each(values: Any) -> Iterator[Any]:
    if isinstance(values, list):
        yield from values


def _texts(values: Any, *path: str) -> list[str]:
    """Return what lies at a path of keys in each element, where it is text."""
    found = (_at(value, *path) for value in _each(values))
    return [text for text in found if isinstance(text, str) and text.strip()]


def _number(reference: Any) -> str:
    parts = [_at(reference, key) for key in ("jurisdiction", "doc_number", "kind")]
    texts = [str(part) for part in parts if isinstance(part, str | int)]
    return "".join(texts) if isinstance(parts[1], str | int) else ""


def _claims(value: Any) -> str:
    """Return the claims, one a line, of the English set or the first."""
    sets = list(_each(value))
    english = [each for each in sets if _at(each, "lang") == "en"]
    for each in english or sets[:1]:
        lines = []
        for claim in _each(_at(each, "claims")):
            text = _at(claim, "claim_text")
            parts = [text] if isinstance(text, str) else list(_each(text))
            lines.append(" ".join(part for part in parts if isinstance(part, str)))
        if any(lines):
            return "\n".join(lines)
    return ""


def _earliest_priority(value: Any) -> str:
    earliest = _at(value, "earliest_claim", "date")
    if isinstance(earliest, str):
        return earliest
    return min(_texts(_at(value, "claims"), "date"), default="")


def _parties(value: Any) -> str:
    """Return names, with the country of residence where it is known: ``NAME [BE]``."""
    names = []
    for party in _each(value):
        name = _at(party, "extracted_name", "value")
        country = _at(party, "residence")
        if isinstance(name, str) and name.strip():
            names.append(f"{name} [{country}]" if isinstance(country, str) else name)
    return ";;".join(names)


def _symbols(value: Any) -> str:
    return ";;".join(_texts(_at(value, "classifications"), "symbol"))
