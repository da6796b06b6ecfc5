"""The files that a user means: files, all files of a folder, all files in an archive."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from patsieve.corpus.archive_members import is_no_data
from patsieve.corpus.readers.compression import opened_file, reading
from patsieve.corpus.source import Source
from patsieve.corpus.tar_archive import files_of_tar, is_tar
from patsieve.corpus.zip_archive import files_of_zip, is_zip
from patsieve.errors import DataError, UnreadableFileError


def find_sources(paths: Iterable[Path], *, but: Path | None = None) -> Iterator[Source]:
    """Yield the files at `paths`: those of folders in the order of their names.

    Hidden files are passed over. What stands in a zip or tar archive is unpacked to a temporary
    file, one after another; an archive inside an archive is named and not opened. So are links to
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
        and not is_no_data(path.relative_to(folder).parts)
    ]
    if not files:
        raise DataError(f"the folder {folder} has no file in it")
    return files


def _no_file(path: Path) -> str:
    if not path.is_symlink():
        return "a pipe or a device"
    return "a link to a folder" if path.is_dir() else "a link that leads nowhere"


def _sources_of_file(path: Path) -> Iterator[Source]:
    with opened_file(path) as stream:
        if is_zip(stream):
            yield from files_of_zip(path, stream, is_archive=_is_archive)
        elif is_tar(stream):
            yield from files_of_tar(path, is_archive=_is_archive)
        else:
            yield Source(str(path), path)


def _is_archive(stream: BinaryIO) -> bool:
    return is_zip(stream) or is_tar(stream)
