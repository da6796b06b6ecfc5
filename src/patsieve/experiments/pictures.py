"""Figures as they stand in an HTML page, which needs no other file."""

import base64
import io
from dataclasses import dataclass
from typing import final

import matplotlib as mpl
from matplotlib.figure import Figure

from patsieve.experiments.figure_style import SVG_SETTINGS


@final
@dataclass(frozen=True)
class Picture:
    """A figure as it stands in a page.

    Attributes
    ----------
    source : str
        The SVG itself, as a ``data:`` address.
    alternative : str
        What is to be seen, for who cannot see it.
    """

    source: str
    alternative: str


def as_picture(figure: Figure, alternative: str) -> Picture:
    """Return a figure with its own SVG as source; the same for equal figures."""
    with io.BytesIO() as file, mpl.rc_context(SVG_SETTINGS):
        figure.savefig(file, format="svg", metadata={"Date": None})
        text = base64.b64encode(file.getvalue()).decode()
    return Picture(f"data:image/svg+xml;base64,{text}", alternative)
