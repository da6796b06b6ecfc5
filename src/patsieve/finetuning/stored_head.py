"""The two-way classifier of a sequence-classification checkpoint, where it can be taken over."""

import json
from collections.abc import Mapping
from pathlib import Path

import torch

_NAMES = ("weight", "bias")


def two_way_head(
    folder: Path, unread: set[str], hidden_size: int
) -> dict[str, torch.Tensor] | None:
    """Return ``weight`` (2, hidden_size) and ``bias`` (2,) of a checkpoint's classifier, or None.

    It is taken over only if it is one linear layer over what the encoder's pooler says. Where
    a family has more layers in its head, or the head reads something else, its last layer
    alone would be noise.

    Parameters
    ----------
    folder : Path
        Of the checkpoint.
    unread : set of str
        Tensors of the checkpoint that the encoder has no place for.
    hidden_size : int
    """
    if unread != {f"classifier.{name}" for name in _NAMES}:
        return None
    head = {name: _stored(folder, f"classifier.{name}").float() for name in _NAMES}
    return head if head["weight"].shape == (2, hidden_size) else None


def _stored(folder: Path, tensor: str) -> torch.Tensor:
    """Return one tensor of a checkpoint, in whichever of the four usual layouts it lies."""
    for kind in ("model.safetensors", "pytorch_model.bin"):
        index = folder / f"{kind}.index.json"
        if (folder / kind).is_file():
            return _read(folder / kind, tensor)
        if index.is_file():
            shards: Mapping[str, str] = json.loads(index.read_text(encoding="utf-8"))["weight_map"]
            return _read(folder / shards[tensor], tensor)
    raise FileNotFoundError(f"no weights in {folder}")


def _read(path: Path, tensor: str) -> torch.Tensor:
    if path.suffix == ".safetensors":
        from safetensors import safe_open

        with safe_open(path, framework="pt") as stored:
            found: torch.Tensor = stored.get_tensor(tensor)
        return found
    # `weights_only` reads tensors and nothing that could run code.
    tensors: dict[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return tensors[tensor]
