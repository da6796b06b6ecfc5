"""What every classifier asks of the labels that it is to learn from."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.errors import LabelError


def two_classes(labels: ArrayLike, *, learner: str) -> NDArray[np.int64]:
    """Return labels as integers: 1 relevant, 0 irrelevant, some of each.

    Parameters
    ----------
    learner : str
        Who learns from them, as a sentence begins.

    Raises
    ------
    LabelError
        If a class has no record, or a label is neither.
    """
    found = np.asarray(labels, dtype=np.int64)
    kinds = np.unique(found).tolist()
    if kinds != [0, 1]:
        raise LabelError(
            f"{learner} learns from records labelled 1 (relevant) and 0 (irrelevant), some of "
            f"each; the labels here are {', '.join(map(str, kinds[:5])) or 'none'}"
        )
    return found
