"""A model as the classifiers that read texts, and what makes one probability of theirs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import factorial
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.metrics.log_odds import log_odds
from patsieve.models.base import RelevanceClassifier
from patsieve.models.calibrated import CalibratedClassifier
from patsieve.models.reading import ReadsBeginnings
from patsieve.models.stacking import StackingClassifier

Floats = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Anatomy:
    """The parts of a model.

    Attributes
    ----------
    members : mapping of str to RelevanceClassifier
        The classifiers of a stack by name, or the one classifier by its kind.
    join : callable
        From their probabilities, of shape (n_texts, n_members), to the model's, (n_texts,).
    """

    members: Mapping[str, RelevanceClassifier]
    join: Callable[[Floats], Floats]

    def log_odds(self, probabilities: Floats) -> Floats:
        """Return the model's log-odds for the members' probabilities, of shape (n_texts,)."""
        return log_odds(self.join(probabilities))

    def read_length(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Return how many characters of each text some member reads, of shape (n_texts,)."""
        lengths = [read_lengths(member, texts) for member in self.members.values()]
        longest: NDArray[np.int64] = np.max(lengths, axis=0)
        return longest


def read_lengths(member: RelevanceClassifier, texts: Sequence[str]) -> NDArray[np.int64]:
    """Return how many characters of each text a classifier reads: all, if it does not say."""
    if isinstance(member, ReadsBeginnings):
        return member.read_lengths(texts)
    return np.array([len(text) for text in texts], dtype=np.int64)


def anatomy_of(classifier: RelevanceClassifier) -> Anatomy:
    """Take a model apart: calibration and a stack's meta-classifier join, all else reads."""
    if isinstance(classifier, CalibratedClassifier):
        base, put_right = anatomy_of(classifier.base_), classifier.put_right
        return Anatomy(base.members, lambda probabilities: put_right(base.join(probabilities)))
    if isinstance(classifier, StackingClassifier):
        return Anatomy(classifier.bases_, classifier.meta_.predict)
    return Anatomy({classifier.kind: classifier}, lambda probabilities: probabilities[:, 0])


def member_shares(anatomy: Anatomy, probabilities: Floats, *, prevalence: float) -> Floats:
    """Return what each member adds to the log-odds of each text, of shape (n_texts, n_members).

    A member that says nothing says the prevalence. What one adds depends on who has spoken
    before, so it is the mean over all orders: Shapley's value (1953). It is exact for any
    meta-classifier; for a logistic one it is weight times log-odds. All shares together are the
    log-odds less those of a text of which no member says anything.

    Parameters
    ----------
    probabilities : array of shape (n_texts, n_members)
    prevalence : float
        Of the records that the model has learnt from.
    """
    n_members = probabilities.shape[1]
    spoken = [np.array(each) for each in product((False, True), repeat=n_members)]
    values = {
        tuple(who): anatomy.log_odds(np.where(who, probabilities, prevalence)) for who in spoken
    }
    shares = np.zeros(probabilities.shape)
    for member in range(n_members):
        for before in spoken:
            if before[member]:
                continue
            n_before = int(before.sum())
            orders = factorial(n_before) * factorial(n_members - n_before - 1)
            after = before.copy()
            after[member] = True
            gain = values[tuple(after)] - values[tuple(before)]
            shares[:, member] += orders / factorial(n_members) * gain
    return shares
