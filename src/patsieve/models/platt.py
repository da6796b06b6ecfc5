"""Platt's calibration: the log-odds are a straight line over the score. And how it is fitted."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self, final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from patsieve.errors import LabelError
from patsieve.metrics.inputs import Floats, Labels, checked_labels, checked_scores

# Below it a score would all but lose its say. Reached only where the scores are no better than
# chance, which happens with few records; the ranking must not turn round for that.
SMALLEST_WEIGHT = 0.01


@final
@dataclass(frozen=True)
class Platt:
    """A probability is ``expit(slope * score + intercept)``.

    Attributes
    ----------
    slope : float
        Above 0: below 1 where the scores claimed too much, above 1 where they were timid.
    intercept : float

    References
    ----------
    Platt, "Probabilistic outputs for support vector machines" (1999).
    """

    slope: float
    intercept: float

    name: ClassVar[str] = "platt"

    @classmethod
    def fit(cls, scores: NDArray[np.float64], labels: NDArray[np.int64]) -> Self:
        """Fit the slope and intercept under which `scores` explain `labels` best.

        Parameters
        ----------
        scores : array of float of shape (n_records,)
            Given by models that did not see the record in training.
        labels : array of int of shape (n_records,)
            1 relevant, 0 irrelevant.

        Raises
        ------
        LabelError
            If all labels are the same.
        """
        given, targets = scores_and_targets(scores, labels)
        (slope,), intercept = fit_logistic(given[:, None], targets)
        return cls(slope, intercept)

    def probabilities(self, scores: NDArray[np.float64]) -> Floats:
        """Return the probabilities of being relevant, in the shape of `scores`."""
        return np.asarray(expit(self.slope * scores + self.intercept))

    def as_json(self) -> dict[str, Any]:
        """Return slope and intercept."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Self:
        """Return what `as_json` described."""
        return cls(facts["slope"], facts["intercept"])


def smoothed_shares(labels: Labels) -> tuple[float, float]:
    """Return what to believe at most of records all irrelevant, at least of records all relevant.

    1 / (n_irrelevant + 2) and (n_relevant + 1) / (n_relevant + 2), Platt's targets: classes that
    the scores tell apart without error prove no certainty.
    """
    n_relevant = int(labels.sum())
    n_irrelevant = len(labels) - n_relevant
    return 1 / (n_irrelevant + 2), (n_relevant + 1) / (n_relevant + 2)


def scores_and_targets(
    scores: NDArray[np.float64], labels: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return checked scores, and instead of labels the targets of `smoothed_shares`.

    Raises
    ------
    LabelError
        If all labels are the same.
    ValueError
        If lengths differ or a score is not finite.
    """
    truth = checked_labels(labels)
    given = checked_scores(scores, truth)
    if len(np.unique(truth)) < 2:
        raise LabelError(
            f"all {len(truth)} records to calibrate by are "
            f"{'relevant' if truth[0] == 1 else 'irrelevant'}; it takes some of each"
        )
    low, high = smoothed_shares(truth)
    return given, np.where(truth == 1, high, low)


def fit_logistic(features: Floats, targets: Floats) -> tuple[list[float], float]:
    """Return the weights, none below `SMALLEST_WEIGHT`, and the constant of least log loss.

    Parameters
    ----------
    features : array of float of shape (n_records, n_features)
        Each rising with the score, so that a positive weight keeps the order.
    targets : array of float of shape (n_records,)
        Shares, strictly between 0 and 1.
    """

    def loss(parameters: Floats) -> tuple[float, Floats]:
        logits = features @ parameters[:-1] + parameters[-1]
        # -log p = -log_expit(z) and -log(1 - p) = z - log_expit(z), without overflow.
        value = np.mean((1 - targets) * logits - log_expit(logits))
        slack = expit(logits) - targets
        return float(value), np.append(features.T @ slack / len(slack), np.mean(slack))

    n_features = features.shape[1]
    prior = np.log(targets.mean() / (1 - targets.mean()))
    fit = minimize(
        loss,
        x0=np.append(np.ones(n_features), prior),
        jac=True,
        method="L-BFGS-B",
        bounds=[(SMALLEST_WEIGHT, None)] * n_features + [(None, None)],
        options={"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-9},
    )
    *weights, constant = fit.x.tolist()
    return weights, constant
