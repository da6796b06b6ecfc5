"""The scores of another system, in a column of the user's file, as a classifier."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self, final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from patsieve.corpus.columns import find_column
from patsieve.corpus.decimals import decimal_in
from patsieve.corpus.tally import RowTally, listed, quoted
from patsieve.corpus.text import RecordText
from patsieve.errors import DataError, MissingColumnError, UsageError
from patsieve.finetuning.events import Callback
from patsieve.metrics.log_odds import log_odds
from patsieve.models.base import LabelledTexts
from patsieve.models.kept_facts import read_facts
from patsieve.models.label_check import two_classes
from patsieve.models.platt import Platt

_FORMAT = 1
_FILE = "column.json"
# Probabilities nearer to 0 or 1 than this say no more: their log-odds would grow without end.
_NEAREST = 1e-6


@final
class ColumnClassifier(ClassifierMixin, BaseEstimator):
    """What another system says of a record, made a probability.

    The system may be of any kind: it has written its score beside every record, and this
    learns what a score is worth (Platt's method: a straight line from the score, or from its
    log-odds if all scores lie between 0 and 1, to the log-odds of being relevant).

    Parameters
    ----------
    column : str
        Where the score stands; found whatever its case and punctuation.
    higher_is_relevant : bool
        False where a low number is a good one, as with ranks.

    Attributes
    ----------
    classes_ : array of int of shape (2,)
        0 irrelevant, 1 relevant.

    Notes
    -----
    It reads `RecordText`, which `TextRecipe` composes, since plain strings have no columns.
    Probabilities are at the prevalence of the training records. That the outside system has
    not learnt from these very records is for its user to know: if it has, its scores flatter it.
    """

    kind = "column"

    def __init__(self, column: str = "score", *, higher_is_relevant: bool = True) -> None:
        self.column = column
        self.higher_is_relevant = higher_is_relevant

    def listen(self, *callbacks: Callback, run_folder: Path | None = None) -> Self:  # noqa: ARG002
        """Return the classifier itself: it trains in one go and has nothing to tell."""
        return self

    def fit(
        self,
        X: Sequence[str],
        y: ArrayLike,
        *,
        families: NDArray[np.int64] | None = None,
        validation: LabelledTexts | None = None,  # noqa: ARG002 - two numbers need no steering
    ) -> Self:
        """Learn what scores are worth; see `RelevanceClassifier.fit`.

        Raises
        ------
        UsageError
            If the texts are plain strings.
        MissingColumnError
            If the records have no such column.
        DataError
            If a record has no number in it.
        LabelError
            If a class has no record.
        ValueError
            If lengths differ.
        """
        check_consistent_length(X, y, families)
        labels = two_classes(y, learner="a model on another system's scores")
        scores = self._scores(X)
        self._are_shares = bool(scores.min() >= 0 and scores.max() <= 1)
        if self._are_shares:
            scores = log_odds(scores, nearest=_NEAREST)
        self._middle, self._spread = float(scores.mean()), float(scores.std()) or 1.0
        self._platt = Platt.fit(self._signed(scores), labels)
        self.classes_ = np.array([0, 1], dtype=np.int64)
        return self

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return probabilities of shape (n_records, 2), at the training set's prevalence.

        Raises
        ------
        UsageError, MissingColumnError, DataError
            As `fit`; or if a score lies outside of 0 to 1, where all that was learnt from lay.
        """
        check_is_fitted(self, "classes_")
        if not len(X):
            return np.empty((0, 2))
        scores = self._scores(X)
        if self._are_shares:
            if scores.min() < 0 or scores.max() > 1:
                wrong = scores.min() if scores.min() < 0 else scores.max()
                raise DataError(
                    f"column {quoted(self.column)} holds {wrong:g}; all scores that the model "
                    "learnt from lay between 0 and 1"
                )
            scores = log_odds(scores, nearest=_NEAREST)
        relevant = self._platt.probabilities(self._signed(scores))
        return np.column_stack([1.0 - relevant, relevant])

    def predict(self, X: Sequence[str]) -> NDArray[np.int64]:
        """Return the label with the higher probability; a tie is irrelevant."""
        probabilities = self.predict_proba(X)
        return (probabilities[:, 1] > probabilities[:, 0]).astype(np.int64)

    def save(self, folder: Path) -> None:
        """Write the name of the column and what its scores are worth, as JSON."""
        check_is_fitted(self, "classes_")
        facts = {
            "format": _FORMAT,
            "column": self.column,
            "higher_is_relevant": self.higher_is_relevant,
            "are_shares": self._are_shares,
            "middle": self._middle,
            "spread": self._spread,
            **self._platt.as_json(),
        }
        (folder / _FILE).write_text(json.dumps(facts, indent=2), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read back what `save` wrote: same scores, same probabilities.

        Raises
        ------
        BundleError
            If the file was written by a version that this one does not know.
        """
        facts = read_facts(folder / _FILE, known=_FORMAT)
        model = cls(facts["column"], higher_is_relevant=facts["higher_is_relevant"])
        model._are_shares = facts["are_shares"]
        model._middle, model._spread = facts["middle"], facts["spread"]
        model._platt = Platt.from_json(facts)
        model.classes_ = np.array([0, 1], dtype=np.int64)
        return model

    def _signed(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return scores in spreads of the training records', rising with relevance."""
        sign = 1.0 if self.higher_is_relevant else -1.0
        return sign * (scores - self._middle) / self._spread

    def _scores(self, X: Sequence[str]) -> NDArray[np.float64]:
        texts = [text for text in X if isinstance(text, RecordText)]
        if len(texts) < len(X):
            raise UsageError(
                f"a classifier of kind 'column' reads the column {quoted(self.column)} of records; "
                "plain texts have none: compose them with TextRecipe"
            )
        header = list(texts[0].columns)
        name = find_column(header, self.column)
        if name is None:
            raise MissingColumnError(
                "the model reads the scores of another system in the column "
                f"{quoted(self.column)}, and the file has none of that name; it has "
                f"{listed(header)}"
            )
        cells = [text.columns.get(name, "") for text in texts]
        scores = np.array([decimal_in(cell) for cell in cells])
        absent = np.flatnonzero(np.isnan(scores))
        if len(absent):
            raise DataError(
                f"column {quoted(name)} should hold the score of every record; there is no number "
                f"in {RowTally(texts[i].row for i in absent)}, first {quoted(cells[absent[0]])}"
            )
        return scores
