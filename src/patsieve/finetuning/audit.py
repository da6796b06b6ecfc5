"""The run-time check that what a stage unfreezes really learns.

Tools fail here in silence: a tensor is trainable, but no optimizer holds it, or nothing
flows back to it. A tensor without a gradient ends the run; one that a whole epoch has not
moved is reported.
"""

import warnings
from typing import final

import torch
from torch import nn

from patsieve.errors import LearningError, PatsieveWarning


@final
class LearningAudit:
    """Follows the tensors that a stage trains through its first epoch.

    Parameters
    ----------
    model : torch.nn.Module
    stage : str
        Its name, for messages.
    trainable : tuple of str
        Names of the tensors that the stage trains.
    """

    def __init__(self, model: nn.Module, stage: str, trainable: tuple[str, ...]) -> None:
        named = dict(model.named_parameters())
        self._stage = stage
        self._tensors = {name: named[name] for name in trainable}
        self._before = {name: _checksum(tensor) for name, tensor in self._tensors.items()}
        self._gradients_seen = False

    def after_backward(self) -> None:
        """Check, once, that every tensor has received a gradient.

        Raises
        ------
        LearningError
        """
        if self._gradients_seen:
            return
        missing = [name for name, tensor in self._tensors.items() if tensor.grad is None]
        if missing:
            raise LearningError(
                f"stage '{self._stage}' trains {len(self._tensors)} tensors, but "
                f"{len(missing)} of them receive no gradient: {_listed(missing)}"
            )
        self._gradients_seen = True

    def after_epoch(self) -> None:
        """Warn of tensors that the stage's first epoch has left where they were.

        Attention's key biases are exempt: adding a constant to every key changes no
        attention weight, so their gradient is zero.
        """
        unmoved = [
            name
            for name, tensor in self._tensors.items()
            if _checksum(tensor) == self._before[name] and not _is_key_bias(name)
        ]
        if unmoved:
            warnings.warn(
                f"stage '{self._stage}' trains {_listed(unmoved)}, but an epoch has not moved "
                "them; their learning rate is too small for 32-bit numbers",
                PatsieveWarning,
                stacklevel=2,
            )


def _checksum(tensor: torch.Tensor) -> tuple[float, float]:
    exact = tensor.detach().double()
    return float(exact.sum()), float(exact.square().sum())


def _is_key_bias(name: str) -> bool:
    return name.endswith(("key.bias", "k_proj.bias", "k_lin.bias", "key_proj.bias"))


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"
