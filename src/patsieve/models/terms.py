"""Which terms occur how often in which text: words, and fragments of words.

Fragments (four consecutive characters of a word, its ends included) let "electrode",
"electrodes" and "microelectrode" share evidence, and reach words that training never saw.
A fragment depends on its word alone, so fragments are found once per distinct word and spread
over the texts by a matrix product, which is many times faster than going through each text.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Self, final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Integers = NDArray[np.int64]

# As scikit-learn: single characters (mostly reference signs and formula indices) say little.
_WORD = re.compile(r"\w\w+")
_CHUNK = re.compile(r"\S+")
# 3, 5, 3 to 5 and 4 to 6 rank no better on the landscaping sets, or cost more.
_FRAGMENT_CHARACTERS = 4


@final
@dataclass(frozen=True)
class TermCounts:
    """How often each term occurs in each text.

    Attributes
    ----------
    words : CSR matrix of float32 of shape (n_texts, n_words)
    fragments : CSR matrix of float32 of shape (n_texts, n_fragments)
    """

    words: sparse.csr_matrix
    fragments: sparse.csr_matrix


@final
@dataclass(frozen=True)
class Vocabulary:
    """The terms that are counted.

    Attributes
    ----------
    words : tuple of str
        Lower case, in alphabetical order.
    fragments : tuple of str
        In alphabetical order; a blank stands for an end of the word.
    """

    words: tuple[str, ...]
    fragments: tuple[str, ...]

    @classmethod
    def learn(cls, texts: Sequence[str], *, fewest_texts: int) -> Self:
        """Take every term that occurs in at least `fewest_texts` of the texts."""
        tokens = _tokenise(texts, {})
        numbers = _Numbering()
        table = _table(
            {
                word: [numbers[fragment] for fragment in fragments_of(name)]
                for word, name in enumerate(tokens.names)
            },
            (len(tokens.names), len(numbers)),
        )
        counts = tokens.counts()
        return cls(
            words=_frequent(counts, tokens.names, fewest_texts),
            fragments=_frequent((counts @ table).tocsr(), list(numbers), fewest_texts),
        )

    def count(self, texts: Sequence[str]) -> TermCounts:
        """Count the terms of each text; what is not in the vocabulary is passed over.

        The counts of a text, and the order in which they are stored, do not depend on the
        texts beside it.
        """
        tokens = _tokenise(texts, self._word_numbers)
        numbers = self._fragment_numbers
        table = _table(
            {
                word: [numbers[f] for f in fragments_of(tokens.names[word]) if f in numbers]
                for word in np.unique(tokens.words).tolist()
            },
            (len(tokens.names), len(numbers)),
        )
        counts = tokens.counts()
        fragments = (counts @ table).tocsr()
        fragments.sort_indices()
        # The words that are not in the vocabulary are numbered behind those that are.
        return TermCounts(counts[:, : len(self.words)], fragments)

    @cached_property
    def _word_numbers(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words)}

    @cached_property
    def _fragment_numbers(self) -> dict[str, int]:
        return {fragment: number for number, fragment in enumerate(self.fragments)}


class _Numbering(dict[str, int]):
    """Numbers strings in the order in which they are first looked up."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


@final
@dataclass(frozen=True)
class _Tokens:
    """The words of all texts in one row.

    Attributes
    ----------
    words, texts : array of int64 of shape (n_tokens,)
        The number of the word, and of the text that it stands in.
    names : list of str
        The words by number.
    n_texts : int
    """

    words: Integers
    texts: Integers
    names: list[str]
    n_texts: int

    def counts(self) -> sparse.csr_matrix:
        """Return how often each word occurs, of shape (n_texts, n_names), columns sorted."""
        return count_pairs(self.texts, self.words, (self.n_texts, len(self.names)))


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are counted, in order."""
    # NFKC makes subscripts and full-width characters equal to their plain forms.
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def words_with_places(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of a text with the characters at which each begins and ends.

    Where a character counts as another one, or as several, the place is that of all that
    stands between two blanks.
    """
    for chunk in _CHUNK.finditer(text):
        counted = unicodedata.normalize("NFKC", chunk[0]).lower()
        # Case alone keeps places, but for a few letters that get longer.
        is_alike = len(counted) == len(chunk[0]) and counted == chunk[0].lower()
        for word in _WORD.finditer(counted):
            if is_alike:
                yield word[0], chunk.start() + word.start(), chunk.start() + word.end()
            else:
                yield word[0], chunk.start(), chunk.end()


def places_of_words(text: str) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return the words of a text in the order of their first place, each with all its places."""
    found: dict[str, list[tuple[int, int]]] = {}
    for word, start, end in words_with_places(text):
        found.setdefault(word, []).append((start, end))
    return {word: tuple(places) for word, places in found.items()}


def _tokenise(texts: Sequence[str], known: dict[str, int]) -> _Tokens:
    numbers = _Numbering(known)
    rows = [[numbers[word] for word in words_of(text)] for text in texts]
    lengths = [len(row) for row in rows]
    words = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=sum(lengths))
    return _Tokens(words, np.repeat(np.arange(len(rows)), lengths), list(numbers), len(rows))


def fragments_of(word: str) -> list[str]:
    """Return the fragments of a word, as often as each occurs; a blank marks its ends."""
    marked = f" {word} "
    n_fragments = len(marked) - _FRAGMENT_CHARACTERS + 1
    return [marked[i : i + _FRAGMENT_CHARACTERS] for i in range(n_fragments)]


def _table(columns_of_rows: dict[int, list[int]], shape: tuple[int, int]) -> sparse.csr_matrix:
    lengths = [len(columns) for columns in columns_of_rows.values()]
    rows = np.repeat(np.fromiter(columns_of_rows, dtype=np.int64), lengths)
    columns = chain.from_iterable(columns_of_rows.values())
    return count_pairs(rows, np.fromiter(columns, dtype=np.int64, count=sum(lengths)), shape)


def count_pairs(rows: Integers, columns: Integers, shape: tuple[int, int]) -> sparse.csr_matrix:
    """Return how often each (row, column) is listed."""
    ones = np.ones(len(rows), dtype=np.float32)
    counts = sparse.csr_matrix((ones, (rows, columns)), shape=shape)
    counts.sum_duplicates()
    return counts


def _frequent(
    counts: sparse.csr_matrix, names: Sequence[str], fewest_texts: int
) -> tuple[str, ...]:
    """Return the names of the columns that are not zero in at least `fewest_texts` rows."""
    n_texts = np.bincount(counts.indices, minlength=counts.shape[1])
    return tuple(sorted(names[i] for i in np.flatnonzero(n_texts >= fewest_texts).tolist()))
