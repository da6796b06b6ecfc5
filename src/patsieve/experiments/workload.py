"""What a run computes of its texts, in the batches of its own sampler."""

import numpy as np
from numpy.typing import NDArray

from patsieve.experiments.schedule_plan import ReadLengths, TextLengths
from patsieve.finetuning.batching import WeightedBucketSampler, by_length, tokens_at_once
from patsieve.finetuning.forecast import Batches, Workload
from patsieve.finetuning.settings import TrainingSettings
from patsieve.finetuning.tokens import padded_length
from patsieve.finetuning.windows import window_rows


def workload(texts: TextLengths, settings: TrainingSettings, *, device: str) -> Workload:
    """Return what must be computed of the texts, in the batches of the run's first epoch."""
    training, validation = texts.training, texts.validation
    labels = texts.labels if texts.labels is not None else np.arange(len(training)) % 2
    sampler = WeightedBucketSampler(
        training.per_text,
        labels,
        batch_size=settings.batch_size,
        sampling=settings.sampling,
        seed=settings.seed,
        bucket_batches=settings.bucket_batches,
    )
    return Workload(
        training=training.windows,
        validation=validation.windows,
        batches=[_batch_shape(training, batch) for batch in sampler.batches(1)],
        passes=[
            *batches_by_length(training.windows, device=device),
            *batches_by_length(validation.windows, device=device),
        ],
        validation_passes=batches_by_length(validation.windows, device=device),
        accumulate=settings.accumulate,
        n_shapes=len(
            {
                _batch_shape(training, batch)
                for epoch in range(1, settings.max_epochs + 1)
                for batch in sampler.batches(epoch)
            }
        ),
    )


def batches_by_length(lengths: NDArray[np.int64], *, device: str) -> Batches:
    """Return the batches of a pass without gradients, as (windows, tokens with padding)."""
    found = by_length(lengths, max_tokens=tokens_at_once(device))
    return [_shape(lengths, batch) for batch in found]


def _batch_shape(texts: ReadLengths, batch: NDArray[np.intp]) -> tuple[int, int]:
    return _shape(texts.windows, window_rows(texts.counts, batch))


def _shape(lengths: NDArray[np.int64], batch: NDArray[np.intp]) -> tuple[int, int]:
    return len(batch), padded_length(lengths, batch)
