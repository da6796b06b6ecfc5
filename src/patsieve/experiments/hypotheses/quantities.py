"""What the rules compare, with the resamples of whatever rests on test records."""

import numpy as np

from patsieve.experiments.hypotheses import trajectories
from patsieve.experiments.hypotheses.evidence import Quantity
from patsieve.experiments.shared_resamples import ResampledRun
from patsieve.experiments.study_run import Decisions, StudyRun
from patsieve.metrics.classification import measure_decisions
from patsieve.metrics.inputs import Floats

COLLAPSE = 0.10


def skill_of(decisions: Decisions) -> float:
    """Return Youden's J: true positive rate plus true negative rate minus 1, from -1 to 1.

    0 for a constant answer and for one by chance, whatever the prevalence.
    """
    return decisions.true_positive_rate + decisions.true_negative_rate - 1


def remaining_skill(run: StudyRun) -> float:
    """Return what a run still knows after unfreezing: the lower of two skills.

    One is that of the tested weights, uncorrected, on the test records. These weights are
    those of the best epoch, which in a run that collapses is one before the collapse; so the
    other is the MCC of the last epoch's training batches, which for balanced draws is about the
    same as Youden's J. Without unfreezing there is only the first.
    """
    tested = skill_of(run.as_trained["test"])
    if trajectories.first_unfrozen(run) is None:
        return tested
    return min(tested, run.history[-1].training["mcc"])


def has_collapsed(run: StudyRun) -> bool:
    """Whether a run gives about the same answer to everything: its skill is under a tenth.

    Calling fewer than 5 % of the relevant records relevant, or fewer than 5 % of the
    irrelevant ones irrelevant, makes the skill less than .05. That more than 95 % of all
    records are called one class is no sign of its own: where 4 % are relevant, a perfect
    classifier calls 96 % irrelevant.
    """
    return remaining_skill(run) < COLLAPSE


def minority_advantage(decisions: Decisions) -> float | None:
    """Return the share of the smaller class that is decided rightly less that of the larger.

    None if both classes are of one size.
    """
    relevant, irrelevant = decisions.fn + decisions.tp, decisions.tn + decisions.fp
    if relevant == irrelevant:
        return None
    difference = decisions.true_positive_rate - decisions.true_negative_rate
    return difference if relevant < irrelevant else -difference


def share_of_false_alarms(decisions: Decisions) -> float | None:
    """Return which share of the errors falls in class 0; None without errors."""
    errors = decisions.fp + decisions.fn
    return decisions.fp / errors if errors else None


def _resampled_rates(cells: Floats) -> tuple[Floats, Floats]:
    tn, fp, fn, tp = cells.T
    return tp / (fn + tp), tn / (tn + fp)


def _resampled_skill(run: StudyRun, resampled: ResampledRun) -> Floats:
    found, spared = _resampled_rates(resampled.as_trained)
    return np.minimum(found + spared - 1, run.history[-1].training["mcc"])


def _resampled_advantage(run: StudyRun, cells: Floats) -> Floats:
    found, spared = _resampled_rates(cells)
    is_minority = 2 * run.test_labels.sum() < len(run.test_labels)
    advantage: Floats = found - spared if is_minority else spared - found
    return advantage


def _resampled_share(run: StudyRun, resampled: ResampledRun) -> Floats:
    false_alarms, misses = resampled.as_trained[:, 1], resampled.as_trained[:, 2]
    errors = false_alarms + misses
    share = share_of_false_alarms(run.as_trained["test"])
    assert share is not None, "only runs with a share are resampled"
    # A resample without errors says nothing about where they fall.
    shares: Floats = np.full(len(errors), share)
    return np.divide(false_alarms, errors, out=shares, where=errors > 0)


def _resampled_overfitting(run: StudyRun, resampled: ResampledRun) -> Floats:
    return run.training["mcc"] - measure_decisions(resampled.corrected).mcc


_SHORT = "the others ended before, or soon after, they unfroze"
_EQUAL = "in the others both classes have the same number of test records"

TEST_RANKING = Quantity(
    lambda run: run.test["average_precision"], lambda _, drawn: drawn.average_precision
)
TRAINING_RANKING = Quantity(lambda run: run.training["average_precision"])
SKILL = Quantity(
    lambda run: None if trajectories.first_unfrozen(run) is None else remaining_skill(run),
    _resampled_skill,
    absent="the others ended before they unfroze",
)
MINORITY_ADVANTAGE = Quantity(
    lambda run: minority_advantage(run.as_trained["test"]),
    lambda run, drawn: _resampled_advantage(run, drawn.as_trained),
    absent=_EQUAL,
)
CORRECTED_ADVANTAGE = Quantity(
    lambda run: minority_advantage(run.corrected["test"]),
    lambda run, drawn: _resampled_advantage(run, drawn.corrected),
    absent=_EQUAL,
)
FALSE_ALARMS = Quantity(
    lambda run: share_of_false_alarms(run.as_trained["test"]),
    _resampled_share,
    absent="the others have no errors",
)
OVERFITTING = Quantity(lambda run: run.training["mcc"] - run.test["mcc"], _resampled_overfitting)
LOSS_GAP = Quantity(lambda run: run.validation["loss"] - run.training["loss"])
ACCURACY_GAP = Quantity(lambda run: run.training["accuracy"] - run.validation["accuracy"])
RANKING_CHANGE = Quantity(trajectories.ranking_change, absent=_SHORT)
GAP_GROWTH = Quantity(trajectories.gap_growth, absent=_SHORT)
FITTING_SPEED = Quantity(trajectories.fitting_speed, absent=_SHORT)
JOLT = Quantity(trajectories.jolt, absent=_SHORT)
UNSTEADINESS = Quantity(trajectories.unsteadiness, absent=_SHORT)
EPOCHS_TO_ONSET = Quantity(trajectories.epochs_to_onset, absent=_SHORT)
