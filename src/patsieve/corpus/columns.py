"""Which column of a user's table holds which field: by known names, or as the user says."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import final

from patsieve.corpus.tally import listed, quoted
from patsieve.errors import MissingColumnError, UsageError

# Field → names that databases and people give it, best first. They are compared without case,
# accents, spaces and punctuation: "Title (original)" is "titleoriginal" here and there.
# Sources: exports of Espacenet, Lens, Derwent Innovation, Orbit, Google Patents, HUPD, ASReview.
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "title": (
        "title", "invention title", "patent title", "title of invention", "titel", "bezeichnung",
        "titel der erfindung", "titre", "标题", "発明の名称", "タイトル",
    ),
    "abstract": (
        "abstract", "abstract text", "zusammenfassung", "abrégé",
        "résumé", "摘要", "抄録", "要約",
    ),
    "claims": (
        "claims", "all claims", "claims text", "independent claims", "first claim", "claim 1",
        "main claim", "exemplary claim", "claim", "claim text", "patentansprüche", "ansprüche",
        "hauptanspruch", "anspruch 1", "anspruch", "revendications", "权利要求", "請求の範囲",
    ),
    "description": (
        "description", "description text", "full description", "full text", "specification",
        "detailed description", "beschreibung", "beschreibungstext", "说明书",
    ),
    "label": (
        "label", "relevant", "is relevant", "relevance", "potentially relevant", "relevance label",
        "relevant label", "human label", "human decision", "reviewer decision",
        "screening decision", "final decision", "label included", "included", "relevanz",
        "relevante", "ist relevant", "potentiell relevant", "pertinent", "pertinence",
        "pertinente", "target", "class",
    ),
    "family_id": (
        "family id", "simple family id", "docdb family id", "simple family", "docdb family",
        "family number", "family no", "family", "patent family", "inpadoc family id",
        "inpadoc family", "inpadoc", "extended family id", "familien id", "familiennummer",
        "patentfamilie", "numéro de famille", "simple family members", "dwpi family members",
    ),
    "publication_number": (
        "publication number", "publication no", "publication nr", "pub number", "pub no",
        "publication numbers with kind code", "publication numbers", "publication id",
        "patent number", "patent no", "patent id", "document number", "doc number", "display key",
        "veröffentlichungsnummer", "publikationsnummer", "numéro de publication", "公开号",
        "公報番号", "id",
    ),
    "cpc_symbols": (
        "cpc symbols", "cpc", "cpcs", "cpc codes", "cpc code", "cpc classifications",
        "cpc classification", "cpc current", "cpc labels", "cpc cooperative classification",
        "cooperative patent classification", "ipc", "ipcs", "ipc codes", "ipc code",
        "ipc current", "ipc classification", "ipc classifications", "ipcr classifications",
        "ipc international classification", "international classification", "cib",
    ),
    "priority_date": (
        "priority date", "earliest priority date", "earliest priority", "prioritätsdatum",
        "früheste priorität", "date de priorité", "priorité la plus ancienne",
    ),
    "publication_date": (
        "publication date", "publication dates", "pub date", "date published",
        "earliest publication date", "earliest publication", "veröffentlichungsdatum",
        "publikationsdatum", "date de publication", "公开日",
    ),
    "split": ("split", "data split", "dataset split", "subset"),
}  # fmt: skip

# What databases and people put before or after a name, best first.
_QUALIFIERS: Mapping[str, tuple[str, ...]] = {
    "title": ("english", "en", "translated", "original", "dwpi"),
    "abstract": ("english", "en", "translated", "original", "dwpi"),
    "claims": ("english", "en", "translated", "original"),
    "description": ("english", "en", "translated", "original"),
    "label": ("yes no", "y n", "1 0", "0 1", "ja nein", "oui non", "x"),
}

FIELDS = tuple(_SYNONYMS)


@final
class ColumnMap(Mapping[str, str]):
    """Field → column of one table, with what the user should know about the choice.

    Attributes
    ----------
    notes : tuple of str
        Which column was taken where two could have been, and under which names the fields
        were found.
    """

    __slots__ = ("_columns", "notes")

    def __init__(self, columns: Mapping[str, str], notes: Sequence[str] = ()) -> None:
        self._columns = dict(columns)
        self.notes = tuple(notes)

    def __getitem__(self, field: str) -> str:
        return self._columns[field]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"ColumnMap({self._columns})"


def match_columns(header: Sequence[str], overrides: Mapping[str, str] | None = None) -> ColumnMap:
    """Find the column of each field by name.

    Case, accents, spaces and punctuation do not count. ``rank``, ``probability`` and
    ``decision``, which patsieve itself writes, are never taken for a label.

    Parameters
    ----------
    header : sequence of str
        The names of the columns, as the file has them.
    overrides : mapping of field to column, optional
        What the user says; it wins over any name. The column is found by its exact name, or
        by a name that differs only in case and punctuation.

    Raises
    ------
    UsageError
        If an override names a field that does not exist.
    MissingColumnError
        If an override names a column that the table does not have.
    """
    chosen = {} if overrides is None else _overridden(header, overrides)
    notes: list[str] = []
    free = [name for name in header if name not in chosen.values()]
    for field in FIELDS:
        if field in chosen:
            continue
        ranks = _ranked_names(field)
        candidates = sorted(
            (ranks[key], position, name)
            for position, name in enumerate(free)
            if (key := _key(name)) in ranks
        )
        if candidates:
            chosen[field] = candidates[0][2]
        if len(candidates) > 1:
            others = listed(name for _, _, name in candidates[1:])
            notes.append(
                f"took column {quoted(chosen[field])} for {field}, not {others}; "
                f"--map {field}=COLUMN says otherwise"
            )
    columns = {field: chosen[field] for field in FIELDS if field in chosen}
    renamed = [
        f"{field} from {quoted(name)}"
        for field, name in columns.items()
        if _key(name) != _key(field)
    ]
    if renamed:
        notes.insert(0, f"read {', '.join(renamed)}")
    return ColumnMap(columns, notes)


def find_column(header: Sequence[str], name: str) -> str | None:
    """Return the column called `name`, exactly or but for case and punctuation, else None."""
    if name in header:
        return name
    alike = [column for column in header if _key(column) == _key(name) != ""]
    return alike[0] if len(alike) == 1 else None


def _overridden(header: Sequence[str], overrides: Mapping[str, str]) -> dict[str, str]:
    chosen = {}
    for field, name in overrides.items():
        if field not in FIELDS:
            raise UsageError(
                f"there is no field '{field}' to map a column to; there are {', '.join(FIELDS)}"
            )
        column = find_column(header, name)
        if column is None:
            raise MissingColumnError(
                f"column {quoted(name)}, given for {field}, is not in the table; "
                f"it has {listed(header)}"
            )
        chosen[field] = column
    return chosen


def _ranked_names(field: str) -> dict[str, tuple[int, int]]:
    """Return every name of `field` with its rank; the lower rank is the better name."""
    ranks: dict[str, tuple[int, int]] = {}
    for place, synonym in enumerate(_SYNONYMS[field]):
        bare = _key(synonym)
        ranks.setdefault(bare, (place, 0))
        for order, qualifier in enumerate(_QUALIFIERS.get(field, ()), start=1):
            ranks.setdefault(bare + _key(qualifier), (place, order))
            ranks.setdefault(_key(qualifier) + bare, (place, order))
    return ranks


def _key(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[\W_]+", "", "".join(c for c in decomposed if not unicodedata.combining(c)))
