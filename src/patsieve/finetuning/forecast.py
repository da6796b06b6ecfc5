"""What a stage will cost: operations, seconds and stored bytes, before it is computed. No torch.

Operations are counted on the tokens of the texts; a multiplication with its addition counts as
two. A layer's forward pass takes ``2 · weights · tokens`` for its matrices and ``4 · hidden
size · length²`` a text for attention; the backward pass takes as many again for the gradients
of the inputs, and once more for those of the weights (Kaplan et al. 2020, section 2.1). Seconds
are counted on whole batches, padding included, at the pace at which this machine was seen to
compute a layer (`burst`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.finetuning.pace import EncoderPace

# Bytes that AdamW moves for each trainable number and step: it reads the weight, its gradient
# and two moments and writes all but the gradient, 4 bytes each.
_ADAMW_BYTES = 28
FLOAT_BYTES = 4
"""Of a number in 32 bit."""

Batches = Sequence[tuple[int, int]]


@final
@dataclass(frozen=True)
class EncoderShape:
    """Sizes of an encoder that decide what a pass costs.

    Attributes
    ----------
    n_layers, hidden_size : int
    widest : int
        Columns of the widest intermediate result of a layer.
    matrix_parameters : float
        Weights in the matrices of one layer, on average over the layers.
    n_parameters : int
        Numbers in the whole model, the classifier's included.
    first_token_alone : bool
        Whether the last layer is computed for the first token alone, which costs next to nothing.
    """

    n_layers: int
    hidden_size: int
    widest: int
    matrix_parameters: float
    n_parameters: int
    first_token_alone: bool = False

    @property
    def n_whole(self) -> int:
        """Layers that are computed for every token."""
        return self.n_layers - self.first_token_alone

    def layer_operations(self, n_texts: int, n_tokens: int) -> float:
        """Return the operations of one layer's forward pass over texts of `n_tokens` each."""
        per_token = 2 * self.matrix_parameters + 4 * self.hidden_size * n_tokens
        return n_texts * n_tokens * per_token

    def flowing_bytes(self, n_texts: int, n_tokens: int) -> float:
        """Return what is held while gradients flow through the widest result: both of them."""
        return 2.0 * n_texts * n_tokens * self.widest * FLOAT_BYTES

    def real_operations(self, lengths: NDArray[np.int64]) -> float:
        """Return the operations of one layer's forward pass over texts without padding."""
        tokens, squares = float(lengths.sum()), float((lengths.astype(np.float64) ** 2).sum())
        return 2 * self.matrix_parameters * tokens + 4 * self.hidden_size * squares


@final
@dataclass(frozen=True)
class StageWork:
    """What a stage makes the machine do in each epoch.

    Attributes
    ----------
    depth : int
        Lowest layers that are computed once (`freezing.frozen_depth`).
    trained : float
        Layers that train, each counted by the share of its weights that do. Here and below, a
        last layer that is computed for the first token alone is not counted.
    passed : float
        The rest of the layers at and above the lowest that trains.
    embeddings : bool
        Whether the embeddings train.
    n_trainable : int
        Trainable numbers.
    n_kept : int
        Numbers whose best values are kept: all that trained in this run so far.
    cached : bool
        Whether what the frozen layers say is stored.
    head_only : bool
        Whether no layer trains.
    ahead : bool
        Whether the cache of a later stage, at a lower depth, is stored on the way.
    n_copies : int
        Of how many epochs the weights that have trained are kept.
    """

    depth: int
    trained: float
    passed: float
    embeddings: bool
    n_trainable: int
    n_kept: int
    cached: bool
    head_only: bool
    ahead: bool = False
    n_copies: int = 1

    @property
    def pooled(self) -> bool:
        """Whether an epoch reads one stored vector a text."""
        return self.cached and self.head_only


