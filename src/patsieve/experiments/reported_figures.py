"""What the reference study reported of an experiment, read from the notes of its file."""

import re
from collections.abc import Sequence

# The word that stands before a figure, in percent, and the measure that it is of. 'Precision',
# 'recall' and 'F1' are means over the classes unless the note says otherwise.
_WORDS = {
    "accuracy": "accuracy",
    "F1": "f1_weighted",
    "precision": "precision_weighted",
    "recall": "recall_weighted",
    "PR AUC": "average_precision",
    "MCC": "mcc",
    "TNR": "tnr",
    "TPR": "tpr",
}
_OF_ONE_CLASS = "of the relevant class"


def study_note(notes: Sequence[str]) -> str:
    """Return the note that tells what the study reported; empty if there is none."""
    return next((note for note in notes if note.startswith("Study,")), "")


def reported_figures(notes: Sequence[str]) -> dict[str, float]:
    """Return the study's own test figures as shares, by measure.

    What is told of training, or for one class only, is left out: it would stand in the wrong
    column.

    Examples
    --------
    >>> reported_figures(["Study, on its own patents: accuracy 83, MCC 58; training 99 / 98."])
    {'accuracy': 0.83, 'mcc': 0.58}
    """
    tested = study_note(notes).partition("; training")[0]
    found = {}
    for word, measure in _WORDS.items():
        of_one_class = _OF_ONE_CLASS in tested and word in ("F1", "precision", "recall")
        match = re.search(rf"\b{word} (\d+(?:\.\d+)?)\b", tested)
        if match and not of_one_class:
            found[measure] = float(match[1]) / 100
    return found


def reported_epochs(notes: Sequence[str]) -> int | None:
    """Return how many epochs the study says it ran; None if it does not."""
    match = re.search(r": (\d+) epochs\b", study_note(notes))
    return int(match[1]) if match else None
