"""How good decisions are: what four counts (true/false, relevant/irrelevant) say.

Every measure is a function of the confusion matrix and is written once, for counts of any
shape, so that a single matrix and a thousand resamples share the formula.
"""

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.metrics.inputs import Floats, checked_decisions, checked_labels


@final
@dataclass(frozen=True)
class Confusion:
    """Counts of records by label and decision.

    Attributes
    ----------
    tn : int
        Irrelevant and decided irrelevant.
    fp : int
        Irrelevant, falsely called relevant.
    fn : int
        Relevant and missed.
    tp : int
        Relevant and found.
    """

    tn: int
    fp: int
    fn: int
    tp: int

    @property
    def rows(self) -> list[list[int]]:
        """``[[tn, fp], [fn, tp]]``: a row per label, a column per decision, irrelevant first."""
        return [[self.tn, self.fp], [self.fn, self.tp]]


@final
@dataclass(frozen=True)
class DecisionMeasures:
    """Measures of one or many confusion matrices, all of shape (...).

    A share of nothing is 0: precision where nothing was called relevant, recall where nothing
    is relevant, F1 where both are 0, MCC where a row or column of the matrix is empty.

    Attributes
    ----------
    accuracy : array of float
        Share of right decisions. Recall, weighted over the classes by their size, equals it.
    precision_relevant, recall_relevant, f1_relevant : array of float
        Of the relevant class.
    precision_weighted, f1_weighted : array of float
        Means over the two classes, each weighted by its number of records.
    mcc : array of float
        Matthews correlation, from -1 to 1; 0 for decisions that know nothing.
    """

    accuracy: Floats
    precision_relevant: Floats
    recall_relevant: Floats
    f1_relevant: Floats
    precision_weighted: Floats
    f1_weighted: Floats
    mcc: Floats


def measure_decisions(cells: NDArray[np.float64 | np.int64]) -> DecisionMeasures:
    """Compute every measure from counts.

    Parameters
    ----------
    cells : array of shape (..., 4)
        tn, fp, fn, tp; none negative, not all 0.
    """
    tn, fp, fn, tp = np.moveaxis(np.asarray(cells, dtype=np.float64), -1, 0)
    irrelevant, relevant = tn + fp, fn + tp
    total = irrelevant + relevant

    def weighted(of_irrelevant: Floats, of_relevant: Floats) -> Floats:
        mean: Floats = (irrelevant * of_irrelevant + relevant * of_relevant) / total
        return mean

    # 2tp / (2tp + fp + fn) is the harmonic mean of precision and recall without its 0 / 0.
    f1_relevant = _share(2 * tp, 2 * tp + fp + fn)
    f1_irrelevant = _share(2 * tn, 2 * tn + fp + fn)
    precision_relevant = _share(tp, tp + fp)
    # The root of each factor, not of their product, which overflows for large corpora.
    margins = np.sqrt(tp + fp) * np.sqrt(relevant) * np.sqrt(irrelevant) * np.sqrt(tn + fn)
    return DecisionMeasures(
        accuracy=(tn + tp) / total,
        precision_relevant=precision_relevant,
        recall_relevant=_share(tp, relevant),
        f1_relevant=f1_relevant,
        precision_weighted=weighted(_share(tn, tn + fn), precision_relevant),
        f1_weighted=weighted(f1_irrelevant, f1_relevant),
        mcc=_share(tp * tn - fp * fn, margins),
    )


def decide(probabilities: ArrayLike, threshold: float = 0.5) -> NDArray[np.int64]:
    """Return 1 where the probability is at least `threshold`, else 0, of the same shape.

    A probability equal to the threshold is relevant, so that the probability of the last
    record to be kept is itself a threshold that keeps it.
    """
    return (np.asarray(probabilities, dtype=np.float64) >= threshold).astype(np.int64)


def confusion_matrix(labels: ArrayLike, decisions: ArrayLike) -> Confusion:
    """Count records by label and decision.

    Parameters
    ----------
    labels, decisions : array-like of shape (n_records,)
        1 relevant, 0 irrelevant.

    Raises
    ------
    ValueError
        If there are no records, the lengths differ, or a value is neither 0 nor 1.
    """
    truth = checked_labels(labels)
    decided = checked_decisions(decisions, truth)
    tn, fp, fn, tp = np.bincount(2 * truth + decided, minlength=4).tolist()
    return Confusion(tn=tn, fp=fp, fn=fn, tp=tp)


def accuracy(labels: ArrayLike, decisions: ArrayLike) -> float:
    """Return the share of right decisions; see `confusion_matrix` for arguments and errors."""
    return float(_measures(labels, decisions).accuracy)


def precision(labels: ArrayLike, decisions: ArrayLike) -> float:
    """Return the share of relevant ones among those called relevant; 0 if none was called."""
    return float(_measures(labels, decisions).precision_relevant)


def recall(labels: ArrayLike, decisions: ArrayLike) -> float:
    """Return the share of the relevant that were called relevant; 0 if none is relevant."""
    return float(_measures(labels, decisions).recall_relevant)


def f1(labels: ArrayLike, decisions: ArrayLike) -> float:
    """Return the harmonic mean of precision and recall of the relevant; 0 where undefined."""
    return float(_measures(labels, decisions).f1_relevant)


def precision_weighted(labels: ArrayLike, decisions: ArrayLike) -> float:
    """Return the precision of both classes, averaged by the number of records of each."""
    return float(_measures(labels, decisions).precision_weighted)


def recall_weighted(labels: ArrayLike, decisions: ArrayLike) -> float:
    """Return the recall of both classes, averaged by size; it always equals the accuracy."""
    return accuracy(labels, decisions)


def f1_weighted(labels: ArrayLike, decisions: ArrayLike) -> float:
    """Return the F1 of both classes, averaged by the number of records of each."""
    return float(_measures(labels, decisions).f1_weighted)


def mcc(labels: ArrayLike, decisions: ArrayLike) -> float:
    """Return the Matthews correlation of labels and decisions (Matthews 1975).

    From -1 (all wrong) to 1 (all right); 0 where only one class or one decision occurs.
    """
    return float(_measures(labels, decisions).mcc)


def _measures(labels: ArrayLike, decisions: ArrayLike) -> DecisionMeasures:
    confusion = confusion_matrix(labels, decisions)
    return measure_decisions(np.array(confusion.rows).ravel())


def _share(part: Floats, whole: Floats) -> Floats:
    """`part` / `whole`, and 0 where `whole` is 0."""
    part, whole = np.broadcast_arrays(part, whole)
    share: Floats = np.divide(part, whole, out=np.zeros(whole.shape), where=whole > 0)
    return share
