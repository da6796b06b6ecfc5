"""Long texts as overlapping windows, each short enough for an encoder to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from patsieve.errors import CheckpointError
from patsieve.finetuning.tokens import TokenizedTexts

# Long texts have dozens of windows, as lists of Python numbers until they are packed.
_TEXTS_AT_A_TIME = 64


@final
@dataclass(frozen=True)
class WindowedTexts:
    """The windows of many texts, one text after the other.

    Attributes
    ----------
    windows : TokenizedTexts
        Its `n_truncated` counts texts, not windows: those that have more than the most windows.
    counts : array of int64 of shape (n_texts,)
        How many windows each text has; at least one.
    read_characters : array of int64 of shape (n_texts,)
        Where in each text the last of its windows ends.
    is_whole : array of bool of shape (n_texts,)
        Whether the windows cover the text to its end.
    """

    windows: TokenizedTexts
    counts: NDArray[np.int64]
    read_characters: NDArray[np.int64]
    is_whole: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def n_truncated(self) -> int:
        """Texts that are longer than their windows."""
        return self.windows.n_truncated

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of all windows of each text, shape (n_texts,).

        In this order batches pad least: all windows are full but the last ones, so that texts of
        one window belong together and all others do whatever their lengths; and texts that stand
        together cost about the same.
        """
        offsets: NDArray[np.int64] = self.windows.offsets[np.cumsum([0, *self.counts])]
        return np.diff(offsets)

    def rows_of(self, indices: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the positions of the windows of some texts, text after text."""
        return window_rows(self.counts, indices)


ReadTexts = TokenizedTexts | WindowedTexts
"""Texts as an encoder reads them: each as one, or in windows.

Both have `windows`, the rows that the encoder is given, `counts`, how many each text has, and
`lengths`, the tokens of each text.
"""


def window_rows(counts: NDArray[np.int64], indices: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the positions of the windows of some texts, text after text.

    Parameters
    ----------
    counts : array of int of shape (n_texts,)
        Windows of each text.
    indices : array of int
        Which texts, in any order.
    """
    chosen = counts[indices]
    first = (np.cumsum(counts) - counts)[indices]
    behind = np.cumsum(chosen) - chosen
    rows: NDArray[np.intp] = np.repeat(first - behind, chosen) + np.arange(chosen.sum())
    return rows


def tokenize_windows(
    tokenizer: Any, texts: Sequence[str], *, max_tokens: int, overlap: int, most: int
) -> WindowedTexts:
    """Cut texts into windows of `max_tokens` tokens; a shorter text is one window, as it is.

    Parameters
    ----------
    max_tokens : int
        Of a window, special tokens included: each window has its own.
    overlap : int
        Tokens at the end of a window with which the next one begins, so that what stands at a
        cut is read with what is around it.
    most : int
        Windows of a text; what lies behind the last one is not read.

    Raises
    ------
    CheckpointError
        If the tokenizer cannot tell where in a text a token stands.
    """
    if not tokenizer.is_fast:
        raise CheckpointError(
            "windows need a tokenizer of the fast kind (tokenizer.json); this checkpoint has "
            f"a {type(tokenizer).__name__}: leave out [encoder.windows], or take another checkpoint"
        )
    pieces: list[NDArray[np.int32]] = []
    counts = np.zeros(len(texts), dtype=np.int64)
    read = np.zeros(len(texts), dtype=np.int64)
    is_whole = np.ones(len(texts), dtype=np.bool_)
    for start in range(0, len(texts), _TEXTS_AT_A_TIME):
        encoded = tokenizer(
            [str(text) for text in texts[start : start + _TEXTS_AT_A_TIME]],
            truncation=True,
            max_length=max_tokens,
            stride=overlap,
            padding=False,
            return_attention_mask=False,
            return_token_type_ids=False,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        rows = zip(
            encoded["overflow_to_sample_mapping"],
            encoded["input_ids"],
            encoded["offset_mapping"],
            strict=True,
        )
        for number, ids, places in rows:
            text = start + number
            if counts[text] == most:
                is_whole[text] = False
                continue
            counts[text] += 1
            pieces.append(np.asarray(ids, dtype=np.int32))
            read[text] = max(end for _, end in places)
    lengths = [len(piece) for piece in pieces]
    windows = TokenizedTexts(
        ids=np.concatenate(pieces) if pieces else np.empty(0, np.int32),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        n_truncated=int((~is_whole).sum()),
        pad_id=int(tokenizer.pad_token_id or 0),
    )
    return WindowedTexts(windows, counts, read, is_whole)
