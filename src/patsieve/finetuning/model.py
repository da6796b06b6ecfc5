"""An encoder with a two-way classifier on top, which can start in the middle (`prefix`)."""

from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any, final

import torch
from torch import nn

from patsieve.finetuning.attention import fast_where_gradients_flow
from patsieve.finetuning.first_token import last_for_first_token
from patsieve.finetuning.pooling import FIRST_TOKEN, Pooling, pool
from patsieve.finetuning.prefix import examine_layers, layer_list, skip_to
from patsieve.finetuning.pretrained import PretrainedEncoder
from patsieve.finetuning.streams import stream_seed

# Standard deviation of a new classifier's weights: BERT's own (Devlin et al. 2019).
_INITIAL_SPREAD = 0.02


@final
class EncoderWithHead(nn.Module):
    """Texts in, two logits out.

    Parameters
    ----------
    encoder : torch.nn.Module
        From ``transformers.AutoModel``.
    pooling : {"pooler", "cls", "mean", "fields"}
        What the classifier reads; see `pooling.pool`.
    separator_id : int, optional
        The token between the fields of a text; needed for pooling by fields.
    dropout : float
        Before the classifier.
    seed : int
        Of the classifier's initial weights.
    """

    def __init__(
        self,
        encoder: Any,
        *,
        pooling: Pooling,
        separator_id: int | None = None,
        dropout: float = 0.1,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.encoder: Any = encoder
        self.pooling: Pooling = pooling
        self.separator_id = separator_id
        self._chain = examine_layers(encoder)
        # Whether the last layer is computed for the first token alone.
        self.reads_first_token = self._chain.first_token_alone and pooling in FIRST_TOKEN
        self.dropout = nn.Dropout(dropout)
        # Its own initialisation would draw from torch's global stream, which is the caller's.
        self.classifier = nn.utils.skip_init(nn.Linear, int(encoder.config.hidden_size), 2)
        generator = torch.Generator().manual_seed(stream_seed(seed, "initialisation", 1))
        with torch.no_grad():
            self.classifier.weight.normal_(0.0, _INITIAL_SPREAD, generator=generator)
            self.classifier.bias.zero_()

    @classmethod
    def from_pretrained(
        cls, loaded: PretrainedEncoder, *, pooling: Pooling, dropout: float | None, seed: int
    ) -> "EncoderWithHead":
        """Put a classifier on a loaded encoder: the checkpoint's own, or a fresh one."""
        if dropout is None:
            configured = getattr(loaded.encoder.config, "hidden_dropout_prob", 0.1)
            dropout = 0.1 if configured is None else float(configured)
        model = cls(
            loaded.encoder,
            pooling=pooling,
            separator_id=loaded.separator_id,
            dropout=dropout,
            seed=seed,
        )
        if loaded.head is not None:
            model.classifier.load_state_dict(loaded.head)
        return model

    @property
    def layers(self) -> nn.ModuleList:
        """The encoder's layers, from input to output."""
        return layer_list(self.encoder)

    @property
    def n_layers(self) -> int:
        """How many encoder layers there are."""
        return len(self.layers)

    @property
    def is_cacheable(self) -> bool:
        """Whether what frozen layers say of a text can be stored and read again."""
        return not self._chain.padding_matters

    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        *,
        hidden: torch.Tensor | None = None,
        depth: int = 0,
        pooled: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Return logits of shape (n_records, 2).

        Parameters
        ----------
        input_ids, attention_mask : int tensors of shape (n_records, n_tokens), optional
            Not needed with `pooled`.
        hidden : float tensor of shape (n_records, n_tokens, hidden_size), optional
            The input of layer `depth`, computed before; layers below are passed over.
        depth : int
            The layer to start at when `hidden` is given.
        pooled : float tensor of shape (n_records, hidden_size), optional
            What `pool` returned before; the encoder's layers are passed over.
        """
        if pooled is None:
            assert attention_mask is not None
            with ExitStack() as stack:
                stack.enter_context(fast_where_gradients_flow(attention_mask.device))
                stack.enter_context(self.computing_what_is_read())
                if hidden is not None:
                    stack.enter_context(self.starting_at(depth, hidden))
                outputs = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
            assert input_ids is not None
            pooled = self.pool(outputs.last_hidden_state, attention_mask, input_ids)
        return self.head(pooled)

    def head(self, pooled: torch.Tensor) -> torch.Tensor:
        """Return logits of shape (n_records, 2) from what `pool` returned.

        In 32 bit, whatever the run's precision: it costs nothing here.
        """
        with torch.autocast(pooled.device.type, enabled=False):
            pooled = pooled.float()
            if self.pooling == "pooler":
                # A pooler reads the first token of a sequence: give it a sequence of one.
                pooled = self.encoder.pooler(pooled.unsqueeze(1))
            logits: torch.Tensor = self.classifier(self.dropout(pooled))
        return logits

    def starting_at(self, depth: int, hidden: torch.Tensor) -> AbstractContextManager[None]:
        """Return a context in which the encoder's pass starts at layer `depth` with `hidden`."""
        return skip_to(
            self.encoder,
            depth,
            hidden,
            output_size=self._chain.output_size,
            skip_embeddings=self._chain.embeddings_alike,
        )

    def computing_what_is_read(self) -> AbstractContextManager[None]:
        """Return a context in which the last layer computes no state that nobody reads."""
        if not self.reads_first_token:
            return nullcontext()
        return last_for_first_token(self.layers[-1], output_size=self._chain.output_size)

    def pool(
        self, last_hidden: torch.Tensor, attention_mask: torch.Tensor, input_ids: torch.Tensor
    ) -> torch.Tensor:
        """Reduce the last hidden states to what pooler or classifier read, (n_records, hidden)."""
        return pool(
            last_hidden,
            attention_mask,
            input_ids,
            pooling=self.pooling,
            separator_id=self.separator_id,
        )
