"""From what a linear model gives to terms, to what its words add to the score of a text.

A fragment ("elec" in "electrode") says nothing to a reader. What it adds is shared out among the
words of the text that contain it, each by how often it brings the fragment in. Nothing is lost
and nothing counted twice: the shares of all words and the constant are the log-odds.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from patsieve.models.reading import WordShares
from patsieve.models.terms import Vocabulary, fragments_of, words_of

Added = Mapping[str, float]
"""What each term that occurs in a text adds to its log-odds."""


def shares_of_words(
    texts: Sequence[str],
    vocabulary: Vocabulary,
    features: Sequence[sparse.csr_matrix],
    coefficients: Sequence[NDArray[np.float64]],
    *,
    constant: float,
    symbols: Sequence[str] = (),
) -> list[WordShares]:
    """Return how the log-odds of each text are made up of its words, and of its symbols.

    Parameters
    ----------
    features : sequence of CSR matrices of shape (n_texts, n_terms)
        Words and fragments of the whole text, words and fragments of its first line, and symbols
        if there are any.
    coefficients : sequence of arrays of shape (n_terms,)
        What one unit of a feature adds to the log-odds.
    constant : float
        The log-odds of a text without any term.
    symbols : sequence of str
        Names of the symbols that are counted. They are shown among the words; a word is in lower
        case, a symbol is not.
    """
    names = (vocabulary.words, vocabulary.fragments) * 2 + ((symbols,) if symbols else ())
    added = [
        _added(block, weights, terms)
        for block, weights, terms in zip(features, coefficients, names, strict=True)
    ]
    found = []
    for text, words, fragments, title_words, title_fragments, *more in zip(
        texts, *added, strict=True
    ):
        shares: defaultdict[str, float] = defaultdict(float)
        _share_out(shares, text, words, fragments)
        _share_out(shares, text.partition("\n")[0], title_words, title_fragments)
        for of_symbols in more:
            shares.update(of_symbols)
        found.append(WordShares(constant, dict(shares)))
    return found


def _added(
    block: sparse.csr_matrix, weights: NDArray[np.float64], terms: Sequence[str]
) -> list[Added]:
    """Return what each text's terms add, by name."""
    values = (block.data * weights[block.indices]).tolist()
    columns, ends = block.indices.tolist(), block.indptr.tolist()
    return [
        {terms[columns[at]]: values[at] for at in range(start, end)}
        for start, end in pairwise(ends)
    ]


def _share_out(shares: defaultdict[str, float], text: str, words: Added, fragments: Added) -> None:
    """Add what the terms of a text or of its title add to the shares of its words."""
    for word, value in words.items():
        shares[word] += value
    bringers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, count in Counter(words_of(text)).items():
        for fragment in fragments_of(word):
            if fragment in fragments:
                bringers[fragment][word] += count
    for fragment, counts in bringers.items():
        for word, count in counts.items():
            shares[word] += fragments[fragment] * count / counts.total()
