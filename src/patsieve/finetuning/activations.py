"""The frozen-prefix cache: what frozen layers say of every record, computed once.

Frozen layers run in eval mode, so they say the same in every epoch. The cache holds the
input of the lowest layer that is not frozen, for every token of every record, without
padding. If all layers are frozen it holds what the pooler or the classifier reads, one
vector a record, and an epoch costs next to nothing.

Here is the cache of one run, in memory or in a file without a name. `activation_store` keeps
what runs can share.
"""

import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, final

import numpy as np
import torch
from numpy.typing import NDArray

from patsieve.errors import PatsieveWarning
from patsieve.finetuning.activation_blocks import DamagedBlockError
from patsieve.finetuning.frozen_prefix import Below, FrozenPrefix
from patsieve.finetuning.tokens import TokenizedTexts

# A cache up to this size stays in memory; a larger one is a memory-mapped file.
IN_MEMORY_BYTES = 2 * 1024**3
# Left free on the disk for checkpoints and whatever else is running.
DISK_RESERVE_BYTES = 1024**3


class ActivationRows(Protocol):
    """Where a cache reads: the rows of every text, in the type in which they were computed."""

    @property
    def n_bytes(self) -> int:
        """Size of the stored activations."""
        ...

    def check(self) -> None:
        """Raise DamagedBlockError if something is no longer there."""
        ...

    def vectors(self, indices: NDArray[np.intp]) -> torch.Tensor:
        """Return the first row of each text, of shape (len(indices), hidden_size)."""
        ...

    def pieces(self, indices: NDArray[np.intp]) -> list[torch.Tensor]:
        """Return all rows of each text, maybe in a narrower type than computed."""
        ...

    @property
    def dtype(self) -> torch.dtype:
        """The type in which the activations were computed."""
        ...


