"""Workbooks: the first sheet that has a header. The sheet is held in memory while it is read."""

from collections.abc import Iterator, Sequence
from itertools import dropwhile
from pathlib import Path
from typing import Any

from patsieve.corpus.columns import match_columns
from patsieve.corpus.readers.cells import cell_text
from patsieve.corpus.readers.compression import seekable_bytes
from patsieve.corpus.readers.table import Table
from patsieve.corpus.tally import listed, quoted
from patsieve.corpus.text import TEXT_FIELDS
from patsieve.errors import UnreadableFileError


def open_workbook(path: Path) -> Table:
    """Open the first visible sheet of a workbook whose first filled row names a text column.

    If no sheet has one, it is the first whose first row has more than one cell, or else any:
    the user may have other names for the columns.

    Raises
    ------
    UnreadableFileError
        If the file is not a workbook or has no filled sheet.
    """
    import python_calamine

    try:
        with seekable_bytes(path) as stream:
            workbook = python_calamine.CalamineWorkbook.from_filelike(stream)
            sheets = _visible_sheets(workbook)
            name, cells = _first_with_a_header(workbook, sheets)
    except python_calamine.CalamineError as error:
        raise UnreadableFileError(f"{path} is not a workbook that can be read: {error}") from error
    if not cells:
        raise UnreadableFileError(f"{path} has no visible sheet with anything in it")
    notes = []
    if len(sheets) > 1:
        others = listed(other for other in sheets if other != name)
        notes.append(f"read sheet {quoted(name)}, not {others}")
    return Table(path, _header(cells), lambda: _rows(cells), notes)


def _visible_sheets(workbook: Any) -> list[str]:
    import python_calamine

    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible is python_calamine.SheetVisibleEnum.Visible
        and sheet.typ is python_calamine.SheetTypeEnum.WorkSheet
    ]


def _first_with_a_header(workbook: Any, sheets: Sequence[str]) -> tuple[str, list[list[Any]]]:
    """Return the name and the cells of the sheet to read; no cells if every sheet is empty."""
    fallback: tuple[str, list[list[Any]]] = ("", [])
    for name in sheets:
        rows = workbook.get_sheet_by_name(name).iter_rows()
        cells = list(dropwhile(_is_blank, rows))
        header = _header(cells)
        if not set(TEXT_FIELDS).isdisjoint(match_columns(header)):
            return name, cells
        if _width(header) > 1 >= _width(_header(fallback[1])) or not fallback[1]:
            fallback = (name, cells)
    return fallback


def _header(cells: Sequence[Sequence[Any]]) -> list[str]:
    return [cell_text(value) for value in cells[0]] if cells else []


def _is_blank(values: Sequence[Any]) -> bool:
    return not any(cell_text(value).strip() for value in values)


def _width(header: Sequence[str]) -> int:
    return sum(name.strip() != "" for name in header)


def _rows(cells: Sequence[Sequence[Any]]) -> Iterator[tuple[int, list[str]]]:
    for number, values in enumerate(cells[1:], start=1):
        if not _is_blank(values):
            yield number, [cell_text(value) for value in values]
