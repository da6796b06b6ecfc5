"""A shelf of the activation store: the blocks that one frozen prefix has filled.

Whoever looks at a shelf or changes it holds its lock, a file beside it that the operating system
unlocks when its holder ends, however that happens. So whatever half-written file the holder of
the lock finds is left over from somebody who was killed. Readers leave a locked file in
``users`` for as long as they read, so that nobody throws away the shelf meanwhile.
"""

import shutil
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import final

from filelock import BaseFileLock, FileLock, Timeout

from patsieve.errors import PatsieveWarning
from patsieve.finetuning.activation_blocks import Block, DamagedBlockError

_LOCK_SUFFIX = ".lock"
# Its size is what a filling is going to take; it holds nothing.
_RESERVATION = ".reserved"


@final
class Shelf:
    """One folder of blocks.

    Parameters
    ----------
    store : Path
        The store's folder.
    key : str
        From `shelf_key`.
    """

    def __init__(self, store: Path, key: str) -> None:
        self.folder = store / key
        self._lock = FileLock(store / f"{key}{_LOCK_SUFFIX}", thread_local=False)
        self._users = self.folder / "users"

    @contextmanager
    def locked(self, say: Callable[[str], None]) -> Iterator[None]:
        """Keep everybody else from the shelf; clear away what a killed process has left.

        Parameters
        ----------
        say : callable
            Told if this has to wait.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            say("waiting for another process that computes the same frozen layers")
            self._lock.acquire()
        try:
            self._users.mkdir(parents=True, exist_ok=True)
            self._clear_away()
            yield
        finally:
            self._lock.release()

    def lease(self) -> BaseFileLock:
        """Return what keeps the shelf from being thrown away until it is deleted."""
        (self.folder / "used").touch()
        lease = FileLock(self._users / uuid.uuid4().hex, thread_local=False)
        lease.acquire()
        return lease

    def blocks(self) -> list[Block]:
        """Open all blocks; delete those that are damaged, and say so."""
        found = []
        for index in sorted(self.folder.glob("*.index")):
            try:
                found.append(Block(index))
            except DamagedBlockError as damage:
                damage.discard()
                warnings.warn(
                    f"{damage}; the frozen layers are computed anew for the texts in it",
                    PatsieveWarning,
                    stacklevel=2,
                )
        return found

    @contextmanager
    def reserving(self, n_bytes: int) -> Iterator[Callable[[int], None]]:
        """Let other processes see that `n_bytes` are going to be taken.

        Gives a function that is called with how many of them have been.
        """
        reservation = self.folder / _RESERVATION
        left = n_bytes

        def taken(more: int) -> None:
            nonlocal left
            left = max(left - more, 0)
            with reservation.open("wb") as file:
                file.truncate(left)

        try:
            taken(0)
            yield taken
        finally:
            reservation.unlink(missing_ok=True)

    def n_bytes(self) -> int:
        """Return what the shelf takes on the disk, what is reserved included."""
        return sum(_size(path) for path in self.folder.glob("*") if path.is_file())

    def last_use(self) -> float:
        """Return when somebody has last begun to read, in seconds of the file system's clock."""
        try:
            return (self.folder / "used").stat().st_mtime
        except OSError:
            return 0.0

    def remove_if_unused(self) -> bool:
        """Delete the shelf unless a process fills or reads it. Return whether it is gone."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        try:
            if self._in_use():
                return False
            shutil.rmtree(self.folder, ignore_errors=True)
            return not self.folder.exists()
        finally:
            self._lock.release()

    def _in_use(self) -> bool:
        # All of them are looked at, so that no mark of an ended reader is left.
        return sum(not _forgotten(marker) for marker in self._users.glob("*")) > 0

    def _clear_away(self) -> None:
        for path in self.folder.iterdir():
            unfinished = path.name.startswith(".")
            if unfinished or (path.suffix == ".data" and not path.with_suffix(".index").exists()):
                path.unlink(missing_ok=True)
        self._in_use()


def shelves(store: Path) -> list[Shelf]:
    """Return all shelves of a store, the one whose last use is longest ago first."""
    found = [Shelf(store, path.name) for path in store.iterdir() if path.is_dir()]
    return sorted(found, key=Shelf.last_use)


def _forgotten(marker: Path) -> bool:
    """Delete the mark of a reader that has ended; return whether it had."""
    lock = FileLock(marker, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    marker.unlink(missing_ok=True)
    lock.release()
    return True


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0
