"""Attention as it is fastest where gradients flow on a CPU in bfloat16.

PyTorch's fused attention for CPUs is fast forward in bfloat16, but its backward pass takes
about six times as long as the forward pass, and twice as long as both in 32 bit. With dropout
there is no fused kernel for CPUs at all: PyTorch falls back to one that is slower still, half
of it drawing random numbers one by one. So without dropout attention is computed in 32 bit,
fused, and with dropout step by step in bfloat16 with four draws from each random number; both
are about twice as fast (measured: docs/experiments.md).
"""

import math
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention
from torch.overrides import TorchFunctionMode


def attention_where_gradients_flow(device: torch.device) -> AbstractContextManager[Any]:
    """Return a context in which attention is computed otherwise, if that is faster.

    It changes nothing without gradients, without bfloat16 autocast, or off the CPU.
    """
    is_slow = device.type == "cpu" and torch.is_grad_enabled() and torch.is_autocast_enabled("cpu")
    return _FastestAttention() if is_slow else nullcontext()


class _FastestAttention(TorchFunctionMode):
    """Computes `scaled_dot_product_attention` by another road, and returns its type."""

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
        half = torch.get_autocast_dtype("cpu")
        drops = given.get("dropout_p", 0.0) > 0 and len(arguments) == 3
        with torch.autocast("cpu", enabled=False):
            if drops and not given.get("is_causal") and not given.get("enable_gqa"):
                values = (value.to(half) for value in arguments)
                return _attention_with_dropout(
                    *values,
                    mask=given.get("attn_mask"),
                    dropout=given["dropout_p"],
                    scale=given.get("scale"),
                )
            result = function(
                *(_in_32_bit(value) for value in arguments),
                **{name: _in_32_bit(value) for name, value in given.items()},
            )
        return result.to(half)


def _attention_with_dropout(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    *,
    mask: torch.Tensor | None,
    dropout: float,
    scale: float | None,
) -> torch.Tensor:
    scores = (query @ key.transpose(-1, -2)) * (
        1.0 / math.sqrt(query.shape[-1]) if scale is None else scale
    )
    if mask is not None:
        if mask.dtype == torch.bool:
            scores = scores.masked_fill(~mask, -math.inf)
        else:
            scores = scores + mask.to(scores.dtype)
    weights = torch.softmax(scores, -1) * _kept(scores.shape, dropout)
    return (weights @ value) * (1.0 / (1.0 - dropout))


def _kept(shape: torch.Size, dropout: float) -> torch.Tensor:
    """Draw what dropout keeps, to the nearest 1/65,536 of its probability."""
    size = math.prod(shape)
    # Full 64-bit numbers hold four draws of 16 bits each.
    numbers = torch.empty((size + 3) // 4, dtype=torch.int64).random_(-(2**63), None)
    draws = numbers.view(torch.int16)[:size].view(shape)
    return draws >= round(dropout * 2**16) - 2**15


def _in_32_bit(value: Any) -> Any:
    # A mask of truth values stays one.
    is_floating = isinstance(value, torch.Tensor) and value.is_floating_point()
    return value.float() if is_floating else value
