"""A table as the first sheet of a workbook, written a row at a time, in bounded memory."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from patsieve.corpus.tally import RowTally, counted
from patsieve.screening.card.document import Card
from patsieve.screening.shown_text import Link, MarkedText
from patsieve.screening.sinks import Cell, Column, Sink
from patsieve.screening.workbook.cell_text import MOST_CHARACTERS, fitting, lines_of
from patsieve.screening.workbook.looks import Looks, width_of
from patsieve.screening.workbook.page import write_page

# https://support.microsoft.com/office/excel-specifications-and-limits
_MOST_LINKS = 65_530
# What stays in sight when one goes to the right, if it stands first.
_LEADING = ("rank", "probability", "decision")
_POINTS_PER_LINE = 15
# Rows are as high as their texts, but no higher than lets several be seen at once. Claims and
# descriptions are for who opens the cell.
_MOST_LINES, _LINES_OF_LONG_FIELDS = 10, 3
_LONG_FIELDS = ("claims", "description")
# XlsxWriter remembers the height of a row; what is farther down is all of one height.
_FITTED_ROWS, _LINES_FARTHER_DOWN = 20_000, 4


@contextmanager
def opened_workbook(path: Path, columns: Sequence[Column]) -> Iterator[Sink]:
    """Give a sink that writes a worksheet: header frozen, filters on, probabilities as bars.

    Text is written as text: nothing in it is ever a formula, and only a `Link` is a link. A cell
    that is longer than a worksheet allows is cut, says so, and is coloured; a note says so too.
    """
    with tempfile.TemporaryDirectory(prefix=".patsieve-", dir=path.parent) as temporary:
        # XlsxWriter keeps rows in a file of its own until the end; beside the result there is
        # room for it, and it is gone with its folder whatever happens.
        workbook = xlsxwriter.Workbook(
            str(path), {"constant_memory": True, "tmpdir": temporary, "nan_inf_to_errors": True}
        )
        workbook.use_zip64()
        sink = _Workbook(workbook, columns)
        try:
            yield sink
        except BaseException:
            sink.abandon()
            raise
        sink.finish()


@final
class _Workbook(Sink):
    def __init__(self, workbook: Any, columns: Sequence[Column]) -> None:
        self._workbook = workbook
        self._columns = columns
        # As long as no cell is seen, a column that is not known is taken for a wide one.
        self._widths = [width_of(column, longest=MOST_CHARACTERS) for column in columns]
        self._longest = [0] * len(columns)
        self._looks = Looks(workbook)
        self._n_rows = self._n_links = self._n_unlinked = 0
        self._cut = RowTally()
        self._sheet = workbook.add_worksheet("patsieve")
        self._pages: list[Any] = []
        self._lay_out()
        self._write_header()

    @property
    def notes(self) -> Sequence[str]:
        found = []
        if self._cut.count:
            found.append(
                f"{counted(self._cut.count, 'cell')} longer than the "
                f"{MOST_CHARACTERS:,} characters of a worksheet's cell cut off, in "
                f"{self._cut} of the result; .csv keeps all"
            )
        if self._n_unlinked:
            found.append(
                f"{counted(self._n_unlinked, 'address', 'addresses')} as plain text: a worksheet "
                f"holds {_MOST_LINKS:,} links"
            )
        return found

    def write(self, cells: Sequence[Cell]) -> None:
        self._n_rows += 1
        if self._n_rows <= _FITTED_ROWS:
            height = self._lines_of_row(cells) * _POINTS_PER_LINE
            self._sheet.set_row(self._n_rows, height)
            self._see_lengths(cells)
        for number, cell in enumerate(cells):
            if isinstance(cell, Link):
                self._write_link(number, cell)
            elif isinstance(cell, str):
                if cell:
                    self._write_text(number, cell)
            elif cell is not None:
                self._sheet.write_number(self._n_rows, number, cell)

    def attach(self, title: str, document: Card) -> None:
        page = self._workbook.add_worksheet(title)
        self._pages.append(page)
        write_page(page, document, self._looks)

    def finish(self) -> None:
        last = max(self._n_rows, 1)
        self._sheet.autofilter(0, 0, last, len(self._columns) - 1)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})
        for number, column in enumerate(self._columns):
            width = width_of(column, self._longest[number])
            self._sheet.set_column(number, number, width, self._looks.of(column))
            self._show_meaning(number, column, last)
        try:
            self._workbook.close()
        except FileCreateError as error:
            # It wraps what the operating system said.
            raise error.args[0] from error

    def abandon(self) -> None:
        for sheet in (self._sheet, *self._pages):
            with suppress(OSError):
                sheet.row_data_fh.close()

    def _lay_out(self) -> None:
        sheet = self._sheet
        n_leading = 0
        while n_leading < len(self._columns) and self._columns[n_leading].holds in _LEADING:
            n_leading += 1
        sheet.freeze_panes(1, n_leading)
        sheet.set_default_row(_LINES_FARTHER_DOWN * _POINTS_PER_LINE)
        for number, (column, width) in enumerate(zip(self._columns, self._widths, strict=True)):
            sheet.set_column(number, number, width, self._looks.of(column))
        # On paper: the page across, as many columns as there are, the header on every page.
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def _write_header(self) -> None:
        names = [column.name for column in self._columns]
        # The button of the filter hides what is under it.
        lines = [lines_of(n, width - 3) for n, width in zip(names, self._widths, strict=True)]
        self._sheet.set_row(0, max(lines, default=1) * _POINTS_PER_LINE + 3)
        for number, name in enumerate(names):
            is_text = self._columns[number].kind == "text"
            look = self._looks.header if is_text else self._looks.number_header
            self._write_string(0, number, fitting(name), look)

    def _lines_of_row(self, cells: Sequence[Cell]) -> int:
        most = 1
        for cell, column, width in zip(cells, self._columns, self._widths, strict=True):
            if isinstance(cell, str) and len(cell) > most:
                lines = lines_of(cell, width)
                if column.holds in _LONG_FIELDS:
                    lines = min(lines, _LINES_OF_LONG_FIELDS)
                most = max(most, lines)
        return min(most, _MOST_LINES)

    def _see_lengths(self, cells: Sequence[Cell]) -> None:
        for number, cell in enumerate(cells):
            if isinstance(cell, str) and len(cell) > self._longest[number]:
                lines = map(len, cell.split("\n"))
                self._longest[number] = max(self._longest[number], *lines)

    def _write_text(self, column: int, cell: str) -> None:
        text = fitting(cell)
        if text is not cell:
            self._cut.add(self._n_rows)
            self._write_string(self._n_rows, column, text, self._looks.cut)
        elif isinstance(cell, MarkedText) and cell.marks:
            self._write_marked(column, cell)
        else:
            self._write_string(self._n_rows, column, text)

    def _write_string(self, row: int, column: int, text: str, look: Any = None) -> None:
        if text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter would take it for marked text of its own, and break the file.
            parts = [self._looks.plain, text[:1], self._looks.plain, text[1:]]
            self._sheet.write_rich_string(row, column, *parts, *([look] if look else []))
        else:
            self._sheet.write_string(row, column, text, look)

    def _write_marked(self, column: int, text: MarkedText) -> None:
        parts: list[Any] = []
        at = 0
        for mark in text.marks:
            if mark.start > at:
                parts += [self._looks.plain, text[at : mark.start]]
            parts += [self._looks.marks[mark.manner], text[mark.start : mark.end]]
            at = mark.end
        if at < len(text):
            parts += [self._looks.plain, text[at:]]
        if len(parts) > 2:
            self._sheet.write_rich_string(self._n_rows, column, *parts)
        else:
            look = self._looks.marked_whole[text.marks[0].manner]
            self._write_string(self._n_rows, column, str(text), look)

    def _write_link(self, column: int, link: Link) -> None:
        if self._n_links < _MOST_LINKS:
            self._n_links += 1
            self._sheet.write_url(
                self._n_rows, column, link.address, self._looks.link, string=str(link)
            )
        else:
            self._n_unlinked += 1
            self._write_string(self._n_rows, column, link.address, self._looks.whole)

    def _show_meaning(self, number: int, column: Column, last: int) -> None:
        if column.holds == "probability" and column.kind == "real":
            bar = {
                "type": "data_bar", "data_bar_2010": True, "bar_solid": True,
                "bar_color": "#A9C9E8", "min_type": "num", "min_value": 0, "max_type": "num",
                "max_value": 1,
            }  # fmt: skip
            self._sheet.conditional_format(1, number, last, number, bar)
        elif column.holds == "decision":
            for decision, look in self._looks.decisions.items():
                rule = {"type": "cell", "criteria": "==", "value": f'"{decision}"', "format": look}
                self._sheet.conditional_format(1, number, last, number, rule)
