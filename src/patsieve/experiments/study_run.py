"""What one run of a study came to: everything that its report and its verdicts read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, final

import numpy as np
from numpy.typing import NDArray

from patsieve.finetuning.events import EpochRecord


@final
@dataclass(frozen=True)
class Decisions:
    """How a classifier's decisions at .5 compare with the labels of some records.

    Attributes
    ----------
    tn, fp, fn, tp : int
        Irrelevant records rightly and wrongly decided, relevant ones missed and found.
    """

    tn: int
    fp: int
    fn: int
    tp: int

    @property
    def accuracy(self) -> float:
        """Share of right decisions."""
        return (self.tn + self.tp) / (self.tn + self.fp + self.fn + self.tp)

    @property
    def true_negative_rate(self) -> float:
        """Share of the irrelevant records that are called so; 0 if there are none."""
        return self.tn / max(self.tn + self.fp, 1)

    @property
    def true_positive_rate(self) -> float:
        """Share of the relevant records that are called so; 0 if there are none."""
        return self.tp / max(self.fn + self.tp, 1)


@final
@dataclass(frozen=True)
class StudyRun:
    """One experiment with one seed.

    Attributes
    ----------
    experiment : str
    seed : int
        Of the split and of the training: runs of one seed share their test records. In a study
        by folds, the number of the fold, which is the seed of the training too.
    history : tuple of EpochRecord
        Empty for a classifier without epochs.
    best_epoch : int
        The epoch whose weights were tested; 0 without epochs.
    stop_reason : str
    training, validation, test : mapping of str to float
        ``loss`` (log loss) and the names of `patsieve.metrics.evaluation`, of the final
        weights without dropout, on the records of each part as they are (not re-sampled),
        probabilities corrected to the real prevalence, decisions at .5.
    as_trained : mapping of str to Decisions
        Of ``"training"``, ``"validation"`` and ``"test"``: the uncorrected argmax, which is
        what the reference study reported.
    corrected : mapping of str to Decisions
        The same from the corrected probabilities.
    test_labels : array of int of shape (n_test,)
    test_probabilities : array of shape (n_test,)
        Corrected to the real prevalence.
    test_families : array of int of shape (n_test,)
    seconds : float
        Wall time of training and testing, shared epochs and cached activations counted at
        what they cost this run.
    facts : mapping
        Other plain values: device, precision, trainable parameters, cache bytes and the like.
    """

    experiment: str
    seed: int
    history: tuple[EpochRecord, ...]
    best_epoch: int
    stop_reason: str
    training: Mapping[str, float]
    validation: Mapping[str, float]
    test: Mapping[str, float]
    as_trained: Mapping[str, Decisions]
    corrected: Mapping[str, Decisions]
    test_labels: NDArray[np.int64]
    test_probabilities: NDArray[np.float64]
    test_families: NDArray[np.int64]
    seconds: float
    facts: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return plain values, which `from_json` reads back without loss."""
        plain: dict[str, Any] = dict(vars(self))
        plain["history"] = [record.as_json() for record in self.history]
        for name in ("as_trained", "corrected"):
            plain[name] = {part: vars(decided) for part, decided in plain[name].items()}
        for name in ("test_labels", "test_probabilities", "test_families"):
            plain[name] = plain[name].tolist()
        for name in ("training", "validation", "test", "facts"):
            plain[name] = dict(plain[name])
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Return the run that `as_json` described."""
        values = dict(plain)
        values["history"] = tuple(EpochRecord(**record) for record in plain["history"])
        for name in ("as_trained", "corrected"):
            values[name] = {part: Decisions(**decided) for part, decided in plain[name].items()}
        values["test_labels"] = np.array(plain["test_labels"], dtype=np.int64)
        values["test_probabilities"] = np.array(plain["test_probabilities"], dtype=np.float64)
        values["test_families"] = np.array(plain["test_families"], dtype=np.int64)
        return cls(**values)
