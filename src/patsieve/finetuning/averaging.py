"""Averaging the weights of several epochs: often better than the best of them alone.

Epochs of one run lie in one valley of the loss, and steps of a constant rate scatter around its
bottom; their mean is closer to it (Izmailov et al. 2018, arXiv 1803.05407).
"""

from collections.abc import Mapping, Sequence
from typing import final

import torch


@final
class KeptEpochs:
    """The weights of the epochs that count, by epoch.

    Attributes
    ----------
    weights : dict of int to dict of str to tensor
        Epoch to tensors by name, on the CPU.
    """

    def __init__(self) -> None:
        self.weights: dict[int, dict[str, torch.Tensor]] = {}

    def drop_all_but(self, epochs: Sequence[int]) -> None:
        """Drop the weights of epochs that no longer count."""
        for other in self.weights.keys() - set(epochs):
            del self.weights[other]

    def keep(self, epoch: int, weights: Mapping[str, torch.Tensor]) -> None:
        """Keep `weights`, without copying them, as those of `epoch`."""
        self.weights[epoch] = dict(weights)

    def start_from(self, name: str, value: torch.Tensor) -> None:
        """Let a tensor that begins to train count with `value` in the epochs before."""
        for weights in self.weights.values():
            weights.setdefault(name, value)

    def mean(self) -> dict[str, torch.Tensor]:
        """Return the mean of each tensor over the epochs, computed in 32 bit."""
        everyone = list(self.weights.values())
        found = {}
        for name, value in everyone[0].items():
            total = torch.stack([weights[name].float() for weights in everyone])
            found[name] = total.mean(0).to(value.dtype)
        return found
