"""Starting an encoder's forward pass at any layer, from hidden states computed before.

It works for any Hugging Face encoder whose layers are a list: lower layers hand their input
through, and the layer at which the pass starts receives the stored states. The encoder's own
code still prepares masks and positions, so nothing about an architecture is repeated here.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from patsieve.errors import CheckpointError
from patsieve.finetuning.first_token import has_bert_form, last_for_first_token


def layer_list(encoder: Any) -> nn.ModuleList:
    """Return the encoder's list of layers, found by its length.

    Raises
    ------
    CheckpointError
        If there is none, as in encoders whose layers share their weights.
    """
    depth = int(encoder.config.num_hidden_layers)
    for module in encoder.modules():
        if isinstance(module, nn.ModuleList) and len(module) == depth:
            return module
    raise CheckpointError(
        f"{type(encoder).__name__} has no list of {depth} layers of its own (encoders such as "
        "ALBERT share weights between layers), so it cannot be unfrozen by layers"
    )


@torch.no_grad()
def hidden_states_at(
    encoder: Any,
    depths: Sequence[int],
    input_ids: torch.Tensor,
    attention_mask: torch.Tensor,
) -> dict[int, torch.Tensor]:
    """Return the inputs of the layers at `depths`; a depth of n_layers is the final output.

    Layers above the deepest depth are not computed.
    """
    layers = layer_list(encoder)
    found: dict[int, torch.Tensor] = {}
    deepest = max(depths)

    def keep(depth: int) -> Any:
        def hook(_: nn.Module, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
            found[depth] = _first_tensor(arguments, named)
            if depth == deepest:
                raise _DeepestReachedError

        return hook

    with ExitStack() as stack:
        for depth in set(depths):
            if depth < len(layers):
                handle = layers[depth].register_forward_pre_hook(keep(depth), with_kwargs=True)
                stack.callback(handle.remove)
        try:
            outputs = encoder(input_ids=input_ids, attention_mask=attention_mask)
            found[len(layers)] = outputs.last_hidden_state
        except _DeepestReachedError:
            pass
    return {depth: found[depth] for depth in depths}


@dataclass(frozen=True)
class LayerChain:
    """What there is to know of an encoder's layers before a pass can start at one of them.

    Attributes
    ----------
    output_size : int
        How many items the tuple has that a layer returns; 0 if it is a bare tensor. Families
        differ: the callers inside an encoder unpack as many as its layers return.
    padding_matters : bool
        Whether what the encoder says of a text hangs on the padding behind it, as where
        layers convolve. Nothing can be stored without padding then.
    embeddings_alike : bool
        Whether the encoder's embeddings have the shape of the layers' inputs, so that stored ones
        can stand for them.
    first_token_alone : bool
        Whether the last layer can be computed for the first token alone
        (`first_token.last_for_first_token`).
    """

    output_size: int
    padding_matters: bool
    embeddings_alike: bool
    first_token_alone: bool


@torch.no_grad()
def examine_layers(encoder: Any) -> LayerChain:
    """Try out, on two texts of a few tokens, whether a pass can start at a layer.

    Raises
    ------
    CheckpointError
        If it does not come to what the full pass does: the layers are not a plain chain.
    """
    was_training = encoder.training
    # In training mode dropout would draw from the random stream of whoever calls this.
    encoder.eval()
    returned: list[object] = []
    handle = layer_list(encoder)[0].register_forward_hook(
        lambda _module, _arguments, output: returned.append(output)
    )
    embedded: list[object] = []
    watch = None
    embeddings = getattr(encoder, "embeddings", None)
    if isinstance(embeddings, nn.Module):
        watch = embeddings.register_forward_hook(
            lambda _module, _arguments, output: embedded.append(output)
        )
    device = next(encoder.parameters()).device
    ids = torch.tensor([[4, 5, 6, 7, 8], [4, 5, 6, 0, 0]], device=device)
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], device=device)
    try:
        with handle:
            full = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        size = len(returned[0]) if isinstance(returned[0], tuple) else 0
        unpadded = encoder(input_ids=ids[1:, :3], attention_mask=mask[1:, :3]).last_hidden_state
        padding_matters = not _alike(unpadded[0], full[1, :3])
        depth = len(layer_list(encoder)) - 1
        hidden = hidden_states_at(encoder, [depth], ids, mask)[depth][:, : ids.shape[1]]
        if not padding_matters:
            hidden = hidden * mask.unsqueeze(-1)
        alike = bool(embedded) and _same_form(embedded[0], hidden)
        with skip_to(encoder, depth, hidden, output_size=size, skip_embeddings=alike):
            resumed = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        alone = None
        last = layer_list(encoder)[-1]
        if has_bert_form(last):
            with last_for_first_token(last, output_size=size):
                alone = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
    except (ArithmeticError, AssertionError, LookupError, RuntimeError, TypeError, ValueError) as e:
        raise _not_a_chain(encoder) from e
    finally:
        encoder.train(was_training)
        if watch is not None:
            watch.remove()
    if not (_alike(resumed[0], full[0]) and _alike(resumed[1, :3], full[1, :3])):
        raise _not_a_chain(encoder)
    first_token_alone = alone is not None and _alike(alone, full[:, :1])
    return LayerChain(size, padding_matters, alike, first_token_alone)


def _same_form(embedded: object, hidden: torch.Tensor) -> bool:
    return isinstance(embedded, torch.Tensor) and (
        (embedded.shape, embedded.dtype) == (hidden.shape, hidden.dtype)
    )


def _alike(one: torch.Tensor, other: torch.Tensor) -> bool:
    # Sums in another order differ in their last digits, encoders that are no chains by far more.
    return one.shape == other.shape and torch.allclose(one, other, rtol=1e-3, atol=1e-4)


def _not_a_chain(encoder: Any) -> CheckpointError:
    return CheckpointError(
        f"{type(encoder).__name__} is not a plain chain of layers over the tokens of a text, so it "
        "cannot be unfrozen by layers; BERT, RoBERTa, DistilBERT, ELECTRA, MPNet, DeBERTa and "
        "ModernBERT are among those that can"
    )


@contextmanager
def skip_to(
    encoder: Any,
    depth: int,
    hidden: torch.Tensor,
    *,
    output_size: int,
    skip_embeddings: bool = False,
) -> Iterator[None]:
    """Within the block, the encoder's forward pass starts at layer `depth` with `hidden`.

    Parameters
    ----------
    depth : int
        Below the number of layers.
    hidden : float tensor of shape (n_records, n_tokens, hidden_size)
    output_size : int
    skip_embeddings : bool
        What `examine_layers` says of the encoder.
    """
    layers = layer_list(encoder)

    def give(_: nn.Module, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        # Encoders with attention in blocks have filled up the text to a whole number of them.
        missing = _first_tensor(arguments, named).shape[1] - hidden.shape[1]
        filled = functional.pad(hidden, (0, 0, 0, missing)) if missing else hidden
        if arguments:
            return (filled, *arguments[1:]), named
        return arguments, {**named, "hidden_states": filled}

    def hand_through(*arguments: Any, **named: Any) -> Any:
        states = _first_tensor(arguments, named)
        # Besides the states a layer returns attention weights and the like, which are None
        # unless asked for.
        return (states, *[None] * (output_size - 1)) if output_size else states

    with ExitStack() as stack:
        handle = layers[depth].register_forward_pre_hook(give, with_kwargs=True)
        stack.callback(handle.remove)
        for layer in layers[:depth]:
            # An instance attribute hides the class's method until it is deleted again.
            layer.forward = hand_through
            stack.callback(layer.__dict__.pop, "forward", None)
        if skip_embeddings:
            encoder.embeddings.forward = lambda *_, **__: hidden
            stack.callback(encoder.embeddings.__dict__.pop, "forward", None)
        yield


def _first_tensor(arguments: tuple[Any, ...], named: dict[str, Any]) -> torch.Tensor:
    found = arguments[0] if arguments else named["hidden_states"]
    assert isinstance(found, torch.Tensor)
    return found


class _DeepestReachedError(Exception):
    """Ends a forward pass whose remaining layers nobody needs."""
