"""Whether a week's patents are still like those that a model, and its promise, were made on.

Two things are looked at: how the scores are spread, and how many words are new to the model. The
labelled records are known by class; a week may hold relevant and irrelevant records like those
in any shares. So what is tested is whether the week could be *some* mixture of the two classes:
another prevalence is no drift. Weeks are also looked at together, so that many small ones can
show what none of them shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, final

import numpy as np
from numpy.typing import NDArray

from patsieve.metrics.mixture_distance import mixture_distance
from patsieve.metrics.prevalence import grid_counts
from patsieve.screening.bundle import ModelBundle
from patsieve.screening.chosen import LabelledScores, calibration_scores
from patsieve.screening.drift.reference import DriftReference
from patsieve.screening.drift.week import WeekCounts
from patsieve.screening.prevalence_estimate import PrevalenceEstimate, estimate_of_file

FALSE_ALARMS = 0.01
"""The share of weeks without drift that raise an alarm, at most: one week in two years."""

SLACK = 0.05
"""A distance that is not called drift. Scores out of fold come from models that had fewer records
to learn from than the one that scores the week, and wording moves a little with time."""

_SEED = 0

Trait = Literal["scores", "words"]
Counts = NDArray[np.int64]


@final
@dataclass(frozen=True)
class Comparison:
    """One trait of one week, or of all weeks so far, held against the labelled records.

    Attributes
    ----------
    trait : {"scores", "words"}
    n_weeks, n_families : int
        That were looked at.
    distance, allowed : float
        As in `MixtureDistance`: beyond `allowed` it is drift.
    """

    trait: Trait
    n_weeks: int
    n_families: int
    distance: float
    allowed: float

    @property
    def differs(self) -> bool:
        """Whether the difference is more than chance and slack explain."""
        return self.distance > self.allowed


@final
@dataclass(frozen=True)
class DriftReport:
    """What a week looks like beside what the model was made on.

    Attributes
    ----------
    n_families : int
        Families of the week that neither the model nor an earlier week has seen.
    n_looks : int
        Weeks that this model was checked in, this one among them.
    comparisons : tuple of Comparison
        Empty where there is nothing to compare.
    unchecked : tuple of str
        What could not be looked at and why, a sentence each.
    prevalence : PrevalenceEstimate or None
        Of the week's new families.
    """

    n_families: int
    n_looks: int
    comparisons: tuple[Comparison, ...]
    unchecked: tuple[str, ...]
    prevalence: PrevalenceEstimate | None

    @property
    def found(self) -> tuple[Comparison, ...]:
        """The comparisons that raise the alarm."""
        return tuple(each for each in self.comparisons if each.differs)

    @property
    def is_raised(self) -> bool:
        """Whether the week, or all weeks so far, differ from what the model was made on."""
        return bool(self.found)

    @property
    def chance_of_a_false_alarm(self) -> float:
        """That at least one alarm is raised in so many weeks, if none of them differs, at most."""
        return min(1.0, FALSE_ALARMS * self.n_looks)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "raised": self.is_raised,
            "n_families": self.n_families,
            "n_looks": self.n_looks,
            "false_alarms_per_week": FALSE_ALARMS,
            "comparisons": [{**asdict(one), "differs": one.differs} for one in self.comparisons],
            "unchecked": list(self.unchecked),
            "prevalence": None if self.prevalence is None else self.prevalence.as_json(),
        }


def check_drift(
    bundle: ModelBundle,
    reference: DriftReference | None,
    week: WeekCounts,
    earlier: Sequence[WeekCounts] = (),
    *,
    n_looks: int = 1,
) -> DriftReport:
    """Compare a week's records with those that a model was made on.

    Parameters
    ----------
    reference : DriftReference, optional
        What the bundle keeps of its words (`read_reference`).
    week : WeekCounts
        Families that the model has not learnt from and that no earlier week held.
    earlier : sequence of WeekCounts
        Weeks without an alarm that the same model has scored before.
    n_looks : int
        Weeks that the model was checked in, this one among them.

    Returns
    -------
    DriftReport
        If scores and words of the week, and of the weeks together, are mixtures of those of the
        labelled classes, an alarm is raised with a chance of `FALSE_ALARMS` at most: each of the
        comparisons has its part of it (Bonferroni).
    """
    unchecked = []
    known = labelled_traits(bundle, reference)
    if known["scores"] is None:
        unchecked.append("the bundle keeps no scores of labelled records of both classes")
    if reference is None:
        unchecked.append(
            "the bundle is from before the words of its records were kept; train it again to "
            "have them compared too"
        )
    comparisons = compare_weeks(known, week, earlier)
    estimate = None
    if week.n_families and known["scores"] is not None:
        estimate = estimate_of_file(bundle, week.scores)
    return DriftReport(week.n_families, n_looks, comparisons, tuple(unchecked), estimate)


def labelled_traits(
    bundle: ModelBundle, reference: DriftReference | None
) -> dict[Trait, tuple[Counts, Counts] | None]:
    """Return counts of irrelevant and of relevant labelled families; None where not known."""
    scores = calibration_scores(bundle)
    return {
        "scores": None if scores is None else _by_class(scores),
        "words": None if reference is None else (reference.irrelevant, reference.relevant),
    }


def compare_weeks(
    known: Mapping[Trait, tuple[Counts, Counts] | None],
    week: WeekCounts,
    earlier: Sequence[WeekCounts] = (),
    *,
    n_resamples: int = 4000,
) -> tuple[Comparison, ...]:
    """Hold a week, and all weeks together, against labelled records of both classes.

    Parameters
    ----------
    known : mapping of trait to two arrays
        Counts of irrelevant and of relevant families; None where they are not known.
    n_resamples : int
        By which it is found out what chance does.
    """
    weeks = [*earlier, week] if earlier else []
    together = WeekCounts.together(weeks)
    todo: list[tuple[Trait, int, Counts, tuple[Counts, Counts]]] = []
    for counts, n_weeks in ((week, 1), (together, len(weeks))):
        traits: tuple[tuple[Trait, Counts], ...]
        traits = (("scores", counts.scores), ("words", counts.unknown))
        for trait, seen in traits:
            classes = known[trait]
            if seen.sum() and classes is not None and all(each.sum() for each in classes):
                todo.append((trait, n_weeks, seen, classes))
    made = []
    for trait, n_weeks, seen, classes in todo:
        found = mixture_distance(
            seen,
            *classes,
            level=FALSE_ALARMS / len(todo),
            slack=SLACK,
            # A week of fewer new words than the labelled records is no cause for alarm.
            upward=trait == "words",
            seed=_SEED,
            n_resamples=n_resamples,
        )
        made.append(Comparison(trait, n_weeks, int(seen.sum()), found.distance, found.allowed))
    return tuple(made)


def _by_class(scores: LabelledScores) -> tuple[Counts, Counts] | None:
    """Return `grid_counts` of the irrelevant and the relevant, one record for each family."""
    n_records = len(scores.labels)
    families = np.arange(n_records) if scores.families is None else scores.families
    _, first = np.unique(families, return_index=True)
    labels, probabilities = scores.labels[first], scores.probabilities[first]
    if len(np.unique(labels)) < 2:
        return None
    irrelevant, relevant = (grid_counts(probabilities[labels == label]) for label in (0, 1))
    return irrelevant, relevant
