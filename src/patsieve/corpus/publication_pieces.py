"""Records of one publication that have a part of it each, made whole.

PatentsView has a table for titles and another one for abstracts; Google Patents exports titles, and
somebody else has the claims.
"""

from collections.abc import Iterator, Mapping
from typing import IO, NamedTuple, final

from patsieve.corpus.packed_rows import read_rows, write_row

COMPLETED_FROM = "completed_from"
"""The column that says which texts of a row are another record's of the same publication."""


class Lack(NamedTuple):
    """What a record has and the shown one of the same publication has not.

    Attributes
    ----------
    shown : int
        The record that lacks it.
    fields : tuple of str
        Texts: title, abstract, claims, description.
    """

    shown: int
    fields: tuple[str, ...]


class Piece(NamedTuple):
    """Texts of one record that complete another one.

    Attributes
    ----------
    place : str
        Where the record stands, for people.
    texts : mapping of field to str
    """

    place: str
    texts: Mapping[str, str]


@final
class Pieces:
    """Keeps texts in a file from the pass that finds them to the pass that needs them.

    Parameters
    ----------
    lacks : mapping of int to Lack
        By the record that gives.
    file : binary file
        Empty, and open for writing and reading.
    """

    def __init__(self, lacks: Mapping[int, Lack], file: IO[bytes]) -> None:
        self._lacks = lacks
        self._file = file
        self._places: dict[int, list[int]] = {}

    def keep(self, record: int, row: Mapping[str, str], place: str) -> None:
        """Keep what a record gives, if it gives anything.

        Parameters
        ----------
        row : mapping of column to str
        place : str
            Where it stands, for people.
        """
        lack = self._lacks.get(record)
        if lack is None:
            return
        self._places.setdefault(lack.shown, []).append(self._file.tell())
        write_row(self._file, [place, *(part for f in lack.fields for part in (f, row[f]))])

    def of(self, record: int) -> Iterator[Piece]:
        """Yield what completes a record, in the order of the input."""
        for at in self._places.get(record, ()):
            self._file.seek(at)
            place, *parts = next(read_rows(self._file))
            yield Piece(place, dict(zip(parts[::2], parts[1::2], strict=True)))
