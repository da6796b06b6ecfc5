"""Readers: one file per format, all giving a `Table`, a row for each record."""

from pathlib import Path

from patsieve.corpus.readers.recognise import Kind, recognise
from patsieve.corpus.readers.table import Table

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
    kind, head = recognise(path)
    # Imported when needed: starting the command line should not load every format's library.
    if kind is Kind.WORKBOOK:
        from patsieve.corpus.readers.xlsx_file import open_workbook

        return open_workbook(path)
    if kind is Kind.PARQUET:
        from patsieve.corpus.readers.parquet_file import open_parquet

        return open_parquet(path)
    if kind is Kind.JSON:
        from patsieve.corpus.readers.jsonl_file import open_json

        return open_json(path, head, tolerant=tolerant)
    if kind is Kind.RIS:
        from patsieve.corpus.readers.ris_file import open_ris

        return open_ris(path, head, tolerant=tolerant)
    if kind is Kind.BIBTEX:
        from patsieve.corpus.readers.bibtex_file import open_bibtex

        return open_bibtex(path, head, tolerant=tolerant)
    from patsieve.corpus.readers.csv_file import open_csv

    return open_csv(path, head, tolerant=tolerant)
