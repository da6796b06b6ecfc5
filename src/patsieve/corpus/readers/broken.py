"""Which records of a file could not be read and were left out, by position and reason."""

from typing import final

from patsieve.corpus.tally import N_NAMED, counted


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


@final
class BrokenRecords:
    """Counts the records that were left out and remembers the first few with their reasons.

    Parameters
    ----------
    thing : str
        What the file calls a record: a document, a row.
    """

    def __init__(self, thing: str) -> None:
        self._thing = thing
        self.forget()

    def forget(self) -> None:
        """Begin again with none."""
        self.count = 0
        self._first: list[str] = []

    def add(self, number: int, error: BrokenRecordError) -> None:
        """Count the record at position `number`, from 1, and remember what is wrong with it."""
        self.count += 1
        if len(self._first) < N_NAMED:
            place = f" (line {error.line:,})" if error.line else ""
            self._first.append(f"{self._thing} {number:,}{place} {error.reason}")

    @property
    def first(self) -> str:
        """The first of them and its reason; empty without any."""
        return self._first[0] if self._first else ""

    @property
    def notes(self) -> list[str]:
        """A sentence on what was left out; none if nothing was."""
        return [self.note] if self.count else []

    @property
    def note(self) -> str:
        """A sentence on what was left out; empty without any."""
        if not self.count:
            return ""
        more = self.count - len(self._first)
        rest = f"; and {more:,} more" if more else ""
        found = counted(self.count, f"broken {self._thing}")
        return f"left out {found}: {'; '.join(self._first)}{rest}"
