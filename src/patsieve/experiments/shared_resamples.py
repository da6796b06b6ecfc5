"""The same resamples of test families for every run of a study, so that runs can be paired."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.errors import DataError
from patsieve.experiments.study_run import StudyRun
from patsieve.metrics.classification import decide
from patsieve.metrics.inputs import Floats
from patsieve.metrics.intervals import FamilyBootstrap
from patsieve.metrics.reading import ReadingOrder

# Elements of a block of resamples that is measured at once: some 100 MB at the most.
_BLOCK_ELEMENTS = 1_000_000


@final
@dataclass(frozen=True)
class ResampledRun:
    """A run's test measures on each of the resamples, in their order.

    Attributes
    ----------
    average_precision : array of shape (n_resamples,)
    as_trained, corrected : array of shape (n_resamples, 4)
        Counts tn, fp, fn, tp of the uncorrected argmax and of the corrected decisions at .5.
    """

    average_precision: Floats
    as_trained: Floats
    corrected: Floats


@final
class SharedResamples:
    """Draws families once, for all seeds together, and measures runs on the draws.

    A family that is tested under several seeds is drawn equally often in each: the seeds'
    test sets come from one labelled set, and what they share makes them err together. With one
    seed these are the resamples of `compare_scores`. Resamples that leave some seed
    without a record of either class are left out.

    Parameters
    ----------
    runs : iterable of StudyRun
        Runs of one seed must have the same test records. A family's code must be the same
        under every seed; codes of their own would make the seeds' test sets look unrelated.
    seed, n_resamples : int
        As for `FamilyBootstrap`.

    Raises
    ------
    DataError
        If runs of one seed were tested on different records, or all on one family.
    """

    def __init__(self, runs: Iterable[StudyRun], *, seed: int = 0, n_resamples: int = 1000) -> None:
        first: dict[int, StudyRun] = {}
        for run in runs:
            _check_same_records(first.setdefault(run.seed, run), run)
        self._weights = _drawn(list(first.values()), seed, n_resamples)
        self._measured: dict[tuple[str, int], ResampledRun] = {}

    def of(self, run: StudyRun) -> ResampledRun:
        """Measure a run, which must be one of those given at first; measured once only."""
        key = (run.experiment, run.seed)
        if key not in self._measured:
            self._measured[key] = _measure(run, self._weights[run.seed])
        return self._measured[key]


def runs_by_seed(name: str, runs: Sequence[StudyRun]) -> dict[int, StudyRun]:
    """Return the runs of an experiment by their seeds.

    Raises
    ------
    DataError
        If two runs have one seed.
    """
    by_seed: dict[int, StudyRun] = {}
    for run in runs:
        if run.seed in by_seed:
            raise DataError(f"{name} has two runs with seed {run.seed}; one for each seed is meant")
        by_seed[run.seed] = run
    return by_seed


def _check_same_records(known: StudyRun, run: StudyRun) -> None:
    if not (
        np.array_equal(known.test_labels, run.test_labels)
        and np.array_equal(known.test_families, run.test_families)
    ):
        raise DataError(
            f"{known.experiment} and {run.experiment} were tested on different records under "
            f"seed {run.seed}; runs can be compared only if their test records are the same"
        )


def _drawn(
    runs: list[StudyRun], seed: int, n_resamples: int
) -> dict[int, NDArray[np.uint8 | np.int64]]:
    """Return by seed how often each test record counts, of shape (n_resamples, n_test)."""
    if not runs:
        return {}
    labels = np.concatenate([run.test_labels for run in runs])
    families = np.concatenate([run.test_families for run in runs])
    if len(np.unique(families)) < 2:
        raise DataError(
            f"all {len(labels)} test records belong to one family; "
            "a comparison needs at least two families to tell how sure it is"
        )
    ends = np.cumsum([len(run.test_labels) for run in runs])[:-1]
    blocks: list[list[NDArray[np.uint8 | np.int64]]] = []
    bootstrap = FamilyBootstrap(labels, families, seed=seed, n_resamples=n_resamples)
    for weights in bootstrap.weights():
        parts = np.split(weights, ends, axis=1)
        usable = np.ones(len(weights), dtype=bool)
        for run, part in zip(runs, parts, strict=True):
            relevant = part @ run.test_labels
            usable &= (relevant > 0) & (relevant < part.sum(axis=1))
        # A family is hardly ever drawn ten times, so a byte holds its count.
        small = np.uint8 if weights.max() < 256 else np.int64
        blocks.append([part[usable].astype(small) for part in parts])
    return {run.seed: np.concatenate(of_seed) for run, *of_seed in zip(runs, *blocks, strict=True)}


def _measure(run: StudyRun, weights: NDArray[np.uint8 | np.int64]) -> ResampledRun:
    order = ReadingOrder(run.test_labels, run.test_probabilities)
    decisions = (_as_trained(run), decide(run.test_probabilities))
    cells = np.hstack([np.eye(4)[2 * run.test_labels + decided] for decided in decisions])
    rows = max(1, _BLOCK_ELEMENTS // len(run.test_labels))
    precision, counts = [], []
    for start in range(0, len(weights), rows):
        block = weights[start : start + rows].astype(np.int64)
        precision.append(order.read(block).average_precision())
        counts.append(block @ cells)
    summed = np.concatenate(counts)
    return ResampledRun(np.concatenate(precision), summed[:, :4], summed[:, 4:])


def _as_trained(run: StudyRun) -> NDArray[np.int64]:
    """Return the uncorrected decisions by record.

    Correcting the prior moves every logit by the same amount and so keeps the order: the
    records that were called relevant are those of the highest probabilities. Among equal
    probabilities the first records are taken.
    """
    called = run.as_trained["test"].fp + run.as_trained["test"].tp
    decisions = np.zeros(len(run.test_labels), dtype=np.int64)
    decisions[np.argsort(-run.test_probabilities, kind="stable")[:called]] = 1
    return decisions
