"""Logits of many texts: padding kept small, frozen layers taken from the cache if there is one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from patsieve.finetuning.activations import PrefixCache
from patsieve.finetuning.batching import by_length, tokens_at_once
from patsieve.finetuning.windows import ReadTexts, WindowedTexts

# Windows whose vectors are held until their texts are scored, 16 MB at a width of 1,024.
_WINDOWS_AT_ONCE = 4096


@dataclass(frozen=True)
class LabelledTokens:
    """Tokenized texts with their labels, 1 relevant and 0 irrelevant, shape (n_texts,).

    Attributes
    ----------
    texts : TokenizedTexts or WindowedTexts
    labels : array of int of shape (n_texts,)
    views : tuple of TokenizedTexts or WindowedTexts
        The same texts, each time altered otherwise, to train on in turn.
    """

    texts: ReadTexts
    labels: NDArray[np.int64]
    views: tuple[ReadTexts, ...] = ()

    def in_epoch(self, epoch: int) -> "LabelledTokens":
        """Return the texts that an epoch (from 1) trains on."""
        if not self.views:
            return self
        return LabelledTokens(self.views[(epoch - 1) % len(self.views)], self.labels)


def model_inputs(
    texts: ReadTexts,
    indices: NDArray[np.intp],
    cache: PrefixCache | None,
    device: torch.device,
) -> dict[str, Any]:
    """Return the arguments of the model's forward pass for a batch, on the device.

    Parameters
    ----------
    cache : PrefixCache, optional
        Of the texts' windows.
    """
    if isinstance(texts, WindowedTexts):
        rows = model_inputs(texts.windows, texts.rows_of(indices), cache, device)
        return rows | {"counts": torch.from_numpy(texts.counts[indices]).to(device)}
    if cache is not None and cache.pooled:
        return {"pooled": cache.vectors(indices).to(device)}
    ids, mask = texts.batch(indices)
    inputs: dict[str, Any] = {"input_ids": ids.to(device), "attention_mask": mask.to(device)}
    if cache is not None:
        inputs |= {"hidden": cache.hidden(indices).to(device), "depth": cache.depth}
    return inputs


@torch.inference_mode()
def predict_logits(
    forward: Callable[..., torch.Tensor],
    texts: ReadTexts,
    *,
    device: torch.device,
    cache: PrefixCache | None = None,
) -> NDArray[np.float64]:
    """Return logits of shape (n_texts, 2), in the order of the texts.

    Parameters
    ----------
    forward : callable
        The model's forward pass, in eval mode and in the run's precision.
    cache : PrefixCache, optional
        Of the texts' windows.
    """
    if isinstance(texts, WindowedTexts):
        return _logits_of_windows(forward, texts, device, cache)
    logits = np.empty((len(texts), 2), dtype=np.float64)
    for indices in by_length(texts.lengths, max_tokens=tokens_at_once(device.type)):
        batch = forward(**model_inputs(texts, indices, cache, device))
        logits[indices] = batch.float().cpu().numpy()
    return logits


def _logits_of_windows(
    forward: Callable[..., torch.Tensor],
    texts: WindowedTexts,
    device: torch.device,
    cache: PrefixCache | None,
) -> NDArray[np.float64]:
    """Return logits of texts whose windows are read apart, whichever text they are of.

    So windows of one length are read together, and a text of many needs no more memory than
    one of few.
    """
    logits = np.empty((len(texts), 2), dtype=np.float64)
    at_once = tokens_at_once(device.type)
    for indices in by_length(texts.counts, max_tokens=_WINDOWS_AT_ONCE):
        rows = texts.rows_of(indices)
        vectors: torch.Tensor | None = None
        for some in by_length(texts.windows.lengths[rows], max_tokens=at_once):
            inputs = model_inputs(texts.windows, rows[some], cache, device)
            found = forward(**inputs, headless=True).float()
            if vectors is None:
                vectors = found.new_empty((len(rows), found.shape[1]))
            vectors[torch.from_numpy(some).to(device)] = found
        counts = torch.from_numpy(texts.counts[indices]).to(device)
        logits[indices] = forward(pooled=vectors, counts=counts).float().cpu().numpy()
    return logits
