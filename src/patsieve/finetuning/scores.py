"""The scores that an epoch is judged by."""

import numpy as np
from numpy.typing import NDArray

from patsieve.metrics.classification import accuracy, f1, mcc
from patsieve.metrics.ranking import average_precision


def epoch_scores(
    logits: NDArray[np.float64], labels: NDArray[np.int64], *, loss: float
) -> dict[str, float]:
    """Return ``loss``, ``accuracy``, ``f1_relevant``, ``mcc`` and ``average_precision``.

    Parameters
    ----------
    logits : array of shape (n_records, 2)
    labels : array of int of shape (n_records,)
    loss : float
        Computed by the caller, who knows the loss.

    Notes
    -----
    The decision is the larger logit; a tie is irrelevant. Without a relevant record the
    average precision is 0. If a logit is not a number (learning has run away), no score is.
    """
    if not np.isfinite(logits).all():
        return dict.fromkeys(
            ("loss", "accuracy", "f1_relevant", "mcc", "average_precision"), float("nan")
        )
    margin = logits[:, 1] - logits[:, 0]
    decisions = (margin > 0).astype(np.int64)
    return {
        "loss": loss,
        "accuracy": accuracy(labels, decisions),
        "f1_relevant": f1(labels, decisions),
        "mcc": mcc(labels, decisions),
        "average_precision": average_precision(labels, margin) if labels.any() else 0.0,
    }
