"""Workbooks read inside this process instead of by a Python that is started for each.

A start takes fifty times as long as reading a small workbook. The program is the same; only what
runs it is exchanged, and whoever does so sets limits himself: a workbook that asks for more
memory than there is ends the process.
"""

import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from patsieve.corpus.readers import workbook_rows, xlsx_file

# A backtrace takes longer than reading.
os.environ["RUST_BACKTRACE"] = "0"


@contextmanager
def workbooks_inside() -> Iterator[None]:
    """Exchange what the reader of workbooks runs its program with."""
    theirs = xlsx_file.subprocess, workbook_rows._limit
    xlsx_file.subprocess, workbook_rows._limit = _Inside, lambda n_bytes: None
    try:
        yield
    finally:
        xlsx_file.subprocess, workbook_rows._limit = theirs


class _Inside:
    """The part of `subprocess` that the reader uses."""

    TimeoutExpired = subprocess.TimeoutExpired

    PIPE = subprocess.PIPE

    @staticmethod
    def run(
        command: Sequence[str], *, stdin: IO[bytes], stdout: Any = subprocess.PIPE, **_: Any
    ) -> subprocess.CompletedProcess[bytes]:
        """Run `workbook_rows` on a file."""
        with tempfile.TemporaryFile() as piped:
            written = piped if stdout == subprocess.PIPE else stdout
            code, complaint = _run(command[-1:], stdin, written)
            said = b""
            if stdout == subprocess.PIPE:
                piped.seek(0)
                said = piped.read()
        return subprocess.CompletedProcess(command, code, said, complaint.encode())


def _run(arguments: Sequence[str], stdin: IO[bytes], stdout: IO[bytes]) -> tuple[int, str]:
    """Return the exit code and what the program complains of."""
    standard = sys.stdin, sys.stdout
    with (
        open(os.dup(stdin.fileno()), encoding="latin-1") as read,  # noqa: PTH123
        open(os.dup(stdout.fileno()), "w", encoding="utf-8") as written,  # noqa: PTH123
    ):
        sys.stdin, sys.stdout = read, written
        try:
            return workbook_rows.main(arguments), ""
        except Exception:  # noqa: BLE001 - it is told as a process tells it
            return 1, traceback.format_exc()
        except BaseException as error:
            # What a panic of the library becomes; anything else is ours.
            if type(error).__name__ != "PanicException":
                raise
            return 1, traceback.format_exc()
        finally:
            sys.stdin, sys.stdout = standard
