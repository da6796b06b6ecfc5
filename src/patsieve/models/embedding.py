"""A frozen encoder with a linear head: what the encoder says of a text, and one weight each.

Nothing of the encoder trains, so fitting costs one pass through the texts, and what that says
can be shared with every other run. It is the honest control for fine-tuning, and in a stack a
witness that errs in other places than a bag of words.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self, final

import numpy as np
from lightning_fabric import Fabric
from numpy.typing import ArrayLike, NDArray
from safetensors.numpy import load_file, save_file
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from patsieve.corpus.splits import family_folds
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.events import Callback
from patsieve.finetuning.hardware import Device, Precision, make_fabric
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.pooling import Pooling
from patsieve.finetuning.pretrained import PretrainedEncoder, load_pretrained
from patsieve.metrics.log_odds import log_losses
from patsieve.models.base import LabelledTexts
from patsieve.models.cosines import cosines
from patsieve.models.encoder_texts import read_lengths, tokenized
from patsieve.models.kept_facts import read_facts
from patsieve.models.label_check import two_classes
from patsieve.models.text_vectors import text_vectors

_FORMAT = 1
_FACTS = "embedding.json"
_WEIGHTS = "embedding.safetensors"
# Inverse strengths of the L2 penalty to choose from, for vectors of length one.
_STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_FOLDS = 5


@final
class EmbeddingClassifier(ClassifierMixin, BaseEstimator):
    """Logistic regression on the vectors of a frozen encoder.

    Parameters
    ----------
    checkpoint : str, optional
        A folder, a Hub name, or None for the encoder that comes with patsieve.
    pooling : {"fields", "mean", "cls"}
        How the states of a text's tokens become one vector; see `finetuning.pooling`.
    max_tokens : int
        Longer texts are cut.
    device, precision : str
        As for `EncoderClassifier`.
    seed : int
        Of the folds that choose the penalty; nothing else is random.

    Attributes
    ----------
    classes_ : array of int of shape (2,)
        0 irrelevant, 1 relevant.
    strength_ : float
        The chosen inverse strength of the penalty: the one with the lowest log loss on records
        of families that the regression had not seen. Of equal ones the strongest penalty.
    n_truncated_ : int
        Training texts that were cut.

    Notes
    -----
    Probabilities are at the prevalence of the training records. The penalty is chosen by log loss,
    which is what makes them probabilities.
    """

    kind = "embedding"

    def __init__(
        self,
        *,
        checkpoint: str | None = None,
        pooling: Pooling = "fields",
        max_tokens: int = 384,
        device: Device = "auto",
        precision: Precision = "auto",
        seed: int = 0,
    ) -> None:
        self.checkpoint = checkpoint
        self.pooling = pooling
        self.max_tokens = max_tokens
        self.device = device
        self.precision = precision
        self.seed = seed

    def listen(self, *callbacks: Callback, run_folder: Path | None = None) -> Self:  # noqa: ARG002
        """Return the classifier itself: it trains in one go and has nothing to tell."""
        return self

    def share(
        self,
        *,
        first_stages: Path | None = None,  # noqa: ARG002 - there are no stages
        activations: ActivationStore | None = None,
    ) -> Self:
        """Let the next `fit` share what the frozen encoder says; see `SharesWork`."""
        self._store = activations
        return self

    def fit(
        self,
        X: Sequence[str],
        y: ArrayLike,
        *,
        families: NDArray[np.int64] | None = None,
        validation: LabelledTexts | None = None,  # noqa: ARG002 - nothing here needs steering
    ) -> Self:
        """Learn from texts and labels; `validation` is not used.

        Raises
        ------
        LabelError
            If a class has no record.
        CheckpointError
            If the encoder cannot be loaded.
        ValueError
            If lengths differ.
        """
        check_consistent_length(X, y, families)
        labels = two_classes(y, learner="a linear head")
        codes = np.arange(len(labels)) if families is None else np.asarray(families)
        self._ready(load_pretrained(self.checkpoint, pooling=self.pooling), self.max_tokens)
        vectors = self._vectors(X, getattr(self, "_store", None))
        self.strength_ = _chosen_strength(vectors, labels, codes, seed=self.seed)
        regression = _regression(self.strength_).fit(vectors, labels)
        self._weights = regression.coef_[0].astype(np.float64)
        self._intercept = float(regression.intercept_[0])
        self.classes_ = np.array([0, 1], dtype=np.int64)
        return self

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return probabilities of shape (n_records, 2), at the training set's prevalence."""
        check_is_fitted(self, "classes_")
        vectors = self._vectors(X, getattr(self, "_store", None))
        relevant = expit(vectors @ self._weights + self._intercept)
        return np.column_stack([1.0 - relevant, relevant])

    def predict(self, X: Sequence[str]) -> NDArray[np.int64]:
        """Return the label with the higher probability; a tie is irrelevant."""
        return (self.predict_proba(X)[:, 1] > 0.5).astype(np.int64)

    def read_lengths(self, X: Sequence[str]) -> NDArray[np.int64]:
        """Return how many characters of each text are read, of shape (n_texts,)."""
        return read_lengths(X, self._tokenizer, max_tokens=self._longest)

    def similarities(self, X: Sequence[str], others: Sequence[str]) -> NDArray[np.float64]:
        """Return the cosines of the encoder's vectors, of shape (n_texts, n_others)."""
        check_is_fitted(self, "classes_")
        return cosines(self._vectors(X, None), self._vectors(others, None))

    def save(self, folder: Path) -> None:
        """Write the encoder (for `transformers.AutoModel` to open) and the linear head."""
        check_is_fitted(self, "classes_")
        self._model.encoder.save_pretrained(folder / "encoder")
        self._tokenizer.save_pretrained(folder / "encoder")
        save_file({"weights": self._weights}, folder / _WEIGHTS)
        facts = {
            "format": _FORMAT,
            "pooling": self.pooling,
            "max_tokens": self._longest,
            "precision": self.precision,
            "strength": self.strength_,
            "intercept": self._intercept,
        }
        (folder / _FACTS).write_text(json.dumps(facts, indent=2), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read back what `save` wrote: same texts, same probabilities.

        Raises
        ------
        BundleError
            If the files were written by a version that this one does not know.
        """
        facts = read_facts(folder / _FACTS, known=_FORMAT)
        model = cls(
            checkpoint=str(folder / "encoder"),
            pooling=facts["pooling"],
            max_tokens=facts["max_tokens"],
            precision=facts["precision"],
        )
        model._ready(load_pretrained(model.checkpoint, pooling=model.pooling), model.max_tokens)
        model._weights = load_file(folder / _WEIGHTS)["weights"]
        model._intercept = facts["intercept"]
        model.strength_ = facts["strength"]
        model.classes_ = np.array([0, 1], dtype=np.int64)
        return model

    def _ready(self, loaded: PretrainedEncoder, max_tokens: int) -> None:
        model = EncoderWithHead.from_pretrained(loaded, pooling=self.pooling, dropout=0.0, seed=0)
        self._fabric: Fabric = make_fabric(self.device, self.precision)
        self._model = model.to(self._fabric.device).requires_grad_(False).eval()
        self._tokenizer: Any = loaded.tokenizer
        self._longest = min(max_tokens, loaded.max_tokens)

    def _vectors(self, X: Sequence[str], store: ActivationStore | None) -> NDArray[np.float64]:
        """Return a vector of length one for each text, of shape (n_texts, hidden_size)."""
        texts = tokenized([str(text) for text in X], self._tokenizer, max_tokens=self._longest)
        self.n_truncated_ = texts.n_truncated
        return text_vectors(self._model, self._fabric, texts, store)


def _regression(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=2000)


def _chosen_strength(
    vectors: NDArray[np.float64],
    labels: NDArray[np.int64],
    families: NDArray[np.int64],
    *,
    seed: int,
) -> float:
    """Return the strength with the lowest out-of-fold log loss; a middling one for few families."""
    n_folds = min(_FOLDS, *(len(np.unique(families[labels == label])) for label in (0, 1)))
    if n_folds < 2:
        # One family of a class cannot be both learned from and tested on.
        return 10.0
    folds = family_folds(labels, families, n_folds=n_folds, seed=seed)
    losses = []
    for strength in _STRENGTHS:
        probabilities = np.empty(len(labels))
        for training, held_out in folds:
            model = _regression(strength).fit(vectors[training], labels[training])
            probabilities[held_out] = model.predict_proba(vectors[held_out])[:, 1]
        losses.append(log_losses(probabilities, labels).mean())
    return _STRENGTHS[int(np.argmin(losses))]
