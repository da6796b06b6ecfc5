"""Activations of frozen layers, kept on the disk for all runs, seeds, folds and processes.

What is stored is filed by content (`activation_keys`), so nothing has to be declared: texts that
another run has computed through the same layers are read, all others are computed and added. A
changed text, tokenizer, checkpoint or layer is simply not there. Two processes that need the same
do not compute it twice: the second one waits for the first.
"""

import logging
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal, final

import numpy as np
import torch
from filelock import FileLock

from patsieve.atomic import output_error
from patsieve.errors import OutputError, PatsieveWarning
from patsieve.finetuning.activation_blocks import activation_bytes, writing
from patsieve.finetuning.activation_keys import WeightDigests, shelf_key, text_keys
from patsieve.finetuning.activation_shelf import Shelf, shelves
from patsieve.finetuning.activations import DISK_RESERVE_BYTES
from patsieve.finetuning.frozen_prefix import Below, FrozenPrefix
from patsieve.finetuning.stored_rows import StoredRows
from patsieve.finetuning.tokens import TokenizedTexts

GIB = 1024**3
"""Bytes; stores are bounded in them."""

Storage = Literal["computed", "16", "32"]


@final
class ActivationStore:
    """A folder of activations that any number of runs and processes share.

    Parameters
    ----------
    folder : Path
        Made if it is not there. It can be deleted at any time: what is missing is computed anew.
    max_bytes : int
        What the folder may take. Before it would take more, or leave less than a gibibyte free on
        the disk, what has not been used for longest and is not in use is deleted.
    dtype : {"computed", "16", "32"}
        The type in which activations are stored. ``"computed"`` gives back exactly what was
        computed. ``"16"`` halves 32-bit activations: float16, or bfloat16 where a number is too
        large for it.
    say : callable, optional
        Told in a sentence what is computed and what was there; a log message by default.
    """

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int,
        dtype: Storage = "computed",
        say: Callable[[str], None] | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.max_bytes = max_bytes
        self.dtype: Storage = dtype
        self._say = logging.getLogger(__name__).info if say is None else say

    def rows(
        self,
        prefix: FrozenPrefix,
        texts: TokenizedTexts,
        digests: WeightDigests,
        *,
        below: Below | None = None,
    ) -> StoredRows | None:
        """Return what the frozen layers say of every text; compute and store what is missing.

        Parameters
        ----------
        below : Below, optional
            Of the same texts, to start from. What is stored in a narrower type than computed is
            never started from: the numbers would hang on who came first.

        Returns
        -------
        StoredRows or None
            None if it cannot be stored; a warning says why.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            shelf = Shelf(self.folder, self._key(prefix, digests))
            start = below if self.dtype == "computed" else None
            with shelf.locked(self._say):
                return self._filled(shelf, prefix, texts, start)
        except OutputError as error:
            reason = str(error)
        except OSError as error:
            reason = str(output_error(self.folder, error))
        warnings.warn(
            f"the activation cache cannot be shared: {reason}; this run keeps one of its own",
            PatsieveWarning,
            stacklevel=2,
        )
        return None

    def n_bytes(self) -> int:
        """Return what the folder takes on the disk, with what others have reserved."""
        return sum(shelf.n_bytes() for shelf in shelves(self.folder))

    def _key(self, prefix: FrozenPrefix, digests: WeightDigests) -> str:
        kind = prefix.device.type
        with prefix.autocast():
            low = torch.is_autocast_enabled(kind)
            precision = torch.get_autocast_dtype(kind) if low else torch.float32
        return shelf_key(
            prefix.model,
            prefix.depth,
            weights=digests.below(prefix.depth),
            precision=str(precision),
            device=kind,
            storage=self.dtype,
        )

    def _filled(
        self, shelf: Shelf, prefix: FrozenPrefix, texts: TokenizedTexts, below: Below | None
    ) -> StoredRows:
        keys = text_keys(texts)
        blocks = shelf.blocks()
        there = {key for block in blocks for key in block.keys}
        # The same text twice is stored once.
        missing = {key: i for i, key in enumerate(keys) if key not in there}
        self._say(
            f"activation cache below layer {prefix.depth}: {len(missing)} of {len(keys)} texts "
            "to compute"
        )
        if missing:
            which = np.array(list(missing.values()), np.intp)
            start = None if below is None else below.of(which)
            self._add(shelf, prefix, texts.select(which), start)
            blocks = shelf.blocks()
        return StoredRows(keys, blocks, shelf.lease())

    def _add(
        self, shelf: Shelf, prefix: FrozenPrefix, texts: TokenizedTexts, below: Below | None
    ) -> None:
        """Compute and store texts that are not there."""
        keys = text_keys(texts)
        lengths = np.ones(len(texts), np.int64) if prefix.pooled else texts.lengths
        narrow = _Narrowing(self.dtype)
        computed_rows = prefix.outputs(texts, below)
        batches = ((where, narrow(rows), rows.dtype) for where, rows in computed_rows)
        waiting = next(batches, None)
        assert waiting is not None
        needed = activation_bytes(
            texts,
            hidden_size=waiting[1].shape[1],
            pooled=prefix.pooled,
            element_bytes=waiting[1].element_size(),
        )
        with self._reserved(shelf, needed) as taken:
            while waiting is not None:
                with writing(shelf.folder) as block:
                    while waiting is not None and block.takes(waiting[1].dtype):
                        where, rows, computed = waiting
                        block.add([keys[i] for i in where], lengths[where], rows, computed=computed)
                        taken(rows.numel() * rows.element_size())
                        waiting = next(batches, None)

    @contextmanager
    def _reserved(self, shelf: Shelf, n_bytes: int) -> Iterator[Callable[[int], None]]:
        with ExitStack() as stack:
            # Two processes must not both count on the same free space.
            with FileLock(self.folder / "space.lock", thread_local=False):
                self._make_room(n_bytes, besides=shelf)
                taken = stack.enter_context(shelf.reserving(n_bytes))
            yield taken

    def _make_room(self, n_bytes: int, *, besides: Shelf) -> None:
        """Delete what has not been used for longest until `n_bytes` fit.

        Raises
        ------
        OutputError
            If they do not fit.
        """
        for shelf in shelves(self.folder):
            if not self._shortage(n_bytes):
                return
            if shelf.folder != besides.folder and shelf.remove_if_unused():
                self._say("activation cache: what was not used for longest is deleted to make room")
        if shortage := self._shortage(n_bytes):
            raise OutputError(shortage)

    def _shortage(self, n_bytes: int) -> str:
        """Say why `n_bytes` do not fit, or nothing if they do."""
        there, free = self.n_bytes(), shutil.disk_usage(self.folder).free
        if there + n_bytes > self.max_bytes:
            return (
                f"{self.folder} may take {_size(self.max_bytes)}, {_size(there)} are in use, and "
                f"{_size(n_bytes)} more are needed"
            )
        if free < n_bytes + DISK_RESERVE_BYTES:
            return (
                f"the disk of {self.folder} has {_size(free)} free, {_size(n_bytes)} are needed, "
                f"and {_size(DISK_RESERVE_BYTES)} are left for others"
            )
        return ""


@final
class _Narrowing:
    """Brings activations into the type in which they are stored.

    Once a number was too large for float16, all that follows is bfloat16, whose range is that of
    32 bit; so a filling changes its type once.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._half = torch.float16

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        if self._storage == "computed" or (self._storage == "16" and rows.element_size() == 2):
            return rows
        if self._storage == "32":
            return rows.float()
        narrow = rows.to(self._half)
        if self._half == torch.float16 and not narrow.isfinite().all():
            self._half = torch.bfloat16
            narrow = rows.to(self._half)
        return narrow


def _size(n_bytes: int) -> str:
    """Return a number of bytes as a person reads it."""
    size, unit = float(n_bytes), "bytes"
    for larger in ("kB", "MB", "GB"):
        if size >= 1000:
            size, unit = size / 1000, larger
    return f"{size:.3g} {unit}"
