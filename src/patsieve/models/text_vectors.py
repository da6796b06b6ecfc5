"""What an encoder says of texts: one vector each."""

import numpy as np
from lightning_fabric import Fabric
from numpy.typing import NDArray

from patsieve.finetuning.activation_source import ActivationSource
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.tokens import TokenizedTexts


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
    if not len(texts):
        return np.empty((0, int(model.encoder.config.hidden_size)))
    source = ActivationSource(model, layer_groups(model), fabric, store)
    cache = source.cache(texts, model.n_layers, trained=())
    # A vector a text always has room in memory.
    assert cache is not None
    vectors = cache.vectors(np.arange(len(texts))).double().numpy()
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: NDArray[np.float64] = vectors / np.where(lengths > 0, lengths, 1.0)
    return scaled
