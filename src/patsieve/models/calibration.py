"""What makes probabilities believable: the calibrators, as one interface, and kept as JSON.

A calibrator learns from log-odds that models gave to records which they had not seen. It never
turns a ranking round: of two scores the higher gets the higher probability. Two scores so close
or so far out that their probabilities are the same float may become a tie.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self, final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from patsieve.errors import BundleError
from patsieve.metrics.inputs import Floats
from patsieve.models.beta import BetaCalibration
from patsieve.models.isotonic import Isotonic
from patsieve.models.kept_facts import read_facts
from patsieve.models.platt import Platt, scores_and_targets

_FORMAT = 1


class Calibrator(Protocol):
    """A rising function from log-odds as claimed to probabilities as observed.

    Attributes
    ----------
    name : str
        Its key in `CALIBRATORS`.
    """

    name: ClassVar[str]

    @classmethod
    def fit(cls, scores: NDArray[np.float64], labels: NDArray[np.int64]) -> Self:
        """Learn from scores and what became of the records.

        Parameters
        ----------
        scores : array of float of shape (n_records,)
            Log-odds, by models that had not seen the record.
        labels : array of int of shape (n_records,)
            1 relevant, 0 irrelevant. Probabilities will be at their prevalence.

        Raises
        ------
        LabelError
            If all labels are the same.
        ValueError
            If lengths differ or a score is not finite.
        """

    def probabilities(self, scores: NDArray[np.float64]) -> Floats:
        """Return the probabilities of being relevant, in the shape of `scores`."""

    def as_json(self) -> dict[str, Any]:
        """Return plain values from which `from_json` makes an equal calibrator."""

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Self:
        """Return what `as_json` described."""


@final
@dataclass(frozen=True)
class Identity:
    """Takes every claim as it is."""

    name: ClassVar[str] = "identity"

    @classmethod
    def fit(cls, scores: NDArray[np.float64], labels: NDArray[np.int64]) -> Self:
        """Learn nothing, but refuse what any calibrator refuses."""
        scores_and_targets(scores, labels)
        return cls()

    def probabilities(self, scores: NDArray[np.float64]) -> Floats:
        """Return the probabilities whose log-odds are `scores`."""
        return np.asarray(expit(scores))

    def as_json(self) -> dict[str, Any]:
        """Return nothing: there is nothing to keep."""
        return {}

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Self:  # noqa: ARG003 - nothing was kept
        """Return one: all are the same."""
        return cls()


CALIBRATORS: dict[str, type[Calibrator]] = {
    calibrator.name: calibrator for calibrator in (Identity, Platt, BetaCalibration, Isotonic)
}
"""By name, from the one that supposes most to the one that supposes least."""


def write_calibrator(path: Path, calibrator: Calibrator) -> None:
    """Write a calibrator as a JSON file."""
    facts = {"format": _FORMAT, "name": calibrator.name, **calibrator.as_json()}
    path.write_text(json.dumps(facts), encoding="utf-8")


def read_calibrator(path: Path) -> Calibrator:
    """Read what `write_calibrator` wrote.

    Raises
    ------
    BundleError
        If it is from another version, or of a kind that is not known here.
    """
    facts = read_facts(path, known=_FORMAT)
    if facts["name"] not in CALIBRATORS:
        raise BundleError(
            f"{path} holds a calibrator called '{facts['name']}'; known here are "
            f"{', '.join(CALIBRATORS)}"
        )
    return CALIBRATORS[facts["name"]].from_json(facts)
