"""How fast a machine computes one encoder, and what that holds, as measured (`burst`). No torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

import numpy as np


@final
@dataclass(frozen=True)
class Pace:
    """How long something takes, from a few measurements at batches of different sizes.

    Attributes
    ----------
    measured : mapping of float to float
        Operations of one layer's forward pass over the batch, to seconds. Between two
        measurements the time per operation is interpolated; outside it stays the same.
    """

    measured: Mapping[float, float]

    def seconds(self, operations: float) -> float:
        """Return the expected time at a batch for which a layer takes so many operations."""
        known = sorted(self.measured)
        each = [self.measured[size] / size for size in known]
        return operations * float(np.interp(operations, known, each))


@final
@dataclass(frozen=True)
class SavedBytes:
    """What one layer keeps of a batch until its backward pass.

    Attributes
    ----------
    fixed, per_token, per_square : float
        Bytes whatever the batch; for each of its tokens; for each pair of tokens of a text.
    """

    fixed: float
    per_token: float
    per_square: float

    def of(self, n_texts: int, n_tokens: int) -> float:
        """Return the bytes kept of texts of `n_tokens` each."""
        return self.fixed + n_texts * n_tokens * (self.per_token + n_tokens * self.per_square)


@final
@dataclass(frozen=True)
class EncoderPace:
    """How fast this machine was seen to train one encoder, and what it kept meanwhile.

    Attributes
    ----------
    trained : Pace
        One layer that trains, forward and backward.
    passed : Pace
        One frozen layer above one that trains: forward, and gradients handed through.
    inference : Pace
        One layer, forward without gradients.
    through, embeddings : Pace
        A step's share outside the layers once the encoder takes part in it; the embeddings'
        own training.
    through_inference : Pace
        What a pass without gradients takes outside the layers.
    step : float
        Seconds of a step that trains the classifier alone, from stored vectors.
    optimizer : float
        Seconds a step and trainable number, gradients' norm included.
    saved, saved_passed : SavedBytes
        Of one layer that trains, and of one that hands gradients through.
    stored_bytes : int
        Of each number in the cache.
    cacheable : bool
        Whether what frozen layers say can be stored.
    process_bytes : int
        What Python and its libraries hold beside the model; 0 if unknown.
    step_program_bytes, pass_program_bytes : float
        What the libraries keep of each shape of a batch that is learnt from, and of one that
        passes without gradients.
    fragments_per_token : float
        Bytes that the allocator holds in vain for each token of the largest batch.
    """

    trained: Pace
    passed: Pace
    inference: Pace
    through: Pace
    embeddings: Pace
    through_inference: Pace
    step: float
    optimizer: float
    saved: SavedBytes
    saved_passed: SavedBytes
    stored_bytes: int = 4
    cacheable: bool = True
    process_bytes: int = 0
    step_program_bytes: float = 0.0
    pass_program_bytes: float = 0.0
    fragments_per_token: float = 0.0
