"""Opening a file for reading, gzipped or not, and saying in one sentence why it cannot be read."""

import gzip
import io
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast, final

from patsieve.errors import UnreadableFileError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_GZIP_MAGIC = b"\x1f\x8b"
_TAR_MAGIC, _TAR_MAGIC_AT = b"ustar", 257
TAR_HEADER_BYTES = 512
_BUFFER_BYTES = 1 << 18
# Text of patents packs to a third or a tenth, XML of one form to a fiftieth. What packs much
# better, and is large, was made to fill a disk.
_SMALL_BYTES = 1 << 28
_MOST_BYTES_PER_PACKED = 200
ZIP_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    IndexError,
    ValueError,
)
"""What the module zipfile raises when it reads damaged bytes."""


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong in the bytes of `path` into an `UnreadableFileError`."""
    try:
        yield
    except (EOFError, zlib.error) as error:
        raise UnreadableFileError(
            f"{path} is a damaged gzip file: it ends too early or was changed; copy it again"
        ) from error
    except gzip.BadGzipFile as error:
        raise UnreadableFileError(f"{path} is a damaged gzip file: {error}") from error
    except FileNotFoundError as error:
        raise UnreadableFileError(f"cannot read {path}: there is no such file") from error
    except IsADirectoryError as error:
        raise UnreadableFileError(
            f"cannot read {path}: it is a folder, not a file; `patsieve corpus import` makes one "
            "file of those in it"
        ) from error
    except OSError as error:
        raise UnreadableFileError(f"cannot read {path}: {error.strerror or error}") from error


def opened_file(path: Path) -> BinaryIO:
    """Open a file for reading, and nothing that only looks like one.

    Raises
    ------
    UnreadableFileError
        If it is a pipe or a device: a pipe would be waited for, and gives nothing twice.
    OSError
        As `open`.
    """
    kind = path.stat().st_mode
    if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        raise UnreadableFileError(
            f"cannot read {path}: it is a pipe or a device, not a file; save it to a file first"
        )
    return path.open("rb")


@contextmanager
def opened_bytes(path: Path) -> Iterator[BinaryIO]:
    """Give the bytes of `path`, decompressed where they are gzipped, whatever its name.

    Raises
    ------
    UnreadableFileError
        If the file is missing, a folder, a pipe or forbidden; or when the reader comes to the
        place where a gzip file is damaged, ends too early, or gives more than `most_unpacked`.
    """
    with reading(path), opened_file(path) as raw:
        if not is_gzip(raw):
            yield raw
            return
        with gzip.GzipFile(fileobj=raw, mode="rb") as compressed:
            within = _Proportionate(path, compressed, path.stat().st_size)
            # Small reads from a GzipFile are slow.
            yield cast("BinaryIO", io.BufferedReader(within, _BUFFER_BYTES))


@contextmanager
def seekable_bytes(path: Path) -> Iterator[BinaryIO]:
    """Give the bytes of `path` for a format that jumps about in its file.

    A gzipped file is first decompressed to a temporary one.
    """
    with reading(path), opened_file(path) as raw:
        if not is_gzip(raw):
            yield raw
            return
        with gzip.GzipFile(fileobj=raw, mode="rb") as compressed, tempfile.TemporaryFile() as whole:
            packed = cast("IO[bytes]", compressed)
            unpack(path, packed, whole, packed=path.stat().st_size)
            whole.seek(0)
            yield cast("BinaryIO", whole)


def most_unpacked(packed: int) -> int:
    """Return how many bytes may come out of so many compressed ones: 256 MiB, or 200 times."""
    return max(_SMALL_BYTES, _MOST_BYTES_PER_PACKED * packed)


def unpack(name: Path | str, packed_bytes: IO[bytes], whole: IO[bytes], *, packed: int) -> int:
    """Copy what a compressed stream gives, and return its size, unless it is out of proportion.

    Parameters
    ----------
    name : Path or str
        For the message.
    packed : int
        How many bytes it takes while it is compressed.

    Raises
    ------
    UnreadableFileError
        If it has more than `most_unpacked`.
    """
    most = most_unpacked(packed)
    size = 0
    while chunk := packed_bytes.read(_BUFFER_BYTES):
        size += len(chunk)
        if size > most:
            raise _out_of_proportion(name, most)
        whole.write(chunk)
    return size


@final
class _Proportionate(io.RawIOBase):
    """What a compressed stream gives, unless it is out of proportion."""

    def __init__(self, path: Path, compressed: gzip.GzipFile, packed: int) -> None:
        self._path = path
        self._compressed = compressed
        self._most = most_unpacked(packed)
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        size = self._compressed.readinto(buffer)
        self._size += size
        if self._size > self._most:
            raise _out_of_proportion(self._path, self._most)
        return size


def _out_of_proportion(name: Path | str, most: int) -> UnreadableFileError:
    return UnreadableFileError(
        f"{name} unpacks to more than {most:,} bytes, over {_MOST_BYTES_PER_PACKED} times "
        "its size: no file of patents does"
    )


def begins_tar(head: bytes) -> bool:
    """Whether these first bytes, decompressed, are those of a tar archive (POSIX or GNU)."""
    return head[_TAR_MAGIC_AT:].startswith(_TAR_MAGIC)


def is_gzip(raw: BinaryIO) -> bool:
    """Whether a file is gzipped; it is left where it begins."""
    begin = raw.read(len(_GZIP_MAGIC))
    raw.seek(0)
    return begin == _GZIP_MAGIC
