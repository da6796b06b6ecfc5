"""What a run computes of its texts, in the batches of its own sampler."""

import numpy as np
from numpy.typing import NDArray

from patsieve.experiments.schedule_plan import TextLengths
from patsieve.finetuning.batching import WeightedBucketSampler, by_length, tokens_at_once
from patsieve.finetuning.forecast import Batches, Workload
from patsieve.finetuning.settings import TrainingSettings
from patsieve.finetuning.tokens import padded_length


def workload(texts: TextLengths, settings: TrainingSettings, *, device: str) -> Workload:
    """Return what must be computed of the texts, in the batches of the run's first epoch."""
    labels = texts.labels if texts.labels is not None else np.arange(len(texts.training)) % 2
    sampler = WeightedBucketSampler(
        texts.training,
        labels,
        batch_size=settings.batch_size,
        sampling=settings.sampling,
        seed=settings.seed,
        bucket_batches=settings.bucket_batches,
    )
    return Workload(
        training=texts.training,
        validation=texts.validation,
        batches=[_shape(texts.training, batch) for batch in sampler.batches(1)],
        passes=[
            *batches_by_length(texts.training, device=device),
            *batches_by_length(texts.validation, device=device),
        ],
        validation_passes=batches_by_length(texts.validation, device=device),
        accumulate=settings.accumulate,
        n_shapes=len(
            {
                _shape(texts.training, batch)
                for epoch in range(1, settings.max_epochs + 1)
                for batch in sampler.batches(epoch)
            }
        ),
    )


def batches_by_length(lengths: NDArray[np.int64], *, device: str) -> Batches:
    """Return the batches of a pass without gradients, as (texts, tokens with padding)."""
    found = by_length(lengths, max_tokens=tokens_at_once(device))
    return [_shape(lengths, batch) for batch in found]


def _shape(lengths: NDArray[np.int64], batch: NDArray[np.intp]) -> tuple[int, int]:
    return len(batch), padded_length(lengths, batch)
