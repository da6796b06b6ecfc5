"""Rows of text on their way through a file or a pipe: from one process, or one pass, to the next.

Nothing is kept so for longer than a command runs.
"""

import json
import struct
from collections.abc import Iterator, Sequence
from typing import IO

# How many bytes a row has, and whether its cells stand between separators or as JSON.
_HEAD = struct.Struct("<I?")
# No text file may hold it, so that hardly any cell does; splitting at it is faster than JSON.
_BETWEEN = "\0"


def write_row(file: IO[bytes], cells: Sequence[str]) -> None:
    """Write a row of at least one cell."""
    joined = _BETWEEN.join(cells)
    is_joined = joined.count(_BETWEEN) == len(cells) - 1
    row = (joined if is_joined else json.dumps(cells)).encode("utf-8", "surrogatepass")
    file.write(_HEAD.pack(len(row), is_joined) + row)


def read_rows(file: IO[bytes]) -> Iterator[list[str]]:
    """Yield the rows that were written, from where the file stands.

    Raises
    ------
    EOFError
        If the last one is not complete.
    """
    while head := file.read(_HEAD.size):
        if len(head) < _HEAD.size:
            raise EOFError
        length, is_joined = _HEAD.unpack(head)
        row = file.read(length)
        if len(row) < length:
            raise EOFError
        text = row.decode("utf-8", "surrogatepass")
        yield text.split(_BETWEEN) if is_joined else json.loads(text)
