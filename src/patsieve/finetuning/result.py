"""What a training run came to."""

from dataclasses import dataclass
from typing import final

from patsieve.finetuning.events import EpochRecord


@final
@dataclass(frozen=True)
class TrainingResult:
    """What a run came to.

    Attributes
    ----------
    history : tuple of EpochRecord
    best_epoch : int
        The epoch whose weights the model now has, or the best of those that it averages.
    averaged_epochs : tuple of int
        The epochs whose weights the model has the mean of; empty if nothing was averaged.
    stop_reason : str
    prior_shift : float
        What training added to the log-odds of label 1; subtract it to get probabilities at
        the prevalence of the training set.
    shared_epochs : int
        How many epochs were taken over from another run that begins alike.
    cache_bytes : int
        The largest activation cache that was held, training and validation together.
    """

    history: tuple[EpochRecord, ...]
    best_epoch: int
    averaged_epochs: tuple[int, ...]
    stop_reason: str
    prior_shift: float
    shared_epochs: int
    cache_bytes: int
