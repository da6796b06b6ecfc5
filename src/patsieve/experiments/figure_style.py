"""How every figure looks, and how figures become files. What they show is `plots`'s.

Figures are made without pyplot, so that nothing is shared between them and no window opens.
"""

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from patsieve.atomic import file_aside

# Okabe & Ito's colours, told apart by readers of every colour vision; yellow, too pale on
# white, is left out.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
INK, GREY, PALE = "#222222", "#6B6B6B", "#DDDDDD"
WIDTH_INCHES = 6.4

_DOTS_PER_INCH = 150
# Text stays text in an SVG: it can be searched and read aloud, and the file is small. The
# salt gives the same figure the same bytes.
SVG_SETTINGS: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "patsieve"}


def dashes(*, dots: bool = False) -> tuple[float, tuple[float, float]]:
    """Return the pattern of a line that only guides the eye."""
    return (0, (1, 1.5)) if dots else (0, (4, 3))


def new_figure(height_inches: float = 4.6, width_inches: float = WIDTH_INCHES) -> Figure:
    """Return an empty white figure whose parts make room for one another."""
    return Figure(
        figsize=(width_inches, height_inches),
        layout=ConstrainedLayoutEngine(wspace=0.04),
        facecolor="white",
    )


def dress(axes: Axes, *, x: str, y: str, title: str = "") -> None:
    """Give axes their labels, a title flush left, a pale grid, and no needless frame."""
    axes.set_xlabel(x, color=INK)
    axes.set_ylabel(y, color=INK)
    if title:
        axes.set_title(wrapped(title), loc="left", color=INK, fontsize=11.5, fontweight="bold")
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(colors=GREY, labelcolor=INK, labelsize=9)
    axes.grid(color=PALE, linewidth=0.6)
    axes.set_axisbelow(True)


def wrapped(title: str, width_inches: float = WIDTH_INCHES) -> str:
    """Break a title into lines that fit a figure of this width."""
    return textwrap.fill(title, width=int(9 * width_inches))


def save_figures(folder: Path, figures: Mapping[str, Figure]) -> list[Path]:
    """Write each figure as ``NAME.png`` and ``NAME.svg``.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    figures : mapping of str to Figure
        By file name without suffix.

    Returns
    -------
    list of Path
        The files, in the order of `figures`, PNG first.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    written = []
    for name, figure in figures.items():
        for suffix in (".png", ".svg"):
            path = folder / f"{name}{suffix}"
            # A date in the file would make two equal figures differ.
            metadata = {"Date": None} if suffix == ".svg" else None
            with file_aside(path) as aside, mpl.rc_context(SVG_SETTINGS):
                figure.savefig(aside, dpi=_DOTS_PER_INCH, metadata=metadata)
            written.append(path)
    return written
