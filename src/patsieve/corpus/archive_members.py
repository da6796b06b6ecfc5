"""What holds for a file in an archive, whatever kind of archive it is."""

import tempfile
from collections.abc import Callable, Generator, Iterable
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from patsieve.corpus.readers.compression import unpack
from patsieve.corpus.source import Source
from patsieve.errors import UnreadableFileError, on_one_line

MOST_MEMBERS = 100_000
# Of what Windows and Macintosh computers add to archives and folders.
_NO_DATA = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


def is_no_data(parts: Iterable[str]) -> bool:
    """Whether a path is of a hidden file, or one that a computer has added by itself."""
    return any(
        (part.startswith(".") and part not in (".", "..")) or part in _NO_DATA for part in parts
    )


def inner_path(written: str) -> PurePosixPath:
    """Return the path of a member as its archive has it."""
    return PurePosixPath(written.replace("\\", "/"))


def leads_out(inner: PurePosixPath) -> bool:
    """Whether the name of a member is that of a file outside of any folder it is unpacked to."""
    return ".." in inner.parts or inner.is_absolute() or ":" in "".join(inner.parts[:1])


def unpacked(
    name: str,
    opened: Callable[[], IO[bytes]],
    *,
    packed: int,
    is_archive: Callable[[BinaryIO], bool],
    damage: tuple[type[Exception], ...],
) -> Generator[Source, None, int]:
    """Yield a member as a temporary file that lasts until the next one is asked for.

    Nothing of the member's name is used for the file: it cannot lead out of the temporary folder.

    Parameters
    ----------
    name : str
        As the user knows it.
    opened : callable
        Opens the member for reading.
    packed : int
        How many bytes it takes in its archive.
    is_archive : callable
        Whether the content is an archive itself: then it is not opened.
    damage : tuple of exception types
        What opening and reading raise where the archive is damaged.

    Returns
    -------
    int
        How many bytes came out; 0 where the member could not be read.
    """
    with tempfile.NamedTemporaryFile(prefix="patsieve-") as whole:
        try:
            with opened() as stream:
                size = unpack(name, stream, whole, packed=packed)
            whole.flush()
            whole.seek(0)
            is_nested = is_archive(cast("BinaryIO", whole))
        except UnreadableFileError as error:
            yield Source(name, None, str(error))
            return 0
        except damage as error:
            yield Source(name, None, f"{name} is damaged in its archive: {in_a_line(error)}")
            return 0
        if is_nested:
            problem = f"{name} is an archive inside an archive: unpack it and try again"
            yield Source(name, None, problem)
        else:
            yield Source(name, Path(whole.name))
    return size


def in_a_line(error: Exception) -> str:
    """Return what a library says of damage, short and without what moves a cursor."""
    return on_one_line(" ".join(str(error).split()))[:200] or type(error).__name__
