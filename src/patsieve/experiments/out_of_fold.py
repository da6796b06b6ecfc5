"""Scores of every record by a model that has not seen its family."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.splits import family_folds
from patsieve.models.base import RelevanceClassifier


def out_of_fold_probabilities(
    build: Callable[[], RelevanceClassifier],
    texts: list[str],
    labels: NDArray[np.int64],
    families: NDArray[np.int64],
    *,
    n_folds: int,
    seed: int,
) -> NDArray[np.float64]:
    """Return probabilities of relevance, of shape (n_records,), by cross-fitting over families.

    Parameters
    ----------
    build : callable
        Makes an untrained classifier, once a fold.
    """
    probabilities = np.empty(len(labels), dtype=np.float64)
    for training, held_out in family_folds(labels, families, n_folds=n_folds, seed=seed):
        classifier = build().fit(
            [texts[i] for i in training], labels[training], families=families[training]
        )
        probabilities[held_out] = classifier.predict_proba([texts[i] for i in held_out])[:, 1]
    return probabilities
