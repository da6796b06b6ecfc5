"""How a study's numbers are measured, averaged and written: one rule for every table.

Shares, losses and slopes have three decimals, seconds one; a mean has its standard deviation
over the seeds behind a plus-minus, where there are two seeds or more. What cannot be measured
is a dash. The CSV files hold the numbers in full.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from patsieve.experiments.study_run import Decisions, StudyRun
from patsieve.metrics.classification import measure_decisions

DASH = "–"

# As the reference study headed its tables, in its order.
MEASURES = {
    "accuracy": "accuracy",
    "f1_weighted": "F1",
    "precision_weighted": "precision",
    "recall_weighted": "recall",
    "average_precision": "average precision",
    "mcc": "MCC",
    "tnr": "TNR",
    "tpr": "TPR",
}


@final
@dataclass(frozen=True)
class Spread:
    """A mean over seeds.

    Attributes
    ----------
    mean : float
    sd : float or None
        Standard deviation of the values, with n - 1 below; None of a single one.
    n : int
        Values, at least one.
    """

    mean: float
    sd: float | None
    n: int

    def __str__(self) -> str:
        return self.written(3)

    def written(self, decimals: int) -> str:
        """Return ``mean ± sd``, or the mean alone of a single value."""
        mean = written(self.mean, decimals)
        return mean if self.sd is None else f"{mean} ± {written(self.sd, decimals)}"


def spread_of(values: Iterable[float | None]) -> Spread | None:
    """Return mean and standard deviation; None if there is no value.

    None and what is not finite count as no value.
    """
    found = [value for value in values if value is not None and math.isfinite(value)]
    if not found:
        return None
    sd = float(np.std(found, ddof=1)) if len(found) > 1 else None
    return Spread(float(np.mean(found)), sd, len(found))


def written(value: float | None, decimals: int = 3) -> str:
    """Return a number as the report shows it, with a minus as long as a plus."""
    if value is None or not math.isfinite(value):
        return DASH
    # Adding 0 turns -0.0 into 0.0.
    return f"{round(value, decimals) + 0.0:,.{decimals}f}".replace("-", "−")


def signed(value: float) -> str:
    """Return a difference with its sign; what rounds to 0 has none."""
    text = written(value)
    return text if round(value, 3) <= 0 else f"+{text}"


def quantity(value: float) -> str:
    """Return a count to three digits in thousands or millions, as ``12.3 M``."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        # From 999.5 on a number has four digits before the point, however it is rounded.
        if value >= 0.9995 * size:
            digits = max(0, 2 - int(math.log10(max(value / size, 1) * 1.0005)))
            return f"{value / size:.{digits}f} {unit}"
    return f"{value:.0f}"


def listed(values: Sequence[int]) -> str:
    """Return whole numbers, one for each seed, as one where all agree: ``12``, ``12, 13, 11``."""
    if len(set(values)) == 1:
        return f"{values[0]:,}"
    return ", ".join(f"{value:,}" for value in values)


def measures_of(run: StudyRun, decisions: Decisions) -> dict[str, float]:
    """Return what the reference study reported, by the names of `MEASURES`.

    Parameters
    ----------
    run : StudyRun
    decisions : Decisions
        On its test records. The average precision does not depend on them: it is the ranking's.
    """
    counts = [decisions.tn, decisions.fp, decisions.fn, decisions.tp]
    measured = measure_decisions(np.array(counts, dtype=np.int64))
    return {
        "accuracy": decisions.accuracy,
        "f1_weighted": float(measured.f1_weighted),
        "precision_weighted": float(measured.precision_weighted),
        # Weighted over the classes by their size, recall is the accuracy.
        "recall_weighted": decisions.accuracy,
        "average_precision": run.test["average_precision"],
        "mcc": float(measured.mcc),
        "tnr": decisions.true_negative_rate,
        "tpr": decisions.true_positive_rate,
    }


def most_trainable(run: StudyRun) -> int | None:
    """Return how many parameters trained in the epoch that trained most; None without epochs."""
    return max((record.trainable_parameters for record in run.history), default=None)
