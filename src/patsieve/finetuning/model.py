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
from patsieve.finetuning.window_pooling import head_features, pool_windows
from patsieve.finetuning.window_settings import WindowPooling

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
    window_pooling : {"mean", "max", "learned"}, optional
        How what is read of a text's windows becomes one vector; by default a text is read as one.
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
        window_pooling: WindowPooling | None = None,
        dropout: float = 0.1,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.encoder: Any = encoder
        self.pooling: Pooling = pooling
        self.separator_id = separator_id
        self.window_pooling: WindowPooling | None = window_pooling
        self._chain = examine_layers(encoder)
        # Whether the last layer is computed for the first token alone.
        self.reads_first_token = self._chain.first_token_alone and pooling in FIRST_TOKEN
        self.dropout = nn.Dropout(dropout)
        # Its own initialisation would draw from torch's global stream, which is the caller's.
        n_features = head_features(int(encoder.config.hidden_size), window_pooling)
        self.classifier = nn.utils.skip_init(nn.Linear, n_features, 2)
        generator = torch.Generator().manual_seed(stream_seed(seed, "initialisation", 1))
        with torch.no_grad():
            self.classifier.weight.normal_(0.0, _INITIAL_SPREAD, generator=generator)
            self.classifier.bias.zero_()

    @classmethod
    def from_pretrained(
        cls,
        loaded: PretrainedEncoder,
        *,
        pooling: Pooling,
        window_pooling: WindowPooling | None = None,
        dropout: float | None,
        seed: int,
    ) -> "EncoderWithHead":
        """Put a classifier on a loaded encoder: the checkpoint's own, or a fresh one."""
        if dropout is None:
            configured = getattr(loaded.encoder.config, "hidden_dropout_prob", 0.1)
            dropout = 0.1 if configured is None else float(configured)
        model = cls(
            loaded.encoder,
            pooling=pooling,
            separator_id=loaded.separator_id,
            window_pooling=window_pooling,
            dropout=dropout,
            seed=seed,
        )
        if loaded.head is not None:
            weight = loaded.head["weight"]
            if window_pooling == "learned":
                # The checkpoint's judgement of the mean; of the first and the largest it has none.
                weight = nn.functional.pad(weight, (weight.shape[1], weight.shape[1]))
            model.classifier.load_state_dict({**loaded.head, "weight": weight})
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
        counts: torch.Tensor | None = None,
        headless: bool = False,
    ) -> torch.Tensor:
        """Return logits of shape (n_records, 2).

        Parameters
        ----------
        input_ids, attention_mask : int tensors of shape (n_rows, n_tokens), optional
            Not needed with `pooled`. A row is a record, or a window of one.
        hidden : float tensor of shape (n_rows, n_tokens, hidden_size), optional
            The input of layer `depth`, computed before; layers below are passed over.
        depth : int
            The layer to start at when `hidden` is given.
        pooled : float tensor of shape (n_rows, hidden_size), optional
            What `pool` returned before; the encoder's layers are passed over.
        counts : int tensor of shape (n_records,), optional
            Windows of each record, which stand together; by default each row is a record.
        headless : bool
            Return what `pool` does instead, of shape (n_rows, hidden_size).
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
        return pooled if headless else self.head(pooled, counts)

    def head(self, pooled: torch.Tensor, counts: torch.Tensor | None = None) -> torch.Tensor:
        """Return logits of shape (n_records, 2) from what `pool` returned.

        In 32 bit, whatever the run's precision: it costs nothing here.
        """
        assert counts is None or self.window_pooling is not None
        with torch.autocast(pooled.device.type, enabled=False):
            pooled = pooled.float()
            if self.pooling == "pooler":
                # A pooler reads the first token of a sequence: give it a sequence of one.
                pooled = self.encoder.pooler(pooled.unsqueeze(1))
            pooled = self.pool_windows(pooled, counts)
            logits: torch.Tensor = self.classifier(self.dropout(pooled))
        return logits

    def pool_windows(
        self, vectors: torch.Tensor, counts: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Reduce the vectors of windows to one for each record, as the classifier reads it."""
        if self.window_pooling is None:
            return vectors
        if counts is None:
            counts = torch.ones(len(vectors), dtype=torch.int64)
        return pool_windows(vectors, counts, self.window_pooling)

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
        """Reduce the last hidden states to what is read of a row, (n_rows, hidden_size)."""
        return pool(
            last_hidden,
            attention_mask,
            input_ids,
            pooling=self.pooling,
            separator_id=self.separator_id,
        )
