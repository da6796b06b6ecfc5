"""A file that a user means, alone or out of an archive."""

from dataclasses import dataclass
from pathlib import Path
from typing import final


@final
@dataclass(frozen=True)
class Source:
    """One file to read.

    Attributes
    ----------
    name : str
        As the user knows it: the path that was typed, or ``week.zip/part.csv``.
    path : Path or None
        Where it can be read, until the next source is asked for; None if it cannot be.
    problem : str
        Why it cannot be read, in a sentence; else empty.
    """

    name: str
    path: Path | None
    problem: str = ""

    def told(self, sentence: str) -> str:
        """Return a sentence about the file with the name that the user knows."""
        return sentence if self.path is None else sentence.replace(str(self.path), self.name)
