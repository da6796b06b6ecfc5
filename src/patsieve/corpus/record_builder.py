"""One row of a table to one `PatentRecord`, and what could not be read in it."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, final

from patsieve.corpus.columns import ColumnMap, holds_numbers
from patsieve.corpus.dates import is_ambiguous, iso_date, readable_dates
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.split_parts import part_name
from patsieve.corpus.symbols import normalised_symbols
from patsieve.corpus.tally import RowTally, counted, quoted
from patsieve.corpus.text import plain_text

DATES = ("priority_date", "publication_date")


@final
class RecordBuilder:
    """Builds records, and counts those without text or with an unreadable date.

    Parameters
    ----------
    columns : ColumnMap
        The label is not read here: it takes the whole column to know what a blank means.
    day_first : bool, optional
        Whether the day of 03/04/2014 is the 3rd; None where nothing in the file tells. Then it
        is read month first, and a note says so.

    Attributes
    ----------
    textless : RowTally
        Records without any text.
    """

    def __init__(self, columns: ColumnMap, *, day_first: bool | None = None) -> None:
        parsers = _parsers(day_first=day_first is True)
        self._parsers: list[tuple[str, str, Callable[[str], Any]]] = [
            (name, column, parsers[name]) for name, column in columns.items() if name in parsers
        ]
        self._second_best = [
            (name, others, parsers[name])
            for name, others in columns.second_best.items()
            if name in parsers
        ]
        self._checked = [
            (name, column)
            for name, column in columns.items()
            if name in (*DATES, "split") and not holds_numbers(column)
        ]
        self._dates_are = f"a date; readable are {readable_dates(day_first=day_first is True)}"
        self._dates = [
            column for name, column in columns.items() if name in DATES and day_first is None
        ]
        self.textless = RowTally()
        self._unreadable: dict[str, tuple[RowTally, str]] = {}
        self._ambiguous = RowTally()
        self._ambiguous_example = ""

    def build(self, row: int, cells: Mapping[str, str]) -> PatentRecord:
        """Return the record of a row; cells that cannot be read are empty in it."""
        fields = {name: parse(cells[column]) for name, column, parse in self._parsers}
        for name, others, parse in self._second_best:
            if not fields[name]:
                found = filter(None, (parse(cells[column]) for column in others))
                fields[name] = next(found, fields[name])
        record = PatentRecord(row=row, columns=cells, **fields)
        if not record.has_text:
            self.textless.add(row)
        for name, column in self._checked:
            if not fields[name] and cells[column].strip():
                tally, _ = self._unreadable.setdefault(column, (RowTally(), cells[column].strip()))
                tally.add(row)
        if self._dates and any(is_ambiguous(cells[column]) for column in self._dates):
            self._take_down_ambiguous(row, cells)
        return record

    def _take_down_ambiguous(self, row: int, cells: Mapping[str, str]) -> None:
        self._ambiguous.add(row)
        if not self._ambiguous_example:
            self._ambiguous_example = next(
                cells[column] for column in self._dates if is_ambiguous(cells[column])
            )

    @property
    def notes(self) -> list[str]:
        """What could not be read so far, a sentence each."""
        kinds = {
            column: self._dates_are if name in DATES else "training, validation or test"
            for name, column in self._checked
        }
        notes = [
            f"column {quoted(column)} has {counted(tally.count, 'cell')} that cannot be read as "
            f"{kinds[column]}, such as {quoted(example)}: {tally}"
            for column, (tally, example) in self._unreadable.items()
        ]
        if self._ambiguous.count:
            notes.append(
                f"read dates such as {quoted(self._ambiguous_example)} month first; nothing in "
                f"the file tells whether the day comes first: {self._ambiguous}"
            )
        return notes


def _parsers(*, day_first: bool) -> Mapping[str, Callable[[str], Any]]:
    read_date = functools.partial(iso_date, day_first=day_first)
    return {
        "title": plain_text,
        "abstract": plain_text,
        "claims": plain_text,
        "description": plain_text,
        "family_id": str.strip,
        "publication_number": str.strip,
        "cpc_symbols": normalised_symbols,
        "priority_date": read_date,
        "publication_date": read_date,
        "split": part_name,
    }
