"""What was claimed against what was seen, bin by bin: the content of a reliability diagram."""

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike

from patsieve.metrics.calibration import calibration_bins, drawn_labels
from patsieve.metrics.inputs import checked_confidence, checked_labels, checked_probabilities
from patsieve.metrics.intervals import clopper_pearson


@final
@dataclass(frozen=True)
class ReliabilityBin:
    """Records of similar probability.

    Attributes
    ----------
    start, end : float
        Edges of the bin.
    n_records, n_relevant : int
    claimed : float
        Mean probability of the records.
    low, high : float
        Exact interval of the share of relevant records; records count as independent.
    expected_low, expected_high : float
        Where that share lies if all probabilities are true: the consistency band.
    """

    start: float
    end: float
    n_records: int
    n_relevant: int
    claimed: float
    low: float
    high: float
    expected_low: float
    expected_high: float

    @property
    def observed(self) -> float:
        """Share of relevant records."""
        return self.n_relevant / self.n_records

    @property
    def is_consistent(self) -> bool:
        """Whether the share may be chance; of many bins some are bound not to be."""
        return self.expected_low <= self.observed <= self.expected_high


def reliability_bins(
    labels: ArrayLike,
    probabilities: ArrayLike,
    *,
    families: ArrayLike | None = None,
    n_bins: int = 10,
    confidence: float = 0.95,
    seed: int = 0,
    n_simulations: int = 1000,
) -> list[ReliabilityBin]:
    """Count relevant records by probability, with what chance allows (Bröcker & Smith 2007).

    Bins are of equal width, the very ones of `expected_calibration_error`, so that the picture
    shows what the number says. Where relevant records are rare most records stand in the first
    bin; the counts tell. Bins without records are left out.

    Parameters
    ----------
    labels, probabilities, families, n_bins, seed, n_simulations
        As for `check_calibration`.
    confidence : float
        Of the exact intervals and of the consistency band, each for its own bin.

    Raises
    ------
    ValueError
        If the lengths differ or a value is out of range.
    """
    truth = checked_labels(labels)
    claimed = checked_probabilities(probabilities, truth)
    tail = (1 - checked_confidence(confidence)) / 2
    bins = calibration_bins(claimed, n_bins)
    filled, place = np.unique(bins, return_inverse=True)
    in_bins = (place[:, None] == np.arange(len(filled))).astype(np.float64)
    n_records = in_bins.sum(axis=0)
    drawn = np.concatenate(
        [
            block @ in_bins
            for block in drawn_labels(claimed, families, seed=seed, n_draws=n_simulations)
        ]
    )
    band = np.quantile(drawn / n_records, [tail, 1 - tail], axis=0)
    found = []
    for i, number in enumerate(filled.tolist()):
        n_of_bin, n_relevant = int(n_records[i]), int(truth[place == i].sum())
        low, high = clopper_pearson(n_relevant, n_of_bin, confidence=confidence)
        found.append(
            ReliabilityBin(
                start=number / n_bins,
                end=(number + 1) / n_bins,
                n_records=n_of_bin,
                n_relevant=n_relevant,
                claimed=float(claimed[place == i].mean()),
                low=low,
                high=high,
                expected_low=float(band[0, i]),
                expected_high=float(band[1, i]),
            )
        )
    return found
