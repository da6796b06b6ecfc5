"""How near texts are to one another, by vectors of any kind."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize


def cosines(vectors: Any, others: Any) -> NDArray[np.float64]:
    """Return the cosine of every vector with every other, of shape (n_vectors, n_others).

    Parameters
    ----------
    vectors, others : arrays or sparse matrices of shape (n, n_features)
        A vector of zeros has the cosine 0 with all.
    """
    if not (vectors.shape[0] and others.shape[0]):
        return np.empty((vectors.shape[0], others.shape[0]))
    products = normalize(vectors) @ normalize(others).T
    dense = products.toarray() if hasattr(products, "toarray") else products
    return np.asarray(dense, dtype=np.float64)
