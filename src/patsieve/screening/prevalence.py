"""Probabilities of a bundle in a file where relevant records are rarer, or more common."""

from dataclasses import dataclass, replace
from typing import Literal, Self, final

from patsieve.errors import UsageError
from patsieve.metrics.log_odds import at_prevalence
from patsieve.screening.bundle import ModelBundle, ThresholdFacts
from patsieve.screening.chosen import ChosenThreshold, calibration_scores
from patsieve.screening.evidence import weigh_threshold
from patsieve.screening.prevalence_estimate import labelled_scores
from patsieve.screening.purpose import COST, Purpose


@final
@dataclass(frozen=True)
class Move:
    """From the prevalence at which a bundle's probabilities are to that of a file.

    Attributes
    ----------
    known, wanted : float
        Strictly between 0 and 1.
    """

    known: float
    wanted: float

    @classmethod
    def to(cls, bundle: ModelBundle, prevalence: float | None) -> Self:
        """Return the move from a bundle's prevalence to another; None stays there.

        Raises
        ------
        UsageError
            If the prevalence does not lie strictly between 0 and 1.
        """
        known = bundle.manifest.data.prevalence
        if prevalence is None:
            return cls(known, known)
        if not 0 < prevalence < 1:
            raise UsageError(
                f"the prevalence is {prevalence:g}; it must lie between 0 and 1, like 0.05"
            )
        return cls(known, prevalence)

    def __call__(self, probability: float) -> float:
        """Return what a probability of the bundle is in the file."""
        return at_prevalence(probability, known=self.known, wanted=self.wanted)

    def back(self, probability: float) -> float:
        """Return of which probability of the bundle this is what it is in the file."""
        return at_prevalence(probability, known=self.wanted, wanted=self.known)


def shown_there(chosen: ChosenThreshold, bundle: ModelBundle, move: Move) -> ChosenThreshold:
    """Return a threshold that keeps its value with what labelled records show of it in the file.

    There it calls other records than it would among the labelled ones: those that are called
    by the threshold from which the move leads to it. What it costs a record hangs on the
    prevalence, and labelled records do not tell that of the file.
    """
    scores = calibration_scores(bundle)
    if chosen.evidence is None or scores is None or move.known == move.wanted:
        return chosen
    evidence = weigh_threshold(
        scores.labels, scores.probabilities, move.back(chosen.value), scores.families
    )
    return replace(chosen, evidence=evidence, costs=None)


def stays(bundle: ModelBundle, purpose: Purpose | None) -> bool:
    """Whether a threshold stays the same number where prevalence, and every probability, changes.

    One that the user set as a probability does, and one by costs: it says how likely a record
    must be to be worth reading. One that was chosen on labelled records (for recall, say) marks
    a place in the ranking, and moves along with the records there: recall does not depend on
    prevalence.

    Parameters
    ----------
    purpose : Purpose, optional
        That the threshold was chosen for; None where it is the bundle's own.
    """
    if purpose is None:
        return keeps_its_value(bundle.manifest.threshold)
    return purpose.budget is not None or purpose.known_threshold is not None


def keeps_its_value(facts: ThresholdFacts) -> bool:
    """Whether a bundle's own threshold stays; see `stays`."""
    return facts.purpose == str(Purpose("fixed", facts.value)) or facts.purpose.startswith(COST)


def check_prevalence(bundle: ModelBundle, prevalence: float | Literal["estimate"] | None) -> None:
    """Refuse what could not be done after scoring, before it.

    Raises
    ------
    UsageError, BundleError
    """
    if prevalence == "estimate":
        labelled_scores(bundle)
    else:
        Move.to(bundle, prevalence)
