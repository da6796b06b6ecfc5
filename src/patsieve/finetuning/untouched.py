"""Looking at a model, or trying something on it, without leaving a trace."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def left_as_found(model: nn.Module, *, weights: Iterable[str] = ()) -> Iterator[None]:
    """Put a model back, after the block, as it was before it.

    What trains, gradients, training and eval mode of every module, and the state of torch's
    random numbers on the model's device are put back in any case, also after an error.

    Parameters
    ----------
    weights : iterable of str
        Parameters that the block changes; they are copied, and put back bit by bit.
    """
    named = dict(model.named_parameters())
    flags = {name: (value.requires_grad, value.grad) for name, value in named.items()}
    modes = [(module, module.training) for module in model.modules()]
    copies = {name: named[name].detach().clone() for name in weights}
    devices = {value.device for value in named.values() if value.device.type == "cuda"}
    with torch.random.fork_rng(devices=sorted(devices, key=str)):
        try:
            yield
        finally:
            with torch.no_grad():
                for name, value in copies.items():
                    named[name].copy_(value)
            for name, (trains, gradient) in flags.items():
                named[name].requires_grad_(trains)
                named[name].grad = gradient
            for module, training in modes:
                module.training = training
