"""Blocks of stored activations: files that are written once, checked, and mapped.

A block is two files. ``NAME.data`` holds rows of numbers, text after text, without padding.
``NAME.index`` begins with a line that is the SHA-256 of the rest, then one line of JSON (what
the numbers are), then 48 bytes for each text: the SHA-256 of its token ids, its first row, how
many rows it has, and their CRC-32. The index is written last: without it the data do not count.
"""

import hashlib
import json
import uuid
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, final

import numpy as np
import torch
from numpy.typing import NDArray

from patsieve.atomic import file_aside
from patsieve.finetuning.activation_keys import text_keys
from patsieve.finetuning.tokens import TokenizedTexts

_ENTRY = np.dtype([("text", "V32"), ("start", "<i8"), ("rows", "<i4"), ("crc", "<u4")])
# The first two lines of an index, about.
_HEADER_BYTES = 200
# A block is closed beyond this size: a run that is killed loses no more than this.
_FULL_BYTES = 256 * 1024**2
_TYPES = {str(dtype): dtype for dtype in (torch.float32, torch.float16, torch.bfloat16)}


class DamagedBlockError(Exception):
    """A block is no longer what was written. Says which and why; never reaches a user."""

    def __init__(self, index: Path, reason: str) -> None:
        super().__init__(f"the activation cache was damaged: {index.with_suffix('.data')} {reason}")
        self.index = index

    def discard(self) -> None:
        """Delete what is left of the block."""
        self.index.unlink(missing_ok=True)
        self.index.with_suffix(".data").unlink(missing_ok=True)


