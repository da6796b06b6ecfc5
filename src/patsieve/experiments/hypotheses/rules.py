"""All ten hypotheses in the reference study's order, and the verdicts on a study."""

from collections.abc import Mapping, Sequence

from patsieve.experiments.hypotheses.evidence import Evidence
from patsieve.experiments.hypotheses.hypothesis import Hypothesis
from patsieve.experiments.hypotheses.on_classes import ERRORS, MINORITY, WEIGHTS
from patsieve.experiments.hypotheses.on_layers import DEPTH, WIDTH
from patsieve.experiments.hypotheses.on_models import CHECKPOINTS, STACKING
from patsieve.experiments.hypotheses.on_unfreezing import AT_ONCE, LEARNING_RATE, POOLER
from patsieve.experiments.hypotheses.verdict import Verdict
from patsieve.experiments.study_run import StudyRun

HYPOTHESES: tuple[Hypothesis, ...] = (
    POOLER,
    LEARNING_RATE,
    AT_ONCE,
    DEPTH,
    MINORITY,
    STACKING,
    CHECKPOINTS,
    WEIGHTS,
    WIDTH,
    ERRORS,
)

MULTIPLICITY = (
    "Every part is judged at 95 % for itself, without adjusting for the others. Of ten hypotheses "
    "that all sat just at their margins, one at least would get a wrong verdict in 40 of 100 "
    "studies, or more: a hypothesis of several parts is refuted by any of them. A single verdict "
    "that comes out against expectation is a reason to run more seeds, not a discovery."
)


def judge(runs: Mapping[str, Sequence[StudyRun]]) -> tuple[Verdict, ...]:
    """Return the verdicts on all ten hypotheses, in order.

    Parameters
    ----------
    runs : mapping of str to sequence of StudyRun
        Experiment, by its name in the catalogue, to its runs, one for each seed. Experiments
        that no rule asks for are left aside.

    Returns
    -------
    tuple of Verdict
        A hypothesis whose experiments are missing, or have fewer than two seeds in common, is
        not decided; its sentence says what would decide it.

    Raises
    ------
    DataError
        If an experiment has two runs of one seed, or runs of one seed were tested on different
        records.
    """
    evidence = Evidence(runs)
    return tuple(hypothesis.judge(evidence) for hypothesis in HYPOTHESES)
