"""A frozen encoder with a linear head: what the encoder says of a text, and one weight each.

Nothing of the encoder trains, so fitting costs one pass through the texts, and what that says
can be shared with every other run. It is the honest control for fine-tuning, and in a stack a
witness that errs in other places than a bag of words.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self, final

import numpy as np
from lightning_fabric import Fabric
from numpy.typing import ArrayLike, NDArray
from safetensors.numpy import load_file, save_file
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.events import Callback
from patsieve.finetuning.hardware import Device, Precision, make_fabric
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.pooling import Pooling
from patsieve.finetuning.pretrained import PretrainedEncoder, load_pretrained
from patsieve.finetuning.window_settings import Windows
from patsieve.finetuning.windows import ReadTexts
from patsieve.models.base import LabelledTexts
from patsieve.models.cosines import cosines
from patsieve.models.encoder_texts import reach, read_lengths, tokenized
from patsieve.models.kept_facts import read_facts
from patsieve.models.label_check import two_classes
from patsieve.models.linear_head import LinearHead
from patsieve.models.text_vectors import text_vectors
from patsieve.models.windows import pooled_windows

_FORMAT = 1
# What a version from before windows must not read: it would score the beginnings alone.
_FORMAT_WITH_WINDOWS = 2
_FACTS = "embedding.json"
_WEIGHTS = "embedding.safetensors"


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
    windows : Windows, optional
        Into what longer texts are cut instead, and how the windows' vectors become one.
    device, precision : str
        As for `EncoderClassifier`.
    seed : int
        Of the folds that choose the penalty; nothing else is random.

    Attributes
    ----------
    classes_ : array of int of shape (2,)
        0 irrelevant, 1 relevant.
    head_ : LinearHead
        What was learnt.
    max_tokens_ : int
        As many as asked for, but no more than the encoder can read.
    n_truncated_ : int
        Training texts that were not read to their end.

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
        windows: Windows | None = None,
        device: Device = "auto",
        precision: Precision = "auto",
        seed: int = 0,
    ) -> None:
        self.checkpoint = checkpoint
        self.pooling = pooling
        self.max_tokens = max_tokens
        self.windows = windows
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
            If the encoder cannot be loaded, or its tokenizer makes no windows.
        UsageError
            If windows overlap by more than half.
        ValueError
            If lengths differ.
        """
        check_consistent_length(X, y, families)
        labels = two_classes(y, learner="a linear head")
        codes = np.arange(len(labels)) if families is None else np.asarray(families)
        self._ready(load_pretrained(self.checkpoint, pooling=self.pooling), self.max_tokens)
        tokens = self._tokens(X)
        self.n_truncated_ = tokens.n_truncated
        vectors = self._pooled(tokens, getattr(self, "_store", None))
        self.head_ = LinearHead.fit(vectors, labels, codes, seed=self.seed)
        self.classes_ = np.array([0, 1], dtype=np.int64)
        return self

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return probabilities of shape (n_records, 2), at the training set's prevalence."""
        check_is_fitted(self, "classes_")
        vectors = self._vectors(X, getattr(self, "_store", None))
        relevant = self.head_.probabilities(vectors)
        return np.column_stack([1.0 - relevant, relevant])

    def predict(self, X: Sequence[str]) -> NDArray[np.int64]:
        """Return the label with the higher probability; a tie is irrelevant."""
        return (self.predict_proba(X)[:, 1] > 0.5).astype(np.int64)

    @property
    def reach(self) -> str:
        """How far it reads a text, in words."""
        return reach(self.max_tokens_, self.windows)

    def read_lengths(self, X: Sequence[str]) -> NDArray[np.int64]:
        """Return how many characters of each text are read, of shape (n_texts,)."""
        return read_lengths(X, self._tokenizer, max_tokens=self.max_tokens_, windows=self.windows)

    def similarities(self, X: Sequence[str], others: Sequence[str]) -> NDArray[np.float64]:
        """Return the cosines of the encoder's vectors, of shape (n_texts, n_others)."""
        check_is_fitted(self, "classes_")
        return cosines(self._vectors(X, None), self._vectors(others, None))

    def save(self, folder: Path) -> None:
        """Write the encoder (for `transformers.AutoModel` to open) and the linear head."""
        check_is_fitted(self, "classes_")
        self._model.encoder.save_pretrained(folder / "encoder")
        self._tokenizer.save_pretrained(folder / "encoder")
        save_file({"weights": self.head_.weights}, folder / _WEIGHTS)
        facts = {
            "format": _FORMAT if self.windows is None else _FORMAT_WITH_WINDOWS,
            "pooling": self.pooling,
            "max_tokens": self.max_tokens_,
            **({} if self.windows is None else {"windows": asdict(self.windows)}),
            "precision": self.precision,
            "strength": self.head_.strength,
            "intercept": self.head_.intercept,
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
        facts = read_facts(folder / _FACTS, known=(_FORMAT, _FORMAT_WITH_WINDOWS))
        model = cls(
            checkpoint=str(folder / "encoder"),
            pooling=facts["pooling"],
            max_tokens=facts["max_tokens"],
            windows=Windows(**facts["windows"]) if "windows" in facts else None,
            precision=facts["precision"],
        )
        model._ready(load_pretrained(model.checkpoint, pooling=model.pooling), model.max_tokens)
        weights = load_file(folder / _WEIGHTS)["weights"]
        model.head_ = LinearHead(weights, facts["intercept"], facts["strength"])
        model.classes_ = np.array([0, 1], dtype=np.int64)
        return model

    def _ready(self, loaded: PretrainedEncoder, max_tokens: int) -> None:
        model = EncoderWithHead.from_pretrained(loaded, pooling=self.pooling, dropout=0.0, seed=0)
        self._fabric: Fabric = make_fabric(self.device, self.precision)
        self._model = model.to(self._fabric.device).requires_grad_(False).eval()
        self._tokenizer: Any = loaded.tokenizer
        self.max_tokens_ = min(max_tokens, loaded.max_tokens)
        if self.windows is not None:
            self.windows.check_fits(self.max_tokens_)

    def _vectors(self, X: Sequence[str], store: ActivationStore | None) -> NDArray[np.float64]:
        """Return a vector of length one for each text, of shape (n_texts, n_features)."""
        return self._pooled(self._tokens(X), store)

    def _tokens(self, X: Sequence[str]) -> ReadTexts:
        plain = [str(text) for text in X]
        return tokenized(plain, self._tokenizer, max_tokens=self.max_tokens_, windows=self.windows)

    def _pooled(self, tokens: ReadTexts, store: ActivationStore | None) -> NDArray[np.float64]:
        vectors = text_vectors(self._model, self._fabric, tokens.windows, store)
        if self.windows is None:
            return vectors
        return pooled_windows(vectors, tokens.counts, self.windows.pooling)
