"""When somebody who reads down a ranked list has found enough to stop.

The exact test of Callaghan & Müller-Hansen (2020, "Statistical stopping criteria for automated
screening in systematic reviews", Systematic Reviews 9:273, doi 10.1186/s13643-020-01521-4). The
last reads are taken for a random sample of what was unread before them. That errs on the safe
side as long as the list puts relevant records first: a random sample would have held fewer.
"""

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, final

import numpy as np
from numpy.typing import ArrayLike

from patsieve.metrics.inputs import Labels, checked_confidence, checked_labels, checked_share


class Evidence(NamedTuple):
    """What the test rests on.

    Attributes
    ----------
    p_value : float
        The chance to find so few among the last reads if as many were still unread as the
        hypothesis says, from 0 to 1. 0 where that is impossible.
    n_last, n_found : int
        The stretch of last reads that tells most, and the relevant records in it.
    """

    p_value: float
    n_last: int
    n_found: int


@final
@dataclass(frozen=True)
class StoppingVerdict:
    """Whether a reader may stop, and what is known of the recall by then.

    Attributes
    ----------
    n_records, n_read, n_found : int
        Records in the list; read so far; relevant ones among those.
    recall, confidence : float
        What was asked for.
    evidence : Evidence
        Against the hypothesis that recall is below what was asked for.
    may_stop : bool
        Whether the p-value is below 1 - `confidence`, or everything is read.
    most_unread : int
        With that confidence no more relevant records than this are still unread.
    recall_reached : float
        With that confidence recall is at least this; 0 where nothing relevant was found and
        something may be unread, 1 where nothing can be.
    irrelevant_to_go : int
        If all further reads turn out irrelevant, so many allow to stop; 0 where one may.
    """

    n_records: int
    n_read: int
    n_found: int
    recall: float
    confidence: float
    evidence: Evidence
    may_stop: bool
    most_unread: int
    recall_reached: float
    irrelevant_to_go: int


def judge_stopping(
    read: ArrayLike, n_records: int, *, recall: float = 0.95, confidence: float = 0.95
) -> StoppingVerdict:
    """Tell whether a reader may stop who wants this share of the relevant records.

    Parameters
    ----------
    read : array-like of int of shape (n_read,)
        1 relevant, 0 irrelevant, in the order of reading; at least one record.
    n_records : int
        Records in the whole list, read or not.
    recall : float
        Above 0, at most 1.
    confidence : float
        Strictly between 0 and 1.

    Raises
    ------
    ValueError
        If a value is out of range, or more were read than there are.
    """
    found = _checked(read, n_records)
    least = checked_share(recall, "recall")
    doubt = 1 - checked_confidence(confidence)
    n_found = int(found.sum())
    evidence = evidence_against(found, n_records, _fewest_unread(n_found, least))
    may_stop = evidence.p_value < doubt
    most_unread = _most_unread(found, n_records, doubt)
    return StoppingVerdict(
        n_records=n_records,
        n_read=len(found),
        n_found=n_found,
        recall=recall,
        confidence=confidence,
        evidence=evidence,
        may_stop=may_stop,
        most_unread=most_unread,
        recall_reached=n_found / (n_found + most_unread) if n_found + most_unread else 1.0,
        irrelevant_to_go=0 if may_stop else _irrelevant_to_go(found, n_records, least, doubt),
    )


def evidence_against(read: ArrayLike, n_records: int, n_unread: int) -> Evidence:
    """Test the hypothesis that at least `n_unread` relevant records are still unread.

    Every stretch of last reads is tested, and the smallest p-value taken.

    Parameters
    ----------
    read : array-like of int of shape (n_read,)
        1 relevant, 0 irrelevant, in the order of reading; at least one record.
    n_records : int
        Records in the whole list.
    n_unread : int
        At least 1.

    Notes
    -----
    A stretch that begins one irrelevant record earlier has a smaller p-value: the unread
    records are then the same number of draws from a larger pile. So only stretches that begin
    right after a relevant record, and the whole, have to be tested.

    Raises
    ------
    ValueError
        If a value is out of range, or more were read than there are.
    """
    found = _checked(read, n_records)
    if n_unread < 1:
        raise ValueError(f"n_unread is {n_unread}; it must be at least 1")
    n_read, n_found = len(found), int(found.sum())
    # The earliest first: of equal p-values the longest stretch is the one to tell of.
    begins = np.append(0, np.flatnonzero(found) + 1)
    begins = begins[begins < n_read]
    in_stretch = n_found - np.append(0, np.cumsum(found))[begins]
    if n_unread > n_records - n_read:
        return Evidence(0.0, n_read, n_found)
    # Imported here: it takes a second, and most commands do without.
    from scipy.stats import hypergeom

    p_values = hypergeom.cdf(in_stretch, n_records - begins, in_stretch + n_unread, n_read - begins)
    best = int(np.argmin(p_values))
    return Evidence(float(p_values[best]), int(n_read - begins[best]), int(in_stretch[best]))


def reads_until_stop(
    labels: ArrayLike, *, recall: float = 0.95, confidence: float = 0.95, every: int = 1
) -> int:
    """Return after how many reads the rule first lets a reader of the whole list stop.

    Parameters
    ----------
    labels : array-like of int of shape (n_records,)
        1 relevant, 0 irrelevant, in the order of the list.
    every : int
        The reader looks at the rule after so many records each time; at least 1.

    Raises
    ------
    ValueError
        If a value is out of range.
    """
    truth = checked_labels(labels)
    least = checked_share(recall, "recall")
    doubt = 1 - checked_confidence(confidence)
    if every < 1:
        raise ValueError(f"every is {every}; it must be at least 1")
    looks = np.unique(np.append(np.arange(every, len(truth) + 1, every), len(truth)))
    found = np.cumsum(truth)[looks - 1]
    for n_found in np.unique(found).tolist():
        n_unread = _fewest_unread(n_found, least)
        alike = looks[found == n_found].tolist()

        def stops(look: int, n_unread: int = n_unread) -> bool:
            return evidence_against(truth[:look], len(truth), n_unread).p_value < doubt

        # While nothing more is found p-values fall, so where one of these looks lets stop the
        # last one does.
        if stops(alike[-1]):
            return int(alike[bisect_left(alike, True, key=stops)])
    return len(truth)


def _fewest_unread(n_found: int, recall: float) -> int:
    """Return how many relevant records must be unread at the least for recall to be too low.

    Computed in whole numbers, `recall` taken to six decimals: 19 of 20 are 95 %, not less.
    """
    share = Fraction(recall).limit_denominator(1_000_000)
    return n_found * share.denominator // share.numerator + 1 - n_found


def _most_unread(found: Labels, n_records: int, doubt: float) -> int:
    """Return the largest number of unread relevant records that cannot be ruled out."""
    # The more are said to be unread, the less likely is it to have found so few of them.
    possible = range(1, n_records - len(found) + 1)
    return bisect_left(
        possible, True, key=lambda n: evidence_against(found, n_records, n).p_value < doubt
    )


def _irrelevant_to_go(found: Labels, n_records: int, recall: float, doubt: float) -> int:
    n_unread = _fewest_unread(int(found.sum()), recall)

    def stops(further: int) -> bool:
        read = np.append(found, np.zeros(further, dtype=np.int64))
        return evidence_against(read, n_records, n_unread).p_value < doubt

    # At the end everything is read, so at the last of them one may stop.
    return 1 + bisect_left(range(1, n_records - len(found)), True, key=stops)


def _checked(read: ArrayLike, n_records: int) -> Labels:
    found = checked_labels(read)
    if len(found) > n_records:
        raise ValueError(f"{len(found)} records were read of {n_records}")
    return found
