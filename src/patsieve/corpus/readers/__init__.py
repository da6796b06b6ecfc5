"""Readers: one file per format, all giving a `Table`. Only `offices` knows what a patent is."""

from pathlib import Path
from typing import TYPE_CHECKING

from patsieve.corpus.readers.table import Table

if TYPE_CHECKING:
    from patsieve.corpus.readers.recognise import Kind

__all__ = ["Table", "open_table"]


def open_table(path: Path, *, tolerant: bool = False) -> Table:
    """Open a table of any format that has a reader, gzipped or not.

    Parameters
    ----------
    tolerant : bool
        Leave out rows that cannot be read, while others can; the table's `broken` tells of them.

    Raises
    ------
    UnreadableFileError
        If the file is missing, empty, damaged, binary, or in an unknown encoding or format.
    """
    # Imported when needed: neither starting the command line nor the process that reads a
    # workbook should load every format's library.
    from patsieve.corpus.readers.recognise import Kind, recognise

    kind, head = recognise(path)
    if kind is Kind.WORKBOOK:
        from patsieve.corpus.readers.xlsx_file import open_workbook

        return open_workbook(path)
    if kind is Kind.PARQUET:
        from patsieve.corpus.readers.parquet_file import open_parquet

        return open_parquet(path, tolerant=tolerant)
    if kind is Kind.JSON:
        from patsieve.corpus.readers.jsonl_file import open_json

        return open_json(path, head, tolerant=tolerant)
    if kind in (Kind.OFFICE_XML, Kind.OFFICE_TEXT, Kind.OFFICE_JSON):
        return _open_office(path, kind, head)
    return _open_text(path, kind, head, tolerant=tolerant)


def _open_office(path: Path, kind: "Kind", head: bytes) -> Table:
    from patsieve.corpus.readers.recognise import Kind

    if kind is Kind.OFFICE_XML:
        from patsieve.corpus.readers.offices.xml_file import open_office_xml

        return open_office_xml(path, head)
    if kind is Kind.OFFICE_TEXT:
        from patsieve.corpus.readers.offices.greenbook import open_greenbook

        return open_greenbook(path, head)
    from patsieve.corpus.readers.offices.ops_json import open_ops_json

    return open_ops_json(path, head)


def _open_text(path: Path, kind: "Kind", head: bytes, *, tolerant: bool) -> Table:
    from patsieve.corpus.readers.recognise import Kind

    if kind is Kind.RIS:
        from patsieve.corpus.readers.ris_file import open_ris

        return open_ris(path, head, tolerant=tolerant)
    if kind is Kind.BIBTEX:
        from patsieve.corpus.readers.bibtex_file import open_bibtex

        return open_bibtex(path, head, tolerant=tolerant)
    if kind is Kind.WEB_OF_SCIENCE:
        from patsieve.corpus.readers.web_of_science import open_web_of_science

        return open_web_of_science(path, head, tolerant=tolerant)
    if kind is Kind.HTML:
        from patsieve.corpus.readers.html_table import open_html_table

        return open_html_table(path, head)
    from patsieve.corpus.readers.csv_file import open_csv

    return open_csv(path, head, tolerant=tolerant)
