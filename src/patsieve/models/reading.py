"""What a classifier can tell of its reading, for who wants to know why it says what it says.

A classifier that offers none of this is asked by its probabilities alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, final, runtime_checkable

import numpy as np
from numpy.typing import NDArray


@final
@dataclass(frozen=True)
class WordShares:
    """How the log-odds of one text are made up of its words; exactly, they are a sum.

    Attributes
    ----------
    constant : float
        The log-odds of a text without any known term.
    words : mapping of str to float
        What each word, in lower case, adds: with its occurrences in the title, and with the
        fragments that it is made of. Also each CPC or IPC symbol that counts, in upper case.
    """

    constant: float
    words: Mapping[str, float]

    @property
    def total(self) -> float:
        """The log-odds of the text."""
        return self.constant + sum(self.words.values())


@runtime_checkable
class AddsUpWords(Protocol):
    """A classifier whose log-odds are a sum over words."""

    def word_shares(self, X: Sequence[str]) -> list[WordShares]:
        """Return how the log-odds of each text are made up."""


@runtime_checkable
class ReadsBeginnings(Protocol):
    """A classifier that reads a text up to some length and no farther."""

    def read_lengths(self, X: Sequence[str]) -> NDArray[np.int64]:
        """Return how many characters of each text are read, of shape (n_texts,)."""


@runtime_checkable
class Compares(Protocol):
    """A classifier with a representation of texts in which some are near and others far."""

    def similarities(self, X: Sequence[str], others: Sequence[str]) -> NDArray[np.float64]:
        """Return the cosine of every text with every other, of shape (n_texts, n_others).

        A text in which there is nothing to represent is as far from all: 0.
        """


@runtime_checkable
class CutsTexts(Protocol):
    """A trained classifier that has not read all texts to their end.

    Attributes
    ----------
    n_truncated_ : int
        How many of the texts that it was given for training.
    """

    n_truncated_: int

    @property
    def reach(self) -> str:
        """How far it reads, in words: ``384 tokens``, ``16 windows of 384 tokens``."""
