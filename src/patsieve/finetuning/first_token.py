"""The last layer, computed for the first token alone, where nobody reads the others.

A pooler, and a classifier on the first token, read one state of each text. The last layer then
needs one query a text, and with one query neither keys nor values need to be projected token by
token: the query goes through the key matrix instead, and the mean of the states, weighted by
attention, through the value matrix. That is the same arithmetic in another order (matrix products
are associative), and instead of a layer it costs the reading of its input. Layers of the form of
BERT's (BERT, RoBERTa, ELECTRA and their kin) can be computed so; whether it comes to the same is
tried out when an encoder is loaded (`prefix.examine_layers`).
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.nn.functional import dropout

# What a layer consists of where it is BERT's. More parts than these do more.
_PARTS = {
    "": {"attention", "intermediate", "output"},
    "attention": {"self", "output"},
    "attention.self": {"query", "key", "value", "dropout"},
    "attention.output": {"dense", "LayerNorm", "dropout"},
}


def has_bert_form(layer: nn.Module) -> bool:
    """Whether a layer has the parts of BERT's layers and no others."""
    modules = dict(layer.named_modules())
    return all(
        name in modules and {child for child, _ in modules[name].named_children()} == parts
        for name, parts in _PARTS.items()
    )


@contextmanager
def last_for_first_token(layer: Any, *, output_size: int) -> Iterator[None]:
    """Within the block, a layer returns the first token's state alone.

    Parameters
    ----------
    layer : torch.nn.Module
        Of BERT's form (`has_bert_form`), the last of its encoder.
    output_size : int
        How many items the tuple has that it returns; 0 for a bare tensor.
    """
    whole: Callable[..., Any] = layer.forward

    def forward(*arguments: Any, **named: Any) -> Any:
        hidden = arguments[0] if arguments else named["hidden_states"]
        mask = arguments[1] if len(arguments) > 1 else named.get("attention_mask")
        if mask is not None and mask.ndim != 4:
            # Some kernels take the padding in forms of their own.
            return whole(*arguments, **named)
        attended = _attended(layer.attention.self, hidden, mask).unsqueeze(1)
        attended = layer.attention.output(attended, hidden[:, :1])
        state = layer.output(layer.intermediate(attended), attended)
        return (state, *[None] * (output_size - 1)) if output_size else state

    # An instance attribute hides the class's method until it is deleted again.
    layer.forward = forward
    try:
        yield
    finally:
        del layer.forward


def _attended(attention: Any, hidden: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """Return what the first token attends to, of shape (n_records, hidden_size)."""
    n_records, _, width = hidden.shape
    n_heads = int(attention.num_attention_heads)
    size = attention.key.out_features // n_heads
    query = attention.query(hidden[:, 0]).view(n_records, n_heads, size)
    key = attention.key.weight.view(n_heads, size, width)
    value = attention.value.weight.view(n_heads, size, width)
    scores = torch.einsum("rhs,hsw->rhw", query, key) @ hidden.transpose(1, 2)
    if attention.key.bias is not None:
        # The same for all tokens of a text, so it moves no weight; but it is part of the layer.
        bias = attention.key.bias.view(n_heads, size)
        scores = scores + torch.einsum("rhs,hs->rh", query, bias).unsqueeze(-1)
    scores = scores.float() / math.sqrt(size)
    if mask is not None:
        row = mask[:, :, 0]
        scores = scores.masked_fill(~row, -math.inf) if row.dtype == torch.bool else scores + row
    weights = dropout(scores.softmax(-1), attention.dropout.p, training=attention.training)
    states = weights.to(hidden.dtype) @ hidden
    found = torch.einsum("rhw,hsw->rhs", states, value)
    if attention.value.bias is not None:
        # Dropout leaves weights that no longer add up to one.
        bias = attention.value.bias.view(n_heads, size)
        found = found + weights.sum(-1, keepdim=True) * bias
    return found.reshape(n_records, -1)
