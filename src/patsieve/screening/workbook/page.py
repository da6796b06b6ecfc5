"""A document, such as a model card, as a sheet of a workbook."""

from collections.abc import Sequence
from typing import Any, final

from patsieve.screening.card.document import (
    Block,
    Bullets,
    Card,
    Commands,
    Facts,
    Figures,
    Grid,
    Paragraph,
)
from patsieve.screening.workbook.cell_text import fitting, lines_of
from patsieve.screening.workbook.looks import Looks

# The first column names things, the others take the cells of tables, all of them together text.
_WIDTHS = (40, 18, 18, 18, 18, 18)
_POINTS_PER_LINE = 15
# Between paragraphs, in lines.
_GAP = 0.2


def write_page(sheet: Any, document: Card, looks: Looks) -> None:
    """Write a document into an empty worksheet, from its first row on."""
    page = _Page(sheet, looks)
    page.add([(document.title, looks.title)], lines_higher=1)
    page.add([(document.lead, looks.lead)])
    for section in document.sections:
        page.skip()
        page.add([(section.title, looks.heading)], lines_higher=1)
        for block in section.blocks:
            page.add_block(block)
    page.skip()
    page.add([(document.footer, looks.small)])
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


@final
class _Page:
    def __init__(self, sheet: Any, looks: Looks) -> None:
        self._sheet = sheet
        self._looks = looks
        self._row = 0
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.set_portrait()
        sheet.fit_to_pages(1, 0)

    def add(self, cells: Sequence[tuple[str, Any]], *, lines_higher: float = _GAP) -> None:
        """Write a row; its last cell takes all columns that are left.

        Parameters
        ----------
        cells : sequence of (text, format)
        lines_higher : float
            By how many lines the row is higher than its texts are long, as in a larger font.
        """
        spans = [
            (number, number if number < len(cells) - 1 else max(len(_WIDTHS) - 1, number))
            for number in range(len(cells))
        ]
        lines = 1
        for (text, _), (first, last) in zip(cells, spans, strict=True):
            lines = max(lines, lines_of(text, sum(_WIDTHS[first : last + 1]) or _WIDTHS[-1]))
        self._sheet.set_row(self._row, (lines + lines_higher) * _POINTS_PER_LINE)
        for (text, look), (first, last) in zip(cells, spans, strict=True):
            if first < last:
                self._sheet.merge_range(self._row, first, self._row, last, "", look)
            # Text is never a formula or a link here either.
            self._sheet.write_string(self._row, first, fitting(text), look)
        self._row += 1

    def skip(self) -> None:
        """Leave a row empty."""
        self._row += 1

    def add_block(self, block: Block) -> None:
        """Write a block, whatever its kind."""
        looks = self._looks
        match block:
            case Paragraph():
                self.add([(block.text, looks.strong if block.is_result else looks.paragraph)])
            case Bullets():
                for item in block.items:
                    self.add([(f"•  {item}", looks.paragraph)])
            case Facts() | Figures():
                is_large = isinstance(block, Figures)
                of_name = looks.figure if is_large else looks.label
                for name, told in block.rows:
                    self.add(
                        [(name, of_name), (told, looks.paragraph)],
                        lines_higher=_GAP + 0.3 * is_large,
                    )
            case Commands():
                for told, command in block.rows:
                    self.add([(told, looks.paragraph)])
                    self.add([(command, looks.command)])
            case Grid():
                self._add_grid(block)

    def _add_grid(self, grid: Grid) -> None:
        looks = self._looks
        self.add([(grid.caption, looks.label)])
        told = ["what it says"] if grid.notes else []
        first, *others = grid.header
        of_name = looks.header if grid.of_words else looks.number_header
        names = [(first, looks.header), *((name, of_name) for name in others)]
        self._add_cells([*names, *((name, looks.header) for name in told)], grid)
        of_cell = looks.paragraph if grid.of_words else looks.number
        for number, (name, *cells) in enumerate(grid.rows):
            row = [(name, looks.paragraph), *((cell, of_cell) for cell in cells)]
            if grid.notes:
                row.append((grid.notes[number], looks.small))
            self._add_cells(row, grid)
        self.skip()

    def _add_cells(self, cells: Sequence[tuple[str, Any]], grid: Grid) -> None:
        """Write a row of a table; where no note follows, the columns that are left stay empty."""
        empty = [] if grid.notes else [("", self._looks.plain)]
        self.add([*cells, *empty])
