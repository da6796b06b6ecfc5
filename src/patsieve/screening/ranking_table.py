"""Which columns a ranking has, in which order, and what stands in its rows, in each format.

Tables keep the user's columns in the user's order, ours behind them. A workbook is for reading:
rank, probability and decision stand in front, then what tells which patent it is (and who else is
of its family, where a row stands for all of it), links to it, reasons, and the abstract in which
they are marked. RIS gets the fields of a record as patsieve reads them, dates in one form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, final

from patsieve.corpus.families import FAMILY_MEMBERS
from patsieve.corpus.load import RecordStream
from patsieve.corpus.patent_links import patent_links
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.tally import quoted
from patsieve.screening.explain.wording import BETWEEN
from patsieve.screening.shown_text import Link
from patsieve.screening.sinks import Cell, Column

if TYPE_CHECKING:
    from patsieve.screening.explain.ranked import RankedReasons

ADDED = (Column("rank", "whole"), Column("probability", "real"), Column("decision"))
"""The columns that scoring adds, as they are called where the user has none of that name."""

_LINKS = (Column("Espacenet", field="link"), Column("Google Patents", field="link"))
# What tells a reader which patent a row is.
_IDENTITY = ("publication_number", "title", FAMILY_MEMBERS)
# What RIS has a place for, or a note; of claims it has the text as it is read.
_PLAIN_FIELDS = ("title", "abstract", "claims", "priority_date", "publication_date")


@final
class RankingTable:
    """The columns of a ranking, and its rows.

    Parameters
    ----------
    stream : RecordStream
        The file that is ranked.
    suffix : str
        Of the result, as `check_sink` gives it.
    remembered : sequence of Column
        Of what was scored before.
    reasons : RankedReasons, optional

    Attributes
    ----------
    columns : tuple of Column
        In the order of the cells of `row`.
    notes : tuple of str
        What the user should know of their names.
    """

    def __init__(
        self,
        stream: RecordStream,
        suffix: str,
        *,
        remembered: Sequence[Column] = (),
        reasons: "RankedReasons | None" = None,
    ) -> None:
        self._reasons = reasons
        self._stream = stream
        self._is_workbook = suffix == ".xlsx"
        self._is_ris = suffix.startswith(".ris")
        number = stream.columns.get("publication_number")
        links = _LINKS if self._is_workbook and number is not None else ()
        self._number = stream.header.index(number) if links and number is not None else None
        why = () if reasons is None else reasons.columns
        added, self.notes = _renamed(stream.header, (*ADDED, *remembered, *links, *why))
        columns = [*self._users_columns(), *added]
        self._order = self._reading_order(columns) if self._is_workbook else range(len(columns))
        self.columns = tuple(columns[place] for place in self._order)

    def users_cells(self, record: PatentRecord) -> list[str]:
        """Return the cells of the user's columns, as they are set down until all are ranked."""
        if not self._is_ris:
            return [record.columns.get(name, "") for name in self._stream.header]
        cells = dict(record.columns)
        for field in _PLAIN_FIELDS:
            if field in self._stream.columns:
                cells[self._stream.columns[field]] = getattr(record, field)
        if "cpc_symbols" in self._stream.columns:
            cells[self._stream.columns["cpc_symbols"]] = "; ".join(record.cpc_symbols)
        return [cells.get(name, "") for name in self._stream.header]

    def row(
        self,
        users: Sequence[str],
        verdict: tuple[int, float | None, str],
        remembered: Sequence[Cell],
    ) -> list[Cell]:
        """Return a row.

        Parameters
        ----------
        users : sequence of str
            As `users_cells` returned them.
        verdict : tuple
            Rank, probability (None without text) and decision.
        remembered : sequence
            Of the columns of that name.
        """
        rank = verdict[0]
        links: list[Cell] = []
        if self._number is not None:
            found = patent_links(users[self._number])
            links = [None, None]
            if found is not None:
                links = [
                    Link("Espacenet", found.espacenet),
                    Link("Google", found.google_patents),
                ]
        why: list[Cell] = []
        shown: Sequence[Cell] = users
        if self._reasons is not None:
            why = self._reasons.cells(rank, between="\n" if self._is_workbook else BETWEEN)
            if self._is_workbook:
                marked = self._reasons.marked(rank, self._stream.columns)
                shown = [
                    marked.get(name, cell)
                    for name, cell in zip(self._stream.header, users, strict=True)
                ]
        cells = [*shown, *verdict, *remembered, *links, *why]
        return [cells[place] for place in self._order]

    def _users_columns(self) -> list[Column]:
        fields: Mapping[str, str] = {
            column: field for field, column in self._stream.columns.items()
        }
        return [Column(name, field=fields.get(name, "")) for name in self._stream.header]

    def _reading_order(self, columns: Sequence[Column]) -> list[int]:
        n_users = len(self._stream.header)
        ours = range(n_users, len(columns))
        first = {
            columns[place].field: place
            for place in range(n_users)
            if columns[place].field in ("publication_number", "title", "abstract")
        }
        if FAMILY_MEMBERS in self._stream.header:
            first[FAMILY_MEMBERS] = self._stream.header.index(FAMILY_MEMBERS)
        n_verdict = len(ADDED)
        order = [
            *ours[:n_verdict],
            *(first[name] for name in _IDENTITY if name in first),
            *ours[n_verdict:],
            *([first["abstract"]] if "abstract" in first else []),
        ]
        return [*order, *(place for place in range(n_users) if place not in order)]


def _renamed(
    header: Sequence[str], added: Sequence[Column]
) -> tuple[list[Column], tuple[str, ...]]:
    """Return the columns that are added, and a note for each that had to be renamed."""
    taken = {name.strip().casefold() for name in header}
    columns, notes = [], []
    for column in added:
        name = column.name
        while name.casefold() in taken:
            name = f"patsieve_{name}"
        if name != column.name:
            notes.append(f"the file has a column {quoted(column.name)}; ours is called '{name}'")
        columns.append(replace(column, name=name, field=column.holds))
    return columns, tuple(notes)
