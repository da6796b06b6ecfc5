"""Texts as token ids, packed without padding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

# Batches are this many tokens long, or twice, thrice … as many: libraries prepare a program for
# every shape of a matrix, and there are an eighth as many to prepare.
_LENGTH_STEP = 8


@dataclass(frozen=True)
class TokenizedTexts:
    """Token ids of many texts in one flat array.

    Attributes
    ----------
    ids : array of int32 of shape (n_tokens,)
        The ids of all texts, one after the other, special tokens included, no padding.
    offsets : array of int64 of shape (n_texts + 1,)
        Text ``i`` is ``ids[offsets[i]:offsets[i + 1]]``.
    n_truncated : int
        Texts that were longer than the limit and were cut at their end.
    pad_id : int
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]
    n_truncated: int
    pad_id: int

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each text, shape (n_texts,)."""
        return np.diff(self.offsets)

    @property
    def windows(self) -> "TokenizedTexts":
        """What an encoder is given: each text is read as one."""
        return self

    @property
    def counts(self) -> NDArray[np.int64]:
        """Windows of each text: one."""
        return np.ones(len(self), dtype=np.int64)

    def select(self, indices: NDArray[np.intp]) -> "TokenizedTexts":
        """Return the texts at `indices`, in that order; how many were cut is not kept."""
        parts = [self.ids[self.offsets[i] : self.offsets[i + 1]] for i in indices]
        offsets = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
        ids = np.concatenate(parts) if parts else np.empty(0, np.int32)
        return TokenizedTexts(ids, offsets.astype(np.int64), 0, self.pad_id)

    def batch_length(self, indices: NDArray[np.intp]) -> int:
        """Return how many tokens long a batch of these texts is.

        That is the longest text, rounded up, but not above the longest of all texts, which may be
        as long as the encoder can read.
        """
        return padded_length(self.lengths, indices)

    def batch(self, indices: NDArray[np.intp]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return ids and attention mask of shape (len(indices), n_tokens), padded at the end."""
        lengths = self.lengths[indices]
        ids = np.full((len(indices), self.batch_length(indices)), self.pad_id, dtype=np.int64)
        for row, i in enumerate(indices):
            ids[row, : lengths[row]] = self.ids[self.offsets[i] : self.offsets[i + 1]]
        mask = np.arange(ids.shape[1])[None, :] < lengths[:, None]
        return torch.from_numpy(ids), torch.from_numpy(mask.astype(np.int64))


def padded_length(lengths: NDArray[np.int64], indices: NDArray[np.intp]) -> int:
    """Return how many tokens long a batch of some of the texts of these lengths is."""
    rounded = -(-int(lengths[indices].max()) // _LENGTH_STEP) * _LENGTH_STEP
    return min(rounded, int(lengths.max()))


def tokenize(
    tokenizer: Any, texts: Sequence[str], *, max_tokens: int, chunk_texts: int = 1024
) -> TokenizedTexts:
    """Tokenize texts with a Hugging Face tokenizer, cutting each after `max_tokens` tokens.

    Parameters
    ----------
    max_tokens : int
        Special tokens included.
    chunk_texts : int
        Texts tokenized at once, which bounds the memory of the intermediate lists.
    """
    pieces: list[NDArray[np.int32]] = []
    lengths: list[int] = []
    n_truncated = 0
    for start in range(0, len(texts), chunk_texts):
        chunk = [str(text) for text in texts[start : start + chunk_texts]]
        encoded = tokenizer(
            chunk,
            truncation=True,
            max_length=max_tokens,
            padding=False,
            return_attention_mask=False,
            return_token_type_ids=False,
            return_overflowing_tokens=False,
        )
        for number, row in enumerate(encoded["input_ids"]):
            pieces.append(np.asarray(row, dtype=np.int32))
            lengths.append(len(row))
            n_truncated += bool(encoded.encodings and encoded.encodings[number].overflowing)
    ids = np.concatenate(pieces) if pieces else np.empty(0, np.int32)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return TokenizedTexts(ids, offsets, n_truncated, int(tokenizer.pad_token_id or 0))
