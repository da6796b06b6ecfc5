"""Writing files so that a reader never sees half of one.

Everything is written aside, in the folder where it will stand, and renamed when it is
complete: after a crash, a full disk or a kill the old file is still there, or none.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from patsieve.errors import OutputError

_ADVICE = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EEXIST: "a part of the path is a file, not a folder",
    errno.ENAMETOOLONG: "the name is too long",
}


def output_error(path: Path, error: OSError) -> OutputError:
    """Turn an operating system error met while writing `path` into one sentence."""
    reason = _ADVICE.get(error.errno or 0, error.strerror or str(error))
    return OutputError(f"cannot write {path}: {reason}")


@contextmanager
def file_aside(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; rename it to `path` if the block succeeds.

    The temporary file keeps the suffix of `path`. It is removed when the block raises. Where
    `path` is a symbolic link, the file it points to is replaced, not the link.

    Raises
    ------
    OutputError
        If the folder cannot be made or written, or the disk is full.
    """
    path = _without_link(path)
    aside: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise OutputError(f"cannot write {path}: a folder of that name is in the way")
        if path.exists() and not path.is_file():
            # Renaming over /dev/null or a pipe would take it away from everybody.
            raise OutputError(f"cannot write {path}: it is a device or a pipe, not a file")
        handle, name = tempfile.mkstemp(
            prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent
        )
        os.close(handle)
        aside = Path(name)
        # mkstemp gives 0600; a result should be as readable as any other new file.
        aside.chmod(0o666 & ~_umask())
        yield aside
        _flush_to_disk(aside)
        aside.replace(path)
    except OSError as error:
        raise output_error(path, error) from error
    finally:
        if aside is not None:
            aside.unlink(missing_ok=True)


@contextmanager
def folder_aside(path: Path) -> Iterator[Path]:
    """Give a temporary folder beside `path`; put it in the place of `path` on success.

    An existing folder at `path` is replaced as a whole, and only then: whoever calls this
    makes sure that it holds nothing but what may go.

    Raises
    ------
    OutputError
        If the folder cannot be made or written, or the disk is full.
    """
    path = _without_link(path)
    aside: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_dir():
            raise OutputError(f"cannot write {path}: a file of that name is in the way")
        aside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        aside.chmod(0o777 & ~_umask())
        yield aside
        _as_readable_as_any(aside)
        _replace_folder(aside, path)
    except OSError as error:
        raise output_error(path, error) from error
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)


def _as_readable_as_any(folder: Path) -> None:
    # Some libraries make their files readable to their owner alone; colleagues read them too.
    mode = 0o666 & ~_umask()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(mode)


def _replace_folder(aside: Path, path: Path) -> None:
    if not path.exists():
        aside.rename(path)
        return
    # A folder cannot be renamed over a full one: the old one steps aside first, and comes
    # back if the new one cannot take its place.
    old = Path(tempfile.mkdtemp(prefix=f".{path.name}.old.", dir=path.parent)) / path.name
    path.rename(old)
    try:
        aside.rename(path)
    except BaseException:
        # Also when interrupted: without this the old folder would be gone with its parent.
        if not path.exists():
            old.rename(path)
        with suppress(OSError):
            old.parent.rmdir()
        raise
    shutil.rmtree(old.parent, ignore_errors=True)


def _without_link(path: Path) -> Path:
    return path.resolve() if path.is_symlink() else path


def _flush_to_disk(path: Path) -> None:
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
