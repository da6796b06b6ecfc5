"""Tables of HTML pages: many databases call them ``.xls``, and spreadsheets open them.

The rows of all tables of a page are read one after another, row by row, by their tags; pages are
often not well-formed. Cells that reach over several columns fill the first of them.
"""

import html
import re
from collections.abc import Iterator
from itertools import dropwhile, islice
from pathlib import Path
from typing import TextIO

from patsieve.corpus.readers.encoding import LONGEST_LINE, find_encoding, opened_text
from patsieve.corpus.readers.header import SAMPLE_ROWS, find_header, is_blank
from patsieve.corpus.readers.table import MOST_COLUMNS, Table
from patsieve.errors import UnreadableFileError

_CHUNK_CHARACTERS = 1 << 20
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z][\w-]{0,40})", re.IGNORECASE)
_ROW = re.compile(r"<tr(?=[\s>])", re.IGNORECASE)
_END_OF_ROW = re.compile(r"</(?:tr|table)(?=[\s>])", re.IGNORECASE)
_CELL = re.compile(r"<t[dh](?=[\s>])([^<>]*)>", re.IGNORECASE)
_END_OF_CELL = re.compile(r"</t[dh](?=[\s>])", re.IGNORECASE)
_COLUMNS_OF_CELL = re.compile(r"\bcolspan\s*=\s*[\"']?(\d{1,5})(?!\d)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_LINE_BREAK = re.compile(r" ?</?(?:br|p|div|li|ul|ol)(?=[\s>/])[^<>]*> ?", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_LINES = re.compile(r"\n{2,}")


def open_html_table(path: Path, head: bytes) -> Table:
    """Open the tables of an HTML page.

    Parameters
    ----------
    head : bytes
        The first bytes of the (decompressed) file.

    Raises
    ------
    UnreadableFileError
        If the page has no table, or is damaged.
    """
    declared = _DECLARED.search(head[:2048])
    encoding, note = find_encoding(path, head, "" if declared is None else declared[1].decode())

    def rows() -> Iterator[list[str]]:
        with opened_text(path, encoding, newline=None) as text:
            cells = (_cells(path, row) for row in _rows(path, text))
            yield from dropwhile(is_blank, cells)

    header = find_header(list(islice(rows(), SAMPLE_ROWS)))
    if header is None:
        raise UnreadableFileError(
            f"{path} is an HTML page without a table; patsieve reads CSV, XLSX and other tables"
        )

    def read() -> Iterator[tuple[int, list[str]]]:
        for number, cells in enumerate(islice(rows(), header.place + 1, None), start=1):
            if not is_blank(cells):
                yield number, cells

    notes = [*([note] if note else []), *header.notes]
    return Table(path, header.names, read, notes, kind="HTML table")


def _rows(path: Path, text: TextIO) -> Iterator[str]:
    """Yield what stands in each row, from its start tag to its end, or to the next one."""
    rest, is_row, searched = "", False, 0
    while chunk := text.read(_CHUNK_CHARACTERS):
        rest += chunk
        at = 0
        for match in _ROW.finditer(rest, searched):
            if is_row:
                yield _up_to(_END_OF_ROW, rest[at : match.start()])
            is_row, at = True, match.end()
        # The start of the next row may have been cut in two.
        rest = rest[at:] if is_row else rest[-len("<tr") :]
        searched = max(len(rest) - len("<tr"), 0)
        if len(rest) > LONGEST_LINE:
            raise UnreadableFileError(
                f"a row of {path} has more than {LONGEST_LINE:,} characters: no table has"
            )
    if is_row:
        yield _up_to(_END_OF_ROW, rest)


def _cells(path: Path, row: str) -> list[str]:
    # The first part stands before the first cell; then attributes and contents take turns.
    parts = _CELL.split(_without_comments(row))[1:]
    cells: list[str] = []
    for attributes, content in zip(parts[::2], parts[1::2], strict=True):
        spans = _COLUMNS_OF_CELL.search(attributes)
        width = 1 if spans is None else max(int(spans[1]), 1)
        cells += [_plain(_up_to(_END_OF_CELL, content)), *[""] * (width - 1)]
        if len(cells) > MOST_COLUMNS:
            raise UnreadableFileError(
                f"a row of {path} has more than {MOST_COLUMNS:,} cells, and no table of patents has"
            )
    return cells


def _up_to(end: re.Pattern[str], text: str) -> str:
    match = end.search(text)
    return text if match is None else text[: match.start()]


def _without_comments(text: str) -> str:
    if "<!--" not in text:
        return text
    first, *others = text.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in others)


def _plain(content: str) -> str:
    """Return the text of a cell as a browser shows it, but for formats."""
    lines = _LINE_BREAK.sub("\n", _SPACE.sub(" ", content))
    plain = html.unescape(_TAG.sub("", lines)).replace("\xa0", " ")
    return _LINES.sub("\n", plain).strip()
