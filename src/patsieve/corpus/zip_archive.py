"""The files in a zip archive, one after another."""

import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from patsieve.corpus.archive_members import (
    MOST_MEMBERS,
    in_a_line,
    inner_path,
    is_no_data,
    leads_out,
    unpacked,
)
from patsieve.corpus.readers.compression import ZIP_DAMAGE, most_unpacked
from patsieve.corpus.source import Source
from patsieve.errors import on_one_line

_MAGIC = b"PK\x03\x04"
# A workbook is a zip archive with one of these in it.
_OF_A_WORKBOOK = ("[Content_Types].xml", "mimetype")
_ENCRYPTED = 0x1


def is_zip(stream: BinaryIO) -> bool:
    """Whether a file is a zip archive and no workbook; one that is damaged is none."""
    begin = stream.read(len(_MAGIC))
    stream.seek(0)
    if begin != _MAGIC:
        return False
    try:
        with zipfile.ZipFile(stream) as archive:
            return set(archive.namelist()).isdisjoint(_OF_A_WORKBOOK)
    except (OSError, *ZIP_DAMAGE):
        return False
    finally:
        stream.seek(0)


def files_of_zip(
    path: Path, stream: BinaryIO, *, is_archive: Callable[[BinaryIO], bool]
) -> Iterator[Source]:
    """Yield the files in a zip archive, unpacked until the next one is asked for.

    Parameters
    ----------
    path : Path
        Of the archive.
    stream : binary file
    is_archive : callable
        Whether a file in it is an archive itself.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            members = [member for member in archive.infolist() if not _is_folder(member)]
            if len(members) > MOST_MEMBERS:
                yield Source(str(path), None, f"{path} has more than {MOST_MEMBERS:,} files")
                return
            yield from _files(path, archive, members, is_archive)
    except ZIP_DAMAGE as error:
        yield Source(str(path), None, f"{path} is a damaged zip archive: {in_a_line(error)}")


def _is_folder(member: zipfile.ZipInfo) -> bool:
    # ZipInfo.is_dir fails on a name that damage has made empty.
    return member.filename.endswith("/")


def _files(
    path: Path,
    archive: zipfile.ZipFile,
    members: Iterable[zipfile.ZipInfo],
    is_archive: Callable[[BinaryIO], bool],
) -> Iterator[Source]:
    size = path.stat().st_size
    left, budget = size, most_unpacked(size)
    for member in members:
        inner = inner_path(member.filename)
        if is_no_data(inner.parts):
            continue
        name = f"{path}/{on_one_line(str(inner))}"
        problem = _refusal(name, inner, member)
        # Members that overlap would be counted more than once.
        left -= member.compress_size
        if left < 0:
            problem = f"{path} is a damaged zip archive: its files are larger than itself"
        elif budget < 0:
            problem = f"{path} unpacks to far more than its size: what follows {name} is left out"
        if problem:
            yield Source(name, None, problem)
            continue
        budget -= yield from unpacked(
            name,
            partial(archive.open, member),
            packed=member.compress_size,
            is_archive=is_archive,
            damage=(OSError, *ZIP_DAMAGE),
        )


def _refusal(name: str, inner: PurePosixPath, member: zipfile.ZipInfo) -> str:
    """Return why a file in an archive is not unpacked, empty if it is."""
    if leads_out(inner):
        return f"{name} has a name that leads out of its archive: it is not unpacked"
    if stat.S_ISLNK(member.external_attr >> 16):
        return f"{name} is a link to another file, not a file: it is not unpacked"
    if member.flag_bits & _ENCRYPTED:
        return f"{name} has a password: unpack the archive and try again"
    return ""
