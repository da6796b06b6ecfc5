"""What a system says of labelled records, measured under any weighting of the records.

A system is whatever gives scores: a model, or a list from elsewhere. Its ranking can always be
measured; its decisions and probabilities only where the scores are probabilities.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patsieve.metrics.classification import decide, measure_decisions
from patsieve.metrics.inputs import Floats, Labels, checked_probabilities, checked_scores
from patsieve.metrics.reading import ReadingOrder

RANKING = ("average_precision", "wss_at_95")
"""Metrics of an order; they need no probabilities."""

HEADLINES = (*RANKING, "mcc", "f1_relevant", "brier")
"""What systems are compared by; all but the Brier score are better when higher."""

REACH = {name: 2.0 if name == "mcc" else 1.0 for name in HEADLINES}
"""How far apart two systems can be at the most."""

Measure = Callable[[NDArray[np.int64]], Mapping[str, Floats]]
"""From weights of shape (n_resamples, n_records) to metrics by name, each (n_resamples,)."""


@final
@dataclass(frozen=True)
class Scored:
    """What a system says of some records.

    Attributes
    ----------
    scores : array-like of shape (n_records,)
        Higher means more likely relevant.
    threshold : float or None
        Records are called relevant from this probability on. None: the scores are no
        probabilities, so that there is nothing but a ranking.
    """

    scores: ArrayLike
    threshold: float | None

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics of `HEADLINES` that it can be measured by."""
        return RANKING if self.threshold is None else HEADLINES


@final
@dataclass(frozen=True)
class CheckedScores:
    """Scores that fit their labels, ready to be measured; see `checked`.

    Attributes
    ----------
    labels : array of int of shape (n_records,)
    scores : array of float of shape (n_records,)
    decisions, probabilities : array of shape (n_records,) or None
        None where the scores are no probabilities.
    """

    labels: Labels
    scores: Floats
    decisions: Labels | None
    probabilities: Floats | None


def checked(labels: Labels, system: Scored) -> CheckedScores:
    """Return the system's scores with what follows from them.

    Raises
    ------
    ValueError
        If lengths differ, a score is not finite, or a probability is out of range.
    """
    if system.threshold is None:
        return CheckedScores(labels, checked_scores(system.scores, labels), None, None)
    probabilities = checked_probabilities(system.scores, labels)
    return CheckedScores(
        labels, probabilities, decide(probabilities, system.threshold), probabilities
    )


def measure_of(records: CheckedScores, metrics: Sequence[str]) -> Measure:
    """Return a function that measures the records under any weights.

    Parameters
    ----------
    records : CheckedScores
    metrics : sequence of str
        Of `HEADLINES`; those beyond `RANKING` need probabilities.
    """
    order = ReadingOrder(records.labels, records.scores)
    wanted = frozenset(metrics)
    # One column for each cell of the confusion matrix (tn, fp, fn, tp), and the squared error.
    columns = []
    if records.decisions is not None:
        columns.append(np.eye(4)[2 * records.labels + records.decisions])
    if records.probabilities is not None:
        columns.append((records.probabilities - records.labels)[:, None] ** 2)
    sums = np.hstack(columns) if columns and wanted - set(RANKING) else None

    def measure(weights: NDArray[np.int64]) -> Mapping[str, Floats]:
        reading = order.read(weights)
        found: dict[str, Floats] = {}
        if "average_precision" in wanted:
            found["average_precision"] = reading.average_precision()
        if "wss_at_95" in wanted:
            found["wss_at_95"] = reading.work_saved(0.95)
        if sums is not None:
            summed = weights @ sums
            decided = measure_decisions(summed[:, :4])
            found["mcc"], found["f1_relevant"] = decided.mcc, decided.f1_relevant
            found["brier"] = summed[:, 4] / reading.n_records
        return {name: found[name] for name in metrics}

    return measure
