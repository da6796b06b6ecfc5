"""The files in a tar archive, gzipped or not, one after another as they stand in it."""

import gzip
import tarfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, Self, cast, final

from patsieve.corpus.archive_members import (
    MOST_MEMBERS,
    in_a_line,
    inner_path,
    is_no_data,
    leads_out,
    unpacked,
)
from patsieve.corpus.readers.compression import (
    TAR_HEADER_BYTES,
    begins_tar,
    is_gzip,
    most_unpacked,
    opened_bytes,
)
from patsieve.corpus.source import Source
from patsieve.errors import UnreadableFileError, on_one_line

# Members that hold the name of the next one, which the library reads into memory.
_OF_THE_NEXT = frozenset({
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
})  # fmt: skip
_LONGEST_NAME = 1 << 16
_DAMAGE = (tarfile.TarError, OSError, EOFError, zlib.error, ValueError, OverflowError)


def is_tar(stream: BinaryIO) -> bool:
    """Whether a file is a tar archive, or one that was gzipped."""
    try:
        if not is_gzip(stream):
            return begins_tar(stream.read(TAR_HEADER_BYTES))
        with gzip.GzipFile(fileobj=stream, mode="rb") as packed:
            return begins_tar(packed.read(TAR_HEADER_BYTES))
    except (OSError, EOFError, zlib.error):
        return False
    finally:
        stream.seek(0)


def files_of_tar(path: Path, *, is_archive: Callable[[BinaryIO], bool]) -> Iterator[Source]:
    """Yield the files in a tar archive, unpacked until the next one is asked for.

    Links, devices and files with holes are named and not unpacked. What is behind damage cannot
    be found again; that is said.

    Parameters
    ----------
    path : Path
        Of the archive.
    is_archive : callable
        Whether a file in it is an archive itself.
    """
    try:
        with (
            opened_bytes(path) as stream,
            tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|", tarinfo=_Member) as archive,
        ):
            yield from _files(path, archive, is_archive)
    except UnreadableFileError as error:
        yield Source(str(path), None, str(error))
    except _DAMAGE as error:
        problem = f"{path} is a damaged tar archive: {in_a_line(error)}; what follows is left out"
        yield Source(str(path), None, problem)


def _files(
    path: Path, archive: tarfile.TarFile, is_archive: Callable[[BinaryIO], bool]
) -> Iterator[Source]:
    budget = most_unpacked(path.stat().st_size)
    for number, member in enumerate(archive):
        # The library keeps every member that it has seen.
        archive.members.clear()  # type: ignore[attr-defined]
        if number >= MOST_MEMBERS:
            yield Source(str(path), None, f"{path} has more than {MOST_MEMBERS:,} files")
            return
        inner = inner_path(member.name)
        if member.isdir() or is_no_data(inner.parts):
            continue
        name = f"{path}/{on_one_line(str(inner))}"
        if budget < 0:
            problem = f"{path} unpacks to far more than its size: {name} and more are left out"
            yield Source(name, None, problem)
            return
        problem = ""
        if leads_out(inner):
            problem = f"{name} has a name that leads out of its archive: it is not unpacked"
        elif not member.isreg() or member.issparse():
            what = "a link to another file" if member.issym() or member.islnk() else "a device"
            what = "a file with holes" if member.issparse() else what
            problem = f"{name} is {what}, not a plain file: it is not unpacked"
        if problem:
            yield Source(name, None, problem)
            continue
        budget -= yield from unpacked(
            name,
            partial(_opened, archive, member),
            packed=member.size,
            is_archive=is_archive,
            damage=_DAMAGE,
        )


def _opened(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    return cast("IO[bytes]", archive.extractfile(member))


@final
class _Member(tarfile.TarInfo):
    """A header that tells of damage, where the library would take it for the archive's end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            member = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if buf and not any(buf):
                # A block of zeros is the end of a sound archive.
                raise
            raise ValueError(in_a_line(error)) from error
        if member.type in _OF_THE_NEXT and member.size > _LONGEST_NAME:
            raise ValueError(f"a name has more than {_LONGEST_NAME:,} characters")
        return member
