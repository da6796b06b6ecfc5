"""How a run trains, beside its schedule."""

import warnings
from dataclasses import dataclass, field
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.errors import PatsieveWarning
from patsieve.finetuning.batching import Sampling, WeightedBucketSampler
from patsieve.finetuning.losses import ClassificationLoss
from patsieve.finetuning.schedule import EarlyStopping


@final
@dataclass(frozen=True)
class TrainingSettings:
    """Everything about a training run that no stage changes.

    Attributes
    ----------
    batch_size : int
        Records in a batch.
    accumulate : int
        Batches whose gradients are added up before a step: the effective batch is
        ``batch_size * accumulate`` records.
    max_epochs : int
        An epoch draws as many records as the training set has.
    gradient_clip : float, optional
        The gradient's norm is cut down to this; None leaves it.
    loss : ClassificationLoss
    sampling : {"uniform", "balanced"}
    stopping : EarlyStopping
    bucket_batches : int
        As in `WeightedBucketSampler`.
    cache : bool
        Whether frozen layers are computed once instead of every epoch; the result is the
        same to the precision of floating-point sums.
    seed : int
        Of order, draws, dropout and fresh tensors.
    """

    batch_size: int = 16
    accumulate: int = 1
    max_epochs: int = 10
    gradient_clip: float | None = 1.0
    loss: ClassificationLoss = field(default_factory=ClassificationLoss)
    sampling: Sampling = "uniform"
    stopping: EarlyStopping = field(default_factory=EarlyStopping)
    bucket_batches: int = 16
    cache: bool = True
    seed: int = 0

    def sampler(
        self, lengths: NDArray[np.int64], labels: NDArray[np.int64]
    ) -> WeightedBucketSampler:
        """Return what draws the batches from records of these lengths and labels."""
        return WeightedBucketSampler(
            lengths,
            labels,
            batch_size=self.batch_size,
            sampling=self.sampling,
            seed=self.seed,
            bucket_batches=self.bucket_batches,
        )

    def warn_of_double_counting(self) -> None:
        """Warn if the imbalance of the classes is counted twice."""
        weights = self.loss.class_weights
        if self.sampling == "balanced" and weights is not None and weights[0] != weights[1]:
            warnings.warn(
                f"balanced draws and class weights {weights} count the imbalance of the classes "
                "twice; one of them is usually meant",
                PatsieveWarning,
                stacklevel=2,
            )
