"""An encoder without its weights: tensors that have names and shapes and take no memory.

A schedule is resolved on it as on the encoder itself, so that a dry run of 24 layers of width
1024 costs no more than one of 6 layers of width 384.
"""

import copy
from typing import Any, cast, final

import torch
from torch import nn

from patsieve.finetuning.checkpoint_files import (
    check_pooler,
    encoder_config,
    in_one_sentence,
    load_tokenizer,
    longest_text,
    pooler_arguments,
    quiet_transformers,
)
from patsieve.finetuning.first_token import has_bert_form
from patsieve.finetuning.forecast import EncoderShape
from patsieve.finetuning.layers import LayerGroups, layer_groups
from patsieve.finetuning.locating import EMBEDDED, locate
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.pooling import FIRST_TOKEN, Pooling
from patsieve.finetuning.prefix import layer_list
from patsieve.finetuning.window_pooling import head_features
from patsieve.finetuning.window_settings import WindowPooling


@final
class EncoderOutline(nn.Module):
    """An encoder with a classifier on top, on torch's meta device.

    It has the parameters of an `EncoderWithHead` under the same names, and computes nothing.

    Parameters
    ----------
    source : str
        The name or folder it was asked for by.
    config
        From transformers.
    pooling : {"pooler", "cls", "mean", "fields"}
    window_pooling : {"mean", "max", "learned"}, optional
    """

    def __init__(
        self,
        source: str,
        config: Any,
        pooling: Pooling,
        window_pooling: WindowPooling | None = None,
    ) -> None:
        super().__init__()
        self.source = source
        self.config = config
        self.pooling: Pooling = pooling
        self.encoder: Any = make_encoder(config, pooling, device="meta")
        n_features = head_features(int(config.hidden_size), window_pooling)
        self.classifier = nn.Linear(n_features, 2, device="meta")
        self.layers = layer_list(self.encoder)
        self.n_layers = len(self.layers)
        check_pooler(self.encoder, pooling, source)

    @property
    def groups(self) -> LayerGroups:
        """The layer groups, as of the encoder with its weights."""
        # What names and owners are read from, this has in common with the model itself.
        return layer_groups(cast("EncoderWithHead", self))

    @property
    def max_tokens(self) -> int:
        """The longest text the encoder can read."""
        return longest_text(self.encoder)

    @property
    def shape(self) -> EncoderShape:
        """Sizes that decide what a pass costs."""
        per_layer = [_matrix_size(layer) for layer in self.layers]
        return EncoderShape(
            n_layers=self.n_layers,
            hidden_size=int(self.config.hidden_size),
            widest=max(
                [parameter.shape[0] for parameter in self.layers.parameters()]
                + [int(self.config.hidden_size)]
            ),
            matrix_parameters=sum(per_layer) / len(per_layer),
            n_parameters=sum(parameter.numel() for parameter in self.parameters()),
            first_token_alone=self.pooling in FIRST_TOKEN and has_bert_form(self.layers[-1]),
        )


def outline_of(
    checkpoint: str | None,
    *,
    pooling: Pooling,
    n_layers: int | None = None,
    window_pooling: WindowPooling | None = None,
) -> EncoderOutline:
    """Read an encoder's configuration and nothing else of it.

    Parameters
    ----------
    checkpoint : str, optional
        A folder, a Hub name, or None for the embedded all-MiniLM-L6-v2.
    pooling : {"pooler", "cls", "mean", "fields"}
    n_layers : int, optional
        As if the encoder had so many layers of its shape.
    window_pooling : {"mean", "max", "learned"}, optional
        Of texts that are read in windows.

    Raises
    ------
    CheckpointError
        If it is not on this machine and cannot be fetched, or is no encoder.
    """
    source = checkpoint if checkpoint is not None else EMBEDDED
    folder = locate(source)
    with in_one_sentence(source), quiet_transformers():
        config = encoder_config(folder, source)
        if n_layers is not None:
            config = with_layers(config, n_layers)
        return EncoderOutline(source, config, pooling, window_pooling)


def tokenizer_of(checkpoint: str | None) -> Any:
    """Load the tokenizer of a checkpoint, and not its weights.

    Raises
    ------
    CheckpointError
    """
    source = checkpoint if checkpoint is not None else EMBEDDED
    folder = locate(source)
    with in_one_sentence(source), quiet_transformers():
        return load_tokenizer(folder, source)


def with_layers(config: Any, n_layers: int) -> Any:
    """Return a configuration with another number of layers of the same shape."""
    changed = copy.deepcopy(config)
    changed.num_hidden_layers = n_layers
    kinds = getattr(config, "layer_types", None)
    if kinds is not None:
        # Where kinds of layers alternate, they go on alternating.
        changed.layer_types = [kinds[i % len(kinds)] for i in range(n_layers)]
    return changed


def make_encoder(config: Any, pooling: Pooling, *, device: str) -> Any:
    """Build an encoder with random weights, or with none on the device ``"meta"``."""
    from transformers import AutoModel

    # Random weights are drawn from torch's global generator.
    with torch.random.fork_rng(devices=[]), torch.device(device):
        return AutoModel.from_config(
            config, dtype=torch.float32, **pooler_arguments(config, pooling)
        )


def _matrix_size(layer: nn.Module) -> int:
    return sum(parameter.numel() for parameter in layer.parameters() if parameter.ndim > 1)
