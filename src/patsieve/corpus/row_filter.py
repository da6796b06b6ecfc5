"""Which rows of a table the user wants."""

from collections import Counter
from collections.abc import Mapping
from typing import final

from patsieve.corpus.columns import find_column
from patsieve.corpus.readers import Table
from patsieve.corpus.tally import listed, quoted
from patsieve.errors import MissingColumnError, NoSuchValueError

# So many different values of a column are remembered for a message.
_VALUES_KEPT = 1000


@final
class RowFilter:
    """Which rows the user wants: ``--where COLUMN=VALUE[,VALUE…]``.

    Raises
    ------
    MissingColumnError
        If the table has no such column.
    """

    def __init__(self, table: Table, where: Mapping[str, tuple[str, ...]]) -> None:
        self._wanted: dict[str, tuple[str, ...]] = {}
        for name, values in where.items():
            column = find_column(table.header, name)
            if column is None:
                raise MissingColumnError(
                    f"{table.path} has no column {quoted(name)} to select rows by; "
                    f"it has {listed(table.header)}"
                )
            self._wanted[column] = values
        self._keys = {column: set(map(_folded, values)) for column, values in self._wanted.items()}
        self.forget()

    def forget(self) -> None:
        """Begin again with an empty memory of the values that occur."""
        self._seen: dict[str, Counter[str]] = {column: Counter() for column in self._wanted}

    @property
    def takes_all(self) -> bool:
        """Whether there is nothing to select by."""
        return not self._wanted

    def takes(self, cells: Mapping[str, str]) -> bool:
        """Tell whether the row is wanted, and remember its values."""
        wanted = True
        for column, keys in self._keys.items():
            value, seen = cells[column].strip(), self._seen[column]
            if value in seen or len(seen) < _VALUES_KEPT or _folded(value) in keys:
                seen[value] += 1
            wanted = wanted and _folded(value) in keys
        return wanted

    def require_values(self) -> None:
        """Raise a `NoSuchValueError` if a wanted value did not occur; it lists those that did."""
        for column, values in self._wanted.items():
            occurring = {_folded(value) for value in self._seen[column]}
            for value in values:
                if _folded(value) not in occurring:
                    common = [seen for seen, _ in self._seen[column].most_common()]
                    raise NoSuchValueError(
                        f"no row has {quoted(value)} in column {quoted(column)}; it holds "
                        f"{listed(common) or 'nothing'}"
                    )


def _folded(value: str) -> str:
    return value.strip().casefold()
