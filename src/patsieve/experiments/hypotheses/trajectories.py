"""What the course of a run tells: from the last epoch with a frozen encoder on.

Every function takes a run and returns None where the run has no such stretch: a run without
epochs, one that never unfreezes, or too few epochs after it.
"""

from collections.abc import Sequence

import numpy as np

from patsieve.experiments.onset import loss_gap, onset_of, slope_per_epoch
from patsieve.experiments.study_run import StudyRun
from patsieve.finetuning.events import EpochRecord

# How fast a run fits is asked of its first epochs: later ones have little left to fit.
_FITTING_EPOCHS = 3


def first_unfrozen(run: StudyRun) -> int | None:
    """Return the position in the history of the first epoch that trains more than epoch 1."""
    for position, record in enumerate(run.history):
        if record.trainable_parameters > run.history[0].trainable_parameters:
            return position
    return None


def ranking_change(run: StudyRun) -> float | None:
    """Return the best validation average precision after unfreezing less the best before."""
    start = first_unfrozen(run)
    if start is None:
        return None
    ranked = [record.validation["average_precision"] for record in run.history]
    return max(ranked[start:]) - max(ranked[:start])


def gap_growth(run: StudyRun) -> float | None:
    """Return by how much validation loss minus training loss grows in an epoch."""
    history = _from_last_frozen(run, at_least=3)
    if history is None:
        return None
    return slope_per_epoch(history, [loss_gap(record) for record in history])


def fitting_speed(run: StudyRun) -> float | None:
    """Return by how much the training loss falls in an epoch, over the first three."""
    history = _from_last_frozen(run, at_least=3)
    if history is None:
        return None
    first = history[: _FITTING_EPOCHS + 1]
    return -slope_per_epoch(first, [record.training["loss"] for record in first])


def jolt(run: StudyRun) -> float | None:
    """Return by how much the validation loss rises in the epoch that unfreezes."""
    history = _from_last_frozen(run, at_least=2)
    if history is None:
        return None
    return history[1].validation["loss"] - history[0].validation["loss"]


def unsteadiness(run: StudyRun) -> float | None:
    """Return the standard deviation of the validation loss's steps from epoch to epoch.

    A steady rise or fall is steady: only the differences between the steps count.
    """
    history = _from_last_frozen(run, at_least=3)
    if history is None:
        return None
    return float(np.std(np.diff([record.validation["loss"] for record in history]), ddof=1))


def epochs_to_onset(run: StudyRun) -> float | None:
    """Return how many epochs after the last frozen one the validation loss turns.

    A loss that never turns is counted as turning after the last epoch, the earliest that it
    could.
    """
    history = _from_last_frozen(run, at_least=2)
    if history is None:
        return None
    turned = onset_of(history).epoch
    return (history[-1].epoch + 1 if turned is None else turned) - history[0].epoch


def _from_last_frozen(run: StudyRun, *, at_least: int) -> Sequence[EpochRecord] | None:
    start = first_unfrozen(run)
    if start is None or len(run.history) - start + 1 < at_least:
        return None
    return run.history[start - 1 :]
