"""Logistic regression on vectors of length one, its penalty chosen by records it has not seen."""

from dataclasses import dataclass
from typing import Self, final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from patsieve.corpus.splits import family_folds
from patsieve.metrics.log_odds import log_losses

# Inverse strengths of the L2 penalty to choose from, for vectors of length one.
_STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_FOLDS = 5


@final
@dataclass(frozen=True, eq=False)
class LinearHead:
    """One weight for each component of a vector.

    Attributes
    ----------
    weights : array of float64 of shape (n_features,)
    intercept : float
    strength : float
        The chosen inverse strength of the penalty: the one with the lowest log loss on records
        of families that the regression had not seen. Of equal ones the strongest penalty.
    """

    weights: NDArray[np.float64]
    intercept: float
    strength: float

    @classmethod
    def fit(
        cls,
        vectors: NDArray[np.float64],
        labels: NDArray[np.int64],
        families: NDArray[np.int64],
        *,
        seed: int,
    ) -> Self:
        """Learn from vectors of shape (n_records, n_features).

        Parameters
        ----------
        seed : int
            Of the folds that choose the penalty; nothing else is random.
        """
        strength = _chosen_strength(vectors, labels, families, seed=seed)
        regression = _regression(strength).fit(vectors, labels)
        weights = regression.coef_[0].astype(np.float64)
        return cls(weights, float(regression.intercept_[0]), strength)

    def probabilities(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of relevance of each vector, at the training prevalence."""
        relevant: NDArray[np.float64] = expit(vectors @ self.weights + self.intercept)
        return relevant


def _regression(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=2000)


def _chosen_strength(
    vectors: NDArray[np.float64],
    labels: NDArray[np.int64],
    families: NDArray[np.int64],
    *,
    seed: int,
) -> float:
    """Return the strength with the lowest out-of-fold log loss; a middling one for few families."""
    n_folds = min(_FOLDS, *(len(np.unique(families[labels == label])) for label in (0, 1)))
    if n_folds < 2:
        # One family of a class cannot be both learned from and tested on.
        return 10.0
    folds = family_folds(labels, families, n_folds=n_folds, seed=seed)
    losses = []
    for strength in _STRENGTHS:
        probabilities = np.empty(len(labels))
        for training, held_out in folds:
            model = _regression(strength).fit(vectors[training], labels[training])
            probabilities[held_out] = model.predict_proba(vectors[held_out])[:, 1]
        losses.append(log_losses(probabilities, labels).mean())
    return _STRENGTHS[int(np.argmin(losses))]
