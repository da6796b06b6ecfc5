"""The loss over the learning rate, with what a range test suggests."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from patsieve.experiments.figure_style import GREY, INK, PALETTE, dashes, dress, new_figure
from patsieve.experiments.rate_check import RateCheck
from patsieve.experiments.schedule_picture import write_figure


def rate_figure(check: RateCheck) -> Figure:
    """Draw the loss as the rate rises, the suggestion, and where the loss explodes."""
    found = check.found
    figure = new_figure()
    axes = figure.subplots()
    axes.plot(found.rates, found.batch_losses, ".", color=GREY, markersize=3, label="of a batch")
    axes.plot(found.rates, found.losses, color=PALETTE[0], linewidth=2, label="smoothed")
    marks = {
        "suggested": (found.suggestion, PALETTE[2], "-"),
        "in the experiment": (check.learning_rate, INK, dashes(dots=True)),
        "the loss explodes": (found.diverged_at, PALETTE[1], dashes()),
    }
    for label, (rate, color, style) in marks.items():
        if rate is not None:
            axes.axvline(rate, color=color, linestyle=style, label=f"{label}: {rate:.1e}")
    axes.set_xscale("log")
    dress(
        axes,
        x="learning rate",
        y="training loss",
        title=f"{check.experiment}, stage '{check.stage}': the loss as the rate rises",
    )
    # Without the batches that explode, which would flatten all the rest.
    axes.set_ylim(0.0, 1.15 * float(np.max(found.losses, initial=0.1)))
    figure.legend(loc="outside lower left", ncols=2, frameon=False, fontsize=9, labelcolor=INK)
    return figure


def write_rate_picture(path: Path, check: RateCheck) -> None:
    """Write the figure as PNG or SVG, by the file's suffix.

    Raises
    ------
    UsageError
        If it is neither.
    OutputError
        If the file cannot be written.
    """
    write_figure(path, rate_figure(check))
