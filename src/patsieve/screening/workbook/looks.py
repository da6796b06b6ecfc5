"""How a workbook looks: colours, widths of columns, formats of cells.

What a colour says is said by weight or slant too, for who prints in black or sees colours alike.
"""

from collections.abc import Mapping
from typing import Any, final

from patsieve.screening.shown_text import Manner
from patsieve.screening.sinks import Column

# In characters, by what a column holds.
_WIDTHS: Mapping[str, float] = {
    "rank": 7, "probability": 12, "decision": 11, "publication_number": 20, "title": 38,
    "abstract": 90, "claims": 60, "description": 60, "text": 80, "reasons_for": 44,
    "reasons_against": 44, "members": 28, "nearest": 50, "link": 11, "history": 12,
    "history_note": 30, "own_decision": 12, "reason": 50, "verdict": 18, "doubt": 12,
    "family_id": 14, "cpc_symbols": 26, "row": 7, "label": 11, "priority_date": 14,
    "publication_date": 17, "family_members": 28, "family_size": 11, "label_from": 36,
}  # fmt: skip
_NARROWEST, _WIDEST = 10, 30

_FOR, _AGAINST = "#1E6B34", "#A33B20"
_QUIET = "#7A7A7A"
_DECISIONS = {
    "relevant": {"bg_color": "#E3F1E1", "font_color": _FOR},
    "irrelevant": {"font_color": _QUIET},
    "no text": {"bg_color": "#FBF3D5", "font_color": "#7A5B00"},
}
_MANNERS: Mapping[Manner, Mapping[str, Any]] = {
    "word for": {"bold": True, "font_color": _FOR},
    "word against": {"bold": True, "italic": True, "font_color": _AGAINST},
    "sentence for": {"font_color": _FOR},
    "sentence against": {"italic": True, "font_color": _AGAINST},
}
_TOP = {"valign": "top", "text_wrap": True}


def width_of(column: Column, longest: int) -> float:
    """Return the width of a column in characters.

    Parameters
    ----------
    longest : int
        Characters of its longest cell; it counts where the column is none that patsieve knows.
    """
    by_cells = min(max(longest, len(column.name)) + 3, _WIDEST)
    return _WIDTHS.get(column.holds, max(by_cells, _NARROWEST))


@final
class Looks:
    """The formats of one workbook.

    Attributes
    ----------
    header, number_header, text, whole, real, link, cut
        Of cells: names of columns, what they hold, and a text that was cut.
    title, lead, heading, label, figure, strong, paragraph, small, command, number
        Of the cells of a document.
    plain, marks
        Of stretches of text, marked ones by their manner.
    marked_whole : mapping of manner to format
        Of a cell that is one marked stretch.
    decisions : mapping of decision to format
    """

    def __init__(self, workbook: Any) -> None:
        def made(**properties: Any) -> Any:
            return workbook.add_format(properties)

        header = {**_TOP, "bold": True, "bottom": 1, "bg_color": "#EDF1F5"}
        self.header = made(**header, align="left", indent=1)
        self.number_header = made(**header, align="right")
        # Texts keep clear of what stands on their left.
        self.text = made(**_TOP, align="left", indent=1)
        self.whole = made(valign="top")
        # The number itself stays in the cell; three decimals are what one can compare by eye.
        self.real = made(valign="top", num_format="0.000")
        self.link = made(valign="top", align="left", indent=1, font_color="#0B5394", underline=1)
        self.cut = made(**_TOP, align="left", indent=1, bg_color="#FBF3D5")
        self.title = made(**_TOP, bold=True, font_size=16)
        self.lead = made(**_TOP, font_size=11, font_color="#444444")
        self.heading = made(valign="bottom", bold=True, font_size=13, bottom=1)
        self.label = made(**_TOP, font_color="#444444")
        self.figure = made(**_TOP, bold=True, font_size=13)
        self.strong = made(**_TOP, bold=True)
        self.paragraph = made(**_TOP)
        self.small = made(**_TOP, align="left", indent=1, font_color=_QUIET, font_size=10)
        self.command = made(**_TOP, font_name="Consolas", font_size=10, bg_color="#F3F3F3")
        self.number = made(valign="top", align="right")
        self.plain = made()
        self.marks = {manner: made(**looks) for manner, looks in _MANNERS.items()}
        self.marked_whole = {
            manner: made(**_TOP, align="left", indent=1, **looks)
            for manner, looks in _MANNERS.items()
        }
        self.decisions = {name: made(**looks) for name, looks in _DECISIONS.items()}

    def of(self, column: Column) -> Any:
        """Return the format of a column's cells."""
        if column.holds == "link":
            return self.link
        return {"text": self.text, "whole": self.whole, "real": self.real}[column.kind]
