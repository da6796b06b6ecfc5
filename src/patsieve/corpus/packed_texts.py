"""Short texts of a million records, kept close together: strings of Python take more."""

from array import array
from typing import final


@final
class PackedTexts:
    """Texts, counted from 0; each takes its bytes and eight more."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q")

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self._ends)

    def __getitem__(self, place: int) -> str:
        start = self._ends[place - 1] if place else 0
        return self._bytes[start : self._ends[place]].decode("utf-8", "surrogatepass")

    def add(self, text: str) -> None:
        """Take one more text."""
        self._bytes += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))


@final
class RepeatedTexts:
    """Texts of which few differ, such as names of files; each takes four bytes.

    Attributes
    ----------
    distinct : list of str
        In the order in which they first came.
    codes : array of int
        The place of each text in `distinct`.
    """

    def __init__(self) -> None:
        self.distinct: list[str] = []
        self.codes = array("I")
        self._known: dict[str, int] = {}

    def __getitem__(self, place: int) -> str:
        return self.distinct[self.codes[place]]

    def add(self, text: str) -> None:
        """Take one more text."""
        code = self._known.setdefault(text, len(self.distinct))
        if code == len(self.distinct):
            self.distinct.append(text)
        self.codes.append(code)
