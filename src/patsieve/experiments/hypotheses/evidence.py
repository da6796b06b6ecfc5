"""The runs of a study as the rules look at them: by name and seed, paired, resampled."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from patsieve.experiments.seed_means import SeedMean, mean_over_seeds
from patsieve.experiments.shared_resamples import (
    ResampledRun,
    SharedResamples,
    runs_by_seed,
)
from patsieve.experiments.study_run import StudyRun
from patsieve.metrics.inputs import Floats


@final
@dataclass(frozen=True)
class Quantity:
    """Something that is measured on a run.

    Attributes
    ----------
    of : callable
        From a run to its value; None where the run has no such value.
    resampled : callable, optional
        From a run and its resamples to values of shape (n_resamples,). Only for what rests on
        test records.
    absent : str
        Which runs have no value, in words.
    """

    of: Callable[[StudyRun], float | None]
    resampled: Callable[[StudyRun, ResampledRun], Floats] | None = None
    absent: str = ""


@final
class Evidence:
    """All runs of a study.

    Parameters
    ----------
    runs : mapping of str to sequence of StudyRun
        By experiment; at most one run for each seed.

    Raises
    ------
    DataError
        If an experiment has two runs of one seed, or runs of one seed were tested on different
        records.
    """

    def __init__(self, runs: Mapping[str, Sequence[StudyRun]]) -> None:
        self._runs = {
            name: runs_by_seed(name, of_name) for name, of_name in runs.items() if of_name
        }
        self._resamples = SharedResamples(
            run for of_name in self._runs.values() for run in of_name.values()
        )

    def missing(self, names: Sequence[str]) -> list[str]:
        """Return which of these experiments have no run."""
        return [name for name in names if name not in self._runs]

    def runs(self, name: str) -> list[StudyRun]:
        """Return the runs of an experiment by rising seed; none if there is none."""
        of_name = self._runs.get(name, {})
        return [of_name[seed] for seed in sorted(of_name)]

    def seeds(self, names: Sequence[str]) -> list[int]:
        """Return the seeds that every one of these experiments was run with, rising."""
        common = set.intersection(*(set(self._runs.get(name, {})) for name in names))
        return sorted(common)

    def are_the_same(self, names: Sequence[str]) -> bool:
        """Whether these experiments took the same course under all their common seeds.

        That happens where they come down to the same layers on a shallow encoder: nothing can
        be learnt from comparing a run with itself.
        """
        seeds = self.seeds(names)
        first, *others = names
        return bool(seeds and others) and all(
            _took_the_same_course(self._runs[first][seed], self._runs[other][seed])
            for seed in seeds
            for other in others
        )

    def average(self, shares: Mapping[str, float], quantity: Quantity) -> SeedMean | None:
        """Return a weighted sum over experiments, paired by seed and averaged over seeds.

        Parameters
        ----------
        shares : mapping of str to float
            Experiment to its factor: ``{"a": 1, "b": -1}`` is a minus b.
        quantity : Quantity

        Returns
        -------
        SeedMean or None
            Seeds where some run lacks the quantity are left out; None if no two are left.
        """
        values, deviations = [], []
        for seed in self.seeds(list(shares)):
            runs = {name: self._runs[name][seed] for name in shares}
            measured = {name: quantity.of(run) for name, run in runs.items()}
            found = [
                share * value
                for name, share in shares.items()
                if (value := measured[name]) is not None and np.isfinite(value)
            ]
            if len(found) < len(shares):
                continue
            values.append(sum(found))
            if quantity.resampled is not None:
                drawn = [
                    share * quantity.resampled(runs[name], self._resamples.of(runs[name]))
                    for name, share in shares.items()
                ]
                deviations.append(np.sum(drawn, axis=0) - values[-1])
        if len(values) < 2:
            return None
        return mean_over_seeds(values, np.mean(deviations, axis=0) if deviations else None)


def _took_the_same_course(one: StudyRun, other: StudyRun) -> bool:
    return _course(one) == _course(other) and np.array_equal(
        one.test_probabilities, other.test_probabilities
    )


def _course(run: StudyRun) -> list[Mapping[str, float]]:
    """Return everything measured on the way; not how long it took."""
    epochs = [part for record in run.history for part in (record.training, record.validation)]
    return [*epochs, run.training, run.validation]
