"""Parts of a text at random, as long as some others: what reasons have to be better than."""

from itertools import chain
from typing import final

import numpy as np

from patsieve.corpus.read_text import ReadText
from patsieve.corpus.sentences import Stretch
from patsieve.models.terms import places_of_words, words_of
from patsieve.screening.explain.explanation import Kind

Part = tuple[Stretch, ...]
"""What goes or stays together: a sentence, or a word with all its places."""

# As long means: at least two thirds of the words, and no more than half as many again.
_LONGEST_RATIO = 1.5
_TRIES = 20


@final
class RandomParts:
    """Draws whole parts of a text, together about as long as some of its parts.

    Parameters
    ----------
    read : ReadText
    kind : {"sentence", "word"}
    end : int
        Parts that begin behind it are not drawn: no model has read them.
    """

    def __init__(self, read: ReadText, kind: Kind, *, end: int) -> None:
        self._text = read.text
        found: list[Part] = (
            [(sentence,) for sentence in read.sentences()]
            if kind == "sentence"
            else list(places_of_words(read.text).values())
        )
        self._parts = [part for part in found if part[0][0] < end]
        self._lengths = [self.n_words(part) for part in self._parts]

    def n_words(self, part: Part) -> int:
        """Return how many words stand in some stretches of the text."""
        return sum(len(words_of(self._text[start:end])) for start, end in part)

    def like(self, named: Part, random: np.random.Generator, *, n_draws: int) -> list[Part]:
        """Return draws from all parts, the named ones among them, but never just these.

        A draw may need another number of parts than are named; it has at least two thirds of their
        words and at most one and a half times as many.

        Returns
        -------
        list of `n_draws` parts
            In the order of the text; empty if nothing as long is found.
        """
        found: list[Part] = []
        for _ in range(n_draws):
            drawn = self._as_long_as(named, random)
            if drawn is None:
                return []
            found.append(drawn)
        return found

    def _as_long_as(self, named: Part, random: np.random.Generator) -> Part | None:
        wanted = self.n_words(named)
        for _ in range(_TRIES):
            chosen, length = self._draw(wanted, random)
            drawn = tuple(sorted(chain.from_iterable(self._parts[number] for number in chosen)))
            is_as_long = wanted / _LONGEST_RATIO <= length <= wanted * _LONGEST_RATIO
            if is_as_long and drawn != tuple(sorted(named)):
                return drawn
        return None

    def _draw(self, wanted: int, random: np.random.Generator) -> tuple[list[int], int]:
        """Go through the parts in any order, and take each that brings the length nearer."""
        chosen: list[int] = []
        length = 0
        for number in random.permutation(len(self._parts)).tolist():
            longer = length + self._lengths[number]
            if abs(longer - wanted) < abs(length - wanted):
                chosen.append(number)
                length = longer
            if length == wanted:
                break
        return chosen, length
