"""Applicants and inventors, as databases list them, to one form: ``NAME [BE]; NAME``."""

import re
from collections.abc import Mapping, Sequence

from patsieve.corpus.columns import name_key
from patsieve.corpus.remembering import remembered

# What databases call them, best first; sources as in `column_names`.
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "applicants": (
        "applicants", "applicant", "applicant(s)", "assignee/applicant", "assignee", "assignees",
        "latest standardized assignees - inventors removed", "latest standardized assignees",
        "original assignee", "current assignee", "probable assignee", "owners", "anmelder",
        "demandeurs", "aanvragers", "申请人", "专利权人/申请人", "出願人", "譲受人/出願人",
        "出願人・譲受人", "holder",
    ),
    "inventors": (
        "inventors", "inventor", "inventor(s)", "inventor/author", "erfinder", "inventeurs",
        "uitvinders", "发明人", "発明者",
    ),
}  # fmt: skip
PARTIES = tuple(_SYNONYMS)
# Not at commas: "Kathoden, Inc." is one name, and so is "Müller, Ada".
_BETWEEN = re.compile(r"[;|\n]+")
_COUNTRY = re.compile(r"(.*?)\s*[\[(]([A-Z]{2})[\])]", re.DOTALL)


def party_columns(header: Sequence[str]) -> dict[str, str]:
    """Return which column holds the applicants and which the inventors, as far as there are."""
    by_key: dict[str, str] = {}
    for name in header:
        by_key.setdefault(name_key(name), name)
    found = {}
    for party, names in _SYNONYMS.items():
        columns = (by_key.get(name_key(name)) for name in names)
        column = next(filter(None, columns), None)
        if column is not None:
            found[party] = column
    return found


@remembered
def standard_parties(cell: str) -> str:
    """Return names separated by ``; ``, each once, countries in square brackets.

    Examples
    --------
    >>> standard_parties("KATHODEN NV [BE];  STROOM  NV (DE)|Ofen, Inc.")
    'KATHODEN NV [BE]; STROOM NV [DE]; Ofen, Inc.'
    """
    names = (_one_party(part) for part in _BETWEEN.split(cell))
    return "; ".join(dict.fromkeys(name for name in names if name))


def _one_party(text: str) -> str:
    name = " ".join(text.split())
    match = _COUNTRY.fullmatch(name)
    return name if match is None else f"{match[1]} [{match[2]}]"
