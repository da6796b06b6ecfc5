"""The epoch at which the validation loss turns, and how fast it rises from there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from patsieve.finetuning.events import EpochRecord

# Nats. From epoch to epoch the log loss of a few hundred validation records moves by one or
# two hundredths without a cause.
NOISE_MARGIN = 0.02


@final
@dataclass(frozen=True)
class Onset:
    """Where overfitting begins.

    Attributes
    ----------
    epoch : int or None
        Of the lowest validation loss, the earliest among equals; None if the loss never turns.
    rise : float
        Mean validation loss of the epochs after the lowest, less the lowest; 0 if there are
        none. At least 0.
    slope : float or None
        Validation loss per epoch from the onset on, by least squares; None without an onset.
    gap_slope : float or None
        The same of validation loss minus training loss. The two are measured on differently
        drawn records, so only the growth of their gap means anything.
    """

    epoch: int | None
    rise: float
    slope: float | None
    gap_slope: float | None


def onset_of(history: Sequence[EpochRecord], *, noise: float = NOISE_MARGIN) -> Onset:
    """Find the overfitting onset of a run.

    The loss turns at its minimum, if the epochs after it lie above it by more than `noise`
    on average. Epochs whose losses are not finite are left out.

    Parameters
    ----------
    history : sequence of EpochRecord
        Oldest first; may be empty.
    noise : float
        In the unit of the loss, not negative.
    """
    usable = [
        record
        for record in history
        if np.isfinite([record.validation["loss"], record.training["loss"]]).all()
    ]
    if not usable:
        return Onset(None, 0.0, None, None)
    losses = [record.validation["loss"] for record in usable]
    lowest = losses.index(min(losses))
    after = losses[lowest + 1 :]
    rise = float(np.mean(after)) - losses[lowest] if after else 0.0
    if rise <= noise:
        return Onset(None, rise, None, None)
    overfitted = usable[lowest:]
    return Onset(
        epoch=usable[lowest].epoch,
        rise=rise,
        slope=slope_per_epoch(overfitted, losses[lowest:]),
        gap_slope=slope_per_epoch(overfitted, [loss_gap(record) for record in overfitted]),
    )


def loss_gap(record: EpochRecord) -> float:
    """Return validation loss minus training loss of an epoch."""
    return record.validation["loss"] - record.training["loss"]


def slope_per_epoch(history: Sequence[EpochRecord], values: Sequence[float]) -> float:
    """Return the least-squares slope of `values` over the epochs of `history`, at least two."""
    epochs = np.array([record.epoch for record in history], dtype=np.float64)
    centred = epochs - epochs.mean()
    return float(centred @ np.asarray(values) / (centred @ centred))
