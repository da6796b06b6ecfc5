"""Scores of every record by a model that has not seen its family."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.splits import family_folds
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.models.base import RelevanceClassifier, SharesWork


def out_of_fold_probabilities(
    build: Callable[[], RelevanceClassifier],
    texts: list[str],
    labels: NDArray[np.int64],
    families: NDArray[np.int64],
    *,
    n_folds: int,
    seed: int,
    store: ActivationStore | None = None,
) -> NDArray[np.float64]:
    """Return probabilities of relevance, of shape (n_records,), by cross-fitting over families.

    Parameters
    ----------
    build : callable
        Makes an untrained classifier, once a fold.
    store : ActivationStore, optional
        Of what frozen layers say, for all folds.
    """
    probabilities = np.empty(len(labels), dtype=np.float64)
    for training, held_out in family_folds(labels, families, n_folds=n_folds, seed=seed):
        probabilities[held_out] = score_held_out(
            build(), texts, labels, families, training, held_out, store=store
        )
    return probabilities


def score_held_out(
    classifier: RelevanceClassifier,
    texts: Sequence[str],
    labels: NDArray[np.int64],
    families: NDArray[np.int64],
    training: NDArray[np.intp],
    held_out: NDArray[np.intp],
    *,
    store: ActivationStore | None = None,
) -> NDArray[np.float64]:
    """Train a classifier on some records and return the probabilities of others.

    Parameters
    ----------
    training, held_out : arrays of int
        Positions; no family stands in both.
    store : ActivationStore, optional
        Of what frozen layers say, shared with other models.

    Returns
    -------
    array of float of shape (n_held_out,)
        Of being relevant.
    """
    if store is not None and isinstance(classifier, SharesWork):
        classifier.share(activations=store)
    classifier.fit([texts[i] for i in training], labels[training], families=families[training])
    return classifier.predict_proba([texts[i] for i in held_out])[:, 1]
