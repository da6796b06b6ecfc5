"""Attention and dropout as they are fastest on a CPU where gradients flow.

PyTorch's fused attention for CPUs is fast forward, but its backward pass takes several times as
long, in bfloat16 most of all. With dropout there is no fused kernel for CPUs: PyTorch falls back
to one that draws a random number for each pair of tokens. Here the products of a few texts at a
time stay in the processor's caches from the scores to the weighted mean, the backward pass is
written out, and dropout costs little (`dropping`). That is two to four times as fast (measured:
docs/experiments.md), and the same numbers but for rounding and the dropout's draws.
"""

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, final

import torch
from torch.autograd.function import once_differentiable
from torch.nn.functional import dropout as torch_dropout
from torch.nn.functional import scaled_dot_product_attention
from torch.overrides import TorchFunctionMode

from patsieve.finetuning.dropping import can_drop, draw_mask, drop, masked, stream_of_draws

_WORTH_IT = 20_000
# Scores that are computed together, of all heads: about what the caches of two cores hold.
_SCORES_AT_ONCE = 1_000_000


def fast_where_gradients_flow(device: torch.device) -> AbstractContextManager[Any]:
    """Return a context in which attention and dropout are computed otherwise, if that is faster.

    It changes nothing without gradients or off the CPU.
    """
    is_slow = device.type == "cpu" and torch.is_grad_enabled()
    return _FastOnCpu() if is_slow else nullcontext()


@final
class _FastOnCpu(TorchFunctionMode):
    """Takes another road to what two of PyTorch's functions return."""

    def __torch_function__(
        self,
        function: Any,
        types: Any,
        arguments: tuple[Any, ...] = (),
        named: dict[str, Any] | None = None,
    ) -> Any:
        given = named if named is not None else {}
        if function is torch_dropout and _is_plain_dropout(arguments, given):
            return drop(arguments[0], given["p"])
        if function is scaled_dot_product_attention and _is_plain_attention(arguments, given):
            return _attention(
                *arguments,
                mask=given.get("attn_mask"),
                dropout=given.get("dropout_p", 0.0),
                scale=given.get("scale"),
            )
        return function(*arguments, **given)


def _is_plain_dropout(arguments: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Whether a call is `torch.nn.Dropout`'s own, in training, on numbers that can be masked."""
    return (
        len(arguments) == 1
        and named.get("training", False)
        and not named.get("inplace", False)
        and 0.0 < named.get("p", 0.0) < 1.0
        and can_drop(arguments[0])
        # For few numbers, PyTorch's own way is as fast.
        and arguments[0].numel() >= _WORTH_IT
    )


def _is_plain_attention(arguments: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Whether a call is attention of as many heads for keys as for queries, not causal."""
    return (
        len(arguments) == 3
        and not named.get("is_causal")
        and not named.get("enable_gqa")
        and all(value.ndim == 4 and can_drop(value) for value in arguments)
        and named.get("dropout_p", 0.0) < 1.0
    )


def _attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    *,
    mask: torch.Tensor | None,
    dropout: float,
    scale: float | None,
) -> torch.Tensor:
    if torch.is_autocast_enabled("cpu"):
        half = torch.get_autocast_dtype("cpu")
        query, key, value = (each.to(half) for each in (query, key, value))
    added = None
    if mask is not None:
        added = _added(mask, query.dtype).expand(query.shape[0], -1, -1, -1)
    scale = 1.0 / math.sqrt(query.shape[-1]) if scale is None else scale
    with torch.autocast("cpu", enabled=False):
        found: torch.Tensor = _Attention.apply(query, key, value, added, dropout, scale)
    return found


def _added(mask: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Return what a mask adds to the scores."""
    if mask.dtype != torch.bool:
        return mask.to(dtype)
    return torch.zeros(mask.shape, dtype=dtype).masked_fill_(~mask, torch.finfo(dtype).min)


@final
class _Attention(torch.autograd.Function):
    """Softmax attention, a few texts at a time.

    Queries, keys and values have the shape (n_texts, n_heads, n_tokens, head_size). What is kept
    for the backward pass are the weights and the mask of dropout.
    """

    @staticmethod
    def forward(
        ctx: Any,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        added: torch.Tensor | None,
        dropout: float,
        scale: float,
    ) -> torch.Tensor:
        n_texts, n_heads, n_tokens, _ = query.shape
        queries, keys, values = (_by_head(each) for each in (query * scale, key, value))
        weights = queries.new_empty(n_texts * n_heads, n_tokens, key.shape[2])
        found = queries.new_empty(n_texts * n_heads, n_tokens, value.shape[3])
        masks = []
        generator = stream_of_draws() if dropout else None
        for texts, heads in _parts(n_texts, weights):
            scores = torch.bmm(queries[heads], keys[heads].transpose(1, 2))
            if added is not None:
                scores.view(-1, n_heads, *scores.shape[1:]).add_(added[texts])
            part = torch.softmax(scores, -1, out=weights[heads])
            if generator is not None:
                masks.append(draw_mask(generator, part.shape, dropout))
                part = masked(part, masks[-1], out=scores)
            torch.bmm(part, values[heads], out=found[heads])
        ctx.save_for_backward(queries, keys, values, weights, *masks)
        ctx.n_texts, ctx.scale, ctx.made_up = n_texts, scale, 1.0 / (1.0 - dropout)
        return found.mul_(ctx.made_up).view(n_texts, n_heads, n_tokens, -1)

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, gradient: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, None, None, None]:
        queries, keys, values, weights, *masks = ctx.saved_tensors
        gradients = _by_head(gradient) * ctx.made_up
        of_queries, of_keys, of_values = (torch.empty_like(x) for x in (queries, keys, values))
        for number, (_, heads) in enumerate(_parts(ctx.n_texts, weights)):
            part, outer = weights[heads], gradients[heads]
            kept = masked(part, masks[number]) if masks else part
            torch.bmm(kept.transpose(1, 2), outer, out=of_values[heads])
            of_weights = torch.bmm(outer, values[heads].transpose(1, 2))
            if masks:
                masked(of_weights, masks[number], out=of_weights)
            of_scores = torch._softmax_backward_data(  # noqa: SLF001 -- no public name
                of_weights, part, -1, part.dtype
            )
            torch.bmm(of_scores, keys[heads], out=of_queries[heads])
            torch.bmm(of_scores.transpose(1, 2), queries[heads], out=of_keys[heads])
        of_queries.mul_(ctx.scale)
        of_queries, of_keys, of_values = (
            each.view(ctx.n_texts, -1, *each.shape[1:]) for each in (of_queries, of_keys, of_values)
        )
        return of_queries, of_keys, of_values, None, None, None


def _by_head(tensor: torch.Tensor) -> torch.Tensor:
    """Return (n_texts · n_heads, n_tokens, head_size), each head's numbers side by side."""
    return tensor.reshape(-1, *tensor.shape[2:])


def _parts(n_texts: int, weights: torch.Tensor) -> Iterator[tuple[slice, slice]]:
    """Yield the texts of each part, and their heads."""
    n_heads = len(weights) // n_texts
    at_once = max(1, _SCORES_AT_ONCE // weights[:n_heads].numel())
    for first in range(0, n_texts, at_once):
        stop = min(first + at_once, n_texts)
        yield slice(first, stop), slice(first * n_heads, stop * n_heads)
