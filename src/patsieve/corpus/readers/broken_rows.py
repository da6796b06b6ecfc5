"""Rows that cannot be read, while those before and after them can."""

from typing import final

from patsieve.corpus.tally import N_NAMED
from patsieve.errors import UnreadableFileError

MOST_BROKEN = 1000
"""A file with more broken rows than this is not what it was taken for."""
HOW_TO_GO_ON = "`patsieve corpus import` leaves it out and keeps the rest"
"""What to do about a broken row where all rows are needed."""


@final
class BrokenRows:
    """Counts rows that were left out because they cannot be read, and tells of the first few.

    Parameters
    ----------
    tolerated : bool
        Whether to go on without them; otherwise the first one is an error.
    """

    def __init__(self, *, tolerated: bool = False) -> None:
        self.tolerated = tolerated
        self.count = 0
        self._said: list[str] = []

    def forget(self) -> None:
        """Begin again at none."""
        self.count = 0
        self._said = []

    def add(self, sentence: str, cause: Exception | None = None) -> None:
        """Take down one row.

        Parameters
        ----------
        sentence : str
            Which row of which file, and what is wrong with it.

        Raises
        ------
        UnreadableFileError
            If broken rows are not tolerated, or there are more than `MOST_BROKEN`.
        """
        if not self.tolerated:
            raise UnreadableFileError(f"{sentence}; {HOW_TO_GO_ON}") from cause
        self.count += 1
        if self.count > MOST_BROKEN:
            raise UnreadableFileError(
                f"more than {MOST_BROKEN:,} rows cannot be read; the last: {sentence}"
            ) from cause
        if len(self._said) < N_NAMED:
            self._said.append(sentence)

    @property
    def notes(self) -> list[str]:
        """A sentence on each of the first few rows, and one on how many more there are."""
        notes = [f"left out: {sentence}" for sentence in self._said]
        more = self.count - len(self._said)
        return [*notes, f"left out {more:,} more rows that cannot be read"] if more else notes
