"""What stored activations are filed under: the layers that computed them, and the text.

Both are content: a text is its token ids, layers are their numbers. So whatever would change
the activations changes the key, and texts, runs and checkpoints need no names.
"""

import hashlib
import itertools
import json
from typing import Any, final

import torch

from patsieve.finetuning.layers import LayerGroups
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.tokens import TokenizedTexts

# Of a configuration: where it came from and by which release, not what is computed.
_ORIGIN = ("_name_or_path", "architectures", "dtype", "torch_dtype", "transformers_version")


def text_keys(texts: TokenizedTexts) -> list[bytes]:
    """Return the SHA-256 of each text's token ids, as 32-bit numbers, lowest byte first."""
    ids = texts.ids.astype("<i4", copy=False).tobytes()
    bounds = (4 * texts.offsets).tolist()
    return [hashlib.sha256(ids[start:stop]).digest() for start, stop in itertools.pairwise(bounds)]


@final
class WeightDigests:
    """SHA-256 of the frozen lower part of a model.

    Each layer is read once, so this must not outlive a change of the layers it was asked for.

    Parameters
    ----------
    model : EncoderWithHead
    groups : LayerGroups
    """

    def __init__(self, model: EncoderWithHead, groups: LayerGroups) -> None:
        self._model = model
        self._groups = groups
        self._found: dict[str, str] = {}

    def below(self, depth: int) -> str:
        """Return the digest of the embeddings and of the layers below `depth`."""
        names = ["embeddings", *(f"encoder.{layer}" for layer in range(depth))]
        return hashlib.sha256("".join(map(self._group, names)).encode()).hexdigest()

    def _group(self, group: str) -> str:
        if group not in self._found:
            state = self._model.state_dict()
            names = list(self._groups.tensors.get(group, ()))
            if group == "embeddings":
                parameters = {name for name, _ in self._model.named_parameters()}
                names += [name for name in state if name not in parameters]
            digest = hashlib.sha256()
            for name in names:
                tensor = state[name].detach()
                digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
                whole = tensor.cpu().contiguous().reshape(-1)
                digest.update(whole.view(torch.uint8).numpy().data)
            self._found[group] = digest.hexdigest()
        return self._found[group]


def shelf_key(
    model: EncoderWithHead,
    depth: int,
    *,
    weights: str,
    precision: str,
    device: str,
    storage: str,
) -> str:
    """Return the SHA-256 of all that decides what is stored of a text.

    Parameters
    ----------
    depth : int
        The lowest layer that is not frozen.
    weights : str
        From `WeightDigests.below`.
    precision : str
        The type in which the run multiplies matrices.
    device : {"cpu", "cuda"}
        They add in another order, and a run's numbers must not hang on who came first.
    storage : {"computed", "16", "32"}
    """
    is_pooled = depth == model.n_layers
    content: dict[str, Any] = {
        "weights": weights,
        "config": {
            name: value
            for name, value in model.encoder.config.to_dict().items()
            if name not in _ORIGIN
        },
        "depth": depth,
        "kept": _kept(model) if is_pooled else "tokens",
        # Below the top every token is kept, whatever tells the fields apart afterwards.
        "separator": model.separator_id if is_pooled and model.pooling == "fields" else None,
        "precision": precision,
        "device": device,
        "storage": storage,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _kept(model: EncoderWithHead) -> str:
    # A pooler reads the first token's states, which are what is kept for it.
    return "cls" if model.pooling == "pooler" else model.pooling
