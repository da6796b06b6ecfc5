"""How good a ranking is for somebody who reads it from the top.

Only the order of the scores matters, never their size. scikit-learn is followed where it has
the metric; where it has none, equal scores are read in the worst order, irrelevant records
first, so that a constant score saves nothing.
"""

from numpy.typing import ArrayLike

from patsieve.metrics.inputs import checked_share
from patsieve.metrics.reading import Reading, ReadingOrder


def average_precision(labels: ArrayLike, scores: ArrayLike) -> float:
    """Return the area under the precision-recall curve, as a sum of steps.

    The precision is taken at the end of each tie, as scikit-learn does.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant; at least one is relevant.
    scores : array-like of shape (n_records,)
        Any finite numbers; higher is read earlier.

    Returns
    -------
    float
        Above 0, at most 1. A random order gives the prevalence on average.

    Raises
    ------
    ValueError
        If the lengths differ, a value is out of range, or none is relevant.

    Examples
    --------
    >>> average_precision([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1])
    0.8333333333333333
    """
    return float(_read(labels, scores).average_precision()[0])


def roc_auc(labels: ArrayLike, scores: ArrayLike) -> float:
    """Return the chance that a relevant record stands above an irrelevant one.

    A tied pair counts half (Hanley & McNeil 1982), so a constant score gives 0.5.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant; at least one of each.
    scores : array-like of shape (n_records,)
        Any finite numbers; higher is read earlier.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If the lengths differ, a value is out of range, or a class is absent.

    Examples
    --------
    >>> roc_auc([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1])
    0.75
    """
    reading = _read(labels, scores)
    if reading.n_relevant[0] == reading.n_records[0]:
        raise ValueError(
            f"all {reading.n_records[0]} records are relevant; "
            "ROC AUC needs at least one irrelevant record"
        )
    return float(reading.roc_auc()[0])


def work_saved_over_sampling(
    labels: ArrayLike, scores: ArrayLike, *, recall: float = 0.95
) -> float:
    """Return the share of the list that need not be read, beyond what random reading saves.

    WSS@r = (N - n) / N - (1 - r), where n is the shortest prefix of the ranking that holds
    the share r of the relevant records (Cohen et al. 2006, "Reducing workload in systematic
    review preparation using automated citation classification").

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant; at least one is relevant.
    scores : array-like of shape (n_records,)
        Any finite numbers. Among equal scores, irrelevant records are read first: a constant
        score gives a value just below 0, namely (P - ceil(rP)) / N - (1 - r) with P relevant
        records.
    recall : float
        The share r that must be found, above 0 and at most 1.

    Returns
    -------
    float
        At most r - r * prevalence; negative where the ranking is worse than a random one.

    Raises
    ------
    ValueError
        If the lengths differ, a value is out of range, or none is relevant.

    Examples
    --------
    Half of the list holds all that is relevant:

    >>> work_saved_over_sampling([1, 1, 0, 0], [4, 3, 2, 1], recall=1.0)
    0.5
    """
    return float(_read(labels, scores).work_saved(checked_share(recall, "recall"))[0])


def reads_for_recall(labels: ArrayLike, scores: ArrayLike, *, recall: float) -> int:
    """Return how many records must be read until the share `recall` has been found.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant; at least one is relevant.
    scores : array-like of shape (n_records,)
        Any finite numbers. Among equal scores, irrelevant records are read first.
    recall : float
        Above 0 and at most 1, taken to six decimals.

    Returns
    -------
    int
        From 1 to n_records.

    Raises
    ------
    ValueError
        If the lengths differ, a value is out of range, or none is relevant.
    """
    return int(_read(labels, scores).reads_for(checked_share(recall, "recall"))[0])


def recall_at_k(labels: ArrayLike, scores: ArrayLike, k: int) -> float:
    """Return the share of the relevant records that stand among the first `k`.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant; at least one is relevant.
    scores : array-like of shape (n_records,)
        Any finite numbers. Among equal scores, irrelevant records are read first.
    k : int
        How many records are read, from 1 to n_records.

    Returns
    -------
    float
        Between 0 and 1; at most k / n_relevant.

    Raises
    ------
    ValueError
        If the lengths differ, a value is out of range, or none is relevant.
    """
    reading = _read(labels, scores)
    return float(reading.found_in(_checked_k(k, reading))[0] / reading.n_relevant[0])


def precision_at_k(labels: ArrayLike, scores: ArrayLike, k: int) -> float:
    """Return the share of relevant records among the first `k`.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant; at least one is relevant.
    scores : array-like of shape (n_records,)
        Any finite numbers. Among equal scores, irrelevant records are read first.
    k : int
        How many records are read, from 1 to n_records.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If the lengths differ, a value is out of range, or none is relevant.
    """
    reading = _read(labels, scores)
    return float(reading.found_in(_checked_k(k, reading))[0] / k)


def _read(labels: ArrayLike, scores: ArrayLike) -> Reading:
    reading = ReadingOrder(labels, scores).read()
    if reading.n_relevant[0] == 0:
        raise ValueError(
            f"none of the {reading.n_records[0]} records is relevant; "
            "a ranking is judged by where its relevant records stand"
        )
    return reading


def _checked_k(k: int, reading: Reading) -> int:
    n_records = int(reading.n_records[0])
    if not 1 <= k <= n_records:
        raise ValueError(f"k is {k}; it must lie between 1 and the {n_records} records")
    return k