@final
class TensorRows:
    """Rows in one tensor, in memory or mapped.

    Parameters
    ----------
    values : tensor of shape (n_rows, hidden_size)
    starts, lengths : array of int of shape (n_texts,)
        The first row of each text and how many it has.
    """

    def __init__(
        self, values: torch.Tensor, starts: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> None:
        self._values = values
        self._starts = starts
        self._lengths = lengths

    @property
    def n_bytes(self) -> int:
        """Size of the stored activations."""
        return self._values.numel() * self._values.element_size()

    @property
    def dtype(self) -> torch.dtype:
        """The type in which the activations were computed."""
        return self._values.dtype

    def check(self) -> None:
        """Do nothing: what a run holds alone nobody can take away."""

    def vectors(self, indices: NDArray[np.intp]) -> torch.Tensor:
        """Return the first row of each text."""
        return self._values[torch.from_numpy(self._starts[indices])]

    def pieces(self, indices: NDArray[np.intp]) -> list[torch.Tensor]:
        """Return all rows of each text."""
        return [
            self._values[start : start + length]
            for start, length in zip(
                self._starts[indices].tolist(), self._lengths[indices].tolist(), strict=True
            )
        ]


@final
class PrefixCache:
    """Stored activations of one set of texts at one depth.

    Parameters
    ----------
    texts : TokenizedTexts
    depth : int
        The lowest layer that is not frozen; the number of layers if all are.
    rows : ActivationRows
    pooled : bool
        Whether there is one row a text and not one a token.
    renew : callable, optional
        Returns other rows when something is missing from these.
    """

    def __init__(
        self,
        texts: TokenizedTexts,
        depth: int,
        rows: ActivationRows,
        *,
        pooled: bool,
        renew: Callable[[], ActivationRows] | None = None,
    ) -> None:
        self.texts = texts
        self.depth = depth
        self.pooled = pooled
        self._rows = rows
        self._renew = renew

    @property
    def n_bytes(self) -> int:
        """Size of the stored activations."""
        return self._rows.n_bytes

    def check(self) -> None:
        """Compute anew what has gone from the disk since it was stored, and say so."""
        try:
            self._rows.check()
        except DamagedBlockError as damage:
            self._repair(damage)

    def vectors(self, indices: NDArray[np.intp]) -> torch.Tensor:
        """Return what pooler or classifier read, of shape (len(indices), hidden_size)."""
        assert self.pooled
        try:
            return self._rows.vectors(indices)
        except DamagedBlockError as damage:
            self._repair(damage)
        return self._rows.vectors(indices)

    def hidden(self, indices: NDArray[np.intp]) -> torch.Tensor:
        """Return hidden states of shape (len(indices), n_tokens, hidden_size), zero-padded."""
        assert not self.pooled
        try:
            pieces = self._rows.pieces(indices)
        except DamagedBlockError as damage:
            self._repair(damage)
            pieces = self._rows.pieces(indices)
        shape = (len(pieces), self.texts.batch_length(indices), pieces[0].shape[1])
        padded = torch.empty(shape, dtype=self._rows.dtype)
        for row, piece in zip(padded, pieces, strict=True):
            row[: len(piece)] = piece
            row[len(piece) :] = 0.0
        return padded

    @property
    def below(self) -> Below:
        """These activations as what higher layers start from."""
        return Below(self.depth, self.hidden)

    def _repair(self, damage: DamagedBlockError) -> None:
        assert self._renew is not None
        warnings.warn(
            f"{damage}; the frozen layers are computed anew for the texts in it",
            PatsieveWarning,
            stacklevel=3,
        )
        damage.discard()
        # This may happen in validation, and tensors made in its mode would not do for training.
        with torch.inference_mode(False):
            self._rows = self._renew()


def build_rows(
    prefix: FrozenPrefix,
    texts: TokenizedTexts,
    *,
    below: Below | None = None,
    folder: Path | None = None,
    in_memory_bytes: int = IN_MEMORY_BYTES,
) -> TensorRows | None:
    """Run the frozen layers over every text and keep what they say, for this run alone.

    Values are kept in the type in which they were computed, so that training from the cache
    sees the numbers that it would have computed.

    Parameters
    ----------
    below : Below, optional
        Of the same texts, to start from.
    folder : Path, optional
        Where a cache that is too large for memory is mapped; the system's temporary folder
        by default.

    Returns
    -------
    TensorRows or None
        None if the cache would fit neither in memory nor on the disk.
    """
    lengths = np.ones(len(texts), np.int64) if prefix.pooled else texts.lengths
    starts = np.zeros(len(texts), np.int64)
    values: torch.Tensor | None = None
    filled = 0
    for indices, rows in prefix.outputs(texts, below):
        if values is None:
            shape = (int(lengths.sum()), rows.shape[1])
            values = _allocate(shape, rows.dtype, folder, in_memory_bytes)
            if values is None:
                return None
        values[filled : filled + len(rows)] = rows
        starts[indices] = filled + np.cumsum(lengths[indices]) - lengths[indices]
        filled += len(rows)
    assert values is not None
    return TensorRows(values, starts, lengths)


def _allocate(
    shape: tuple[int, int], dtype: torch.dtype, folder: Path | None, in_memory_bytes: int
) -> torch.Tensor | None:
    n_bytes = shape[0] * shape[1] * dtype.itemsize
    if n_bytes <= in_memory_bytes:
        return torch.empty(shape, dtype=dtype)
    place = Path(tempfile.gettempdir()) if folder is None else folder
    if shutil.disk_usage(place).free < n_bytes + DISK_RESERVE_BYTES:
        return None
    # The file has no name once it is open: it goes away with the process, however that ends.
    with tempfile.NamedTemporaryFile(dir=place, prefix="prefix-cache-") as file:
        file.truncate(n_bytes)
        mapped = np.memmap(file.name, dtype=np.uint8, mode="r+", shape=(n_bytes,))
    return torch.from_numpy(mapped).view(dtype).view(shape)
