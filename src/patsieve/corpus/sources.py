"""The files that a user means: files, all files of a folder, all files in a zip archive."""

import stat
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast, final

from patsieve.corpus.readers.compression import (
    ZIP_DAMAGE,
    most_unpacked,
    opened_file,
    reading,
    unpack,
)
from patsieve.errors import DataError, UnreadableFileError, on_one_line

_ZIP_MAGIC = b"PK\x03\x04"
# A workbook is a zip archive with one of these in it.
_OF_A_WORKBOOK = ("[Content_Types].xml", "mimetype")
_MOST_MEMBERS = 100_000
_ENCRYPTED = 0x1
# Of what Windows and Macintosh computers add to archives and folders.
_NO_DATA = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


@final
@dataclass(frozen=True)
class Source:
    """One file to read.

    Attributes
    ----------
    name : str
        As the user knows it: the path that was typed, or ``week.zip/part.csv``.
    path : Path or None
        Where it can be read, until the next source is asked for; None if it cannot be.
    problem : str
        Why it cannot be read, in a sentence; else empty.
    """

    name: str
    path: Path | None
    problem: str = ""

    def told(self, sentence: str) -> str:
        """Return a sentence about the file with the name that the user knows."""
        return sentence if self.path is None else sentence.replace(str(self.path), self.name)


def find_sources(paths: Iterable[Path], *, but: Path | None = None) -> Iterator[Source]:
    """Yield the files at `paths`: those of folders in the order of their names.

    Hidden files are passed over. What stands in a zip archive is unpacked to a temporary file,
    one after another; an archive inside an archive is named and not opened. So are links to
    folders and links inside archives; a link to a file is read as the file.

    Parameters
    ----------
    but : Path, optional
        A file to leave out: the one that will be written.

    Raises
    ------
    UnreadableFileError
        If a path that the user named does not exist or may not be read.
    DataError
        If a folder has no file.
    """
    for path in paths:
        if not path.is_dir():
            with reading(path):
                yield from _sources_of_file(path)
            continue
        for file in _files_of_folder(path):
            if not file.is_file():
                yield Source(str(file), None, f"{file} is {_no_file(file)}, not a file: left out")
                continue
            if but is not None and but.exists() and file.samefile(but):
                continue
            try:
                with reading(file):
                    yield from _sources_of_file(file)
            except UnreadableFileError as error:
                yield Source(str(file), None, str(error))


def _files_of_folder(folder: Path) -> list[Path]:
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if (path.is_symlink() or not path.is_dir())
        and not _is_no_data(path.relative_to(folder).parts)
    ]
    if not files:
        raise DataError(f"the folder {folder} has no file in it")
    return files


def _no_file(path: Path) -> str:
    if not path.is_symlink():
        return "a pipe or a device"
    return "a link to a folder" if path.is_dir() else "a link that leads nowhere"


def _is_no_data(parts: Iterable[str]) -> bool:
    return any((part.startswith(".") and part != "..") or part in _NO_DATA for part in parts)


def _sources_of_file(path: Path) -> Iterator[Source]:
    with opened_file(path) as stream:
        if not _is_archive(stream):
            yield Source(str(path), path)
            return
        try:
            with zipfile.ZipFile(stream) as archive:
                members = [member for member in archive.infolist() if not _is_folder(member)]
                if len(members) > _MOST_MEMBERS:
                    yield Source(str(path), None, f"{path} has more than {_MOST_MEMBERS:,} files")
                    return
                yield from _unpacked(path, archive, members)
        except ZIP_DAMAGE as error:
            yield Source(str(path), None, f"{path} is a damaged zip archive: {_line(error)}")


def _is_folder(member: zipfile.ZipInfo) -> bool:
    # ZipInfo.is_dir fails on a name that damage has made empty.
    return member.filename.endswith("/")


def _is_archive(stream: BinaryIO) -> bool:
    """Whether a file is a zip archive and no workbook; one that is damaged is none."""
    begin = stream.read(len(_ZIP_MAGIC))
    stream.seek(0)
    if begin != _ZIP_MAGIC:
        return False
    try:
        with zipfile.ZipFile(stream) as archive:
            return set(archive.namelist()).isdisjoint(_OF_A_WORKBOOK)
    except (OSError, *ZIP_DAMAGE):
        return False
    finally:
        stream.seek(0)


def _unpacked(
    path: Path, archive: zipfile.ZipFile, members: Iterable[zipfile.ZipInfo]
) -> Iterator[Source]:
    size = path.stat().st_size
    left, budget = size, most_unpacked(size)
    for member in members:
        inner = PurePosixPath(member.filename.replace("\\", "/"))
        if _is_no_data(inner.parts):
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
        # Nothing of the member's name is used: it cannot lead out of the temporary folder.
        with tempfile.NamedTemporaryFile(prefix="patsieve-") as whole:
            try:
                with archive.open(member) as packed:
                    budget -= unpack(name, packed, whole, packed=member.compress_size)
                whole.flush()
                whole.seek(0)
                is_archive = _is_archive(cast("BinaryIO", whole))
            except (UnreadableFileError, OSError, *ZIP_DAMAGE) as error:
                yield Source(name, None, _damage(name, error))
                continue
            if is_archive:
                problem = f"{name} is an archive inside an archive: unpack it and try again"
                yield Source(name, None, problem)
                continue
            yield Source(name, Path(whole.name))


def _refusal(name: str, inner: PurePosixPath, member: zipfile.ZipInfo) -> str:
    """Return why a file in an archive is not unpacked, empty if it is."""
    if ".." in inner.parts or inner.is_absolute() or ":" in "".join(inner.parts[:1]):
        return f"{name} has a name that leads out of its archive: it is not unpacked"
    if stat.S_ISLNK(member.external_attr >> 16):
        return f"{name} is a link to another file, not a file: it is not unpacked"
    if member.flag_bits & _ENCRYPTED:
        return f"{name} has a password: unpack the archive and try again"
    return ""


def _damage(name: str, error: Exception) -> str:
    if isinstance(error, UnreadableFileError):
        return str(error)
    return f"{name} is damaged in its archive: {_line(error)}"


def _line(error: Exception) -> str:
    return on_one_line(" ".join(str(error).split()))[:200] or type(error).__name__
