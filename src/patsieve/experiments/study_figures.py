"""Learning curves of a study: one small picture for each experiment, all on one scale."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from patsieve.experiments.figure_style import GREY, INK, PALETTE, dashes, dress
from patsieve.experiments.onset import onset_of
from patsieve.experiments.study_run import StudyRun
from patsieve.finetuning.events import EpochRecord

TRAINING, VALIDATION = PALETTE[1], PALETTE[0]

# Nats. Twice what a coin costs; higher losses would press all others flat.
_HIGHEST_LOSS = 1.4
_NAMES = {"loss": "loss", "mcc": "MCC", "accuracy": "accuracy"}
_SIZE_INCHES = (4.6, 2.15)


@final
@dataclass(frozen=True)
class CurveScale:
    """The scale that all curves of a study share, so that they can be compared by eye.

    Attributes
    ----------
    last_epoch : int
    highest_loss : float
        Of the axis, in nats; higher values lie outside.
    is_cut : bool
        Whether some do.
    metric : str
        What is drawn beside the loss: ``mcc`` where it is known, else ``accuracy``.
    lowest_metric : float
        Of the axis, which ends at 1.
    """

    last_epoch: int
    highest_loss: float
    is_cut: bool
    metric: str
    lowest_metric: float

    @classmethod
    def of(cls, runs: Iterable[StudyRun]) -> "CurveScale":
        """Return the scale that fits all epochs of these runs."""
        history = [record for run in runs for record in run.history]
        has_mcc = any("mcc" in values for values in _both(history))
        metric = "mcc" if has_mcc or not history else "accuracy"
        losses = _finite(values.get("loss") for values in _both(history))
        highest = max(losses, default=1.0)
        return cls(
            last_epoch=max((record.epoch for record in history), default=1),
            highest_loss=1.05 * min(highest, _HIGHEST_LOSS),
            is_cut=highest > _HIGHEST_LOSS,
            metric=metric,
            lowest_metric=min(0.0, *_finite(values.get(metric) for values in _both(history)), 0.0),
        )


def study_curves(runs: Sequence[StudyRun], scale: CurveScale) -> Figure:
    """Draw loss and metric of one experiment against epochs, all its seeds in one picture.

    Thin lines are seeds; the thick one is their mean, as far as every seed went. Dotted lines
    mark where a stage begins, ticks at the top where one begins again, diamonds on the
    validation loss the overfitting onset.

    Parameters
    ----------
    runs : sequence of StudyRun
        Of one experiment, each with at least one epoch.
    scale : CurveScale
    """
    figure = Figure(figsize=_SIZE_INCHES, facecolor="white")
    left, right = figure.subplots(1, 2)
    figure.subplots_adjust(left=0.09, right=0.99, bottom=0.2, top=0.86, wspace=0.24)
    for axes, key in ((left, "loss"), (right, scale.metric)):
        _draw_part(axes, runs, "training", key)
        _draw_part(axes, runs, "validation", key)
        _mark_stages(axes, runs)
        dress(axes, x="epoch", y="")
        axes.set_title(_NAMES[key], loc="left", color=INK, fontsize=10)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
        axes.set_xlim(0.5, scale.last_epoch + 0.5)
    left.set_ylim(0, scale.highest_loss)
    right.set_ylim(scale.lowest_metric - 0.03, 1.03)
    _mark_onsets(left, runs)
    return figure


def _draw_part(axes: Axes, runs: Sequence[StudyRun], part: str, key: str) -> None:
    color = TRAINING if part == "training" else VALIDATION
    style = dashes() if part == "training" else "-"
    lines = [[getattr(record, part).get(key, math.nan) for record in run.history] for run in runs]
    for run, line in zip(runs, lines, strict=True):
        epochs = [record.epoch for record in run.history]
        axes.plot(epochs, line, color=color, lw=0.7, ls=style, alpha=0.55)
    shortest = min(len(line) for line in lines)
    mean = np.mean([line[:shortest] for line in lines], axis=0)
    epochs = [record.epoch for record in runs[0].history[:shortest]]
    # One epoch alone is a point, which a line does not show.
    axes.plot(epochs, mean, color=color, lw=2, ls=style, marker="." if shortest == 1 else "")


def _mark_stages(axes: Axes, runs: Sequence[StudyRun]) -> None:
    begins, again = set(), set()
    for run in runs:
        for before, record in pairwise(run.history):
            if record.stage_index != before.stage_index:
                begins.add(record.epoch)
            elif record.stage_round != before.stage_round:
                again.add(record.epoch)
    for epoch in begins:
        axes.axvline(epoch - 0.5, color=GREY, lw=1, ls=dashes(dots=True))
    axes.plot(
        [epoch - 0.5 for epoch in sorted(again - begins)],
        [1] * len(again - begins),
        transform=axes.get_xaxis_transform(),
        color=GREY,
        marker="|",
        ms=6,
        ls="",
        clip_on=False,
    )


def _mark_onsets(axes: Axes, runs: Sequence[StudyRun]) -> None:
    for run in runs:
        onset = onset_of(run.history).epoch
        losses = {record.epoch: record.validation["loss"] for record in run.history}
        if onset is not None:
            axes.plot(onset, losses[onset], "D", ms=5.5, mfc="white", mec=INK, mew=1.1, zorder=5)


def _both(history: Iterable[EpochRecord]) -> Iterator[Any]:
    for record in history:
        yield record.training
        yield record.validation


def _finite(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]
