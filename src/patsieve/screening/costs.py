"""What a threshold by costs comes to on labelled records, beside the cheapest one there."""

from dataclasses import asdict, dataclass
from typing import Any, final

import numpy as np
from numpy.typing import ArrayLike

from patsieve.metrics.inputs import checked_labels, checked_probabilities
from patsieve.screening.purpose import Purpose
from patsieve.screening.threshold import cells_at_every_threshold


@final
@dataclass(frozen=True)
class CostReport:
    """Mean costs of a record, among records that the model was not trained on.

    Attributes
    ----------
    cost_miss, cost_read : float
        Of missing a relevant record, and of reading one.
    threshold : float
        ``cost_read / cost_miss``: right if probabilities are.
    cost : float
        A record, at this threshold.
    cheapest_threshold, cheapest_cost : float
        The threshold that would have cost least, of several the highest, known afterwards; it
        flatters. Far below `cost`, it says that the probabilities are not to be trusted.
    cost_of_all, cost_of_none : float
        A record, if everything is read, or nothing.
    """

    cost_miss: float
    cost_read: float
    threshold: float
    cost: float
    cheapest_threshold: float
    cheapest_cost: float
    cost_of_all: float
    cost_of_none: float

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def report_costs(labels: ArrayLike, probabilities: ArrayLike, purpose: Purpose) -> CostReport:
    """Return what a threshold by costs comes to on labelled records.

    Parameters
    ----------
    labels : array-like of int of shape (n_records,)
        1 relevant, 0 irrelevant.
    probabilities : array-like of shape (n_records,)
        By a model that has not seen these records.
    purpose : Purpose
        Of kind "cost".

    Raises
    ------
    ValueError
        If lengths differ or a value is out of range.
    """
    truth = checked_labels(labels)
    scores = checked_probabilities(probabilities, truth)
    threshold, cost_miss = purpose.known_threshold, purpose.target
    assert threshold is not None
    assert cost_miss is not None
    thresholds, cells = cells_at_every_threshold(truth, scores)
    _, fp, fn, tp = cells.T
    costs = (cost_miss * fn + purpose.cost_read * (tp + fp)) / len(truth)
    read = scores >= threshold
    missed = int((truth[~read] == 1).sum())
    cheapest = int(np.argmin(costs))
    return CostReport(
        cost_miss=cost_miss,
        cost_read=purpose.cost_read,
        threshold=threshold,
        cost=float(cost_miss * missed + purpose.cost_read * read.sum()) / len(truth),
        cheapest_threshold=float(thresholds[cheapest]),
        cheapest_cost=float(costs[cheapest]),
        cost_of_all=purpose.cost_read,
        cost_of_none=cost_miss * float(truth.mean()),
    )
