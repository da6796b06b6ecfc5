"""How well systems ranked the records of several tasks, and which differences chance explains.

The scores of two trainings need not have one scale, so they are never sorted together: every
task is measured by itself, and the mean is taken over the tasks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Self, final

import numpy as np
from numpy.typing import NDArray

from patsieve.experiments.comparison.alignment import AlignedScores
from patsieve.experiments.comparison.contest import Contest, over_sets
from patsieve.experiments.comparison.outcome import OverSets
from patsieve.metrics.differences import Draws
from patsieve.metrics.intervals import FamilyBootstrap, percentile_interval
from patsieve.metrics.scored import Scored, checked, measure_of
from rankers.tasks import Task

METRICS = {
    "average_precision": "average precision",
    "mcc": "MCC",
    "f1_relevant": "F1, relevant",
    "wss_at_95": "WSS@95",
}
SHOWN = ("average_precision", "wss_at_95")
"""What differences are told of."""

_N_DRAWS = 1000
_THRESHOLD = 0.5
Scores = Mapping[str, Sequence[NDArray[np.float64]]]
"""By system, an array for each task."""


@final
@dataclass(frozen=True)
class Results:
    """Systems on the tasks of one set, or of several.

    Attributes
    ----------
    tasks : sequence of Task
    scores : mapping of system to sequence of array
        An array for each task.
    are_disjoint : bool
        Whether no record is tested in two tasks. Otherwise there are no intervals and no
        verdicts, which would be too sure of themselves.
    n_sets : int
        How many sets these are; each has as many tasks, one after the other.
    """

    tasks: Sequence[Task]
    scores: Scores
    are_disjoint: bool
    n_sets: int = 1

    @classmethod
    def together(cls, sets: Sequence[Self]) -> Self:
        """Return the results of several sets of as many tasks each, so that sets count alike."""
        return cls(
            [task for each in sets for task in each.tasks],
            {
                system: [scores for each in sets for scores in each.scores[system]]
                for system in sets[0].scores
            },
            are_disjoint=all(each.are_disjoint for each in sets),
            n_sets=len(sets),
        )

    def table(self) -> Iterator[str]:
        """Yield each system's mean over the tasks ± their scatter, and its interval by family."""
        yield "| system | " + " | ".join(METRICS.values()) + " |"
        yield "|---" * (len(METRICS) + 1) + "|"
        for system, of_tasks in self.scores.items():
            cells = [self._cell(values, drawn) for values, drawn in self._measured(of_tasks)]
            yield f"| {system} | " + " | ".join(cells) + " |"

    def verdicts(self, against: str) -> Iterator[str]:
        """Yield the differences of one system to each other, and whether they are told apart."""
        if not self.are_disjoint or against not in self.scores or len(self.scores) < 2:
            return
        yield f"| {against} minus | average precision | WSS@95 | p (Holm) | verdict |"
        yield "|---|---|---|---|---|"
        for pair in over_sets([self._contest(n) for n in range(len(self.tasks))], seed=0):
            if against in (pair.first, pair.second):
                yield _verdict(pair, against)

    def _contest(self, number: int) -> Mapping[tuple[str, str], Mapping[str, Draws]]:
        """Return how every pair of systems differs on a task."""
        task = self.tasks[number]
        scores = {(name, None): own[number] for name, own in self.scores.items()}
        aligned = AlignedScores(task.labels(task.test), task.families(task.test), scores, ())
        # Tasks are independent: equal seeds would make them err alike.
        return Contest(aligned, {}, seed=number, n_draws=_N_DRAWS).outcome()[1]

    def _measured(
        self, of_tasks: Sequence[NDArray[np.float64]]
    ) -> Iterator[tuple[list[float], list[NDArray[np.float64]]]]:
        """Yield for each metric its value on each task, and its values on resamples of it."""
        once, drawn = [], []
        for number, (task, scores) in enumerate(zip(self.tasks, of_tasks, strict=True)):
            labels, families = task.labels(task.test), task.families(task.test)
            measure = measure_of(checked(labels, Scored(scores, _THRESHOLD)), tuple(METRICS))
            bootstrap = FamilyBootstrap(labels, families, seed=number, n_resamples=_N_DRAWS)
            once.append(measure(np.ones((1, len(labels)), dtype=np.int64)))
            blocks = [measure(weights) for weights in bootstrap.weights()]
            drawn.append({m: np.concatenate([block[m] for block in blocks]) for m in METRICS})
        for metric in METRICS:
            yield [float(each[metric][0]) for each in once], [each[metric] for each in drawn]

    def _cell(self, values: list[float], drawn: list[NDArray[np.float64]]) -> str:
        mean = percentile_interval(fmean(values), np.mean(drawn, axis=0))
        interval = f" ({mean.low:.3f} … {mean.high:.3f})" if self.are_disjoint else ""
        # Sets differ by far more than splits, so their scatter is no error of the mean.
        by_task = np.reshape(values, (self.n_sets, -1)).mean(axis=0)
        return f"{mean.value:.3f} ± {by_task.std(ddof=1):.3f}{interval}"


def _verdict(pair: OverSets, against: str) -> str:
    is_first = pair.first == against
    cells = []
    for metric in SHOWN:
        found = pair.differences[metric]
        value, low, high = (
            (found.value, found.low, found.high)
            if is_first
            else (-found.value, -found.high, -found.low)
        )
        cells.append(f"{value:+.3f} ({low:+.3f} … {high:+.3f})")
    verdict = "cannot be told apart" if pair.better is None else f"{pair.better} is better"
    other = pair.second if is_first else pair.first
    return f"| {other} | " + " | ".join(cells) + f" | {pair.adjusted_p_value:.3f} | {verdict} |"
