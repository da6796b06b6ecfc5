"""Isotonic calibration: the best rising steps, with nothing else supposed of their form."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self, final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.isotonic import IsotonicRegression

from patsieve.metrics.inputs import Floats, checked_labels
from patsieve.metrics.log_odds import log_odds
from patsieve.models.platt import scores_and_targets, smoothed_shares

# What the tilt adds to the log-odds at the largest score that was fitted: too little to be seen
# in a probability (0.0025 at the most), enough to keep records of one step in their order.
_TILT = 0.01


@final
@dataclass(frozen=True)
class Isotonic:
    """Straight lines between knots, tilted so little that only the order shows it.

    Isotonic regression gives all records of a step one probability. Among equal probabilities
    the order would be lost, and with it average precision and work saved; so a sliver of the
    score itself is added to the log-odds, and unequal scores keep unequal probabilities.

    Attributes
    ----------
    scores, shares : tuple of float
        Of each knot: log-odds as claimed, rising, and the share of relevant records, not
        falling. Below the first and above the last knot the share stays as it is.
    reach : float
        The largest distance of a fitted score from 0, at least 1.

    Notes
    -----
    The steps are scikit-learn's. Shares of 0 and 1 become Platt's targets, 1 / (n_irrelevant +
    2) and (n_relevant + 1) / (n_relevant + 2): no step is certain.
    """

    scores: tuple[float, ...]
    shares: tuple[float, ...]
    reach: float

    name: ClassVar[str] = "isotonic"

    @classmethod
    def fit(cls, scores: NDArray[np.float64], labels: NDArray[np.int64]) -> Self:
        """Fit to log-odds of shape (n_records,) and labels; see `Calibrator.fit`."""
        given, _ = scores_and_targets(scores, labels)
        truth = checked_labels(labels)
        low, high = smoothed_shares(truth)
        steps = IsotonicRegression(y_min=low, y_max=high).fit(given, truth)
        return cls(
            tuple(steps.X_thresholds_.tolist()),
            tuple(steps.y_thresholds_.tolist()),
            max(1.0, float(np.abs(given).max())),
        )

    def probabilities(self, scores: NDArray[np.float64]) -> Floats:
        """Return the probabilities of being relevant, in the shape of `scores`."""
        shares = np.asarray(self.shares)
        following = np.searchsorted(self.scores, scores, side="right")
        # By rounding, what is interpolated may lie above the knot that follows, and the order of
        # two patents would turn round.
        above = shares[np.minimum(following, len(shares) - 1)]
        steps = np.minimum(np.interp(scores, self.scores, shares), above)
        return np.asarray(expit(log_odds(steps) + _TILT / self.reach * scores))

    def as_json(self) -> dict[str, Any]:
        """Return the knots."""
        return {"scores": list(self.scores), "shares": list(self.shares), "reach": self.reach}

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Self:
        """Return what `as_json` described."""
        return cls(tuple(facts["scores"]), tuple(facts["shares"]), facts["reach"])
