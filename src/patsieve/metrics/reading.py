"""Reading a ranked list from the top: what has been found after how many records.

Every ranking metric and its resamples follow from the counts kept here. Records count as
often as their weight says, so that a thousand resamples are one matrix of small integers
instead of a thousand sorted copies.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.metrics.inputs import Floats, checked_labels, checked_scores

Counts = NDArray[np.int64]


@final
class ReadingOrder:
    """Records from the highest score down, sorted once for any number of weightings.

    Records of equal score form a tie. Only ties that hold a relevant record are looked at:
    nothing is found in the others.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant.
    scores : array-like of shape (n_records,)
        Any finite numbers; higher is read earlier.

    Raises
    ------
    ValueError
        If lengths differ, a label is not 0 or 1, or a score is not finite.
    """

    def __init__(self, labels: ArrayLike, scores: ArrayLike) -> None:
        checked = checked_labels(labels)
        values = checked_scores(scores, checked)
        self._order = np.argsort(-values, kind="stable")
        self._is_relevant = checked[self._order]
        ordered = values[self._order]
        ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) + 1
        starts = np.append(0, ends[:-1])
        found = np.append(0, np.cumsum(self._is_relevant))
        fruitful = found[ends] > found[starts]
        self._starts, self._ends = starts[fruitful], ends[fruitful]

    def read(self, weights: Counts | None = None) -> "Reading":
        """Count what is found on the way down.

        Parameters
        ----------
        weights : array of int of shape (n_resamples, n_records), optional
            How often each record counts, in the order of the labels. Default: each once,
            as a single resample.
        """
        if weights is None:
            weights = np.ones((1, len(self._order)), dtype=np.int64)
        ordered = weights[:, self._order]
        read = _running_sum(ordered)
        relevant = _running_sum(ordered * self._is_relevant)
        return Reading(
            read_before=read[:, self._starts],
            read_after=read[:, self._ends],
            relevant_before=relevant[:, self._starts],
            relevant_after=relevant[:, self._ends],
            n_records=read[:, -1],
            n_relevant=relevant[:, -1],
        )


@final
@dataclass(frozen=True)
class Reading:
    """What is found where in the list, for each of several resamples.

    Attributes
    ----------
    read_before, read_after : array of int of shape (n_resamples, n_ties)
        Records read before a tie that holds a relevant record, and when it is read through.
    relevant_before, relevant_after : array of int of shape (n_resamples, n_ties)
        The relevant ones among them.
    n_records, n_relevant : array of int of shape (n_resamples,)
        Every resample must hold a relevant record, and an irrelevant one for `roc_auc`.
    """

    read_before: Counts
    read_after: Counts
    relevant_before: Counts
    relevant_after: Counts
    n_records: Counts
    n_relevant: Counts

    def average_precision(self) -> Floats:
        """Return the mean over the relevant records of the precision where their tie ends."""
        precision = np.divide(
            self.relevant_after,
            self.read_after,
            out=np.zeros(self.read_after.shape),
            where=self.read_after > 0,
        )
        found = self.relevant_after - self.relevant_before
        total: Floats = np.sum(found * precision, axis=1) / self.n_relevant
        return total

    def roc_auc(self) -> Floats:
        """Return the share of (relevant, irrelevant) pairs in order; a tied pair counts half."""
        found = self.relevant_after - self.relevant_before
        irrelevant_before = self.read_before - self.relevant_before
        irrelevant_after = self.read_after - self.relevant_after
        n_irrelevant = self.n_records - self.n_relevant
        below = n_irrelevant[:, None] - (irrelevant_before + irrelevant_after) / 2
        pairs: Floats = np.sum(found * below, axis=1) / (self.n_relevant * n_irrelevant)
        return pairs

    def found_in(self, n_read: int | Counts) -> Counts:
        """Return how many relevant records the first `n_read` hold, of shape (n_resamples,).

        In a tie the irrelevant records are read first.

        Parameters
        ----------
        n_read : int or array of int of shape (n_resamples,)
            The same for all, or of each resample its own.
        """
        # Inside a tie the relevant ones are what is left after all its irrelevant ones; in
        # ties above, all have been found; ties below cannot exceed the tie in progress.
        irrelevant_after = self.read_after - self.relevant_after
        found = np.minimum(self.relevant_after, np.reshape(n_read, (-1, 1)) - irrelevant_after)
        most: Counts = np.max(found, axis=1, initial=0)
        return most

    def reads_for(self, recall: float) -> Counts:
        """Return how many records must be read to find the share `recall`, of shape (n_resamples,).

        In a tie the irrelevant records are read first.
        """
        needed = relevant_needed(recall, self.n_relevant)
        # The first tie whose end brings enough; n_relevant is reached at the last one.
        tie = np.argmax(self.relevant_after >= needed[:, None], axis=1)
        row = np.arange(len(tie))
        irrelevant: Counts = self.read_after[row, tie] - self.relevant_after[row, tie]
        return irrelevant + needed

    def work_saved(self, recall: float) -> Floats:
        """Return WSS at `recall` (Cohen et al. 2006), of shape (n_resamples,)."""
        saved: Floats = 1 - self.reads_for(recall) / self.n_records - (1 - recall)
        return saved


def relevant_needed(recall: float, n_relevant: Counts) -> Counts:
    """Return the least number of relevant records that make up the share `recall`.

    Computed in whole numbers, `recall` taken to six decimals: 0.07 of 100 is 7, although
    0.07 * 100 is 7.000000000000001.
    """
    share = Fraction(recall).limit_denominator(1_000_000)
    needed: Counts = -(-share.numerator * n_relevant // share.denominator)
    return needed


def _running_sum(values: Counts) -> Counts:
    """Cumulative sums along each row, with the zero before the first."""
    sums = np.zeros((values.shape[0], values.shape[1] + 1), dtype=np.int64)
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums
