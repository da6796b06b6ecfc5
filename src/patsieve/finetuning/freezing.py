"""Which tensors train in a stage, and making exactly those trainable.

A frozen tensor has ``requires_grad`` False and ``grad`` None (a stale gradient, even of zeros,
would still let AdamW's momentum and decay move it) and its module is in eval mode.
"""

import math
from typing import final

from torch import nn

from patsieve.finetuning.layers import LayerGroups
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.schedule import Stage
from patsieve.finetuning.selection import select_groups


def trainable_tensors(stage: Stage, groups: LayerGroups, *, stage_round: int) -> tuple[str, ...]:
    """Return the tensors that the stage trains when it has begun `stage_round` times.

    Returned in the order of the model, from input to output.
    """
    who = f"stage '{stage.name}'"
    chosen = {
        tensor
        for expression in stage.train
        for group in select_groups(expression, groups.names, who=who)
        for tensor in groups.tensors[group]
    }
    if stage.grow_percent is not None:
        grown = stage_round * tensors_in_share(stage.grow_percent, len(groups.backbone))
        chosen.update(groups.backbone[max(len(groups.backbone) - grown, 0) :])
    return tuple(
        tensor for names in groups.tensors.values() for tensor in names if tensor in chosen
    )


def can_grow(stage: Stage, groups: LayerGroups, *, stage_round: int) -> bool:
    """Whether beginning the stage once more would unfreeze anything new."""
    now = trainable_tensors(stage, groups, stage_round=stage_round)
    return now != trainable_tensors(stage, groups, stage_round=stage_round + 1)


def tensors_in_share(percent: float, n_tensors: int) -> int:
    """Return how many of `n_tensors` a percentage means: the nearest number, at least one.

    >>> tensors_in_share(2.5, 389)  # BERT-large: 5 embedding tensors and 24 layers of 16
    10
    """
    return max(1, math.floor(percent / 100 * n_tensors + 0.5))


def frozen_depth(groups: LayerGroups, trainable: tuple[str, ...]) -> int:
    """Return how many of the lowest layers can be computed once and for all.

    0 if the embeddings or the first layer train; the number of layers if no layer trains.
    """
    chosen = set(trainable)
    depth = 0
    for group, tensors in groups.tensors.items():
        if group in ("pooler", "classifier") or chosen.intersection(tensors):
            break
        depth += group != "embeddings"
    return depth


@final
class Freezer:
    """Applies a set of trainable tensors to a model, and keeps frozen modules in eval mode.

    Parameters
    ----------
    model : EncoderWithHead
    groups : LayerGroups
    """

    def __init__(self, model: EncoderWithHead, groups: LayerGroups) -> None:
        self.model = model
        self.groups = groups
        self.trainable: tuple[str, ...] = ()
        self._dropout = {
            (name, attribute): getattr(module, attribute)
            for name, module, attribute in _dropouts(model)
        }

    def apply(self, trainable: tuple[str, ...], *, dropout: float | None) -> None:
        """Freeze everything but `trainable`; set the dropout of what trains.

        Parameters
        ----------
        dropout : float, optional
            None puts back what the model was built with.
        """
        self.trainable = trainable
        chosen = set(trainable)
        for name, parameter in self.model.named_parameters():
            parameter.requires_grad_(name in chosen)
            if name not in chosen:
                parameter.grad = None
        for name, module, attribute in _dropouts(self.model):
            built_with = self._dropout[name, attribute]
            setattr(module, attribute, built_with if dropout is None else dropout)

    def train_mode(self) -> None:
        """Put modules of groups that train into training mode, all others into eval mode."""
        self.model.eval()
        chosen = set(self.trainable)
        for group, tensors in self.groups.tensors.items():
            if chosen.intersection(tensors):
                for module in self._modules(group):
                    module.train()
        # The dropout before the classifier belongs to it.
        self.model.dropout.train(bool(chosen.intersection(self.groups.tensors["classifier"])))

    def eval_mode(self) -> None:
        """Put everything into eval mode, for validation."""
        self.model.eval()

    def _modules(self, group: str) -> list[nn.Module]:
        if group == "classifier":
            return [self.model.classifier]
        if group == "pooler":
            return [self.model.encoder.pooler]
        if group.startswith("encoder."):
            return [self.model.layers[int(group.partition(".")[2])]]
        above = {id(module) for layer in self.model.layers for module in layer.modules()}
        pooler = getattr(self.model.encoder, "pooler", None)
        if pooler is not None:
            above |= {id(module) for module in pooler.modules()}
        return [
            module
            for module in self.model.encoder.modules()
            if id(module) not in above and not any(module.children())
        ]


def count_parameters(model: nn.Module, tensors: tuple[str, ...]) -> int:
    """Return how many numbers the named tensors hold."""
    named = dict(model.named_parameters())
    return sum(named[name].numel() for name in tensors)


def _dropouts(model: nn.Module) -> list[tuple[str, nn.Module, str]]:
    """Return every dropout probability as its module's name, the module and the attribute."""
    found: list[tuple[str, nn.Module, str]] = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Dropout):
            found.append((name, module, "p"))
        # ModernBERT and others hand attention a number instead of calling a module.
        found.extend(
            (name, module, attribute)
            for attribute, value in vars(module).items()
            if "dropout" in attribute and isinstance(value, float)
        )
    return found
