"""How common relevant records are in a file without labels, and whether to believe that.

An estimate leans on one supposition: that the relevant records of the file look like the
relevant ones that were labelled, and the irrelevant ones like the irrelevant. Whether the
probabilities of the file bear that out is looked at, and said.
"""

from dataclasses import asdict, dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.tally import counted
from patsieve.errors import BundleError, DataError
from patsieve.metrics.inputs import Floats, Labels
from patsieve.metrics.log_odds import log_odds
from patsieve.metrics.prevalence import (
    GRID,
    grid_counts,
    likeliest_prevalence,
    likelihood_ratios,
)
from patsieve.models.platt import Platt
from patsieve.screening.bundle import ModelBundle
from patsieve.screening.chosen import calibration_scores

_CONFIDENCE = 0.95
_RESAMPLES = 200
# From here on an estimate is called unreliable.
_FEW_RECORDS, _FEW_LABELLED = 100, 200
_WIDE_RATIO, _WIDE_SHARE, _RARE = 4.0, 0.2, 0.01
# As far as a line is drawn through probabilities; beyond, one record would weigh too much.
_NEAREST = 1e-9
# One file in a hundred that fits is called a misfit.
_MISFIT_PERCENTILE = 0.99
# Scores out of fold come from models that had fewer records to learn from than the one that
# scores the file: they are spread a little differently, and that is no other kind of file.
_MISFIT_SLACK = 0.05


@final
@dataclass(frozen=True)
class PrevalenceEstimate:
    """The share of relevant records in a file without labels.

    Attributes
    ----------
    value : float
        Strictly between 0 and 1: at least half a record of the file, at most all but half.
    low, high : float
        95 % interval, for chance in the file and in the labelled records that the
        probabilities were calibrated by; of a file of another kind it says nothing.
    n_records : int
        That were looked at.
    doubts : tuple of str
        Why it is not to be relied on, a sentence each; none if nothing speaks against it.
    """

    value: float
    low: float
    high: float
    n_records: int
    doubts: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {**asdict(self), "doubts": list(self.doubts)}


def estimate_of_file(
    bundle: ModelBundle, counts: NDArray[np.int64], *, seed: int = 0
) -> PrevalenceEstimate:
    """Estimate the share of relevant records from a file's probabilities.

    Parameters
    ----------
    counts : array of int
        `grid_counts` of the bundle's probabilities for the file.
    seed : int
        Of the resamples.

    Raises
    ------
    BundleError
        If the bundle keeps no scores of labelled records to judge an estimate by.
    DataError
        If there is no record.
    """
    labels, probabilities = labelled_scores(bundle)
    known = bundle.manifest.data.prevalence
    return estimate_from_counts(counts, labels, probabilities, known=known, seed=seed)


def labelled_scores(bundle: ModelBundle) -> tuple[Labels, Floats]:
    """Return labels and probabilities of the records that a bundle was calibrated by.

    Raises
    ------
    BundleError
        If it keeps none, or of one class only.
    """
    kept = calibration_scores(bundle)
    if kept is None or len(np.unique(kept.labels)) < 2:
        raise BundleError(
            f"bundle {bundle.folder} keeps no scores of labelled records to judge an estimated "
            "prevalence by; give one, like --prevalence 0.05"
        )
    return kept.labels, kept.probabilities


def estimate_from_counts(
    counts: NDArray[np.int64],
    labels: Labels,
    probabilities: Floats,
    *,
    known: float,
    seed: int = 0,
    n_resamples: int = _RESAMPLES,
) -> PrevalenceEstimate:
    """Estimate a prevalence (Saerens et al. 2002), with its interval and what speaks against it.

    Parameters
    ----------
    counts : array of int of shape (n_places,)
        `grid_counts` of probabilities, at prevalence `known`.
    labels, probabilities : arrays of shape (n_labelled,)
        Of records that the model had not learnt from; both classes occur.
    seed, n_resamples : int
        In each resample the file is drawn anew, and the labelled records too; how they would
        then have been calibrated moves all probabilities.

    Raises
    ------
    DataError
        If there is no record.
    """
    n_records = int(counts.sum())
    if n_records == 0:
        raise DataError("there is no record with a text to estimate a prevalence from")
    random = np.random.default_rng(seed)
    filled = np.flatnonzero(counts)
    ratios = likelihood_ratios(GRID[filled], known)
    found = float(likeliest_prevalence(counts[None, filled], ratios)[0])
    value = min(max(found, 0.5 / n_records), 1 - 0.5 / n_records)

    moved = _recalibrated(GRID[filled], labels, probabilities, n_resamples, random)
    drawn = random.multinomial(n_records, counts[filled] / n_records, size=n_resamples)
    resampled = likeliest_prevalence(drawn, likelihood_ratios(moved, known))
    tail = (1 - _CONFIDENCE) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail]).tolist()
    low, high = min(low, value), max(high, value)
    distance, allowed = _misfit(counts, labels, probabilities, known, found, n_resamples, random)
    doubts = _doubts(n_records, len(labels), low, high)
    if distance > allowed:
        doubts.insert(
            0,
            "its probabilities are spread as those of no mixture of the relevant and irrelevant "
            f"records that were labelled (distance {distance:.2f}, expected up to "
            f"{allowed:.2f}): it seems to be of another kind, or to hold records that the model "
            "has learnt from",
        )
    return PrevalenceEstimate(value, low, high, n_records, tuple(doubts))


