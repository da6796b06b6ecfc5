"""How many operations each system needs for a run, and how many the machine could do.

Multiplications with their additions count as two, on real tokens, with the arithmetic of the dry
run (`patsieve.finetuning.forecast`). Padding is work too, but nobody asked for it: a system that
pads much has a low share of the machine's rate.
"""

import time
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from patsieve.finetuning.forecast import (
    EncoderShape,
    StageWork,
    Workload,
    epoch_cost,
    fill_cost,
)
from patsieve.finetuning.freezing import frozen_depth, trainable_tensors
from patsieve.finetuning.outline import outline_of
from patsieve.finetuning.pace import EncoderPace, Pace, SavedBytes
from peers.common import POOLING, Run, Texts

# Sides of the square matrices whose product is timed; the fastest counts.
_SIDES = (1024, 2048)
_ROUNDS = 8
# Only operations are asked for, no seconds.
_NO_TIME = Pace({1.0: 0.0})
_NO_BYTES = SavedBytes(0.0, 0.0, 0.0)
_NO_PACE = EncoderPace(
    trained=_NO_TIME,
    passed=_NO_TIME,
    inference=_NO_TIME,
    through=_NO_TIME,
    embeddings=_NO_TIME,
    through_inference=_NO_TIME,
    step=0.0,
    optimizer=0.0,
    saved=_NO_BYTES,
    saved_passed=_NO_BYTES,
)


def operations(run: Run, texts: Texts) -> float:
    """Return the floating-point operations of a run's encoder layers.

    Patsieve computes the frozen layers once a stage, the peers in every epoch.
    """
    outline = outline_of(run.checkpoint, pooling=POOLING)
    sampler = texts.sampler(run)
    lengths = texts.training.texts.lengths
    is_cached = run.system == "patsieve"
    # The peers compute the last layer for tokens that nobody reads.
    shape = replace(outline.shape, first_token_alone=is_cached and outline.shape.first_token_alone)
    counted = {f"encoder.{layer}" for layer in range(shape.n_whole)}
    total, depth = 0.0, 0
    for epoch in range(1, run.epochs + 1):
        stage = run.schedule().stages[epoch > run.head_epochs]
        names = trainable_tensors(stage, outline.groups, stage_round=1)
        layers = [
            group
            for group, tensors in outline.groups.tensors.items()
            if set(tensors) & set(names) and group in counted
        ]
        frozen = frozen_depth(outline.groups, names)
        work = StageWork(
            depth=frozen,
            trained=len(layers),
            passed=max(shape.n_whole - frozen, 0) - len(layers),
            embeddings=False,
            n_trainable=0,
            n_kept=0,
            cached=is_cached,
            head_only=frozen == shape.n_layers,
        )
        if not depth:
            # The second stage starts from what was stored on the way to the first's.
            depth = frozen
            total += _of_fill(work, shape, texts)
        total += epoch_cost(
            work, shape, _workload(lengths[sampler.draws(epoch)], texts), _NO_PACE
        ).operations
    return total


def _of_fill(work: StageWork, shape: EncoderShape, texts: Texts) -> float:
    load = _workload(texts.training.texts.lengths, texts)
    return fill_cost(work, shape, load, _NO_PACE).operations


def _workload(training: NDArray[np.int64], texts: Texts) -> Workload:
    return Workload(
        training=training,
        validation=texts.validation.texts.lengths,
        batches=(),
        passes=(),
        validation_passes=(),
    )


def peak_rate(precision: str, *, device: str, threads: int) -> float:
    """Return the operations a second of the fastest matrix product on this machine now."""
    torch.set_num_threads(threads)
    kind = {"32": torch.float32, "bf16": torch.bfloat16}[precision]
    best = 0.0
    for side in _SIDES:
        left, right = (torch.randn(side, side, device=device).to(kind) for _ in range(2))
        for _ in range(_ROUNDS):
            started = time.perf_counter()
            left @ right
            if device == "cuda":
                torch.cuda.synchronize()
            best = max(best, 2.0 * side**3 / (time.perf_counter() - started))
    return best
