"""Logits of many texts: padding kept small, frozen layers taken from the cache if there is one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from patsieve.finetuning.activations import PrefixCache
from patsieve.finetuning.batching import by_length, tokens_at_once
from patsieve.finetuning.tokens import TokenizedTexts


@dataclass(frozen=True)
class LabelledTokens:
    """Tokenized texts with their labels, 1 relevant and 0 irrelevant, shape (n_texts,).

    Attributes
    ----------
    texts : TokenizedTexts
    labels : array of int of shape (n_texts,)
    views : tuple of TokenizedTexts
        The same texts, each time altered otherwise, to train on in turn.
    """

    texts: TokenizedTexts
    labels: NDArray[np.int64]
    views: tuple[TokenizedTexts, ...] = ()

    def in_epoch(self, epoch: int) -> "LabelledTokens":
        """Return the texts that an epoch (from 1) trains on."""
        if not self.views:
            return self
        return LabelledTokens(self.views[(epoch - 1) % len(self.views)], self.labels)


def model_inputs(
    texts: TokenizedTexts,
    indices: NDArray[np.intp],
    cache: PrefixCache | None,
    device: torch.device,
) -> dict[str, Any]:
    """Return the arguments of the model's forward pass for a batch, on the device."""
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
    texts: TokenizedTexts,
    *,
    device: torch.device,
    cache: PrefixCache | None = None,
) -> NDArray[np.float64]:
    """Return logits of shape (n_texts, 2), in the order of the texts.

    Parameters
    ----------
    forward : callable
        The model's forward pass, in eval mode and in the run's precision.
    """
    logits = np.empty((len(texts), 2), dtype=np.float64)
    for indices in by_length(texts.lengths, max_tokens=tokens_at_once(device.type)):
        batch = forward(**model_inputs(texts, indices, cache, device))
        logits[indices] = batch.float().cpu().numpy()
    return logits
