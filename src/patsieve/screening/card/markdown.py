"""A model card as Markdown (CommonMark with tables, as code hosts show it)."""

import re

from patsieve.screening.card.document import (
    Block,
    Bullets,
    Card,
    Commands,
    Facts,
    Figures,
    Grid,
    Paragraph,
)

# What could be read as mark-up or as HTML inside a line, and what at the start of one.
_INSIDE = re.compile(r"([\\`*_\[\]<>&|~$])")
_AT_START = re.compile(r"^(?:([#+=-])|(\d+)([.)])(?=\s|$))")


def to_markdown(card: Card) -> str:
    """Return the card as Markdown."""
    parts = [f"# {escaped(card.title)}", escaped(card.lead)]
    for section in card.sections:
        parts.append(f"## {escaped(section.title)}")
        parts += [_written(block) for block in section.blocks]
    parts += ["---", escaped(card.footer)]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    r"""Return a text on one line in which nothing is mark-up, so that it is shown as it is.

    Examples
    --------
    >>> print(escaped("1. <b>*"))
    1\. \<b\>\*
    """
    line = _INSIDE.sub(r"\\\1", " ".join(text.split()))
    return _AT_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", line)


def _written(block: Block) -> str:
    match block:
        case Paragraph():
            return f"**{escaped(block.text)}**" if block.is_result else escaped(block.text)
        case Bullets():
            return "\n".join(f"- {escaped(item)}" for item in block.items)
        case Facts():
            return "\n".join(f"- {escaped(name)}: {escaped(told)}" for name, told in block.rows)
        case Figures():
            return "\n".join(f"- **{escaped(n)}** {escaped(told)}" for n, told in block.rows)
        case Commands():
            return "\n\n".join(f"{escaped(s)}\n\n```\n{command}\n```" for s, command in block.rows)
        case Grid():
            return _table(block)


def _table(grid: Grid) -> str:
    header, rows = list(grid.header), [list(row) for row in grid.rows]
    marks = ["---"] + ["---" if grid.of_words else "---:"] * (len(header) - 1)
    if grid.notes:
        header.append("what it says")
        marks.append("---")
        rows = [[*row, note] for row, note in zip(rows, grid.notes, strict=True)]
    lines = [_row(list(map(escaped, header))), _row(marks)]
    lines += [_row(list(map(escaped, row))) for row in rows]
    return "\n".join([escaped(grid.caption), "", *lines])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
