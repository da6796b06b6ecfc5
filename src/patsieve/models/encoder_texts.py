"""How an encoder is given texts: fields kept apart, in altered versions where wanted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from patsieve.finetuning.augmentation import Augmentation, augmented_texts, mask_tokens
from patsieve.finetuning.tokens import tokenize
from patsieve.finetuning.window_settings import Windows
from patsieve.finetuning.windows import ReadTexts, WindowedTexts, tokenize_windows


def fields_apart(texts: Sequence[str], tokenizer: Any) -> list[str]:
    """Put the tokenizer's separator between the lines of each text; an empty line is no field.

    A line is a field (title, abstract, claims). To a tokenizer a line break is a blank, and
    where the title ends would be lost; titles tell more than any other sentence.
    """
    separator = _separator(tokenizer)
    return [separator.join(filter(str.strip, str(text).split("\n"))) for text in texts]


def _separator(tokenizer: Any) -> str:
    return f" {tokenizer.sep_token} " if tokenizer.sep_token else "\n"


def read_lengths(
    texts: Sequence[str], tokenizer: Any, *, max_tokens: int, windows: Windows | None = None
) -> NDArray[np.int64]:
    """Return how many characters of each text an encoder reads, of shape (n_texts,).

    All of them where the tokenizer does not tell which characters a token stands for.

    Parameters
    ----------
    windows : Windows, optional
        How it goes on behind `max_tokens` tokens; by default it does not.
    """
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    if not len(texts) or not tokenizer.is_fast:
        return lengths
    one = Windows(overlap=0, max_windows=1)
    read = windowed(
        texts, tokenizer, max_tokens=max_tokens, windows=one if windows is None else windows
    )
    gap = len(_separator(tokenizer))
    for number in np.flatnonzero(~read.is_whole).tolist():
        end = int(read.read_characters[number])
        lengths[number] = _place_in_lines(str(texts[number]), end, gap)
    return lengths


def _place_in_lines(text: str, end: int, gap: int) -> int:
    """Return where in a text a place is if its lines, joined, stand `gap` characters apart."""
    start = apart = 0
    for line in text.split("\n"):
        if line.strip():
            if end <= apart + len(line):
                return start + max(0, end - apart)
            apart += len(line) + gap
        start += len(line) + 1
    return len(text)


def reach(max_tokens: int, windows: Windows | None) -> str:
    """Say how far an encoder reads a text."""
    one = f"{max_tokens} tokens"
    return one if windows is None else f"{windows.max_windows} windows of {one}"


def tokenized(
    texts: Sequence[str], tokenizer: Any, *, max_tokens: int, windows: Windows | None = None
) -> ReadTexts:
    """Tokenize texts with their fields kept apart, as an encoder reads them.

    Parameters
    ----------
    windows : Windows, optional
        How it goes on behind `max_tokens` tokens; by default it does not.
    """
    if windows is not None:
        return windowed(texts, tokenizer, max_tokens=max_tokens, windows=windows)
    return tokenize(tokenizer, fields_apart(texts, tokenizer), max_tokens=max_tokens)


def windowed(
    texts: Sequence[str], tokenizer: Any, *, max_tokens: int, windows: Windows
) -> WindowedTexts:
    """Cut texts into windows of tokens, with their fields kept apart.

    Raises
    ------
    UsageError
        If windows overlap by more than half.
    CheckpointError
        If the tokenizer makes no windows.
    """
    windows.check_fits(max_tokens)
    return tokenize_windows(
        tokenizer,
        fields_apart(texts, tokenizer),
        max_tokens=max_tokens,
        overlap=windows.overlap,
        most=windows.max_windows,
    )


def views_of(
    texts: Sequence[str],
    tokenizer: Any,
    augmentation: Augmentation | None,
    *,
    max_tokens: int,
    seed: int,
    windows: Windows | None = None,
) -> tuple[ReadTexts, ...]:
    """Return the altered versions of training texts that epochs take turns with; or none.

    In windows, a token that two of them share may be masked in one and not in the other.
    """
    if augmentation is None:
        return ()
    found: list[ReadTexts] = []
    for view in range(augmentation.views):
        altered = augmented_texts(texts, augmentation, view=view, seed=seed)
        read = tokenized(altered, tokenizer, max_tokens=max_tokens, windows=windows)
        masked = mask_tokens(
            read.windows,
            augmentation.mask_tokens,
            mask_id=tokenizer.mask_token_id,
            special_ids=tokenizer.all_special_ids,
            view=view,
            seed=seed,
        )
        found.append(replace(read, windows=masked) if isinstance(read, WindowedTexts) else masked)
    return tuple(found)
