"""What a frozen encoder says of a long text's windows, as one vector of length one."""

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from patsieve.finetuning.window_settings import WindowPooling


def pooled_windows(
    vectors: NDArray[np.float64], counts: NDArray[np.int64], pooling: WindowPooling
) -> NDArray[np.float64]:
    """Return a vector of length one for each text, of shape (n_texts, n_features).

    Parameters
    ----------
    vectors : array of shape (n_windows, hidden_size)
        Of length one, text after text.
    counts : array of int of shape (n_texts,)
        Windows of each text, at least one.

    Returns
    -------
    array
        Three times as wide as `vectors` for ``"learned"``.
    """
    n_features = vectors.shape[1] * (3 if pooling == "learned" else 1)
    if not len(counts):
        return np.empty((0, n_features))
    starts = np.cumsum(counts) - counts
    # The direction of a sum is that of the mean, and all is scaled to length one.
    parts = {"mean": np.add.reduceat(vectors, starts), "max": np.maximum.reduceat(vectors, starts)}
    if pooling != "learned":
        return _of_length_one(parts[pooling])
    whole = [_of_length_one(part) for part in (vectors[starts], *parts.values())]
    return _of_length_one(np.hstack(whole))


def _of_length_one(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = normalize(vectors)
    return scaled
