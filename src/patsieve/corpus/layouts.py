"""Which database a table comes from, by the names of its columns."""

from collections.abc import Sequence

from patsieve.corpus.column_names import TAGS_STAND_BESIDE
from patsieve.corpus.columns import name_key

# A table is from the first of them of which it has all columns of one set.
_LAYOUTS: Sequence[tuple[str, Sequence[Sequence[str]]]] = (
    ("a corpus that patsieve wrote", (("source_file", "source_row"),)),
    ("The Lens", (("Lens ID",),)),
    ("Google Patents", (("id", "result link"), ("id", "inventor/author", "filing/creation date"))),
    (
        "Espacenet",
        (
            ("Inventors", "Applicants", "Earliest priority"),
            ("Inventor(s)", "Applicant(s)", "Priority number(s)"),
            ("Inventeurs", "Demandeurs", "Priorité la plus ancienne"),
            ("Erfinder", "Anmelder", "Früheste Priorität"),
            ("Uitvinders", "Aanvragers", "Publicatienummer"),
        ),
    ),
    (
        "Orbit",
        (
            ("Publication numbers with kind code",),
            ("Latest standardized assignees - inventors removed",),
            ("CPC - Cooperative classification", "IPC - International classification"),
        ),
    ),
    ("PATENTSCOPE", (("National Phase Entries",), ("Application Id", "Priorities Data"))),
    (
        "PatentsView",
        (
            ("patent_id", "patent_title"),
            ("patent_id", "patent_abstract"),
            ("patent_id", "cpc_subclass"),
            ("patent_id", "claim_sequence"),
            ("patent_id", "patent_date"),
        ),
    ),
    ("Web of Science", (TAGS_STAND_BESIDE,)),
    ("HUPD", (("application_number", "full_description", "decision"), ("main_cpc_label",))),
)
# Part of some column's name.
_PARTS = (("DWPI", "Derwent Innovation"), ("PatBase", "PatBase"))


def layout_of(header: Sequence[str]) -> str:
    """Return the database whose export has these columns, empty if none is known by them."""
    keys = {name_key(name) for name in header}
    for part, database in _PARTS:
        if any(name_key(part) in key for key in keys):
            return database
    for database, sets in _LAYOUTS:
        if any(all(name_key(name) in keys for name in names) for names in sets):
            return database
    return ""