def _doubts(n_records: int, n_labelled: int, low: float, high: float) -> list[str]:
    doubts = []
    if n_records < _FEW_RECORDS:
        doubts.append(f"{counted(n_records, 'record')} are few to estimate a share from")
    if n_labelled < _FEW_LABELLED:
        doubts.append(
            f"the bundle was calibrated by {n_labelled:,} records only, so the interval is "
            "rather too narrow"
        )
    if high - low > _WIDE_SHARE or high > max(_WIDE_RATIO * low, _RARE):
        doubts.append(f"anything from {100 * low:.1f} % to {100 * high:.1f} % is possible")
    return doubts


def _recalibrated(
    scores: Floats,
    labels: Labels,
    probabilities: Floats,
    n_resamples: int,
    random: np.random.Generator,
) -> Floats:
    """Return what other labelled records would have made of log-odds.

    Of shape (n_resamples, n_scores). A line through a resample of the labelled records differs
    from the line through all of them by what chance does to a calibration.
    """
    labelled = log_odds(probabilities, nearest=_NEAREST)
    line = Platt.fit(labelled, labels)
    moved = np.empty((n_resamples, len(scores)))
    for row in moved:
        drawn = _stratified(labels, random)
        own = Platt.fit(labelled[drawn], labels[drawn])
        row[:] = scores + (own.slope - line.slope) * scores + own.intercept - line.intercept
    return moved


def _stratified(labels: Labels, random: np.random.Generator) -> NDArray[np.intp]:
    """Draw positions with replacement, of each class as many as there are.

    How many of the labelled are relevant was no matter of chance that an estimate leans on: it
    is taken out of the probabilities.
    """
    classes = [np.flatnonzero(labels == label) for label in (0, 1)]
    return np.concatenate([random.choice(own, size=len(own)) for own in classes])


def _misfit(
    counts: NDArray[np.int64],
    labels: Labels,
    probabilities: Floats,
    known: float,
    prevalence: float,
    n_resamples: int,
    random: np.random.Generator,
) -> tuple[float, float]:
    """Return how far the file is from the likeliest mixture of the two classes, and may be.

    The distance is that of Kolmogorov and Smirnov; chance is tried out by drawing labelled
    records and files like it anew.
    """
    classes = np.array([grid_counts(probabilities[labels == label]) for label in (0, 1)])
    filled = np.flatnonzero(counts + classes.sum(axis=0))
    classes, counts = classes[:, filled], counts[filled]
    shares = classes / classes.sum(axis=1, keepdims=True)
    mixture = (1 - prevalence) * shares[0] + prevalence * shares[1]
    drawn = random.multinomial(int(counts.sum()), mixture / mixture.sum(), size=n_resamples)
    own = [
        random.multinomial(int(n.sum()), share, size=n_resamples) / n.sum()
        for n, share in zip(classes, shares, strict=True)
    ]
    found = likeliest_prevalence(drawn, likelihood_ratios(GRID[filled], known))[:, None]
    by_chance = _distance(drawn, (1 - found) * own[0] + found * own[1])
    distance = float(_distance(counts[None, :], mixture[None, :])[0])
    return distance, float(np.quantile(by_chance, _MISFIT_PERCENTILE)) + _MISFIT_SLACK


def _distance(counts: NDArray[np.int64], shares: Floats) -> Floats:
    seen = counts / counts.sum(axis=1, keepdims=True)
    farthest: Floats = np.abs(np.cumsum(seen - shares, axis=1)).max(axis=1)
    return farthest
