"""Dropout on a CPU, at a fraction of its usual price.

PyTorch draws each number of a mask by itself, in one thread, and multiplies by truth values, for
which its CPU kernels are slow. Here each 64-bit random number makes four draws of 15 bits, and a
mask of whole words of zeros or ones is laid over the numbers bit by bit: about ten times as fast
(measured: docs/experiments.md). Draws depend on torch's generator alone.
"""

import math
from typing import Any, final

import numpy as np
import torch
from torch.autograd.function import once_differentiable

_WORDS = {2: torch.int16, 4: torch.int32}


def can_drop(values: torch.Tensor) -> bool:
    """Whether these can be masked here: numbers of 16 or 32 bit on the CPU."""
    return (
        values.device.type == "cpu"
        and values.is_floating_point()
        and values.element_size() in _WORDS
    )


def stream_of_draws() -> np.random.Generator:
    """Return a generator that torch's own has seeded."""
    return np.random.Generator(np.random.SFC64(int(torch.empty((), dtype=torch.int64).random_())))


def draw_mask(generator: np.random.Generator, shape: torch.Size, dropout: float) -> torch.Tensor:
    """Return words of ones where a number is kept and of zeros where it is dropped.

    Parameters
    ----------
    dropout : float
        To the nearest 1/32,768.

    Returns
    -------
    int16 tensor of the shape
    """
    size = math.prod(shape)
    numbers = generator.integers(0, 2**64, size=(size + 3) // 4, dtype=np.uint64)
    draws = torch.from_numpy(numbers.view(np.int16)[:size]).view(shape)
    # A draw below the threshold turns negative; its sign, shifted through the word, fills it.
    draws.bitwise_and_(0x7FFF).sub_(round(dropout * 2**15)).bitwise_right_shift_(15)
    return draws.bitwise_not_()


def masked(
    values: torch.Tensor, mask: torch.Tensor, *, out: torch.Tensor | None = None
) -> torch.Tensor:
    """Return values where the mask is set and zeros elsewhere, without gradients."""
    word = _WORDS[values.element_size()]
    into = None if out is None else out.view(word)
    # Widening a word of ones gives a word of ones.
    return torch.bitwise_and(values.view(word), mask.to(word), out=into).view(values.dtype)


def drop(values: torch.Tensor, dropout: float) -> torch.Tensor:
    """Return what ``torch.nn.functional.dropout`` does in training: dropped and made up for."""
    found: torch.Tensor = _Drop.apply(values, dropout)
    return found


@final
class _Drop(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: torch.Tensor, dropout: float) -> torch.Tensor:
        mask = draw_mask(stream_of_draws(), values.shape, dropout)
        ctx.save_for_backward(mask)
        ctx.scale = 1.0 / (1.0 - dropout)
        return masked(values.contiguous(), mask).mul_(ctx.scale)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        (mask,) = ctx.saved_tensors
        return masked(gradient.contiguous(), mask).mul_(ctx.scale), None
