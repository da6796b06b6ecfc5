"""The differences of a comparison with their intervals, as a picture."""

import textwrap
from dataclasses import dataclass
from typing import final

from matplotlib.figure import Figure

from patsieve.corpus.tally import counted
from patsieve.experiments.comparison.outcome import Comparison
from patsieve.experiments.figure_style import GREY, INK, PALETTE, dress, new_figure
from patsieve.metrics.differences import CONFIDENCE, Difference

_LABEL_CHARACTERS = 34


@final
@dataclass(frozen=True)
class _Row:
    label: str
    difference: Difference
    better: str | None
    is_mean: bool


def forest_figure(comparison: Comparison) -> Figure:
    """Draw a row for each pair and data set: difference of average precision, and interval.

    Full marks are pairs that are told apart, hollow ones those that are not. Means over data
    sets are squares.
    """
    rows = _rows(comparison)
    figure = new_figure(height_inches=1.7 + 0.42 * len(rows))
    axes = figure.subplots()
    axes.axvline(0.0, color=GREY, lw=1)
    for place, row in enumerate(rows):
        color = GREY if row.better is None else PALETTE[0]
        found = row.difference
        axes.plot([found.low, found.high], [place, place], color=color, lw=1.8, zorder=2)
        axes.plot(
            found.value,
            place,
            marker="s" if row.is_mean else "o",
            markersize=7,
            color=color,
            markerfacecolor="white" if row.better is None else color,
            zorder=3,
        )
    labels = [textwrap.fill(row.label, _LABEL_CHARACTERS) for row in rows]
    axes.set_yticks(range(len(rows)), labels)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    n_better = sum(row.better is not None for row in rows)
    pairs = comparison.sets[0].pairs
    alone = len(pairs) == 1
    dress(
        axes,
        x=f"difference of average precision, with {100 * CONFIDENCE:g} % interval\n"
        f"right of 0: {pairs[0].first if alone else 'the first one'} is better",
        y="",
        title=(f"{pairs[0].first} against {pairs[0].second}: " if alone else "")
        + f"{n_better} of {counted(len(rows), 'comparison')} tell which is better",
    )
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.grid(visible=False, axis="y")
    return figure


def _rows(comparison: Comparison) -> list[_Row]:
    means = {(over.first, over.second): over for over in comparison.over_sets}
    pairs = comparison.sets[0].pairs
    rows = []
    for number, pair in enumerate(pairs):
        names = f"{pair.first} − {pair.second}"
        # With one pair, the title names it.
        before = f"{names}, " if len(pairs) > 1 else ""
        for of_set in comparison.sets:
            found = of_set.pairs[number]
            label = f"{before}{of_set.name}" if of_set.name else names
            rows.append(_Row(label, found.headline, found.better, is_mean=False))
        over = means.get((pair.first, pair.second))
        if over is not None:
            rows.append(_Row(f"{before}mean of the sets", over.headline, over.better, is_mean=True))
    return rows
