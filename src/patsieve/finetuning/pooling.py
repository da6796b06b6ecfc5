"""From the last hidden states of a text to the one vector that pooler or classifier read."""

from typing import Literal

import torch

Pooling = Literal["pooler", "cls", "mean", "fields"]

FIRST_TOKEN: tuple[Pooling, ...] = ("pooler", "cls")
"""The poolings that read one state of each text and no other."""


def pool(
    last_hidden: torch.Tensor,
    attention_mask: torch.Tensor,
    input_ids: torch.Tensor,
    *,
    pooling: Pooling,
    separator_id: int | None,
) -> torch.Tensor:
    """Reduce last hidden states to vectors of shape (n_records, hidden_size).

    Parameters
    ----------
    last_hidden : float tensor of shape (n_records, n_tokens, hidden_size)
    attention_mask : int tensor of shape (n_records, n_tokens)
        0 where a token is padding.
    input_ids : int tensor of shape (n_records, n_tokens)
    pooling : {"pooler", "cls", "mean", "fields"}
        The first token's states (also for a pooler, which reads them), their mean over the
        tokens, or the mean over the fields of each field's mean: there a title of ten words
        counts as much as an abstract of two hundred.
    separator_id : int, optional
        The token that ends a field; needed for ``"fields"``.
    """
    if pooling == "mean":
        weights = attention_mask.to(torch.float32)
        return _weighted_mean(last_hidden, weights)
    if pooling == "fields":
        assert separator_id is not None
        return _weighted_mean(last_hidden, field_weights(input_ids, attention_mask, separator_id))
    return last_hidden[:, 0]


def field_weights(
    input_ids: torch.Tensor, attention_mask: torch.Tensor, separator_id: int
) -> torch.Tensor:
    """Return one over the length of each token's field, of shape (n_records, n_tokens).

    A separator belongs to the field that it ends, the first token of a text to its first field.
    Padding weighs nothing. All fields of a text together weigh the same.
    """
    ends = (input_ids == separator_id) & (attention_mask > 0)
    field = ends.long().cumsum(1) - ends.long()
    real = attention_mask.to(torch.float32)
    # A text has at most as many fields as tokens.
    lengths = torch.zeros_like(real).scatter_add_(1, field, real)
    return real / lengths.gather(1, field).clamp_(min=1.0)


def _weighted_mean(last_hidden: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    # Summed in 32 bit: 16-bit sums over hundreds of tokens lose digits.
    total = (last_hidden * weights.unsqueeze(-1)).sum(1, dtype=torch.float32)
    return total / weights.sum(1, keepdim=True)