def activation_bytes(
    texts: TokenizedTexts, *, hidden_size: int, pooled: bool, element_bytes: int
) -> int:
    """Return how many bytes on the disk the activations of some texts take, index included.

    Parameters
    ----------
    pooled : bool
        Whether one vector a text is stored, because all layers are frozen, and not one a token.
    element_bytes : int
        4 in 32 bit, 2 in 16 bit.
    """
    lengths = dict(zip(text_keys(texts), texts.lengths.tolist(), strict=True))
    rows = len(lengths) if pooled else sum(lengths.values())
    data = rows * hidden_size * element_bytes
    n_blocks = max(-(-data // _FULL_BYTES), 1)
    return data + len(lengths) * _ENTRY.itemsize + n_blocks * _HEADER_BYTES


@final
class Block:
    """A block on the disk, mapped into memory.

    Parameters
    ----------
    index : Path
        Its index file.

    Attributes
    ----------
    values : tensor of shape (n_rows, hidden_size)
        In the type in which it is stored.
    computed : torch.dtype
        The type in which it was computed.
    keys : list of bytes
        Of the texts in it.
    starts, lengths, crcs : array of int of shape (n_texts,)

    Raises
    ------
    DamagedBlockError
    """

    def __init__(self, index: Path) -> None:
        self.index = index
        self._data = index.with_suffix(".data")
        header, entries = _read_index(index)
        raw = entries["text"].tobytes()
        self.keys = [raw[at : at + 32] for at in range(0, len(raw), 32)]
        self.starts = entries["start"].astype(np.int64)
        self.lengths = entries["rows"].astype(np.int64)
        self.crcs = entries["crc"].astype(np.int64)
        self.computed = _TYPES[header["computed"]]
        self._n_bytes = int(header["bytes"])
        self.check()
        # Copy-on-write: torch warns of arrays that it may not write to, and nobody writes.
        try:
            mapped = np.memmap(self._data, dtype=np.uint8, mode="c", shape=(self._n_bytes,))
        except (OSError, ValueError) as error:
            raise DamagedBlockError(index, f"cannot be read ({error})") from error
        self.values = (
            torch.from_numpy(mapped).view(_TYPES[header["stored"]]).view(-1, int(header["width"]))
        )

    @property
    def name(self) -> str:
        """What its two files are called, without their endings."""
        return self.index.stem

    def check(self) -> None:
        """Look whether both files are there and the data have their length.

        Raises
        ------
        DamagedBlockError
        """
        try:
            found = self._data.stat().st_size
            self.index.stat()
        except OSError as error:
            raise DamagedBlockError(self.index, "or its index is gone") from error
        if found != self._n_bytes:
            raise DamagedBlockError(self.index, f"has {found} bytes, not {self._n_bytes}")

    def check_rows(self, entry: int) -> None:
        """Compare the rows of a text with their checksum.

        Raises
        ------
        DamagedBlockError
        """
        start, length = int(self.starts[entry]), int(self.lengths[entry])
        if _checksum(self.values[start : start + length]) != self.crcs[entry]:
            raise DamagedBlockError(self.index, "has changed")


@final
class BlockWriter:
    """Writes one block; see `writing`.

    Parameters
    ----------
    file : binary file
    """

    def __init__(self, file: Any) -> None:
        self._file = file
        self._entries: list[tuple[bytes, int, int, int]] = []
        self._n_rows = 0
        self._width = 0
        self._stored = self._computed = torch.float32
        self.n_bytes = 0

    def takes(self, dtype: torch.dtype) -> bool:
        """Whether numbers of this type still go into the block."""
        return not self._entries or (dtype == self._stored and self.n_bytes < _FULL_BYTES)

    def add(
        self,
        keys: Iterable[bytes],
        lengths: NDArray[np.int64],
        rows: torch.Tensor,
        *,
        computed: torch.dtype,
    ) -> None:
        """Write the rows of some texts, text after text.

        Parameters
        ----------
        lengths : array of int of shape (n_texts,)
        rows : tensor of shape (sum of lengths, hidden_size)
        computed : torch.dtype
            What the rows are to be read as.
        """
        self._stored, self._computed, self._width = rows.dtype, computed, rows.shape[1]
        start = 0
        for key, length in zip(keys, lengths.tolist(), strict=True):
            crc = _checksum(rows[start : start + length])
            self._entries.append((key, self._n_rows + start, length, crc))
            start += length
        self._n_rows += start
        self._file.write(_bytes_of(rows))
        self.n_bytes += rows.numel() * rows.element_size()

    def index(self) -> bytes:
        """Return the index of what was written."""
        header = {
            "format": 1,
            "stored": str(self._stored),
            "computed": str(self._computed),
            "width": self._width,
            "bytes": self.n_bytes,
        }
        entries = np.array(self._entries, dtype=_ENTRY).tobytes()
        body = json.dumps(header).encode() + b"\n" + entries
        return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


@contextmanager
def writing(folder: Path) -> Iterator[BlockWriter]:
    """Give a writer for a new block; the block is there when the `with` ends without error.

    Raises
    ------
    OutputError
        If the disk is full or the folder cannot be written.
    """
    # A name that no other process takes; it says nothing and steers nothing.
    name = uuid.uuid4().hex
    with file_aside(folder / f"{name}.data") as data, data.open("wb") as file:
        writer = BlockWriter(file)
        yield writer
    with file_aside(folder / f"{name}.index") as index:
        index.write_bytes(writer.index())


def _read_index(index: Path) -> tuple[dict[str, Any], NDArray[Any]]:
    try:
        digest, _, body = index.read_bytes().partition(b"\n")
    except OSError as error:
        raise DamagedBlockError(index, f"has an index that cannot be read ({error})") from error
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise DamagedBlockError(index, "has an index that was changed")
    header, _, entries = body.partition(b"\n")
    return json.loads(header), np.frombuffer(entries, dtype=_ENTRY)


def _bytes_of(rows: torch.Tensor) -> memoryview:
    return rows.contiguous().view(torch.uint8).numpy().data


def _checksum(rows: torch.Tensor) -> int:
    return zlib.crc32(_bytes_of(rows))
