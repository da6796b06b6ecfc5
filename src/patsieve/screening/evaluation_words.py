"""What measured values are called and how they are written, on the screen and in a model card."""

import math
from collections.abc import Mapping
from typing import Any

METRIC_LABELS = {
    "average_precision": "average precision",
    "roc_auc": "ROC AUC",
    "wss_at_95": "work saved at 95 % recall",
    "mcc": "MCC",
    "f1_relevant": "F1, relevant class",
    "precision_relevant": "precision, relevant class",
    "recall_relevant": "recall, relevant class",
    "accuracy": "accuracy",
    "f1_weighted": "F1, weighted",
    "brier": "Brier score",
    "expected_calibration_error": "expected calibration error",
}
"""In the order in which a screener asks: can I trust the ranking, the decisions, the
probabilities."""


def number(value: float | None) -> str:
    """Return a number to three decimals, a dash for None or not-a-number."""
    if value is None or math.isnan(value):
        return "–"
    return f"{value:.3f}"


def calibration_sentence(check: Mapping[str, Any]) -> str:
    """Say whether probabilities can be taken at their word.

    Parameters
    ----------
    check : mapping
        The ``calibration_check`` of what ``evaluate --json`` prints.
    """
    error, limit = number(check["value"]), number(check["percentile_95"])
    if check["is_consistent"]:
        return f"calibration: {error} off, no more than chance explains (up to {limit} here)"
    return (
        f"calibration: {error} off, more than chance explains (up to {limit} here): do not take "
        "the probabilities at their word"
    )
