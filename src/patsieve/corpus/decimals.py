"""Numbers as people and programs write them in cells."""

import math
import re

_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?")


def decimal_in(cell: str) -> float:
    """Return the finite number that a cell holds; not a number if it holds none.

    A comma between digits is a decimal comma, as it stands in German and French sheets; a
    separator of thousands is not expected in scores.

    Examples
    --------
    >>> decimal_in(" 0,83 "), decimal_in("1e-3"), decimal_in("high")
    (0.83, 0.001, nan)
    """
    stripped = cell.strip()
    try:
        value = float(
            stripped.replace(",", ".") if _DECIMAL_COMMA.fullmatch(stripped) else stripped
        )
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
