"""Everything that is reported about scored, labelled records, each value with its interval."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.errors import DataError, LabelError
from patsieve.metrics.calibration import CalibrationCheck, calibration_bins, check_calibration
from patsieve.metrics.classification import (
    Confusion,
    confusion_matrix,
    decide,
    measure_decisions,
)
from patsieve.metrics.inputs import Floats, Labels, checked_labels, checked_probabilities
from patsieve.metrics.intervals import (
    Estimate,
    FamilyBootstrap,
    percentile_interval,
    total_gap_interval,
    with_doubt,
)
from patsieve.metrics.reading import ReadingOrder

_N_BINS = 10
_READS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)


@final
@dataclass(frozen=True)
class Evaluation:
    """The result of `evaluate_scores`.

    Attributes
    ----------
    n_records, n_relevant, n_families : int
    threshold : float
        Records were decided relevant from this probability on.
    confusion : Confusion
    metrics : mapping of str to Estimate
        By name: ``accuracy``, ``average_precision``, ``wss_at_95``, ``recall_at_100`` ...
    calibration : CalibrationCheck
        Whether the calibration error could be chance.
    reads : tuple of int
        The k of which there is a ``recall_at_k``: round numbers below `n_records`.
    confidence : float
        Of the intervals, strictly between 0 and 1.
    interval_method : str
        How they were made, in words.
    """

    n_records: int
    n_relevant: int
    n_families: int
    threshold: float
    confusion: Confusion
    metrics: Mapping[str, Estimate]
    calibration: CalibrationCheck
    reads: tuple[int, ...]
    confidence: float
    interval_method: str

    @property
    def prevalence(self) -> float:
        """Share of relevant records, strictly between 0 and 1."""
        return self.n_relevant / self.n_records

    def as_json(self) -> dict[str, object]:
        """Return the object that ``patsieve evaluate --json`` prints.

        A metric is ``{"value", "low", "high"}``; those of ``recall_at_k`` stand in an object
        of their own, by k. ``calibration_check`` is ``{"value", "percentile_95",
        "is_consistent"}``.
        """
        at_k = {str(k): f"recall_at_{k}" for k in self.reads}
        names = [name for name in self.metrics if name not in at_k.values()]
        return {
            "n_records": self.n_records,
            "n_relevant": self.n_relevant,
            "n_families": self.n_families,
            "prevalence": self.prevalence,
            "threshold": self.threshold,
            **{name: asdict(self.metrics[name]) for name in names},
            "calibration_check": self.calibration.as_json(),
            "recall_at_k": {k: asdict(self.metrics[name]) for k, name in at_k.items()},
            "confusion_matrix": self.confusion.rows,
            "confidence": self.confidence,
            "interval_method": self.interval_method,
        }


def evaluate_scores(
    labels: ArrayLike,
    probabilities: ArrayLike,
    *,
    threshold: float = 0.5,
    families: ArrayLike | None = None,
    seed: int = 0,
    n_resamples: int = 1000,
    confidence: float = 0.95,
) -> Evaluation:
    """Measure ranking, decisions and probabilities, with intervals.

    Parameters
    ----------
    labels : array-like of shape (n_records,)
        1 relevant, 0 irrelevant.
    probabilities : array-like of shape (n_records,)
        Of being relevant, between 0 and 1.
    threshold : float
        A record is decided relevant from this probability on. Between 0 and 1.
    families : array-like of int of shape (n_records,), optional
        Records with equal codes are drawn together. Default: each record for itself.
    seed, n_resamples : int
        Of the bootstrap. Time grows with `n_resamples` times the number of records: a thousand
        take a fraction of a second on 1,000 records, some ten seconds on 100,000.
    confidence : float
        Of the intervals, strictly between 0 and 1.

    Returns
    -------
    Evaluation
        Intervals are percentiles of the bootstrap by family, but for the calibration error,
        whose interval is on the wide side (`total_gap_interval`). Where accuracy, precision or
        recall is 0 or 1, all resamples agree, which proves nothing: their interval is then
        Clopper-Pearson's, with families as trials. For the other metrics an interval without
        width means only that no resample differed.

    Raises
    ------
    LabelError
        If all records are of one class: no ranking can be judged there.
    DataError
        If all records belong to one family: there is nothing to draw from.
    ValueError
        If lengths differ or a value is out of range.
    """
    truth = checked_labels(labels)
    claimed = checked_probabilities(probabilities, truth)
    if not 0 <= threshold <= 1:
        raise ValueError(f"threshold is {threshold}; it must lie between 0 and 1")
    codes = np.arange(len(truth)) if families is None else np.asarray(families)
    _check_evaluable(truth, codes)
    bootstrap = FamilyBootstrap(truth, codes, seed=seed, n_resamples=n_resamples)
    decisions = decide(claimed, threshold)

    sample = _Sample(truth, claimed, decisions)
    measured = sample.measure(np.ones((1, len(truth)), dtype=np.int64))
    blocks = [sample.measure(weights) for weights in bootstrap.weights()]
    metrics = {
        name: percentile_interval(
            float(value[0]),
            np.concatenate([block.metrics[name] for block in blocks]),
            confidence=confidence,
        )
        for name, value in measured.metrics.items()
    }
    metrics["expected_calibration_error"] = total_gap_interval(
        measured.gaps[0], np.concatenate([block.gaps for block in blocks]), confidence=confidence
    )
    for name, is_counted in _proportions(truth, decisions, sample.reads).items():
        n_families = len(np.unique(codes[is_counted]))
        metrics[name] = with_doubt(metrics[name], n_families, confidence)

    return Evaluation(
        n_records=len(truth),
        n_relevant=int(truth.sum()),
        n_families=bootstrap.n_families,
        threshold=threshold,
        confusion=confusion_matrix(truth, decisions),
        metrics=metrics,
        calibration=check_calibration(truth, claimed, families=codes, n_bins=_N_BINS, seed=seed),
        reads=sample.reads,
        confidence=confidence,
        interval_method=(
            f"percentiles of {n_resamples} bootstrap resamples by family; "
            "Clopper-Pearson over families for accuracy, precision and recall of 0 or 1"
        ),
    )


@final
@dataclass(frozen=True)
class _Measured:
    """Every metric by name, each of shape (n_resamples,), and the calibration gaps.

    A gap is the mean over all records of probability minus label, within one bin and 0
    elsewhere; `gaps` has shape (n_resamples, n_bins).
    """

    metrics: Mapping[str, Floats]
    gaps: Floats


@final
class _Sample:
    """Records prepared so that any weighting of them is measured by a few sums."""

    def __init__(self, labels: Labels, probabilities: Floats, decisions: Labels) -> None:
        self._order = ReadingOrder(labels, probabilities)
        self.reads = tuple(k for k in _READS if k < len(labels))
        distance = probabilities - labels
        cells = np.eye(4)[2 * labels + decisions]
        in_bins = np.eye(_N_BINS)[calibration_bins(probabilities, _N_BINS)]
        self._sums = np.column_stack([cells, distance**2, in_bins * distance[:, None]])

    def measure(self, weights: NDArray[np.int64]) -> _Measured:
        """Count each record as often as `weights` of shape (n_resamples, n_records) says."""
        sums = weights @ self._sums
        decided = measure_decisions(sums[:, :4])
        reading = self._order.read(weights)
        metrics = {
            "accuracy": decided.accuracy,
            "precision_weighted": decided.precision_weighted,
            "recall_weighted": decided.accuracy,
            "f1_weighted": decided.f1_weighted,
            "precision_relevant": decided.precision_relevant,
            "recall_relevant": decided.recall_relevant,
            "f1_relevant": decided.f1_relevant,
            "mcc": decided.mcc,
            "average_precision": reading.average_precision(),
            "roc_auc": reading.roc_auc(),
            "wss_at_95": reading.work_saved(0.95),
            "reads_for_95_recall": reading.reads_for(0.95).astype(np.float64),
            "brier": sums[:, 4] / reading.n_records,
            **{f"recall_at_{k}": reading.found_in(k) / reading.n_relevant for k in self.reads},
        }
        return _Measured(metrics, gaps=sums[:, 5:] / reading.n_records[:, None])


def _check_evaluable(labels: Labels, families: NDArray[np.int64]) -> None:
    n_relevant = int(labels.sum())
    if n_relevant in (0, len(labels)):
        which = "none" if n_relevant == 0 else "all"
        raise LabelError(
            f"{which} of the {len(labels)} records are relevant; "
            "an evaluation needs at least one relevant and one irrelevant record"
        )
    if len(families) == len(labels) and len(np.unique(families)) == 1:
        raise DataError(
            f"all {len(labels)} records belong to one family; "
            "an evaluation needs at least two families to tell how sure it is"
        )


def _proportions(
    labels: Labels, decisions: Labels, reads: tuple[int, ...]
) -> dict[str, NDArray[np.bool_]]:
    """Name the metrics that are a share of right answers, and of which records."""
    everything = np.ones(len(labels), dtype=bool)
    return {
        "accuracy": everything,
        "recall_weighted": everything,
        "precision_relevant": decisions == 1,
        "recall_relevant": labels == 1,
        **{f"recall_at_{k}": labels == 1 for k in reads},
    }
