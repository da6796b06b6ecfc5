"""What the runs of one task leave each other while it lasts."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from patsieve.finetuning.activation_store import GIB, ActivationStore

CACHE_GIB = 20.0
"""What a shared cache may take on the disk, unless the user says otherwise."""


@contextmanager
def shared_activations(
    folder: Path, say: Callable[[str], None], *, cache_gib: float = CACHE_GIB
) -> Iterator[ActivationStore]:
    """Give a store of what frozen layers say; delete it when the task is done.

    A task that is broken off leaves it, for when it goes on.

    Parameters
    ----------
    folder : Path
        The task's; the store is below it.
    """
    shared = folder / "shared"
    yield ActivationStore(shared / "activations", max_bytes=int(cache_gib * GIB), say=say)
    shutil.rmtree(shared, ignore_errors=True)
