"""Texts that say nearly the same in nearly the same words, though they are labelled differently.

Whole texts that are equal make one family already (`families`); this is for texts that were
touched up: continuations, translations of one translator, claims with a word changed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

LEAST_SIMILARITY = 0.5
"""Two texts of one length then have two thirds of their sequences in common."""

_WORD = re.compile(r"\w+")
# A title, an abstract and the first claims: where a patent says what it is about. It bounds the
# memory to some 4 kB a record.
_MOST_WORDS = 512
# Three words of 21 bits each make one number. Beyond two million different words some are taken
# for one another, which is harmless.
_WORD_BITS = 21
# Shorter texts are alike by chance: headings, "see description".
_FEWEST_SEQUENCES = 10
_ROWS_AT_A_TIME = 256
_PAIRS_AT_A_TIME = 4096


@final
@dataclass(frozen=True)
class NearDuplicates:
    """Two texts that are nearly the same and labelled differently.

    Attributes
    ----------
    relevant, irrelevant : int
        Positions of the one that is labelled so and of the other.
    similarity : float
        Sequences of three words that both have, as a share of those that either has (Jaccard
        1912); 1 for the same sequences.
    """

    relevant: int
    irrelevant: int
    similarity: float


def opposite_near_duplicates(
    texts: Sequence[str],
    labels: NDArray[np.int64],
    *,
    least_similarity: float = LEAST_SIMILARITY,
) -> list[NearDuplicates]:
    """Return every pair of a relevant and an irrelevant text that are nearly the same.

    Case and punctuation do not count, and only the first 512 words are compared. Texts of
    fewer than a dozen words are not.

    Parameters
    ----------
    texts : sequence of str of length n_records
    labels : array of int of shape (n_records,)
        1 relevant, 0 irrelevant.
    least_similarity : float
        Above 0, at most 1.

    Returns
    -------
    list of NearDuplicates
        The most similar first; equals in the order of the texts.

    Notes
    -----
    Exact, by prefix filtering (Bayardo, Ma & Srikant 2007): of two sets that are alike enough,
    each has one of the other's elements among its own rarest ones, so only texts that share a
    rare sequence are compared. Turns of phrase that every patent has cost nothing.

    Raises
    ------
    ValueError
        If the similarity is out of range, or lengths differ.
    """
    if not 0 < least_similarity <= 1:
        raise ValueError(f"least_similarity is {least_similarity}; it must be above 0, at most 1")
    if len(texts) != len(labels):
        raise ValueError(f"{len(texts)} texts but {len(labels)} labels")
    sequences = _sequences(texts)
    sizes = np.diff(sequences.indptr)
    rarest = _rarest(sequences, least_similarity)
    found = []
    for one, other in _candidates(rarest, labels):
        shared = np.asarray(sequences[one].multiply(sequences[other]).sum(axis=1)).ravel()
        similarity = shared / (sizes[one] + sizes[other] - shared)
        found += [
            NearDuplicates(int(one[i]), int(other[i]), float(similarity[i]))
            for i in np.flatnonzero(similarity >= least_similarity)
        ]
    return sorted(found, key=lambda pair: (-pair.similarity, pair.relevant, pair.irrelevant))


def _sequences(texts: Sequence[str]) -> sparse.csr_matrix:
    """Return which sequences of three words a text has; the columns go from rare to common."""
    numbers: dict[str, int] = {}
    sets = []
    for text in texts:
        words = _WORD.findall(text.casefold())[:_MOST_WORDS]
        known = np.array([numbers.setdefault(w, len(numbers)) for w in words], dtype=np.int64)
        known %= 1 << _WORD_BITS
        sets.append(np.unique(known[:-2] << 2 * _WORD_BITS | known[1:-1] << _WORD_BITS | known[2:]))
    ends = np.cumsum([0, *map(len, sets)])
    every = np.concatenate([np.empty(0, dtype=np.int64), *sets])
    _, codes, counts = np.unique(every, return_inverse=True, return_counts=True)
    place = np.empty(len(counts), dtype=np.int64)
    place[np.argsort(counts, kind="stable")] = np.arange(len(counts))
    matrix = sparse.csr_matrix(
        (np.ones(len(every), dtype=np.int32), place[codes], ends), shape=(len(texts), len(counts))
    )
    matrix.sort_indices()
    return matrix


def _rarest(sequences: sparse.csr_matrix, least_similarity: float) -> sparse.csr_matrix:
    """Keep so many of the rarest sequences of each text that alike texts must share one."""
    sizes = np.diff(sequences.indptr)
    # Rounded down a hair: a product such as 0.55 * 100 is a little above what it stands for.
    must_share = np.ceil(least_similarity * sizes - 1e-9).astype(np.int64)
    kept = np.where(sizes >= _FEWEST_SEQUENCES, sizes - must_share + 1, 0)
    within = np.arange(sequences.nnz) - np.repeat(sequences.indptr[:-1], sizes)
    mask = within < np.repeat(kept, sizes)
    return sparse.csr_matrix(
        (sequences.data[mask], sequences.indices[mask], np.cumsum([0, *kept])),
        shape=sequences.shape,
    )


def _candidates(
    rarest: sparse.csr_matrix, labels: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield blocks of pairs, positions of relevant and of irrelevant texts, that share a one."""
    relevant, irrelevant = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    others = rarest[irrelevant].T.tocsr()
    for start in range(0, len(relevant), _ROWS_AT_A_TIME):
        block = relevant[start : start + _ROWS_AT_A_TIME]
        shared = (rarest[block] @ others).tocoo()
        for first in range(0, shared.nnz, _PAIRS_AT_A_TIME):
            few = slice(first, first + _PAIRS_AT_A_TIME)
            yield block[shared.row[few]], irrelevant[shared.col[few]]
