"""Records that cannot be read, while those before and after them can."""

from typing import final

from patsieve.corpus.tally import N_NAMED
from patsieve.errors import UnreadableFileError, on_one_line

MOST_BROKEN = 1000
"""A table with more broken rows than this is not what it was taken for."""
HOW_TO_GO_ON = "`patsieve corpus import` leaves it out and keeps the rest"
"""What to do about a broken row where all rows are needed."""


class BrokenRecordError(Exception):
    """One record of a file cannot be read; the others can. It never reaches the user as it is.

    Parameters
    ----------
    reason : str
        What is wrong, as the end of a sentence that begins with the record.
    line : int
        Where in the file, counted from 1; 0 where that is unknown.
    """

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line

    def told_of(self, record: str) -> str:
        """Return the sentence that begins with what the record is called."""
        place = f" (line {self.line:,})" if self.line else ""
        return f"{record}{place} {self.reason}"


@final
class BrokenRecords:
    """Counts records that were left out because they cannot be read, and tells of the first few.

    Parameters
    ----------
    tolerated : bool
        Whether to go on without them; otherwise the first one is an error.
    most : int or None
        More than so many are an error, tolerated or not; None if there may be any number.
    """

    def __init__(self, *, tolerated: bool = False, most: int | None = MOST_BROKEN) -> None:
        self.tolerated = tolerated
        self._most = most
        self.forget()

    def forget(self) -> None:
        """Begin again at none."""
        self.count = 0
        self._said: list[str] = []

    def add(self, sentence: str, cause: Exception | None = None) -> None:
        """Take down one record.

        Parameters
        ----------
        sentence : str
            Which record it is, and what is wrong with it.

        Raises
        ------
        UnreadableFileError
            If broken records are not tolerated, or there are too many.
        """
        if not self.tolerated:
            raise UnreadableFileError(f"{sentence}; {HOW_TO_GO_ON}") from cause
        self.count += 1
        if self._most is not None and self.count > self._most:
            raise UnreadableFileError(
                f"more than {self._most:,} records cannot be read; the last: {sentence}"
            ) from cause
        if len(self._said) < N_NAMED:
            self._said.append(on_one_line(sentence))

    @property
    def first(self) -> str:
        """The sentence on the first of them; empty without any."""
        return self._said[0] if self._said else ""

    @property
    def why(self) -> str:
        """The sentence on the first of them behind a colon, for the end of another; or empty."""
        return f": {self.first}" if self._said else ""

    @property
    def notes(self) -> list[str]:
        """A sentence on each of the first few, and one on how many more there are."""
        notes = [f"left out: {sentence}" for sentence in self._said]
        more = self.count - len(self._said)
        return [*notes, f"left out {more:,} more records that cannot be read"] if more else notes
