"""What reading a ranked list to a depth finds and misses, with its uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.metrics.inputs import checked_labels
from patsieve.metrics.intervals import Estimate, FamilyBootstrap, percentile_interval, with_doubt
from patsieve.metrics.reading import Counts, ReadingOrder


@final
@dataclass(frozen=True)
class GainCurve:
    """How much of the relevant is found when so much of a list is read.

    Attributes
    ----------
    n_records, n_relevant : int
    shares : tuple of float
        Of the list that is read, from 0 to 1.
    n_read : tuple of int
        The same in records.
    recall : tuple of Estimate
        Share of the relevant records found by then; the interval holds at each depth for
        itself, not for the curve as a whole.
    """

    n_records: int
    n_relevant: int
    shares: tuple[float, ...]
    n_read: tuple[int, ...]
    recall: tuple[Estimate, ...]


def gain_curve(
    labels: ArrayLike,
    scores: ArrayLike,
    shares: Sequence[float],
    *,
    families: NDArray[np.int64] | None = None,
    seed: int = 0,
    n_resamples: int = 1000,
    confidence: float = 0.95,
) -> GainCurve:
    """Measure recall at several depths, with intervals by bootstrap over families.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant; both must occur.
    scores : array-like of shape (n_records,)
        Any finite numbers, read from the highest down. In a tie the irrelevant are read first.
    shares : sequence of float
        Of the list, from 0 to 1; rounded to the nearest record.
    families : array of int of shape (n_records,), optional
        Equal codes are drawn together. Default: each record is a family.
    confidence : float
        Strictly between 0 and 1.

    Raises
    ------
    ValueError
        If lengths differ, a value is out of range, a class is absent, or all records are of
        one family.
    """
    wrong = [share for share in shares if not 0 <= share <= 1]
    if wrong:
        raise ValueError(f"a share of the list is {wrong[0]}; it must lie between 0 and 1")
    truth = checked_labels(labels)
    order = ReadingOrder(truth, scores)
    bootstrap = FamilyBootstrap(truth, families, seed=seed, n_resamples=n_resamples)
    codes = np.arange(len(truth)) if families is None else families
    n_families = len(np.unique(codes[truth == 1]))
    sample = order.read()
    resamples = [order.read(weights) for weights in bootstrap.weights()]
    recall = []
    for share in shares:
        [value] = sample.found_in(_depth(share, sample.n_records)) / sample.n_relevant
        resampled = [
            reading.found_in(_depth(share, reading.n_records)) / reading.n_relevant
            for reading in resamples
        ]
        estimate = percentile_interval(
            float(value), np.concatenate(resampled), confidence=confidence
        )
        # Nothing read finds nothing, and everything all: of that there is no doubt.
        is_certain = share in (0, 1)
        recall.append(estimate if is_certain else with_doubt(estimate, n_families, confidence))
    return GainCurve(
        n_records=len(truth),
        n_relevant=int(truth.sum()),
        shares=tuple(shares),
        n_read=tuple(int(_depth(share, sample.n_records)[0]) for share in shares),
        recall=tuple(recall),
    )


def _depth(share: float, n_records: Counts) -> Counts:
    depth: Counts = np.rint(share * n_records).astype(np.int64)
    return depth
