"""The frozen-prefix cache: what frozen layers say of every record, computed once.

Frozen layers run in eval mode, so they say the same in every epoch. The cache holds the
input of the lowest layer that is not frozen, for every token of every record, without
padding. If all layers are frozen it holds what the pooler or the classifier reads, one
vector a record, and an epoch costs next to nothing.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import final

import numpy as np
import torch
from numpy.typing import NDArray

from patsieve.finetuning.batching import by_length
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.prefix import hidden_states_at
from patsieve.finetuning.tokens import TokenizedTexts

# Tokens computed at once while a cache is filled: enough to keep matrix units busy.
_TOKENS_AT_ONCE = 8192
# A cache up to this size stays in memory; a larger one is a memory-mapped file.
IN_MEMORY_BYTES = 2 * 1024**3
# Left free on the disk for checkpoints and whatever else is running.
_DISK_RESERVE_BYTES = 1024**3


@final
class PrefixCache:
    """Stored activations of one set of texts at one depth.

    Parameters
    ----------
    texts : TokenizedTexts
    depth : int
        The lowest layer that is not frozen; the number of layers if all are.
    values : tensor of shape (n_tokens, hidden_size) or (n_texts, hidden_size)
        The latter if `pooled`.
    pooled : bool
    """

    def __init__(
        self, texts: TokenizedTexts, depth: int, values: torch.Tensor, *, pooled: bool
    ) -> None:
        self.texts = texts
        self.depth = depth
        self.pooled = pooled
        self._values = values

    @property
    def n_bytes(self) -> int:
        """Size of the stored activations."""
        return self._values.numel() * self._values.element_size()

    def vectors(self, indices: NDArray[np.intp]) -> torch.Tensor:
        """Return what pooler or classifier read, of shape (len(indices), hidden_size)."""
        assert self.pooled
        return self._values[torch.from_numpy(np.asarray(indices))]

    def hidden(self, indices: NDArray[np.intp]) -> torch.Tensor:
        """Return hidden states of shape (len(indices), longest, hidden_size), zero-padded."""
        assert not self.pooled
        offsets, lengths = self.texts.offsets, self.texts.lengths[indices]
        padded = self._values.new_zeros((len(indices), int(lengths.max()), self._values.shape[1]))
        for row, i in enumerate(indices):
            padded[row, : lengths[row]] = self._values[offsets[i] : offsets[i + 1]]
        return padded


def cache_bytes(
    texts: TokenizedTexts, *, hidden_size: int, pooled: bool, element_bytes: int
) -> int:
    """Return how large a cache will be."""
    rows = len(texts) if pooled else len(texts.ids)
    return rows * hidden_size * element_bytes


@torch.no_grad()
def build_cache(
    model: EncoderWithHead,
    texts: TokenizedTexts,
    depth: int,
    *,
    autocast: AbstractContextManager[None],
    device: torch.device,
    folder: Path | None = None,
    in_memory_bytes: int = IN_MEMORY_BYTES,
) -> PrefixCache | None:
    """Run the frozen layers over every text and keep what they say.

    The model is in eval mode. Values are kept in the type in which they were computed, so
    that training from the cache sees the numbers that it would have computed.

    Parameters
    ----------
    autocast : context manager
        The run's precision.
    folder : Path, optional
        Where a cache that is too large for memory is mapped; the system's temporary folder
        by default.

    Returns
    -------
    PrefixCache or None
        None if the cache would fit neither in memory nor on the disk.
    """
    pooled = depth == model.n_layers
    values: torch.Tensor | None = None
    with autocast:
        for indices, states, mask, ids in _passes(model, texts, depth, device):
            kept = model.pool(states, mask, ids) if pooled else states
            if values is None:
                rows = len(texts) if pooled else len(texts.ids)
                shape = (rows, kept.shape[-1])
                values = _allocate(shape, kept.dtype, folder, in_memory_bytes)
                if values is None:
                    return None
            _store(values, kept.cpu(), texts, indices, pooled=pooled)
    assert values is not None
    return PrefixCache(texts, depth, values, pooled=pooled)


def _passes(
    model: EncoderWithHead, texts: TokenizedTexts, depth: int, device: torch.device
) -> Iterator[tuple[NDArray[np.intp], torch.Tensor, torch.Tensor, torch.Tensor]]:
    for indices in by_length(texts.lengths, max_tokens=_TOKENS_AT_ONCE):
        ids, mask = (tensor.to(device) for tensor in texts.batch(indices))
        yield indices, hidden_states_at(model.encoder, [depth], ids, mask)[depth], mask, ids


def _store(
    values: torch.Tensor,
    kept: torch.Tensor,
    texts: TokenizedTexts,
    indices: NDArray[np.intp],
    *,
    pooled: bool,
) -> None:
    if pooled:
        values[torch.from_numpy(indices)] = kept
        return
    for row, i in enumerate(indices):
        start, stop = texts.offsets[i], texts.offsets[i + 1]
        values[start:stop] = kept[row, : stop - start]


def _allocate(
    shape: tuple[int, int], dtype: torch.dtype, folder: Path | None, in_memory_bytes: int
) -> torch.Tensor | None:
    n_bytes = shape[0] * shape[1] * dtype.itemsize
    if n_bytes <= in_memory_bytes:
        return torch.empty(shape, dtype=dtype)
    place = Path(tempfile.gettempdir()) if folder is None else folder
    if shutil.disk_usage(place).free < n_bytes + _DISK_RESERVE_BYTES:
        return None
    # The file has no name once it is open: it goes away with the process, however that ends.
    with tempfile.NamedTemporaryFile(dir=place, prefix="prefix-cache-") as file:
        file.truncate(n_bytes)
        mapped = np.memmap(file.name, dtype=np.uint8, mode="r+", shape=(n_bytes,))
    return torch.from_numpy(mapped).view(dtype).view(shape)
