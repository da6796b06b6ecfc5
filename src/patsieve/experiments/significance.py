"""Which experiments of a study differ by more than chance: every pair, as a matrix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from patsieve.experiments.seed_means import SeedMean, mean_over_seeds
from patsieve.experiments.shared_resamples import SharedResamples, runs_by_seed
from patsieve.experiments.study_run import StudyRun
from patsieve.metrics.classification import decide, measure_decisions
from patsieve.metrics.holm import holm
from patsieve.metrics.inputs import Floats
from patsieve.metrics.mcnemar import McNemar, mcnemar

METRICS = ("average_precision", "mcc", "accuracy")


@final
@dataclass(frozen=True)
class Difference:
    """By how much one experiment's metric is higher than another's.

    Attributes
    ----------
    mean, low, high : float
        Over the seeds, with the 95 % interval of `mean_over_seeds`.
    p_value : float
        The larger one of the paired t test over seeds and of the resampled test families.
    adjusted_p_value : float
        After Holm (1979), over all pairs of the matrix, for this metric. With three seeds a t
        test hardly ever gets below 1e-3, so that few pairs of a large study can survive this.
    """

    mean: float
    low: float
    high: float
    p_value: float
    adjusted_p_value: float


@final
@dataclass(frozen=True)
class Pair:
    """Two experiments compared: the first minus the second.

    Attributes
    ----------
    first, second : str
    n_seeds : int
        That both were run with.
    differences : mapping of str to Difference
        By the names of `METRICS`; empty without a common seed.
    mcnemar : McNemar or None
        Of the decisions at .5, seeds pooled: a record that is tested under several seeds counts
        each time, and all are taken for independent, families and repeats included. The
        p-value is too small rather than too large. None without a common seed.
    """

    first: str
    second: str
    n_seeds: int
    differences: Mapping[str, Difference]
    mcnemar: McNemar | None

    @property
    def note(self) -> str:
        """What to know about the comparison; empty for the usual case."""
        if self.n_seeds == 0:
            return "no common seed"
        if self.n_seeds == 1:
            return "one common seed: from its test families alone, without the scatter of training"
        return ""

    def reversed(self) -> "Pair":
        """Return the second minus the first."""
        turned = {
            metric: replace(found, mean=-found.mean, low=-found.high, high=-found.low)
            for metric, found in self.differences.items()
        }
        test = self.mcnemar
        return Pair(
            self.second,
            self.first,
            self.n_seeds,
            turned,
            None if test is None else McNemar(test.only_second, test.only_first, test.p_value),
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "first": self.first,
            "second": self.second,
            "n_seeds": self.n_seeds,
            "note": self.note,
            **{metric: vars(found) for metric, found in self.differences.items()},
            "mcnemar": None if self.mcnemar is None else vars(self.mcnemar),
        }


@final
@dataclass(frozen=True)
class SignificanceMatrix:
    """Every pair of experiments of a study.

    Attributes
    ----------
    experiments : tuple of str
        In the order given; rows and columns.
    pairs : tuple of Pair
        Each pair once, the earlier experiment first.
    """

    experiments: tuple[str, ...]
    pairs: tuple[Pair, ...]

    def between(self, first: str, second: str) -> Pair:
        """Return first minus second; the other way round the signs turn.

        Raises
        ------
        KeyError
            If these are not two different experiments of the matrix.
        """
        for pair in self.pairs:
            if (pair.first, pair.second) == (first, second):
                return pair
            if (pair.second, pair.first) == (first, second):
                return pair.reversed()
        raise KeyError(f"there is no pair of {first} and {second}; there are {self.experiments}")

    def as_json(self) -> dict[str, Any]:
        """Return ``{"experiments": [...], "pairs": [...]}``, each pair once."""
        return {
            "experiments": list(self.experiments),
            "pairs": [pair.as_json() for pair in self.pairs],
        }


def compare_all(
    runs: Mapping[str, Sequence[StudyRun]], *, seed: int = 0, n_resamples: int = 1000
) -> SignificanceMatrix:
    """Compare every pair of experiments on their common seeds.

    Parameters
    ----------
    runs : mapping of str to sequence of StudyRun
        By experiment, at most one run for each seed. Experiments without runs are left out.
    seed, n_resamples : int
        Of the bootstrap by family; the resamples are the same for all pairs.

    Raises
    ------
    DataError
        If an experiment has two runs of one seed, or runs of one seed were tested on different
        records.
    """
    by_seed = {name: runs_by_seed(name, of_name) for name, of_name in runs.items() if of_name}
    every = [run for of_name in by_seed.values() for run in of_name.values()]
    resamples = SharedResamples(every, seed=seed, n_resamples=n_resamples)
    drawn = {(run.experiment, run.seed): _metrics(run, resamples) for run in every}
    found: dict[tuple[str, str], dict[str, SeedMean]] = {}
    pairs = []
    for first, second in combinations(by_seed, 2):
        common = sorted(set(by_seed[first]) & set(by_seed[second]))
        of_pair = [(by_seed[first][each], by_seed[second][each]) for each in common]
        found[first, second] = _difference(of_pair, drawn)
        pairs.append(Pair(first, second, len(common), {}, _mcnemar(of_pair)))
    adjusted = {metric: _holm_of(found, metric) for metric in METRICS}
    return SignificanceMatrix(
        tuple(by_seed),
        tuple(
            replace(
                pair,
                differences={
                    metric: Difference(
                        mean.mean,
                        mean.low,
                        mean.high,
                        mean.p_value,
                        adjusted[metric][pair.first, pair.second],
                    )
                    for metric, mean in found[pair.first, pair.second].items()
                },
            )
            for pair in pairs
        ),
    )


def _holm_of(
    found: Mapping[tuple[str, str], Mapping[str, SeedMean]], metric: str
) -> dict[tuple[str, str], float]:
    p_values = {pair: means[metric].p_value for pair, means in found.items() if means}
    return dict(zip(p_values, holm(list(p_values.values())), strict=True))


def _metrics(run: StudyRun, resamples: SharedResamples) -> dict[str, Floats]:
    """Return by how much each metric of a run differs on each resample."""
    resampled = resamples.of(run)
    decided = measure_decisions(resampled.corrected)
    return {
        "average_precision": resampled.average_precision - run.test["average_precision"],
        "mcc": decided.mcc - run.test["mcc"],
        "accuracy": decided.accuracy - run.test["accuracy"],
    }


def _difference(
    pairs: list[tuple[StudyRun, StudyRun]], drawn: Mapping[tuple[str, int], Mapping[str, Floats]]
) -> dict[str, SeedMean]:
    if not pairs:
        return {}
    return {
        metric: mean_over_seeds(
            [one.test[metric] - other.test[metric] for one, other in pairs],
            np.mean(
                [
                    drawn[one.experiment, one.seed][metric]
                    - drawn[other.experiment, other.seed][metric]
                    for one, other in pairs
                ],
                axis=0,
            ),
        )
        for metric in METRICS
    }


def _mcnemar(pairs: list[tuple[StudyRun, StudyRun]]) -> McNemar | None:
    if not pairs:
        return None
    is_right = [(_is_right(one), _is_right(other)) for one, other in pairs]
    only_first = sum(int((one & ~other).sum()) for one, other in is_right)
    only_second = sum(int((other & ~one).sum()) for one, other in is_right)
    return mcnemar(only_first, only_second)


def _is_right(run: StudyRun) -> NDArray[np.bool_]:
    right: NDArray[np.bool_] = decide(run.test_probabilities) == run.test_labels
    return right
