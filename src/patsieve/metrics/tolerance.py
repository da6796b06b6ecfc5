"""How many relevant records a threshold may miss so that its recall can be promised.

Recall above the k-th lowest of n relevant scores follows a Beta distribution whatever the
scores are distributed like (distribution-free tolerance limit, Wilks 1941). So a threshold may
be read off the very scores that the promise rests on.
"""

from itertools import count

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, gammaln

from patsieve.metrics.inputs import (
    Floats,
    checked_confidence,
    checked_labels,
    checked_scores,
    checked_share,
)
from patsieve.metrics.reading import relevant_needed

# 1 - 0.9 is a little below 0.1; a doubt that is met exactly counts as met.
_ROUNDING = 1e-9


def allowed_misses(n_relevant: int, recall: float, *, confidence: float = 0.95) -> int | None:
    """Return how many of `n_relevant` a threshold may miss if the recall is to be promised.

    The threshold is the score of the next one, counted from the lowest: with m misses allowed,
    that of the (m+1)-th. At most m lie below it, and the exact one-sided lower bound of the
    recall (`clopper_pearson`) is at least `recall`; with m+1 misses it is not.

    Parameters
    ----------
    n_relevant : int
        Relevant records (or families) drawn from the population that the promise is about.
    recall : float
        Above 0, at most 1.
    confidence : float
        The chance, over draws, that the promise is kept, at least; strictly between 0 and 1.

    Returns
    -------
    int or None
        None if even without a miss there are too few.

    Raises
    ------
    ValueError
        If a value is out of range.

    Examples
    --------
    >>> [allowed_misses(n, 0.95) for n in (58, 59, 60, 100, 200, 300, 500)]
    [None, 0, 0, 1, 4, 8, 16]
    """
    if n_relevant < 0:
        raise ValueError(f"n_relevant is {n_relevant}; it cannot be negative")
    misses = np.arange(n_relevant)
    doubts = _doubt(n_relevant, misses, checked_share(recall, "recall"))
    most = int(np.searchsorted(doubts, _doubt_accepted(confidence), side="right")) - 1
    return most if most >= 0 else None


def fewest_relevant(recall: float, *, misses: int = 0, confidence: float = 0.95) -> int | None:
    """Return the least number of relevant records among which `misses` are allowed.

    Without a miss that is log(1 - confidence) / log(recall), rounded up: 59 for 95 % and 95 %.

    Returns
    -------
    int or None
        None for a recall of 1: no number of records can promise that nothing is missed.

    Raises
    ------
    ValueError
        If a value is out of range.
    """
    if misses < 0:
        raise ValueError(f"misses is {misses}; it cannot be negative")
    accepted = _doubt_accepted(confidence)
    if checked_share(recall, "recall") == 1:
        return None
    enough = misses + 1
    while _doubt(enough, misses, recall) > accepted:
        enough *= 2
    too_few = max(misses, enough // 2)
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        if _doubt(middle, misses, recall) > accepted:
            too_few = middle
        else:
            enough = middle
    return enough


def relevant_for_share(share: float, recall: float, *, confidence: float = 0.95) -> int | None:
    """Return the least number of relevant records of which the share `share` may be missed.

    Parameters
    ----------
    share : float
        At least 0, below 1 - `recall`: however many records there are, the allowed share stays
        below that (for a confidence of a half or more).

    Returns
    -------
    int or None
        None for a recall of 1.

    Raises
    ------
    ValueError
        If a value is out of range.
    """
    if checked_share(recall, "recall") == 1:
        return None
    # The nearer to 1 - recall, the more records it takes, without end.
    if not 0 <= share <= (1 - _ROUNDING) * (1 - recall):
        raise ValueError(f"a share of {share} missed leaves no recall of {recall} to promise")
    for misses in count():
        enough = fewest_relevant(recall, misses=misses, confidence=confidence)
        if enough is None or misses >= share * enough:
            return enough
    raise AssertionError("the allowed share comes as close to 1 - recall as one likes")


def allowed_misses_before_rest(
    n_relevant: int, n_rest: int, recall: float, *, confidence: float = 0.95
) -> int | None:
    """Return how many may be missed if the recall among a finite rest is to be promised.

    Of `n_relevant` + `n_rest` relevant records the first are a random part. The threshold is
    the (m+1)-th lowest score of that part. Whatever the scores are, more than k of the rest lie
    below it only if at most m of the m+k+1 lowest of all belong to the part, and that number is
    hypergeometric.

    Parameters
    ----------
    n_relevant : int
        Of the random part, which the threshold is read off.
    n_rest : int
        At least 1. The promise is about these: at least the share `recall` of them, in whole
        records, is found.
    recall, confidence : float
        As in `allowed_misses`.

    Returns
    -------
    int or None
        None if even without a miss there are too few.

    Raises
    ------
    ValueError
        If a value is out of range.

    Examples
    --------
    >>> [allowed_misses_before_rest(100, rest, 0.95) for rest in (20, 100, 1_000_000)]
    [0, 0, 1]
    """
    if n_relevant < 0 or n_rest < 1:
        raise ValueError(f"{n_relevant} records and {n_rest} others cannot be a part and a rest")
    needed = relevant_needed(checked_share(recall, "recall"), np.array([n_rest]))[0]
    may_miss = n_rest - int(needed)
    accepted = _doubt_accepted(confidence)
    most = None
    for misses in range(n_relevant):
        if _doubt_of_rest(n_relevant, n_rest, misses, may_miss) > accepted:
            break
        most = misses
    return most


def weakest_members(
    labels: ArrayLike, scores: ArrayLike, families: ArrayLike | None = None
) -> Floats:
    """Return the lowest score among the relevant members of each family that has any.

    A family is found whole from that score down: at a higher threshold a member is missed.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant. Irrelevant members of a family do not count.
    scores : array-like of shape (n_records,)
    families : array-like of shape (n_records,), optional
        Equal codes belong together. Default: each record is a family.

    Returns
    -------
    array of shape (n_relevant_families,)
        In rising order.

    Raises
    ------
    ValueError
        If lengths differ or a value is out of range.
    """
    truth = checked_labels(labels)
    values = checked_scores(scores, truth)
    relevant = truth == 1
    if families is None:
        return np.sort(values[relevant])
    codes = np.asarray(families)
    if codes.shape != truth.shape:
        raise ValueError(f"{len(truth)} labels but {len(codes)} family codes")
    names, family = np.unique(codes[relevant], return_inverse=True)
    weakest = np.full(len(names), np.inf)
    np.minimum.at(weakest, family, values[relevant])
    return np.sort(weakest)


def _doubt_accepted(confidence: float) -> float:
    return (1 - checked_confidence(confidence)) * (1 + _ROUNDING)


def _doubt(n: int, misses: NDArray[np.int64] | int, recall: float) -> Floats:
    """Return the chance that recall above the (misses+1)-th lowest of n is below `recall`."""
    chance: Floats = betainc(n - misses, misses + 1, recall)
    return chance


def _doubt_of_rest(n: int, n_rest: int, misses: int, may_miss: int) -> float:
    """Return the chance that at most `misses` of the lowest ones belong to the part of n."""
    lowest = misses + may_miss + 1
    of_part = np.arange(max(0, lowest - n_rest), min(misses, n) + 1)
    ways = _log_choose(n, of_part) + _log_choose(n_rest, lowest - of_part)
    return float(np.exp(ways - _log_choose(n + n_rest, np.array(lowest))).sum())


def _log_choose(n: int, k: NDArray[np.int64]) -> Floats:
    chosen: Floats = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return chosen
