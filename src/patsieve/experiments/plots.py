"""Every figure of a run: of its training, its ranking and its decisions, and their files."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from patsieve.experiments.figure_style import INK, PALETTE, dress, new_figure, save_figures
from patsieve.experiments.learning_curves import learning_curves
from patsieve.experiments.ranking_curves import (
    gain_curve_figure,
    precision_recall_curve_figure,
    roc_curve_figure,
)
from patsieve.experiments.reliability_figure import reliability_figure
from patsieve.metrics.classification import Confusion, confusion_matrix, decide
from patsieve.metrics.intervals import Estimate

__all__ = [
    "confusion_matrix_figure",
    "draw_evaluation",
    "gain_curve_figure",
    "learning_curves",
    "precision_recall_curve_figure",
    "reliability_figure",
    "roc_curve_figure",
    "save_figures",
]

_BLUES = LinearSegmentedColormap.from_list("blues", ["#FFFFFF", PALETTE[0]])


def draw_evaluation(
    folder: Path,
    labels: ArrayLike,
    probabilities: ArrayLike,
    *,
    threshold: float,
    families: NDArray[np.int64] | None = None,
    estimates: Mapping[str, Estimate] | None = None,
) -> list[Path]:
    """Write the figures of one model's evaluation as PNG and SVG, and return the files.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant; at least one of each.
    probabilities : array-like of shape (n_records,)
        Of being relevant, between 0 and 1.
    threshold : float
        Records are decided relevant from this probability on.
    families : array of int of shape (n_records,), optional
        Records of equal codes stand or fall together; it decides how sure the curves are.
    estimates : mapping of str to Estimate, optional
        `Evaluation.metrics`, to say in the titles how sure the values are.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    known = estimates if estimates is not None else {}
    scores = {"": probabilities}
    return save_figures(
        folder,
        {
            "precision_recall": precision_recall_curve_figure(
                labels, scores, threshold=threshold, estimate=known.get("average_precision")
            ),
            "roc": roc_curve_figure(
                labels, scores, threshold=threshold, estimate=known.get("roc_auc")
            ),
            "gain": gain_curve_figure(labels, scores, families=families),
            "reliability": reliability_figure(labels, probabilities, families=families),
            "confusion_matrix": confusion_matrix_figure(
                confusion_matrix(labels, decide(probabilities, threshold)), threshold=threshold
            ),
        },
    )


def confusion_matrix_figure(confusion: Confusion, *, threshold: float | None = None) -> Figure:
    """Draw the four counts, each with its share of its row; the color follows the share.

    Parameters
    ----------
    confusion : Confusion
        Of at least one relevant and one irrelevant record.
    threshold : float, optional
        Said in the figure.
    """
    counts = np.array(confusion.rows)
    shares = counts / counts.sum(axis=1, keepdims=True)
    figure = new_figure(height_inches=4.4, width_inches=5.2)
    axes = figure.subplots()
    axes.imshow(shares, cmap=_BLUES, vmin=0, vmax=1, aspect="auto")
    whose = ("irrelevant", "relevant")
    for row in range(2):
        for column in range(2):
            color = "white" if shares[row, column] > 0.55 else INK
            axes.text(
                column,
                row - 0.06,
                f"{counts[row, column]:,}",
                color=color,
                fontsize=20,
                ha="center",
                va="center",
            )
            axes.text(
                column,
                row + 0.17,
                f"{100 * shares[row, column]:.1f} % of the {whose[row]}",
                color=color,
                fontsize=9,
                ha="center",
                va="center",
            )
    at = "" if threshold is None else f" at threshold {threshold:.2g}"
    dress(
        axes,
        x=f"decision{at}",
        y="label",
        title=(
            f"{confusion.tp:,} of {confusion.tp + confusion.fn:,} relevant found, "
            f"{confusion.fp:,} false {'call' if confusion.fp == 1 else 'calls'}"
        ),
    )
    axes.grid(visible=False)
    axes.set_xticks([0, 1], whose)
    axes.set_yticks([0, 1], whose, rotation=90, va="center")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure
