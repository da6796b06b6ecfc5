"""Two systems that change places, family by family: what chance alone makes of a difference.

If two systems are equally good, nothing is lost when each family is scored by the one or the
other at the toss of a coin (Fisher 1935). The differences that come out of many such tosses are
those to expect between equals. Ranks change places, not scores, as Venkatraman & Begg (1996) do
for ROC curves: systems need not speak on one scale.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from patsieve.metrics.inputs import Floats, Labels
from patsieve.metrics.scored import CheckedScores, Measure, measure_of

# Elements of one block, as for the bootstrap; each record stands here twice, and both systems
# are read.
_BLOCK_ELEMENTS = 1_000_000


def coin_tosses(
    families: NDArray[np.int64], *, seed: int, n_tosses: int
) -> Iterator[NDArray[np.int64]]:
    """Give blocks of shape (n_rows, n_records): 1 where a record's family changes places.

    Records of one family always go together. All blocks together have `n_tosses` rows.

    Parameters
    ----------
    families : array of int of shape (n_records,)
        Equal codes go together.
    seed : int
        Same seed and families, same tosses.
    n_tosses : int
        At least 1.
    """
    names, family = np.unique(families, return_inverse=True)
    random = np.random.default_rng(seed)
    rows = max(1, _BLOCK_ELEMENTS // (2 * len(family)))
    for start in range(0, n_tosses, rows):
        drawn = random.integers(2, size=(min(rows, n_tosses - start), len(names)))
        yield drawn[:, family]


def swapped_differences(
    first: CheckedScores,
    second: CheckedScores,
    metrics: Sequence[str],
    tosses: Iterator[NDArray[np.int64]],
) -> dict[str, Floats]:
    """Return by metric the differences after each toss, of shape (n_tosses,).

    Both systems stand in one list of twice the length, each record once for each. A toss is a
    weighting of that list: what the first system has after it counts, the rest does not; and
    the other way round for the second. Exchanging the systems turns every sign.
    """
    both = measure_of(_stacked(first, second), metrics)
    blocks = [_after(both, toss) for toss in tosses]
    return {name: np.concatenate([block[name] for block in blocks]) for name in metrics}


def _after(both: Measure, toss: NDArray[np.int64]) -> dict[str, Floats]:
    one = both(np.hstack([1 - toss, toss]))
    other = both(np.hstack([toss, 1 - toss]))
    return {name: one[name] - other[name] for name in one}


def _stacked(first: CheckedScores, second: CheckedScores) -> CheckedScores:
    def joined(one: Labels | None, other: Labels | None) -> Labels | None:
        return None if one is None or other is None else np.concatenate([one, other])

    probabilities = (
        None
        if first.probabilities is None or second.probabilities is None
        else np.concatenate([first.probabilities, second.probabilities])
    )
    return CheckedScores(
        labels=np.concatenate([first.labels, second.labels]),
        # A rank that is given by both systems, to two records, is a tie, for either system alike.
        scores=np.concatenate([_ranks(first.scores), _ranks(second.scores)]),
        decisions=joined(first.decisions, second.decisions),
        probabilities=probabilities,
    )


def _ranks(scores: Floats) -> Floats:
    """Return ranks from 1 for the lowest score; equal scores share their mean rank."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    means: Floats = np.cumsum(counts) - (counts - 1) / 2
    ranks: Floats = means[place]
    return ranks
