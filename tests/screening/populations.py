"""Made-up populations of scores whose recall above any threshold is known exactly."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from scipy.stats import beta, norm


@dataclass(frozen=True)
class Draw:
    """Calibration records: labels, scores and families."""

    labels: np.ndarray
    scores: np.ndarray
    families: np.ndarray


class Singles:
    """Relevant scores are Beta(4, 2), irrelevant ones Beta(1, 15); each record is a family."""

    def recall(self, threshold):
        return beta.sf(threshold, 4, 2)

    def draw(self, rng, n_relevant):
        scores = np.concatenate([rng.beta(4, 2, n_relevant), rng.beta(1, 15, 2 * n_relevant)])
        labels = np.repeat([1, 0], [n_relevant, 2 * n_relevant])
        return Draw(labels, scores, np.arange(len(labels)))


class Tied:
    """The same, but only seven different scores occur, as from a coarse model.

    Relevant scores are rounded up to a step, irrelevant ones down.
    """

    steps = 6

    def recall(self, threshold):
        # At or above a step is what was above the step below before it was rounded.
        below = (np.ceil(threshold * self.steps - 1e-9) - 1) / self.steps
        return beta.sf(below, 4, 2)

    def draw(self, rng, n_relevant):
        drawn = Singles().draw(rng, n_relevant)
        rounded = np.where(
            drawn.labels == 1,
            np.ceil(drawn.scores * self.steps),
            np.floor(drawn.scores * self.steps),
        )
        return Draw(drawn.labels, rounded / self.steps, drawn.families)


class Families:
    """Families of one to five relevant members that resemble one another.

    A member's logit is its family's, normal around 1, plus a normal deviation of its own. A
    family of any size is as likely as any other. Irrelevant records are singles.
    """

    sizes = np.arange(1, 6)
    own = 0.7

    def recall(self, threshold):
        """Share of the families that have all members at or above the threshold."""
        nodes, weights = np.polynomial.hermite_e.hermegauss(80)
        member = norm.sf((logit(threshold) - 1 - nodes) / self.own)
        whole = [weights @ member**size / weights.sum() for size in self.sizes]
        return float(np.mean(whole))

    def recall_of_records(self, threshold):
        return norm.sf((logit(threshold) - 1) / np.hypot(1, self.own))

    def draw(self, rng, n_relevant):
        sizes = rng.choice(self.sizes, n_relevant)
        family = np.repeat(np.arange(n_relevant), sizes)
        level = rng.normal(1, 1, n_relevant)
        relevant = expit(level[family] + rng.normal(0, self.own, len(family)))
        irrelevant = expit(rng.normal(-6, 1, 2 * n_relevant))
        return Draw(
            np.repeat([1, 0], [len(relevant), len(irrelevant)]),
            np.concatenate([relevant, irrelevant]),
            np.concatenate([family, n_relevant + np.arange(len(irrelevant))]),
        )
