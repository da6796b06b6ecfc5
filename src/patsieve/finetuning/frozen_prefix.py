"""The lower part of a model, which does not train: what it says of texts, computed once."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import torch
from numpy.typing import NDArray

from patsieve.finetuning.batching import by_length, tokens_at_once
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.prefix import hidden_states_at
from patsieve.finetuning.tokens import TokenizedTexts


@final
@dataclass(frozen=True)
class Below:
    """What lower layers said of some texts.

    Attributes
    ----------
    depth : int
        The layer whose inputs these are.
    hidden : callable
        Returns them for some of the texts, as `PrefixCache.hidden` does.
    """

    depth: int
    hidden: Callable[[NDArray[np.intp]], torch.Tensor]

    def of(self, which: NDArray[np.intp]) -> "Below":
        """Return the same of some of the texts, which are counted anew."""
        return Below(self.depth, lambda indices: self.hidden(which[indices]))


@final
@dataclass(frozen=True)
class FrozenPrefix:
    """The lower part of a model, which does not train, and how it is computed.

    Attributes
    ----------
    model : EncoderWithHead
        In eval mode below `depth` whenever `outputs` is called.
    depth : int
        The lowest layer that is not frozen; the number of layers if all are.
    device : torch.device
    autocast : callable
        Returns a context manager that sets the run's precision.
    """

    model: EncoderWithHead
    depth: int
    device: torch.device
    autocast: Callable[[], AbstractContextManager[Any]]

    @property
    def pooled(self) -> bool:
        """Whether there is one vector a text, because no layer trains."""
        return self.depth == self.model.n_layers

    def outputs(
        self, texts: TokenizedTexts, below: Below | None = None
    ) -> Iterator[tuple[NDArray[np.intp], torch.Tensor]]:
        """Yield what the prefix says of a few texts at a time, every text once.

        Parameters
        ----------
        below : Below, optional
            To start from.

        Yields
        ------
        indices : array of int
            Which texts.
        rows : float tensor on the CPU, of shape (n_tokens or n_texts, hidden_size)
            Text after text, without padding.
        """
        at_once = tokens_at_once(self.device.type)
        for indices in by_length(texts.lengths, max_tokens=at_once):
            ids, mask = (tensor.to(self.device) for tensor in texts.batch(indices))
            with ExitStack() as stack:
                stack.enter_context(torch.no_grad())
                stack.enter_context(self.autocast())
                stack.enter_context(self.model.computing_what_is_read())
                if below is not None:
                    hidden = below.hidden(indices)[:, : ids.shape[1]].to(self.device)
                    stack.enter_context(self.model.starting_at(below.depth, hidden))
                states = hidden_states_at(self.model.encoder, [self.depth], ids, mask)[self.depth]
                rows = self.model.pool(states, mask, ids) if self.pooled else states[mask.bool()]
            yield indices, rows.cpu()
