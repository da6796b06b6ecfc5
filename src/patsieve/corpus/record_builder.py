"""One row of a table to one `PatentRecord`, and what could not be read in it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, final

from patsieve.corpus.dates import READABLE_DATES, iso_date
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.split_parts import part_name
from patsieve.corpus.tally import RowTally, counted, quoted
from patsieve.corpus.text import plain_text

# Symbols are separated by semicolons, pipes or lines; by commas only where a symbol follows,
# because "H01M4/525 (EP,US)" is one symbol.
_BETWEEN_SYMBOLS = re.compile(r"[;|\n]+|,\s*(?=[A-HY]\d{2})")


@final
class RecordBuilder:
    """Builds records, and counts those without text or with an unreadable date.

    Parameters
    ----------
    columns : mapping of field to column
        The label is not read here: it takes the whole column to know what a blank means.

    Attributes
    ----------
    textless : RowTally
        Records without any text.
    """

    def __init__(self, columns: Mapping[str, str]) -> None:
        self._parsers: list[tuple[str, str, Callable[[str], Any]]] = [
            (name, column, _PARSERS[name]) for name, column in columns.items() if name in _PARSERS
        ]
        self._checked = [
            (name, column) for name, column in columns.items() if name in _CAN_BE_UNREADABLE
        ]
        self.textless = RowTally()
        self._unreadable: dict[str, tuple[RowTally, str]] = {}

    def build(self, row: int, cells: Mapping[str, str]) -> PatentRecord:
        """Return the record of a row; cells that cannot be read are empty in it."""
        fields = {name: parse(cells[column]) for name, column, parse in self._parsers}
        record = PatentRecord(row=row, columns=cells, **fields)
        if not record.has_text:
            self.textless.add(row)
        for name, column in self._checked:
            if not fields[name] and cells[column].strip():
                tally, _ = self._unreadable.setdefault(column, (RowTally(), cells[column].strip()))
                tally.add(row)
        return record

    @property
    def notes(self) -> list[str]:
        """What could not be read so far, a sentence each."""
        kinds = {column: _CAN_BE_UNREADABLE[name] for name, column in self._checked}
        return [
            f"column {quoted(column)} has {counted(tally.count, 'cell')} that cannot be read as "
            f"{kinds[column]}, such as {quoted(example)}: {tally}"
            for column, (tally, example) in self._unreadable.items()
        ]


def _symbols(cell: str) -> tuple[str, ...]:
    return tuple(part for raw in _BETWEEN_SYMBOLS.split(cell) if (part := raw.strip()))


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "title": plain_text,
    "abstract": plain_text,
    "claims": plain_text,
    "description": plain_text,
    "family_id": str.strip,
    "publication_number": str.strip,
    "cpc_symbols": _symbols,
    "priority_date": iso_date,
    "publication_date": iso_date,
    "split": part_name,
}
_CAN_BE_UNREADABLE: Mapping[str, str] = {
    "priority_date": f"a date; readable are {READABLE_DATES}",
    "publication_date": f"a date; readable are {READABLE_DATES}",
    "split": "training, validation or test",
}
