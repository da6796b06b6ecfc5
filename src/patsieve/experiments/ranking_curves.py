"""Figures about a ranking: what is found, how early, and how much else with it.

A title says what is to be seen in its figure. Ties are drawn as the metrics count them.
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter, StrMethodFormatter
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import precision_recall_curve, roc_curve

from patsieve.experiments.figure_style import GREY, INK, PALETTE, dashes, dress, new_figure
from patsieve.metrics.classification import confusion_matrix, decide
from patsieve.metrics.gain import GainCurve, gain_curve
from patsieve.metrics.inputs import Floats, Labels, checked_labels
from patsieve.metrics.intervals import Estimate
from patsieve.metrics.ranking import average_precision, reads_for_recall, recall_at_k, roc_auc
from patsieve.metrics.reading import ReadingOrder

Scores = Mapping[str, ArrayLike]

# Shares of a list at which a band is measured: close together where curves bend.
_BAND_AT = (*np.linspace(0, 0.3, 46).tolist(), *np.linspace(0.32, 1, 35).tolist())
# Keeps words legible where a line runs behind them.
_BACKING = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5}


def precision_recall_curve_figure(
    labels: ArrayLike,
    scores: Scores,
    *,
    threshold: float | None = None,
    estimate: Estimate | None = None,
) -> Figure:
    """Draw precision against recall, a curve a model; the area under it is average precision.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant; at least one of each.
    scores : mapping of str to array-like of shape (n_records,)
        By the name of the model.
    threshold : float, optional
        Mark on each curve what deciding from this score on amounts to.
    estimate : Estimate, optional
        The average precision with its interval, for the title of a single curve.

    Raises
    ------
    ValueError
        If there are no scores, or labels and scores do not fit together.
    """
    truth, colors = _checked(labels, scores)
    figure = new_figure()
    axes = figure.subplots()
    for (name, values), color in zip(scores.items(), colors, strict=True):
        precision, recall, _ = precision_recall_curve(truth, values)
        # In the order of reading each precision holds for the recall it has just added.
        axes.step(recall[::-1], precision[::-1], where="pre", color=color, lw=1.8, label=name)
        if threshold is not None:
            confusion = confusion_matrix(truth, decide(values, threshold))
            if confusion.tp + confusion.fp > 0:
                at = (
                    confusion.tp / (confusion.tp + confusion.fn),
                    confusion.tp / (confusion.tp + confusion.fp),
                )
                _mark(axes, at, threshold, color, above=True)
    prevalence = float(truth.mean())
    axes.axhline(prevalence, color=GREY, lw=1, linestyle=dashes())
    _guide(axes, "random order", (0.01, prevalence + 0.012))
    _shares(axes)
    best = {name: average_precision(truth, values) for name, values in scores.items()}
    dress(
        axes,
        x="recall: share of the relevant records that is found",
        y="precision: share of relevant among those called so",
        title=_headline("Average precision", best, estimate),
    )
    _legend(axes, scores, "lower left")
    return figure


def roc_curve_figure(
    labels: ArrayLike,
    scores: Scores,
    *,
    threshold: float | None = None,
    estimate: Estimate | None = None,
) -> Figure:
    """Draw the share of the relevant found against the share of the irrelevant called.

    Parameters
    ----------
    labels, scores, threshold
        As for `precision_recall_curve_figure`.
    estimate : Estimate, optional
        The area under the curve with its interval, for the title of a single curve.

    Raises
    ------
    ValueError
        If there are no scores, or labels and scores do not fit together.
    """
    truth, colors = _checked(labels, scores)
    figure = new_figure()
    axes = figure.subplots()
    for (name, values), color in zip(scores.items(), colors, strict=True):
        called, found, _ = roc_curve(truth, values)
        axes.plot(called, found, color=color, lw=1.8, label=name)
        if threshold is not None:
            confusion = confusion_matrix(truth, decide(values, threshold))
            at = (
                confusion.fp / (confusion.fp + confusion.tn),
                confusion.tp / (confusion.tp + confusion.fn),
            )
            _mark(axes, at, threshold, color, above=False)
    axes.plot([0, 1], [0, 1], color=GREY, lw=1, linestyle=dashes())
    _guide(axes, "random order", (0.62, 0.585))
    _shares(axes)
    areas = {name: roc_auc(truth, values) for name, values in scores.items()}
    dress(
        axes,
        x="share of the irrelevant records that is falsely called relevant",
        y="share of the relevant records that is found",
        title=_headline("ROC AUC", areas, estimate),
    )
    _legend(axes, scores, "lower right")
    return figure


def gain_curve_figure(
    labels: ArrayLike,
    scores: Scores,
    *,
    recall: float = 0.95,
    families: NDArray[np.int64] | None = None,
) -> Figure:
    """Draw how much is found against how many records are read, from the highest score down.

    Parameters
    ----------
    labels, scores
        As for `precision_recall_curve_figure`. In a tie the irrelevant are read first.
    recall : float
        Mark where this share of the relevant has been found.
    families : array of int of shape (n_records,), optional
        Draw a band around each curve, in which it lies with 95 % confidence at any one depth;
        records of equal codes are drawn together.

    Raises
    ------
    ValueError
        If there are no scores, or labels and scores do not fit together.
    """
    truth, colors = _checked(labels, scores)
    n_records, n_relevant = len(truth), int(truth.sum())
    reads = {n: reads_for_recall(truth, values, recall=recall) for n, values in scores.items()}
    figure = new_figure()
    axes = figure.subplots()
    axes.plot([0, n_records], [0, 1], color=GREY, lw=1, linestyle=dashes())
    axes.plot([0, n_relevant, n_records], [0, 1, 1], color=GREY, lw=1, linestyle=dashes(dots=True))
    _guide(axes, "random order", (0.62 * n_records, 0.585))
    _guide(axes, "perfect order", (n_relevant, 1.015))
    for (name, values), color in zip(scores.items(), colors, strict=True):
        if families is not None:
            _band(axes, gain_curve(truth, values, _BAND_AT, families=families), color)
        read, found = _gain(truth, values)
        axes.plot(read, found, color=color, lw=1.8, label=name)
        reached = recall_at_k(truth, values, reads[name])
        axes.vlines(reads[name], 0, reached, color=color, lw=1, linestyle=dashes(dots=True))
        axes.plot(
            reads[name], reached, "o", color=color, markeredgecolor="white", ms=8, clip_on=False
        )
    _shares(axes)
    axes.set_xlim(0, n_records)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    dress(
        axes,
        x=f"records read, of {n_records:,}",
        y=f"share of the {n_relevant:,} relevant records found",
        title=_gain_headline(reads, n_records, recall),
    )
    _legend(axes, scores, "lower right")
    return figure


def _checked(labels: ArrayLike, scores: Scores) -> tuple[Labels, list[str]]:
    """Return the labels and a color for each model."""
    if not scores:
        raise ValueError("there are no scores to draw")
    if len(scores) > len(PALETTE):
        raise ValueError(f"{len(scores)} models; {len(PALETTE)} curves can be told apart")
    return checked_labels(labels), list(PALETTE[: len(scores)])


def _gain(labels: Labels, scores: ArrayLike) -> tuple[Floats, Floats]:
    """Corners of the gain curve: records read, and share of the relevant found."""
    reading = ReadingOrder(labels, scores).read()
    before, after = reading.read_before[0], reading.read_after[0]
    found_before, found_after = reading.relevant_before[0], reading.relevant_after[0]
    # Through a tie: flat over its irrelevant records, then up over its relevant ones.
    turn = after - (found_after - found_before)
    read = np.column_stack([before, turn, after]).ravel()
    found = np.column_stack([found_before, found_before, found_after]).ravel()
    n_relevant = reading.n_relevant[0]
    return (
        np.concatenate([[0.0], read, [float(len(labels))]]),
        np.concatenate([[0.0], found / n_relevant, [1.0]]),
    )


def _band(axes: Axes, curve: GainCurve, color: str) -> None:
    """Draw where the curve may lie, and say what the band is."""
    low, high = ([getattr(r, end) for r in curve.recall] for end in ("low", "high"))
    axes.fill_between(curve.n_read, low, high, color=color, alpha=0.15, linewidth=0)
    _guide(axes, "band: 95 % interval at each depth", (0.36 * curve.n_records, 0.03))


def _headline(metric: str, values: Mapping[str, float], estimate: Estimate | None) -> str:
    if len(values) > 1:
        return f"{metric}: " + ", ".join(f"{name} {value:.3f}" for name, value in values.items())
    [value] = values.values()
    if estimate is None:
        return f"{metric} {value:.3f}"
    return f"{metric} {value:.3f}, interval {estimate.low:.3f} to {estimate.high:.3f}"


def _gain_headline(reads: Mapping[str, int], n_records: int, recall: float) -> str:
    after = ", ".join(
        f"{n_reads:,} ({name})" if len(reads) > 1 else f"{n_reads:,}"
        for name, n_reads in reads.items()
    )
    return f"{100 * recall:g} % of the relevant are found after reading {after} of {n_records:,}"


def _mark(
    axes: Axes, at: tuple[float, float], threshold: float, color: str, *, above: bool
) -> None:
    """Mark where a threshold stands, with its value on the side that the curve leaves free."""
    axes.plot(*at, "o", color=color, markeredgecolor="white", ms=8, zorder=5)
    is_at_the_right = at[0] > 0.8
    axes.annotate(
        f"threshold {threshold:.2g}",
        at,
        (-9 if is_at_the_right else 9, 5 if above else -13),
        ha="right" if is_at_the_right else "left",
        textcoords="offset points",
        color=color,
        fontsize=8.5,
        bbox=_BACKING,
    )


def _guide(axes: Axes, text: str, at: tuple[float, float]) -> None:
    """Name a line that only guides the eye."""
    axes.text(*at, text, color=GREY, fontsize=8.5, bbox=_BACKING)


def _shares(axes: Axes) -> None:
    """Both axes from 0 to 1 with a little air; y in percent."""
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(0, 1.05)
    axes.yaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    axes.xaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))


def _legend(axes: Axes, scores: Scores, place: Literal["lower left", "lower right"]) -> None:
    """Name the curves where there are several."""
    if len(scores) > 1:
        axes.legend(loc=place, frameon=False, fontsize=9, labelcolor=INK)
