"""What labelled records that a model was not trained on show of a threshold."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.metrics.inputs import checked_labels, checked_probabilities
from patsieve.metrics.intervals import Estimate, clopper_pearson


@final
@dataclass(frozen=True)
class ThresholdEvidence:
    """Labelled records, and how a threshold divides them.

    The intervals are exact (Clopper & Pearson), at 95 %, and count each family as one trial:
    its members are read or missed together. They are for a threshold that was given; of one
    that was chosen on the same records because it looked best, precision and recall flatter.

    Attributes
    ----------
    threshold : float
        Records are read from this probability on.
    n_records, n_families : int
    n_relevant, n_relevant_families : int
        Relevant records, and families with at least one.
    n_read, n_found : int
        Records at or above the threshold, and relevant ones among them.
    n_families_missed : int
        Relevant families with a relevant member below the threshold.
    reads, precision, recall : Estimate
        Shares of records: read; relevant among those read (0 if none is); found among the
        relevant ones.
    """

    threshold: float
    n_records: int
    n_families: int
    n_relevant: int
    n_relevant_families: int
    n_read: int
    n_found: int
    n_families_missed: int
    reads: Estimate
    precision: Estimate
    recall: Estimate

    def as_json(self) -> dict[str, Any]:
        """Return plain values, which `from_json` reads back without loss."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Return the evidence that `as_json` described."""
        shares = {name: Estimate(**plain[name]) for name in ("reads", "precision", "recall")}
        return cls(**{**plain, **shares})


def weigh_threshold(
    labels: ArrayLike,
    probabilities: ArrayLike,
    threshold: float,
    families: ArrayLike | None = None,
) -> ThresholdEvidence:
    """Return what labelled records show of a threshold.

    Parameters
    ----------
    labels : array-like of int of shape (n_records,)
        1 relevant, 0 irrelevant.
    probabilities : array-like of shape (n_records,)
        By a model that has not seen these records.
    threshold : float
    families : array-like of shape (n_records,), optional
        Equal codes belong together. Default: each record is a family.

    Raises
    ------
    ValueError
        If lengths differ or a value is out of range.
    """
    truth = checked_labels(labels)
    scores = checked_probabilities(probabilities, truth)
    codes = np.arange(len(truth)) if families is None else np.asarray(families)
    if codes.shape != truth.shape:
        raise ValueError(f"{len(truth)} labels but {len(codes)} family codes")
    relevant, read = truth == 1, scores >= threshold
    found = relevant & read
    every = np.ones(len(truth), dtype=bool)
    return ThresholdEvidence(
        threshold=threshold,
        n_records=len(truth),
        n_families=_distinct(codes),
        n_relevant=int(relevant.sum()),
        n_relevant_families=_distinct(codes[relevant]),
        n_read=int(read.sum()),
        n_found=int(found.sum()),
        n_families_missed=_distinct(codes[relevant & ~read]),
        reads=_share(read, every, codes),
        precision=_share(found, read, codes),
        recall=_share(found, relevant, codes),
    )


def _distinct(codes: NDArray[Any]) -> int:
    return len(np.unique(codes))


def _share(hits: NDArray[np.bool_], of: NDArray[np.bool_], codes: NDArray[Any]) -> Estimate:
    """Return the share of records, as uncertain as if each family were one record."""
    n_records, n_families = int(of.sum()), _distinct(codes[of])
    if n_records == 0:
        return Estimate(0.0, 0.0, 1.0)
    # In families the count need not be whole: rounded away from the value on either side.
    share = int(hits.sum()) / n_records
    rounded = round(share * n_families, 9)
    low, _ = clopper_pearson(math.floor(rounded), n_families)
    _, high = clopper_pearson(math.ceil(rounded), n_families)
    return Estimate(share, low, high)
