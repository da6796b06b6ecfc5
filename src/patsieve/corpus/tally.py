"""How rows are counted and named in notes and errors: a few by number, the rest by count."""

from collections.abc import Iterable
from typing import final

from patsieve.errors import on_one_line

N_NAMED = 5


@final
class RowTally:
    """Counts rows and remembers the first few, so that a note stays one line.

    Examples
    --------
    >>> str(RowTally([3, 5, 9]))
    'rows 3, 5, 9'
    >>> str(RowTally(range(1, 101)))
    'rows 1, 2, 3, 4, 5 and 95 more'
    """

    __slots__ = ("count", "first")

    def __init__(self, rows: Iterable[int] = ()) -> None:
        self.count = 0
        self.first: list[int] = []
        for row in rows:
            self.add(row)

    def add(self, row: int) -> None:
        """Count `row`."""
        self.count += 1
        if len(self.first) < N_NAMED:
            self.first.append(row)

    def __str__(self) -> str:
        word = "row" if self.count == 1 else "rows"
        named = ", ".join(str(row) for row in self.first)
        more = self.count - len(self.first)
        return f"{word} {named}" + (f" and {more:,} more" if more else "")


def counted(count: int, thing: str, things: str | None = None) -> str:
    """Return ``1 record``, ``1,000 records``; `things` is the plural where an s is not enough."""
    plural = f"{thing}s" if things is None else things
    return f"{count:,} {thing if count == 1 else plural}"


def listed(names: Iterable[str], *, at_most: int = 20) -> str:
    """Return names in quotes, separated by commas; a long list is cut."""
    every = list(names)
    more = len(every) - at_most
    return ", ".join(map(quoted, every[:at_most])) + (f" and {more:,} more" if more > 0 else "")


def quoted(cell: str, *, at_most_characters: int = 40) -> str:
    """Return a cell in quotes on one line, cut if it is long."""
    line = on_one_line(" ".join(cell.split()))
    return f"'{line[:at_most_characters]}…'" if len(line) > at_most_characters else f"'{line}'"
