"""What an encoder says of texts: one vector each."""

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray

from patsieve.finetuning.activation_source import ActivationSource
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.tokens import TokenizedTexts
from patsieve.finetuning.windows import ReadTexts, WindowedTexts


def text_vectors(
    model: EncoderWithHead,
    fabric: Fabric,
    texts: TokenizedTexts,
    store: ActivationStore | None = None,
) -> NDArray[np.float64]:
    """Return a vector of length one for each text, of shape (n_texts, hidden_size).

    It is what the model's classifier reads, or its pooler if it has one.

    Parameters
    ----------
    model : EncoderWithHead
        In eval mode.
    store : ActivationStore, optional
        Where other runs may have computed them already. Only for an encoder that is as its
        checkpoint was.
    """
    vectors = _whole(model, fabric, texts, store).double().numpy()
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: NDArray[np.float64] = vectors / np.where(lengths > 0, lengths, 1.0)
    return scaled


def read_vectors(model: EncoderWithHead, fabric: Fabric, texts: ReadTexts) -> NDArray[np.float64]:
    """Return what the classifier reads of each text, or its pooler, pooled over its windows.

    Parameters
    ----------
    model : EncoderWithHead
        In eval mode.

    Returns
    -------
    array of shape (n_texts, n_features)
        Of any length.
    """
    if not isinstance(texts, WindowedTexts):
        return text_vectors(model, fabric, texts)
    vectors = _whole(model, fabric, texts.windows, None).float()
    if len(texts):
        vectors = model.pool_windows(vectors, torch.from_numpy(texts.counts))
    found: NDArray[np.float64] = vectors.double().numpy()
    return found


def _whole(
    model: EncoderWithHead, fabric: Fabric, texts: TokenizedTexts, store: ActivationStore | None
) -> torch.Tensor:
    """Return what the whole encoder says of each row, of shape (n_rows, hidden_size)."""
    if not len(texts):
        return torch.empty((0, int(model.encoder.config.hidden_size)))
    source = ActivationSource(model, layer_groups(model), fabric, store)
    cache = source.cache(texts, model.n_layers, trained=())
    # A vector a row always has room in memory.
    assert cache is not None
    return cache.vectors(np.arange(len(texts)))
