"""Figures about training: how loss and metrics moved, epoch by epoch and stage by stage."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from patsieve.experiments.figure_style import GREY, INK, PALETTE, dashes, dress, new_figure, wrapped
from patsieve.finetuning.events import EpochRecord

_PANELS = {
    "loss": "loss",
    "average_precision": "average precision",
    "mcc": "MCC",
    "accuracy": "accuracy",
    "f1_relevant": "F1 of the relevant",
}
_WIDTH_INCHES = 11.0
_TRAINING, _VALIDATION = PALETTE[1], PALETTE[0]


def learning_curves(history: Sequence[EpochRecord], *, best_epoch: int | None = None) -> Figure:
    """Draw loss, metrics and learning rates against epochs, with the stages marked.

    Parameters
    ----------
    history : sequence of EpochRecord
        Oldest first. Training values are of the batches as they were trained on (drawn by the
        sampler, dropout on), so they are no estimate of anything; they show overfitting.
    best_epoch : int, optional
        The epoch whose weights were kept; marked in every panel.

    Raises
    ------
    ValueError
        If the history is empty or does not hold `best_epoch`.
    """
    if not history:
        raise ValueError("there are no epochs to draw")
    if best_epoch is not None and best_epoch not in {record.epoch for record in history}:
        raise ValueError(f"epoch {best_epoch} is not in the history of {len(history)} epochs")
    figure = new_figure(height_inches=6.4, width_inches=_WIDTH_INCHES)
    panels = figure.subplots(2, 3, sharex=True).ravel()
    for axes, (key, name) in zip(panels, _PANELS.items(), strict=False):
        _draw_metric(axes, history, key, name, best_epoch)
    _draw_learning_rates(panels[-1], history)
    for axes in panels:
        _mark_stages(axes, history)
        # One epoch alone is one tick, not a scale of tenths.
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    for axes in panels[:3]:
        axes.set_xlabel("")
    panels[0].legend(loc="best", frameon=False, fontsize=9, labelcolor=INK)
    headline = wrapped(_headline(history, best_epoch), _WIDTH_INCHES)
    figure.suptitle(headline, x=0.01, ha="left", color=INK, fontsize=12.5, fontweight="bold")
    figure.supxlabel(
        wrapped(_stage_key(history), 1.4 * _WIDTH_INCHES), x=0.01, ha="left", color=INK, fontsize=9
    )
    return figure


def stage_starts(history: Sequence[EpochRecord]) -> dict[int, str]:
    """Return the first epoch of each stage with its number, from 1.

    A stage that repeats at every plateau gives its rounds after a point: 3, 3.2, 3.3.
    """
    starts = {}
    before: tuple[int, int] | None = None
    for record in history:
        now = (record.stage_index, record.stage_round)
        if now != before:
            again = f".{record.stage_round}" if record.stage_round > 1 else ""
            starts[record.epoch] = f"{record.stage_index + 1}{again}"
        before = now
    return starts


def _draw_metric(
    axes: Axes,
    history: Sequence[EpochRecord],
    key: str,
    name: str,
    best_epoch: int | None,
) -> None:
    epochs = [record.epoch for record in history]
    training = [record.training.get(key, math.nan) for record in history]
    validation = [record.validation.get(key, math.nan) for record in history]
    axes.plot(epochs, training, color=_TRAINING, lw=1.3, ls=dashes(), marker=".", label="training")
    axes.plot(epochs, validation, color=_VALIDATION, lw=1.8, marker="o", ms=4, label="validation")
    if best_epoch is not None:
        best = validation[epochs.index(best_epoch)]
        axes.plot(
            best_epoch, best, "o", ms=11, mfc="none", mec=INK, mew=1.4, ls="", label="best epoch"
        )
    # Differences below 0.05 are noise; a scale that fills the panel with them would shout.
    low, high = axes.get_ylim()
    slack = max(0.0, 0.05 - (high - low)) / 2
    axes.set_ylim(low - slack, high + slack)
    dress(axes, x="epoch", y=name)


def _draw_learning_rates(axes: Axes, history: Sequence[EpochRecord]) -> None:
    """Draw the range of the learning rates in use: one line where all groups share a rate."""
    epochs = [record.epoch for record in history]
    rates = [[rate for rate in r.learning_rates.values() if rate > 0] for r in history]
    highest = [max(of_epoch, default=math.nan) for of_epoch in rates]
    lowest = [min(of_epoch, default=math.nan) for of_epoch in rates]
    axes.plot(epochs, highest, color=PALETTE[2], lw=1.8, marker="^", ms=4, label="highest")
    axes.plot(
        epochs, lowest, color=PALETTE[2], lw=1.3, ls=dashes(), marker="v", ms=4, label="lowest"
    )
    axes.fill_between(epochs, lowest, highest, color=PALETTE[2], alpha=0.12, lw=0)
    axes.set_yscale("log")
    dress(axes, x="epoch", y="learning rate of layer groups")
    axes.legend(loc="best", frameon=False, fontsize=9, labelcolor=INK)


def _mark_stages(axes: Axes, history: Sequence[EpochRecord]) -> None:
    """Draw a line where a stage begins, and its number above it."""
    first = history[0].epoch
    for epoch, number in stage_starts(history).items():
        if epoch > first:
            axes.axvline(epoch - 0.5, color=GREY, lw=1, ls=dashes(dots=True))
        axes.annotate(
            number,
            (epoch - 0.5, 1),
            (0, 3),
            xycoords=axes.get_xaxis_transform(),
            textcoords="offset points",
            color=GREY,
            fontsize=8.5,
            ha="left" if epoch == first else "center",
        )
    axes.set_xlim(first - 0.5, history[-1].epoch + 0.5)


def _stage_key(history: Sequence[EpochRecord]) -> str:
    """Say which stage a number means."""
    names = {record.stage_index + 1: record.stage for record in history}
    return "stages:  " + "   ".join(f"{number} = {name}" for number, name in names.items())


def _headline(history: Sequence[EpochRecord], best_epoch: int | None) -> str:
    if best_epoch is None:
        return f"{len(history)} epochs in {len(stage_starts(history))} stages"
    [best] = [record for record in history if record.epoch == best_epoch]
    values = [
        f"{_PANELS[key]} {best.validation[key]:.3f}"
        for key in ("loss", "average_precision")
        if key in best.validation
    ]
    return f"Epoch {best_epoch} of {len(history)} was best: validation " + ", ".join(values)
