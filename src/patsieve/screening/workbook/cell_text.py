"""How much text the cell of a worksheet holds, and how many lines it takes there."""

import math

MOST_CHARACTERS = 32_767
"""https://support.microsoft.com/office/excel-specifications-and-limits, in UTF-16 units."""

# Letters of the usual font are a little narrower than the digits in which widths are counted.
_CHARACTERS_PER_WIDTH = 1.1


def units(text: str) -> int:
    """Return the length of a text as spreadsheets count it: what is not in the BMP counts twice.

    Examples
    --------
    >>> units("nickel"), units("𝑥")
    (6, 2)
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitting(text: str) -> str:
    """Return a text that a cell holds: itself, or its beginning with a remark that it was cut."""
    # No text of half as many characters is too long.
    if 2 * len(text) <= MOST_CHARACTERS or units(text) <= MOST_CHARACTERS:
        return text
    remark = f" … [cut here, of {len(text):,} characters]"
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (MOST_CHARACTERS - len(remark))]
    return kept.decode("utf-16-le", "ignore") + remark


def lines_of(text: str, width: float) -> int:
    r"""Return about how many lines a text takes in a column of a width; at least one.

    Examples
    --------
    >>> lines_of("nickel", 10), lines_of("a cathode of nickel", 10), lines_of("one\ntwo", 10)
    (1, 2, 2)
    """
    per_line = width * _CHARACTERS_PER_WIDTH
    return sum(max(math.ceil(len(line) / per_line), 1) for line in text.split("\n"))
