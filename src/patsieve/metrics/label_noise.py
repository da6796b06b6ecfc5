"""How many labels are wrong, judged by models that learned from the other records' labels.

Confident learning (Northcutt, Jiang & Chuang 2021, "Confident learning: estimating uncertainty in
dataset labels", Journal of Artificial Intelligence Research 70), as cleanlab computes it: a
model that is as sure of the other label as it usually is of records that carry that label
contradicts the label at hand.
"""

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.metrics.inputs import Floats, Labels, checked_labels, checked_probabilities
from patsieve.metrics.intervals import Estimate, FamilyBootstrap, percentile_interval


@final
@dataclass(frozen=True, eq=False)
class LabelNoise:
    """What is wrong with labels, as far as models can tell.

    A model that is sure and wrong counts as a wrong label, so the numbers are rather too large
    than too small.

    Attributes
    ----------
    contradicted : array of bool of shape (n_records,)
        Whether the models are confident of the other label.
    n_wrong : Estimate
        Wrong labels in all, those included of which no model is confident.
    wrong_among_relevant, wrong_among_irrelevant : Estimate
        Share of the records labelled so whose label is wrong.
    called_irrelevant, called_relevant : Estimate
        Noise rates: the share of the truly relevant that is labelled irrelevant, and of the
        truly irrelevant that is labelled relevant.
    """

    contradicted: NDArray[np.bool_]
    n_wrong: Estimate
    wrong_among_relevant: Estimate
    wrong_among_irrelevant: Estimate
    called_irrelevant: Estimate
    called_relevant: Estimate


def estimate_label_noise(
    labels: ArrayLike,
    probabilities: ArrayLike,
    *,
    families: NDArray[np.int64] | None = None,
    seed: int = 0,
    n_resamples: int = 500,
) -> LabelNoise:
    """Estimate how many labels are wrong, with 95 % intervals by bootstrap over families.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant; both must occur.
    probabilities : array-like of shape (n_records,)
        Of being relevant, by models that have not seen the record's family.
    families : array of int of shape (n_records,), optional
        Equal codes are drawn together. Default: each record is a family.

    Raises
    ------
    ValueError
        If lengths differ, a value is out of range or a class is absent.
    """
    truth = checked_labels(labels)
    checked = checked_probabilities(probabilities, truth)
    bootstrap = FamilyBootstrap(truth, families, seed=seed, n_resamples=n_resamples)
    every = np.arange(len(truth))
    resampled = np.array(
        [
            _figures(truth[drawn], checked[drawn])
            for weights in bootstrap.weights()
            for drawn in (np.repeat(every, row) for row in weights)
        ]
    )
    # A resample has about as many records as there are, not exactly.
    measured = _figures(truth, checked)
    shares = (
        percentile_interval(*pair) for pair in zip(measured.tolist(), resampled.T, strict=True)
    )
    all_wrong, *rates = shares
    return LabelNoise(_contradicted(truth, checked), _times(all_wrong, len(truth)), *rates)


def _figures(labels: Labels, probabilities: Floats) -> Floats:
    """Return the share of wrong labels, then the four rates in the order of `LabelNoise`."""
    from cleanlab.count import compute_confident_joint

    # Rows are labels, columns what is true; rows add up to the records labelled so.
    counts = compute_confident_joint(labels, _of_both(probabilities)).astype(np.float64)
    missed, called = counts[0, 1], counts[1, 0]
    by_label, by_truth = counts.sum(axis=1), counts.sum(axis=0)
    # Where nothing is truly of a class, nothing of it is labelled wrongly.
    return np.array(
        [
            (missed + called) / counts.sum(),
            called / by_label[1],
            missed / by_label[0],
            missed / max(by_truth[1], 1),
            called / max(by_truth[0], 1),
        ]
    )


def _contradicted(labels: Labels, probabilities: Floats) -> NDArray[np.bool_]:
    from cleanlab.filter import find_label_issues

    # One process: starting more takes longer than the work.
    found: NDArray[np.bool_] = find_label_issues(
        labels, _of_both(probabilities), filter_by="confident_learning", n_jobs=1
    )
    return found


def _of_both(probabilities: Floats) -> Floats:
    return np.column_stack([1 - probabilities, probabilities])


def _times(share: Estimate, n_records: int) -> Estimate:
    return Estimate(share.value * n_records, share.low * n_records, share.high * n_records)
