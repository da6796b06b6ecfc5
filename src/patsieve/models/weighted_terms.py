"""How much a term weighs in a text: by how often it occurs there, and in how few texts."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


class Block(NamedTuple):
    """The weights of one kind of term in one part of the text.

    Attributes
    ----------
    rarity : array of float32 of shape (n_terms,)
        Inverse document frequency, smoothed as in scikit-learn.
    coefficients : array of float32 of shape (n_terms,)
    """

    rarity: NDArray[np.float32]
    coefficients: NDArray[np.float32]


def rarity_of(counts: sparse.csr_matrix) -> NDArray[np.float32]:
    """Return the smoothed inverse document frequency of each term, of shape (n_terms,)."""
    n_texts, n_terms = counts.shape
    n_with_term = np.bincount(counts.indices, minlength=n_terms)
    return np.asarray(np.log((1 + n_texts) / (1 + n_with_term)) + 1, dtype=np.float32)


def weighted(
    counts: sparse.csr_matrix, rarity: NDArray[np.float32], weight: float
) -> sparse.csr_matrix:
    """Return (1 + log count) × rarity, each text scaled to the length `weight`."""
    values = (1 + np.log(counts.data)) * rarity[counts.indices]
    texts = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    lengths = np.sqrt(np.bincount(texts, values**2, minlength=counts.shape[0]))
    scaled = (values * (weight / lengths[texts])).astype(np.float32)
    return sparse.csr_matrix((scaled, counts.indices, counts.indptr), shape=counts.shape)
