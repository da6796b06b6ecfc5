"""The figure of a learning curve over labels: what was measured, and where the curve goes."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from patsieve.experiments.figure_style import GREY, PALETTE, dashes, dress, new_figure
from patsieve.experiments.label_forecast import MEASURES, Forecast


def label_curve_figure(forecast: Forecast) -> Figure:
    """Draw the points with their intervals and seeds, the curve, and the forecast at its end.

    The curve is solid as far as labels go and dashed beyond.
    """
    color = PALETTE[0]
    figure = new_figure()
    axes = figure.subplots()
    points = forecast.points
    sizes = np.array([point.n_training for point in points])
    target = forecast.times * sizes[-1]
    for from_, to, style in ((sizes[0], sizes[-1], "solid"), (sizes[-1], target, dashes())):
        along = np.linspace(from_, to, 100)
        axes.plot(along, [forecast.at(size) for size in along], color=color, lw=1.6, ls=style)
    for size, point in zip(sizes, points, strict=True):
        axes.plot([size] * len(point.by_seed), point.by_seed, ".", color=GREY, ms=4, zorder=3)
    for size, value, face in (
        *((size, point.value, color) for size, point in zip(sizes, points, strict=True)),
        (target, forecast.value, "white"),
    ):
        axes.errorbar(
            size,
            value.value,
            [[value.value - value.low], [value.high - value.value]],
            fmt="o",
            color=color,
            markerfacecolor=face,
            capsize=3,
            lw=1.2,
            ms=6,
        )
    axes.set_xlim(0, 1.05 * target)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    dress(
        axes,
        x="labelled records that a model learns from",
        y=MEASURES[forecast.measure].name,
        title=_title(forecast),
    )
    return figure


def _title(forecast: Forecast) -> str:
    now, then = forecast.points[-1].value.value, forecast.value
    return (
        f"{MEASURES[forecast.measure].name.capitalize()} {now:.3f} now; with {forecast.times:g} "
        f"times the labels {then.value:.3f} ({then.low:.3f} to {then.high:.3f})"
    )
