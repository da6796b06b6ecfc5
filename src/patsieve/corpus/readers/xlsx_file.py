"""Workbooks (XLSX, XLS, ODS): the first sheet that has a header, held in memory as text."""

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from patsieve.corpus.packed_rows import read_rows
from patsieve.corpus.readers.compression import ZIP_DAMAGE, seekable_bytes
from patsieve.corpus.readers.header import is_blank
from patsieve.corpus.readers.table import Table
from patsieve.corpus.tally import listed, quoted
from patsieve.errors import UnreadableFileError

# What Python, the library and an empty workbook need, and what a byte of a large one may need:
# text is packed to a tenth of its size at most, and a cell takes some tens of bytes beside it.
_MEMORY = 1 << 30
_MEMORY_PER_BYTE = 60
_SECONDS = 1800
_SOURCE = Path(__file__).parents[3]
_LEGACY = b"\xd0\xcf\x11\xe0"


def open_workbook(path: Path) -> Table:
    """Open the first visible sheet of a workbook that has a header which names a text column.

    If no sheet has one, it is the first whose first row has more than one cell, or else any:
    the user may have other names for the columns.

    Raises
    ------
    UnreadableFileError
        If the file is not a workbook, has no filled sheet, or would need far more memory than
        its size explains.
    """
    with seekable_bytes(path) as stream:
        packed = _packed_rows(path, stream)
        kind = "XLS" if stream.seek(0) == 0 and stream.read(4) == _LEGACY else "XLSX"
    found = read_rows(io.BytesIO(packed))
    about = _told(found)
    header = next(found, None)
    if header is None:
        raise UnreadableFileError(f"{path} has no visible sheet with anything in it")
    notes = list(about["notes"])
    if about["others"]:
        notes.insert(0, f"read sheet {quoted(about['sheet'])}, not {listed(about['others'])}")

    def read() -> Iterator[tuple[int, list[str]]]:
        rows = islice(read_rows(io.BytesIO(packed)), 2, None)
        for number, cells in enumerate(rows, start=1):
            if not is_blank(cells):
                yield number, cells

    return Table(path, header, read, notes, kind=kind)


def _packed_rows(path: Path, stream: BinaryIO) -> bytes:
    """Return what `workbook_rows` writes of a workbook."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    known = os.environ.get("PYTHONPATH")
    environment = {
        **os.environ,
        # What it complains of last is told.
        "RUST_BACKTRACE": "0",
        # Wherever this package was imported from, also in a notebook.
        "PYTHONPATH": str(_SOURCE) if not known else os.pathsep.join((str(_SOURCE), known)),
    }
    command = (
        *(sys.executable, "-P", "-m", "patsieve.corpus.readers.workbook_rows"),
        str(_MEMORY + _MEMORY_PER_BYTE * size),
    )
    # A file rather than a pipe: the two processes would wait for one another.
    with tempfile.TemporaryFile() as written:
        try:
            found = subprocess.run(  # noqa: S603 - the arguments are ours
                command,
                stdin=stream,
                stdout=written,
                stderr=subprocess.PIPE,
                env=environment,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise UnreadableFileError(
                f"{path} is not a workbook that can be read: it took more than half an hour"
            ) from error
        written.seek(0)
        packed = written.read()
    if found.returncode != 0:
        raise UnreadableFileError(
            f"{path} is not a workbook that can be read: it is damaged, or asks for far more "
            f"memory or time than its size explains{_last_line(found.stderr)}"
        )
    told = _told(read_rows(io.BytesIO(packed)))
    if "error" in told:
        raise UnreadableFileError(
            f"{path} is not a workbook that can be read: {told['error']}{_advice(stream)}"
        )
    return packed


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").split("\n")
    told = (line.strip() for line in reversed(lines))
    last = next((line for line in told if line and not line.startswith("note: ")), "")
    return f" ({last[:200]})" if last else ""


def _told(rows: Iterator[list[str]]) -> dict[str, Any]:
    """Return what the first row tells of the sheet; nothing without any."""
    first = next(rows, None)
    return {} if first is None else dict(json.loads(first[0]))


def _advice(stream: BinaryIO) -> str:
    """Return what to do with a file that only begins like a workbook."""
    stream.seek(0)
    if stream.read(4) == _LEGACY:
        return "; if it has a password, save it without"
    try:
        with zipfile.ZipFile(stream) as archive:
            is_workbook = any(name.startswith("xl/") for name in archive.namelist())
    except (OSError, *ZIP_DAMAGE):
        return ""
    return (
        "" if is_workbook else "; the files in a zip archive are read by `patsieve corpus import`"
    )
