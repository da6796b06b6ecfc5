"""Reading the activations of some texts from the blocks of the activation store."""

from collections.abc import Sequence
from typing import final

import numpy as np
import torch
from filelock import BaseFileLock
from numpy.typing import NDArray

from patsieve.finetuning.activation_blocks import Block


@final
class StoredRows:
    """The rows of a sequence of texts, wherever they lie; an `ActivationRows`.

    A text's rows are compared with their checksum when they are first read.

    Parameters
    ----------
    keys : sequence of bytes
        Of the texts, all of which are in the blocks.
    blocks : sequence of Block
    lease : filelock.BaseFileLock
        Held as long as these rows are, so that nobody deletes them to make room.
    """

    def __init__(self, keys: Sequence[bytes], blocks: Sequence[Block], lease: BaseFileLock) -> None:
        places = {
            key: (number, entry)
            for number, block in enumerate(blocks)
            for entry, key in enumerate(block.keys)
        }
        found = np.array([places[key] for key in keys], dtype=np.int64).reshape(-1, 2)
        used, self._block_of = np.unique(found[:, 0], return_inverse=True)
        self._entries = found[:, 1]
        self._blocks = [blocks[number] for number in used]
        self._starts = np.zeros(len(keys), np.int64)
        self._lengths = np.zeros(len(keys), np.int64)
        for number, block in enumerate(self._blocks):
            here = self._block_of == number
            self._starts[here] = block.starts[self._entries[here]]
            self._lengths[here] = block.lengths[self._entries[here]]
        self._unread = np.ones(len(keys), bool)
        self._lease = lease

    @property
    def n_bytes(self) -> int:
        """Size of what is stored of these texts, each counted as often as it occurs."""
        row_bytes = [block.values[:1].nbytes for block in self._blocks]
        return int((self._lengths * np.array(row_bytes)[self._block_of]).sum())

    @property
    def dtype(self) -> torch.dtype:
        """The type in which the activations were computed."""
        computed: torch.dtype = self._blocks[0].computed
        return computed

    def check(self) -> None:
        """Raise DamagedBlockError if a file has gone or has another length."""
        for block in self._blocks:
            block.check()

    def vectors(self, indices: NDArray[np.intp]) -> torch.Tensor:
        """Return the first row of each text, of shape (len(indices), hidden_size)."""
        self._check(indices)
        starts = self._starts[indices]
        if len(self._blocks) == 1:
            rows: torch.Tensor = self._blocks[0].values[torch.from_numpy(starts)]
            return rows.to(self.dtype)
        of = self._block_of[indices]
        found = torch.empty((len(indices), self._blocks[0].values.shape[1]), dtype=self.dtype)
        for number in np.unique(of):
            at = np.flatnonzero(of == number)
            found[torch.from_numpy(at)] = (
                self._blocks[number].values[torch.from_numpy(starts[at])].to(self.dtype)
            )
        return found

    def pieces(self, indices: NDArray[np.intp]) -> list[torch.Tensor]:
        """Return all rows of each text, in the type in which they are stored."""
        self._check(indices)
        return [
            self._blocks[number].values[start : start + length]
            for number, start, length in zip(
                self._block_of[indices].tolist(),
                self._starts[indices].tolist(),
                self._lengths[indices].tolist(),
                strict=True,
            )
        ]

    def _check(self, indices: NDArray[np.intp]) -> None:
        # A file that was cut short under a mapping would end the process.
        for number in set(self._block_of[indices].tolist()):
            self._blocks[number].check()
        unread = indices[self._unread[indices]]
        for i in unread:
            self._blocks[self._block_of[i]].check_rows(int(self._entries[i]))
        self._unread[unread] = False
