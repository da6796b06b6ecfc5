"""What a study found, in a few plain sentences: the best, its rivals, the verdicts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np

from patsieve.experiments.hypotheses import Outcome, Verdict
from patsieve.experiments.seed_means import SeedMean, mean_over_seeds
from patsieve.experiments.shared_resamples import SharedResamples
from patsieve.experiments.significance import Pair, SignificanceMatrix
from patsieve.experiments.study_run import StudyRun

CRITERION = "average_precision"


@final
@dataclass(frozen=True)
class Findings:
    """The experiment that the validation records choose, and how sure that choice is.

    Attributes
    ----------
    best : str
        Highest mean validation average precision among the experiments that were run with
        the most seeds; the first in order among equals.
    n_seeds, n_chosen_from : int
        Seeds of the best, and experiments that have as many.
    validation : float
        The average precision that it was chosen by.
    test : SeedMean
        Its average precision on the test records, with its 95 % interval.
    alike, worse, better : tuple of str
        The others, by whether the unadjusted 95 % interval of their difference in test
        average precision holds 0, shows them worse, or better than the best.
    verdicts : mapping of Outcome to int
        How many hypotheses came out how.
    """

    best: str
    n_seeds: int
    n_chosen_from: int
    validation: float
    test: SeedMean
    alike: tuple[str, ...]
    worse: tuple[str, ...]
    better: tuple[str, ...]
    verdicts: Mapping[Outcome, int]


def find(
    runs: Mapping[str, Sequence[StudyRun]],
    matrix: SignificanceMatrix,
    verdicts: Sequence[Verdict],
) -> Findings:
    """Return the findings of a study.

    Parameters
    ----------
    runs : mapping of str to sequence of StudyRun
        At least one experiment, none the same run as another, none without a run.
    matrix : SignificanceMatrix
        Of these experiments.
    verdicts : sequence of Verdict
    """
    most = max(len(of_name) for of_name in runs.values())
    validation = {
        name: float(np.mean([run.validation[CRITERION] for run in of_name]))
        for name, of_name in runs.items()
        if len(of_name) == most
    }
    best = max(validation, key=validation.__getitem__)
    sides = {name: _side(matrix.between(name, best)) for name in runs if name != best}
    counted = Counter(verdict.outcome for verdict in verdicts)
    return Findings(
        best=best,
        n_seeds=most,
        n_chosen_from=len(validation),
        validation=validation[best],
        test=_with_interval(runs[best]),
        alike=tuple(name for name, side in sides.items() if side == 0),
        worse=tuple(name for name, side in sides.items() if side < 0),
        better=tuple(name for name, side in sides.items() if side > 0),
        verdicts={outcome: counted[outcome] for outcome in Outcome},
    )


def _side(pair: Pair) -> int:
    """Return 1 where the first is better, -1 where it is worse, 0 where nothing tells."""
    difference = pair.differences.get(CRITERION)
    if difference is None:
        return 0
    return int(difference.low > 0) - int(difference.high < 0)


def _with_interval(runs: Sequence[StudyRun]) -> SeedMean:
    resamples = SharedResamples(runs)
    values = [run.test[CRITERION] for run in runs]
    moved = [
        resamples.of(run).average_precision - value for run, value in zip(runs, values, strict=True)
    ]
    found = mean_over_seeds(values, np.mean(moved, axis=0))
    # Over few seeds the interval is wide, and knows nothing of where the metric ends.
    return replace(found, low=max(found.low, 0.0), high=min(found.high, 1.0))
