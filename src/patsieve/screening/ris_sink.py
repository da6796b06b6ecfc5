"""Writing RIS, the exchange format of reference managers: a patent an entry.

https://en.wikipedia.org/wiki/RIS_(file_format). The number stands in PN, as in PatBase, and in SN,
where Zotero and EndNote look for it; inventors in AU and applicants in A2. What RIS has no place
for and a reader of patents wants beside it, such as rank and probability, is one note.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import final

from patsieve.corpus.parties import PARTIES, party_columns, standard_parties
from patsieve.corpus.patent_links import patent_links
from patsieve.corpus.tally import listed
from patsieve.corpus.text import single_spaced
from patsieve.screening.sinks import Cell, Column, Sink

_TAGS: Mapping[str, str] = {
    "title": "TI", "abstract": "AB", "inventors": "AU", "applicants": "A2",
    "publication_number": "PN", "publication_date": "DA", "cpc_symbols": "CP", "claims": "CL",
}  # fmt: skip
# What patsieve says of a record, and what it knows of it without a tag of its own.
_NOTED = (
    "rank", "probability", "decision", "history", "history_note", "own_decision", "reasons_for",
    "reasons_against", "members", "nearest", "error", "verdict", "reason", "doubt", "label",
    "label_from", "family_id", "family_members", "family_size", "priority_date", "source_file",
    "source_row",
)  # fmt: skip
_LIST = "; "


@final
class RisSink(Sink):
    """Writes entries.

    Parameters
    ----------
    file : text file
    columns : sequence of Column
        Dates are ISO 8601. Columns that are neither known nor patsieve's own are left out, and a
        note names them.
    """

    def __init__(self, file: io.TextIOBase, columns: Sequence[Column]) -> None:
        self._file = file
        parties = {name: party for party, name in party_columns([c.name for c in columns]).items()}
        places: dict[str, int] = {}
        # What is said to hold something comes before what is only called so.
        for place in sorted(range(len(columns)), key=lambda place: not columns[place].field):
            column = columns[place]
            held = column.field or parties.get(column.name, column.holds)
            places.setdefault(held, place)
        self._tagged = {name: places[name] for name in _TAGS if name in places}
        self._noted = [(name.replace("_", " "), places[name]) for name in _NOTED if name in places]
        taken = {*self._tagged.values(), *(place for _, place in self._noted)}
        self._left_out = [c.name for place, c in enumerate(columns) if place not in taken]

    @property
    def notes(self) -> Sequence[str]:
        """Which columns were left out."""
        if not self._left_out:
            return ()
        return (f"RIS has no place for {listed(self._left_out)}; .csv keeps all columns",)

    def write(self, cells: Sequence[Cell]) -> None:
        """Write one entry."""
        self._file.writelines(f"{line}\r\n" for line in self._lines(cells))

    def _lines(self, cells: Sequence[Cell]) -> Iterator[str]:
        yield "TY  - PAT"
        for name, place in self._tagged.items():
            cell = cells[place]
            if not isinstance(cell, str):
                continue
            for value in _values(name, cell):
                yield _line(_TAGS[name], value)
                if name == "publication_number":
                    yield _line("SN", value)
                    links = patent_links(value)
                    if links is not None:
                        yield _line("UR", links.google_patents)
                elif name == "publication_date":
                    yield _line("PY", value[:4])
        said = [
            f"{name}: {_told(cell)}"
            for name, place in self._noted
            if (cell := cells[place]) is not None and cell != ""
        ]
        if said:
            yield _line("N1", _LIST.join(said))
        yield "ER  - "
        yield ""


def _values(name: str, cell: str) -> list[str]:
    """Return what a field holds, each value on a line; none where it is empty."""
    if name in PARTIES:
        cells = standard_parties(cell).split(_LIST)
    elif name == "publication_number":
        cells = cell.split("\n")
    elif name == "publication_date":
        cells = [cell.replace("-", "/")]
    elif name == "cpc_symbols":
        cells = cell.split(_LIST)
    else:
        cells = [cell]
    return [value for one in cells if (value := single_spaced(one))]


def _told(cell: Cell) -> str:
    return f"{cell:.3f}" if isinstance(cell, float) else single_spaced(str(cell))


def _line(tag: str, value: str) -> str:
    return f"{tag}  - {value}"
