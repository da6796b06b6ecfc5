"""What turns the probabilities of several classifiers into one: the top of a stack.

Each learns from base probabilities of shape (n_records, n_bases), gives probabilities of
relevance of shape (n_records,), and is kept as JSON.
"""

import json
from pathlib import Path
from typing import Any, Literal, Protocol, Self, final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from patsieve.metrics.log_odds import log_odds

MetaName = Literal["xgboost", "logistic", "average"]
_FILE = "meta.json"
# Probabilities nearer to 0 or 1 than this say no more: their log-odds would grow without end.
_NEAREST = 1e-6


class MetaClassifier(Protocol):
    """Learns how much to believe each base classifier."""

    def fit(self, probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> Self:
        """Learn from base probabilities and labels (1 relevant, 0 irrelevant)."""

    def predict(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return probabilities of relevance, at the prevalence of what `fit` saw."""

    def save(self, folder: Path) -> None:
        """Write what `load` needs into `folder`."""

    def load(self, folder: Path) -> Self:
        """Read back what `save` wrote."""


@final
class AverageMeta:
    """The mean of the base probabilities: nothing is learnt, so nothing can be over-fitted."""

    def fit(self, probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> Self:  # noqa: ARG002
        """Return itself."""
        return self

    def predict(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean over the bases."""
        mean: NDArray[np.float64] = probabilities.mean(axis=1)
        return mean

    def save(self, folder: Path) -> None:
        """Write nothing: there is nothing to keep."""

    def load(self, folder: Path) -> Self:  # noqa: ARG002
        """Return itself."""
        return self


@final
class LogisticMeta:
    """A logistic regression on the bases' log-odds: a weight for each base, and a constant.

    Its L2 penalty is scikit-learn's default; with a few weights and hundreds of records it
    hardly matters.
    """

    def __init__(self) -> None:
        self.weights: NDArray[np.float64] = np.empty(0)
        self.constant = 0.0

    def fit(self, probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> Self:
        """Learn the weights."""
        regression = LogisticRegression().fit(log_odds(probabilities, nearest=_NEAREST), labels)
        self.weights = regression.coef_[0].astype(np.float64)
        self.constant = float(regression.intercept_[0])
        return self

    def predict(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the logistic function of the weighted log-odds."""
        relevant: NDArray[np.float64] = expit(
            log_odds(probabilities, nearest=_NEAREST) @ self.weights + self.constant
        )
        return relevant

    def save(self, folder: Path) -> None:
        """Write the weights."""
        facts = {"weights": self.weights.tolist(), "constant": self.constant}
        (folder / _FILE).write_text(json.dumps(facts), encoding="utf-8")

    def load(self, folder: Path) -> Self:
        """Read the weights."""
        facts = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        self.weights, self.constant = np.array(facts["weights"]), facts["constant"]
        return self


@final
class XGBoostMeta:
    """Gradient-boosted trees on the base probabilities, as XGBoost grows them by default.

    A hundred trees of depth 6 at a rate of 0.3: the reference study says no more than
    "XGBoost". They fit whatever they are shown, so the scores had better be out of fold.

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._trees: Any = None

    def fit(self, probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> Self:
        """Grow the trees."""
        import xgboost

        settings = {"objective": "binary:logistic", "seed": self.seed, "nthread": 1}
        data = xgboost.DMatrix(probabilities, label=labels)
        self._trees = xgboost.train(settings, data, num_boost_round=_N_TREES)
        return self

    def predict(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the trees say."""
        import xgboost

        if not len(probabilities):
            return np.empty(0)
        return np.asarray(self._trees.predict(xgboost.DMatrix(probabilities)), dtype=np.float64)

    def save(self, folder: Path) -> None:
        """Write the trees in XGBoost's own JSON."""
        self._trees.save_model(folder / _FILE)

    def load(self, folder: Path) -> Self:
        """Read the trees."""
        import xgboost

        self._trees = xgboost.Booster({"nthread": 1}, model_file=folder / _FILE)
        return self


# What XGBoost's own classifier grows if it is told nothing.
_N_TREES = 100


def make_meta(name: MetaName, *, seed: int) -> MetaClassifier:
    """Return an untrained meta-classifier."""
    if name == "xgboost":
        return XGBoostMeta(seed)
    return LogisticMeta() if name == "logistic" else AverageMeta()
