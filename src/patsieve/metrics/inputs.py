"""What every metric asks of its labels, scores and probabilities, and how it says no."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Labels = NDArray[np.int64]
Floats = NDArray[np.float64]


def checked_labels(labels: ArrayLike) -> Labels:
    """Return `labels` as an array of shape (n_records,) of 0 and 1.

    Raises
    ------
    ValueError
        If there is none, the array is not flat, or a value is neither 0 nor 1.
    """
    return _zeros_and_ones(labels, "label")


def checked_decisions(decisions: ArrayLike, labels: Labels) -> Labels:
    """Return `decisions` as an array of 0 and 1, as long as `labels`.

    Raises
    ------
    ValueError
        If the lengths differ or a value is neither 0 nor 1.
    """
    checked = _zeros_and_ones(decisions, "decision")
    _check_lengths("decisions", checked, labels)
    return checked


def checked_scores(scores: ArrayLike, labels: Labels) -> Floats:
    """Return `scores` as an array of finite floats, as long as `labels`.

    Raises
    ------
    ValueError
        If the lengths differ, or a score is not finite: a NaN has no place in a ranking.
    """
    checked = np.asarray(scores, dtype=np.float64)
    _check_flat("scores", checked)
    _check_lengths("scores", checked, labels)
    wrong = np.flatnonzero(~np.isfinite(checked))
    if len(wrong):
        raise ValueError(f"score {wrong[0]} is {checked[wrong[0]]}; scores must be finite")
    return checked


def checked_probabilities(probabilities: ArrayLike, labels: Labels) -> Floats:
    """Return `probabilities` of being relevant as an array of floats, as long as `labels`.

    Raises
    ------
    ValueError
        If the lengths differ, or a value is not between 0 and 1.
    """
    checked = np.asarray(probabilities, dtype=np.float64)
    _check_flat("probabilities", checked)
    _check_lengths("probabilities", checked, labels)
    # Written so that NaN, which compares false with everything, is caught too.
    wrong = np.flatnonzero(~((checked >= 0) & (checked <= 1)))
    if len(wrong):
        raise ValueError(
            f"probability {wrong[0]} is {checked[wrong[0]]}; probabilities lie between 0 and 1"
        )
    return checked


def checked_share(share: float, name: str) -> float:
    """Return `share`, which must lie above 0 and at most at 1.

    Raises
    ------
    ValueError
        If it does not; the message calls it `name`.
    """
    if not 0 < share <= 1:
        raise ValueError(f"{name} is {share}; it must be above 0 and at most 1")
    return share


def checked_confidence(confidence: float) -> float:
    """Return `confidence`, which must lie strictly between 0 and 1.

    Raises
    ------
    ValueError
        If it does not.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it must lie between 0 and 1, like 0.95")
    return confidence


def _zeros_and_ones(values: ArrayLike, name: str) -> Labels:
    array = np.asarray(values)
    _check_flat(f"{name}s", array)
    if not len(array):
        raise ValueError(f"there are no {name}s")
    wrong = np.flatnonzero((array != 0) & (array != 1))
    if len(wrong):
        raise ValueError(
            f"{name} {wrong[0]} is {array[wrong[0]]}; a {name} is 1 (relevant) or 0 (irrelevant)"
        )
    return array.astype(np.int64)


def _check_flat(name: str, array: NDArray[np.generic]) -> None:
    if array.ndim != 1:
        raise ValueError(f"{name} have shape {array.shape}; they must have shape (n_records,)")


def _check_lengths(name: str, array: NDArray[np.generic], labels: Labels) -> None:
    if len(array) != len(labels):
        raise ValueError(f"{len(labels)} labels but {len(array)} {name}")
