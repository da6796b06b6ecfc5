"""The layer groups of a model: which tensors are the embeddings, a layer, the pooler, the head."""

from dataclasses import dataclass
from typing import final

from torch import nn

from patsieve.finetuning.model import EncoderWithHead


@final
@dataclass(frozen=True)
class LayerGroups:
    """Every parameter tensor of a model, in named groups from input to output.

    Attributes
    ----------
    tensors : dict of str to tuple of str
        Group name to parameter names, as ``model.named_parameters()`` calls them. Groups are
        ``embeddings`` (also whatever else lies below or between the layers), ``encoder.0`` …,
        ``pooler`` (only if the model reads it) and ``classifier``.
    """

    tensors: dict[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """Group names, from input to output."""
        return tuple(self.tensors)

    @property
    def backbone(self) -> tuple[str, ...]:
        """The tensors of embeddings and encoder layers, from input to output."""
        return tuple(
            tensor
            for group, names in self.tensors.items()
            if group == "embeddings" or group.startswith("encoder.")
            for tensor in names
        )

    def below(self, depth: int) -> tuple[str, ...]:
        """Return the tensors of the embeddings and of the layers below `depth`."""
        names = ("embeddings", *(f"encoder.{layer}" for layer in range(depth)))
        return tuple(tensor for name in names for tensor in self.tensors.get(name, ()))

    def group_of(self, tensor: str) -> str:
        """Return the group that a parameter belongs to."""
        return next(group for group, names in self.tensors.items() if tensor in names)

    def distance_from_output(self, group: str) -> int:
        """Return how many groups lie between this one and the topmost encoder layer.

        The topmost layer, the pooler and the classifier are at 0; the embeddings at n_layers.
        """
        layers = [name for name in self.names if name.startswith("encoder.")]
        if group == "embeddings":
            return len(layers)
        return len(layers) - 1 - layers.index(group) if group in layers else 0


def layer_groups(model: EncoderWithHead) -> LayerGroups:
    """Sort the model's parameters into groups by the modules that own them.

    An encoder's pooler that the model does not read belongs to no group: it never trains.
    """
    owner: dict[int, str] = {}
    for index, layer in enumerate(model.layers):
        owner.update({id(parameter): f"encoder.{index}" for parameter in layer.parameters()})
    pooler = getattr(model.encoder, "pooler", None)
    if isinstance(pooler, nn.Module):
        name = "pooler" if model.pooling == "pooler" else ""
        owner.update({id(parameter): name for parameter in pooler.parameters()})
    owner.update({id(parameter): "classifier" for parameter in model.classifier.parameters()})

    found: dict[str, list[str]] = {}
    for tensor, parameter in model.named_parameters():
        found.setdefault(owner.get(id(parameter), "embeddings"), []).append(tensor)
    order = (
        "embeddings",
        *(f"encoder.{index}" for index in range(model.n_layers)),
        "pooler",
        "classifier",
    )
    return LayerGroups({name: tuple(found[name]) for name in order if name in found})
