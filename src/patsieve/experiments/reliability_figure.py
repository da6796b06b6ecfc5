"""The reliability diagram: whether a probability of 30 % can be taken for three in ten."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from patsieve.experiments.figure_style import GREY, INK, PALE, PALETTE, dashes, dress, new_figure
from patsieve.metrics.calibration import CalibrationCheck, check_calibration
from patsieve.metrics.reliability import ReliabilityBin, reliability_bins

_COLOR = PALETTE[0]
_ODD = PALETTE[1]


def reliability_figure(
    labels: ArrayLike, probabilities: ArrayLike, *, families: ArrayLike | None = None
) -> Figure:
    """Draw observed shares over claimed probabilities, with the counts below.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant.
    probabilities : array-like of shape (n_records,)
        Of being relevant, between 0 and 1.
    families : array-like of int of shape (n_records,), optional
        Records of equal codes stand or fall together.

    Notes
    -----
    A point is a bin of equal width; its bar is the exact 95 % interval. Grey is the
    consistency band: where 95 of 100 perfectly calibrated models would put the point. A point
    outside of it is orange.

    Raises
    ------
    ValueError
        If labels and probabilities do not fit together.
    """
    bins = reliability_bins(labels, probabilities, families=families)
    check = check_calibration(labels, probabilities, families=families)
    figure = new_figure(height_inches=5.6)
    top, below = figure.subplots(2, 1, sharex=True, height_ratios=(3.2, 1.0))
    _draw_shares(top, bins)
    dress(top, x="", y="share of relevant records", title=_headline(check))
    _draw_counts(below, bins)
    dress(below, x="probability of being relevant", y="records")
    below.grid(visible=False)
    return figure


def _draw_shares(axes: Axes, bins: list[ReliabilityBin]) -> None:
    axes.plot([0, 1], [0, 1], color=GREY, lw=1, linestyle=dashes())
    for one in bins:
        height = one.expected_high - one.expected_low
        width = one.end - one.start
        axes.bar(
            one.start, height, width, bottom=one.expected_low, align="edge", color=PALE, zorder=1
        )
        color = _COLOR if one.is_consistent else _ODD
        axes.vlines(one.claimed, one.low, one.high, color=color, lw=1.6, zorder=3)
        axes.plot(
            one.claimed,
            one.observed,
            "o",
            color=color,
            markeredgecolor="white",
            ms=8,
            zorder=4,
            clip_on=False,
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.xaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    axes.yaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    axes.text(
        0.015,
        0.93,
        "grey: where true probabilities put 95 of 100 points",
        color=GREY,
        fontsize=8.5,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
    )


def _draw_counts(axes: Axes, bins: list[ReliabilityBin]) -> None:
    """Draw the number of records of each bin, the relevant ones at the foot of its bar."""
    most = max(one.n_records for one in bins)
    for one in bins:
        middle, width = (one.start + one.end) / 2, 0.8 * (one.end - one.start)
        axes.bar(middle, one.n_records, width, color=PALE)
        axes.bar(middle, one.n_relevant, width, color=_COLOR)
        axes.text(
            middle,
            one.n_records + 0.04 * most,
            f"{one.n_relevant:,} of {one.n_records:,}",
            color=INK,
            fontsize=7.5,
            ha="center",
        )
    axes.set_ylim(0, 1.25 * most)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def _headline(check: CalibrationCheck) -> str:
    if check.is_consistent:
        return (
            f"Probabilities are {check.error:.3f} off on average, no more than chance explains "
            f"(up to {check.percentile_95:.3f})"
        )
    return (
        f"Probabilities are {check.error:.3f} off on average, more than chance explains "
        f"(up to {check.percentile_95:.3f})"
    )