@final
@dataclass(frozen=True)
class Workload:
    """The texts of a run as what must be computed.

    Attributes
    ----------
    training, validation : array of int
        Tokens of each text, or of each window where texts are read in windows: to the encoder
        they are texts. So it is below.
    batches : sequence of (n_texts, n_tokens)
        The batches of a typical epoch, `n_tokens` with padding.
    passes, validation_passes : sequence of (n_texts, n_tokens)
        Batches without gradients, over all texts and over those that validate.
    accumulate : int
        Batches a step.
    n_shapes : int
        Batches of different shapes in all epochs.
    """

    training: NDArray[np.int64]
    validation: NDArray[np.int64]
    batches: Batches
    passes: Batches
    validation_passes: Batches
    accumulate: int = 1
    n_shapes: int = 0

    @property
    def n_steps(self) -> int:
        """Optimizer steps in an epoch."""
        return -(-len(self.batches) // self.accumulate)


@final
@dataclass(frozen=True)
class Cost:
    """What something takes.

    Attributes
    ----------
    operations : float
        Floating-point operations on real tokens.
    optimizer_bytes : float
        Memory traffic of AdamW.
    seconds : float
        An estimate.
    """

    operations: float = 0.0
    optimizer_bytes: float = 0.0
    seconds: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.operations + other.operations,
            self.optimizer_bytes + other.optimizer_bytes,
            self.seconds + other.seconds,
        )


def fill_cost(work: StageWork, shape: EncoderShape, load: Workload, pace: EncoderPace) -> Cost:
    """Return what it takes to store what the frozen layers say of every text."""
    if not work.cached:
        return Cost()
    return scoring_cost(work.depth, shape, (load.training, load.validation), load.passes, pace)


def scoring_cost(
    n_layers: int,
    shape: EncoderShape,
    lengths: Sequence[NDArray[np.int64]],
    passes: Batches,
    pace: EncoderPace,
) -> Cost:
    """Return what a pass through some layers without gradients takes."""
    n_layers = min(n_layers, shape.n_whole)
    seconds = 0.0
    for n_texts, n_tokens in passes:
        size = shape.layer_operations(n_texts, n_tokens)
        seconds += n_layers * pace.inference.seconds(size) + pace.through_inference.seconds(size)
    real = sum(shape.real_operations(part) for part in lengths)
    return Cost(operations=n_layers * real, seconds=seconds)


def epoch_cost(work: StageWork, shape: EncoderShape, load: Workload, pace: EncoderPace) -> Cost:
    """Return what one epoch takes: learning, and validation after it."""
    below = 0 if work.cached else min(work.depth, shape.n_whole)
    real = shape.real_operations(load.training)
    operations = real * (below + 2 * work.passed + 3 * work.trained)
    seconds = len(load.batches) * pace.step
    for n_texts, n_tokens in () if work.pooled else load.batches:
        size = shape.layer_operations(n_texts, n_tokens)
        seconds += (
            work.trained * pace.trained.seconds(size)
            + work.passed * pace.passed.seconds(size)
            + below * pace.inference.seconds(size)
            + pace.through.seconds(size)
            + (pace.embeddings.seconds(size) if work.embeddings else 0.0)
        )
    seconds += load.n_steps * work.n_trainable * pace.optimizer
    traffic = float(load.n_steps) * work.n_trainable * _ADAMW_BYTES
    learning = Cost(operations, traffic, max(seconds, 0.0))
    if work.pooled:
        return learning
    above = shape.n_whole - (min(work.depth, shape.n_whole) if work.cached else 0)
    checked = scoring_cost(above, shape, (load.validation,), load.validation_passes, pace)
    return learning + checked


def cache_size(work: StageWork, shape: EncoderShape, load: Workload, pace: EncoderPace) -> int:
    """Return the bytes that are stored of the frozen layers, for a later stage too."""
    if not work.cached:
        return 0
    parts = (load.training, load.validation)
    n_tokens = sum(int(part.sum()) for part in parts)
    rows = sum(len(part) for part in parts) if work.pooled else n_tokens
    rows += n_tokens if work.ahead else 0
    return rows * shape.hidden_size * pace.stored_bytes
