"""Beta calibration: more room at both ends of the scale than a straight line has."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self, final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

from patsieve.metrics.inputs import Floats
from patsieve.models.platt import fit_logistic, scores_and_targets


@final
@dataclass(frozen=True)
class BetaCalibration:
    """Log-odds are ``a * log(s) - b * log(1 - s) + c`` of the probability s that was claimed.

    Attributes
    ----------
    a, b : float
        How steep it is for small and for large s; both above 0, so that the order is kept.
        With a = b it is Platt's; a = b = 1, c = 0 changes nothing.
    c : float

    References
    ----------
    Kull, Silva Filho & Flach, "Beta calibration" (AISTATS 2017). The targets are smoothed as in
    Platt's method, so that scores which tell the classes apart get no infinite a or b.
    """

    a: float
    b: float
    c: float

    name: ClassVar[str] = "beta"

    @classmethod
    def fit(cls, scores: NDArray[np.float64], labels: NDArray[np.int64]) -> Self:
        """Fit to log-odds of shape (n_records,) and labels; see `Calibrator.fit`."""
        given, targets = scores_and_targets(scores, labels)
        (a, b), c = fit_logistic(_features(given), targets)
        return cls(a, b, c)

    def probabilities(self, scores: NDArray[np.float64]) -> Floats:
        """Return the probabilities of being relevant, in the shape of `scores`."""
        return np.asarray(expit(_features(scores) @ np.array([self.a, self.b]) + self.c))

    def as_json(self) -> dict[str, Any]:
        """Return the three parameters."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Self:
        """Return what `as_json` described."""
        return cls(facts["a"], facts["b"], facts["c"])


def _features(scores: NDArray[np.float64]) -> Floats:
    """Return log(s) and -log(1 - s) on a last axis, for s whose log-odds are `scores`."""
    return np.stack([log_expit(scores), -log_expit(-scores)], axis=-1)
