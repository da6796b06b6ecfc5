"""Opening a file for reading, gzipped or not, and saying in one sentence why it cannot be read."""

import gzip
import io
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from patsieve.errors import UnreadableFileError

_GZIP_MAGIC = b"\x1f\x8b"
_BUFFER_BYTES = 1 << 18
# Text of patents packs to a third or a tenth, XML of one form to a fiftieth. What packs much
# better, and is large, was made to fill a disk.
_SMALL_BYTES = 1 << 28
_MOST_BYTES_PER_PACKED = 200


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


@contextmanager
def opened_bytes(path: Path) -> Iterator[BinaryIO]:
    """Give the bytes of `path`, decompressed where they are gzipped, whatever its name.

    Raises
    ------
    UnreadableFileError
        If the file is missing, a folder or forbidden; or when the reader comes to the place
        where a gzip file is damaged or ends too early.
    """
    with reading(path), path.open("rb") as raw:
        if not _is_gzip(raw):
            yield raw
            return
        with gzip.GzipFile(fileobj=raw, mode="rb") as compressed:
            # Small reads from a GzipFile are slow.
            yield cast("BinaryIO", io.BufferedReader(compressed, _BUFFER_BYTES))


@contextmanager
def seekable_bytes(path: Path) -> Iterator[BinaryIO]:
    """Give the bytes of `path` for a format that jumps about in its file.

    A gzipped file is first decompressed to a temporary one.
    """
    with reading(path), path.open("rb") as raw:
        if not _is_gzip(raw):
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
            raise UnreadableFileError(
                f"{name} unpacks to more than {most:,} bytes, over {_MOST_BYTES_PER_PACKED} times "
                "its size: no file of patents does"
            )
        whole.write(chunk)
    return size


def _is_gzip(raw: BinaryIO) -> bool:
    begin = raw.read(len(_GZIP_MAGIC))
    raw.seek(0)
    return begin == _GZIP_MAGIC
