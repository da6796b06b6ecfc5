"""From a classifier's scores to probabilities, learned from scores it gave to unseen records."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_expit

# Below it a score would all but lose its say. Reached only where the scores are no better than
# chance, which happens with few records; the ranking must not turn round for that.
_SMALLEST_SLOPE = 0.1


class Calibration(NamedTuple):
    """A probability is ``expit(slope * score + intercept)``; the slope is positive."""

    slope: float
    intercept: float

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probabilities of being relevant, in the shape of `scores`."""
        return np.asarray(expit(self.slope * scores + self.intercept))


def calibrate(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> Calibration:
    """Fit the slope and intercept under which `scores` explain `labels` best.

    Parameters
    ----------
    scores : array of float of shape (n_records,)
        Given by models that did not see the record in training.
    labels : array of int of shape (n_records,)
        1 relevant, 0 irrelevant; both occur.

    References
    ----------
    Platt, "Probabilistic outputs for support vector machines" (1999): the targets are not 1
    and 0 but (n_relevant + 1) / (n_relevant + 2) and 1 / (n_irrelevant + 2), so that classes
    which the scores tell apart without error do not get an infinite slope.
    """
    n_relevant = int(labels.sum())
    n_irrelevant = len(labels) - n_relevant
    targets = np.where(labels == 1, (n_relevant + 1) / (n_relevant + 2), 1 / (n_irrelevant + 2))

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = parameters[0] * scores + parameters[1]
        # -log p = -log_expit(z) and -log(1 - p) = z - log_expit(z), without overflow.
        value = np.mean((1 - targets) * logits - log_expit(logits))
        slack = expit(logits) - targets
        return float(value), np.array([np.mean(slack * scores), np.mean(slack)])

    prior = np.log(targets.mean() / (1 - targets.mean()))
    fit = minimize(
        loss,
        x0=np.array([1.0, prior]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(_SMALLEST_SLOPE, None), (None, None)],
        options={"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-9},
    )
    return Calibration(float(fit.x[0]), float(fit.x[1]))
