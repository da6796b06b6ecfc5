"""What a stage will hold in memory at its peak, before anything is computed. No torch."""

from dataclasses import dataclass
from typing import final

from patsieve.finetuning.forecast import (
    FLOAT_BYTES,
    EncoderShape,
    StageWork,
    Workload,
    cache_size,
)
from patsieve.finetuning.pace import EncoderPace

# oneDNN forgets programs beyond 1,024, of which a step in bfloat16 makes about 16 a shape.
_MOST_SHAPES = 64


@final
@dataclass(frozen=True)
class Memory:
    """What a stage holds at its peak, in bytes.

    Attributes
    ----------
    weights, gradients, moments : float
        Of the model, of what trains, and of AdamW.
    best : float
        The best weights so far, and those that will be averaged.
    activations : float
        What the trained part keeps of the largest batch and what the allocator holds in vain
        meanwhile, or what a pass without gradients holds, whichever is more.
    cache : float
        What is stored of the frozen layers, in memory or on the disk.
    programs : float
        What the libraries keep of every shape of a batch: programs made for it.
    process : float
        Python and its libraries.
    """

    weights: float
    gradients: float
    moments: float
    best: float
    activations: float
    cache: float
    programs: float
    process: float

    @property
    def total(self) -> float:
        """Everything together."""
        parts: dict[str, float] = vars(self)
        return sum(parts.values())


def peak_memory(work: StageWork, shape: EncoderShape, load: Workload, pace: EncoderPace) -> Memory:
    """Return what a stage holds at its peak."""
    learning = 0.0
    for n_texts, n_tokens in () if work.pooled else load.batches:
        saved = work.trained * pace.saved.of(n_texts, n_tokens)
        saved += work.passed * pace.saved_passed.of(n_texts, n_tokens)
        learning = max(learning, saved + shape.flowing_bytes(n_texts, n_tokens))
    if learning:
        largest = max(n_texts * n_tokens for n_texts, n_tokens in load.batches)
        learning += pace.fragments_per_token * largest
    checking = max((n_texts * n_tokens for n_texts, n_tokens in load.passes), default=0)
    # A pass holds the widest result twice (before and after its nonlinearity), beside its input.
    checking *= (2 * shape.widest + 2 * shape.hidden_size) * FLOAT_BYTES
    return Memory(
        weights=FLOAT_BYTES * shape.n_parameters,
        gradients=FLOAT_BYTES * work.n_trainable,
        moments=2 * FLOAT_BYTES * work.n_trainable,
        best=FLOAT_BYTES * work.n_kept * work.n_copies,
        activations=max(learning, checking),
        cache=cache_size(work, shape, load, pace),
        programs=_programs(work, load, pace),
        process=pace.process_bytes,
    )


def _programs(work: StageWork, load: Workload, pace: EncoderPace) -> float:
    """Return what is kept of the shapes of all batches so far."""
    n_shapes = 0 if work.pooled else min(load.n_shapes, _MOST_SHAPES)
    n_passes = min(len(set(load.passes)), _MOST_SHAPES)
    return n_shapes * pace.step_program_bytes + n_passes * pace.pass_program_bytes
