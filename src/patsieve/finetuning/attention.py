"""Attention in 32 bit where gradients flow on a CPU.

PyTorch's fused attention for CPUs is fast forward in bfloat16, but its backward pass takes
about six times as long as the forward pass, and twice as long as both in 32 bit (measured:
docs/experiments.md). Attention is a small part of an encoder's arithmetic and a large part
of its time, so it is the one thing that a bfloat16 run on a CPU does in 32 bit.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention
from torch.overrides import TorchFunctionMode


def attention_where_gradients_flow(device: torch.device) -> AbstractContextManager[Any]:
    """Return a context in which fused attention is computed in 32 bit, if that is faster.

    It changes nothing without gradients, without bfloat16 autocast, or off the CPU.
    """
    is_slow = device.type == "cpu" and torch.is_grad_enabled() and torch.is_autocast_enabled("cpu")
    return _AttentionIn32Bit() if is_slow else nullcontext()


class _AttentionIn32Bit(TorchFunctionMode):
    """Gives fused attention 32-bit operands and its result back in their type."""

    def __torch_function__(
        self,
        function: Any,
        types: Any,
        arguments: tuple[Any, ...] = (),
        named: dict[str, Any] | None = None,
    ) -> Any:
        given = named if named is not None else {}
        if function is not scaled_dot_product_attention:
            return function(*arguments, **given)
        with torch.autocast("cpu", enabled=False):
            result = function(
                *(_in_32_bit(value) for value in arguments),
                **{name: _in_32_bit(value) for name, value in given.items()},
            )
        return result.to(torch.get_autocast_dtype("cpu"))


def _in_32_bit(value: Any) -> Any:
    # A mask of truth values stays one.
    is_floating = isinstance(value, torch.Tensor) and value.is_floating_point()
    return value.float() if is_floating else value
