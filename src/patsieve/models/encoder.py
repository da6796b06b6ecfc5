"""A fine-tuned encoder as a relevance classifier."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from lightning_fabric import Fabric
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.activations import PrefixCache
from patsieve.finetuning.augmentation import Augmentation
from patsieve.finetuning.events import Callback
from patsieve.finetuning.hardware import Device, Precision, disband, make_fabric
from patsieve.finetuning.inference import LabelledTokens, predict_logits
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.pooling import Pooling
from patsieve.finetuning.pretrained import load_pretrained
from patsieve.finetuning.result import TrainingResult
from patsieve.finetuning.schedule import UnfreezingSchedule
from patsieve.finetuning.settings import TrainingSettings
from patsieve.finetuning.tokens import TokenizedTexts
from patsieve.finetuning.trainer import Trainer
from patsieve.finetuning.window_settings import Windows
from patsieve.finetuning.windows import ReadTexts
from patsieve.models.base import LabelledTexts
from patsieve.models.cosines import cosines
from patsieve.models.encoder_defaults import few_epochs, whole_encoder_schedule
from patsieve.models.encoder_files import EncoderFacts, kind_of, read_encoder, write_encoder
from patsieve.models.encoder_texts import reach, read_lengths, tokenized, views_of
from patsieve.models.label_check import two_classes
from patsieve.models.text_vectors import read_vectors
from patsieve.models.validation import set_aside

SharedCache = Callable[[TokenizedTexts], PrefixCache | None]


class EncoderClassifier(ClassifierMixin, BaseEstimator):
    """Fine-tunes a pre-trained encoder by stages to tell relevant from irrelevant texts.

    Parameters
    ----------
    schedule : UnfreezingSchedule, optional
        What trains when; by default the whole encoder from the first epoch.
    settings : TrainingSettings, optional
        By default four epochs of batches of 16, without early stopping or validation.
    checkpoint : str, optional
        A Hub name or a folder; by default the encoder that comes with patsieve.
    pooling : {"pooler", "cls", "mean", "fields"}
        What the classifier reads. Mean pooling suits the default encoder; by fields, a title
        counts as much as an abstract.
    max_tokens : int
        Longer texts are cut at their end; special tokens count.
    windows : Windows, optional
        Into what longer texts are cut instead, and how the windows' vectors become one. A record
        stays what is drawn, learnt from and scored.
    dropout : float, optional
        Before the classifier; by default as the checkpoint's hidden layers.
    augmentation : Augmentation, optional
        How training texts are altered; validation texts and texts to score never are.
    device : {"auto", "cpu", "cuda"}
    precision : {"auto", "32", "bf16"}
        ``"auto"`` takes bfloat16 where the device computes it natively.
    devices : int
        Processes to train with.
    validation_fraction : float
        Share of the training records set aside, by family, when `fit` gets no validation
        records and the schedule needs some.

    Attributes
    ----------
    classes_ : array of shape (2,)
    result_ : TrainingResult
        History, best epoch and why training ended. Only after `fit`.
    n_truncated_ : int
        Training and validation texts that were not read to their end. Only after `fit`.
    prior_shift_ : float
        What training added to the log-odds of label 1; `predict_proba` takes it off.
    fresh_tensors_ : tuple of str
        Tensors that the checkpoint did not hold. Only after `fit`.

    Examples
    --------
    >>> classifier = EncoderClassifier()
    >>> classifier.fit(texts, labels, families=families).predict_proba(new_texts)  # doctest: +SKIP
    """

    kind = "encoder"

    def __init__(
        self,
        schedule: UnfreezingSchedule | None = None,
        settings: TrainingSettings | None = None,
        *,
        checkpoint: str | None = None,
        pooling: Pooling = "mean",
        max_tokens: int = 384,
        windows: Windows | None = None,
        dropout: float | None = None,
        augmentation: Augmentation | None = None,
        device: Device = "auto",
        precision: Precision = "auto",
        devices: int = 1,
        validation_fraction: float = 0.15,
    ) -> None:
        self.schedule = schedule
        self.settings = settings
        self.checkpoint = checkpoint
        self.pooling = pooling
        self.max_tokens = max_tokens
        self.windows = windows
        self.dropout = dropout
        self.augmentation = augmentation
        self.device = device
        self.precision = precision
        self.devices = devices
        self.validation_fraction = validation_fraction

    def listen(self, *callbacks: Callback, run_folder: Path | None = None) -> Self:
        """Let callbacks hear of the next `fit`, and keep its checkpoints in a folder.

        A `fit` that finds a checkpoint of its own in `run_folder` goes on from it.
        """
        self._callbacks = callbacks
        self._run_folder = run_folder
        return self

    def share(
        self, *, first_stages: Path | None = None, activations: ActivationStore | None = None
    ) -> Self:
        """Let the next `fit` share what other runs compute too; see `SharesWork`."""
        self._shared_start = first_stages
        self._store = activations
        return self

    def fit(
        self,
        X: Sequence[str],
        y: ArrayLike,
        *,
        families: NDArray[np.int64] | None = None,
        validation: LabelledTexts | None = None,
    ) -> Self:
        """Fine-tune on texts and labels; see `RelevanceClassifier.fit`.

        Raises
        ------
        LabelError
            If a class has no record.
        CheckpointError
            If the encoder cannot be loaded, or its tokenizer makes no windows.
        UsageError
            If windows overlap by more than half.
        LayerGroupError
            If the schedule names layers that the encoder does not have.
        """
        labels = two_classes(y, learner="a fine-tuned encoder")
        texts = [str(text) for text in X]
        settings = self._settings()
        schedule = self.schedule if self.schedule is not None else whole_encoder_schedule()
        if validation is None and schedule.needs_validation(settings.stopping):
            kept, validation = set_aside(
                texts, labels, families, fraction=self.validation_fraction, seed=settings.seed
            )
            texts, labels = [texts[i] for i in kept], labels[kept]
        loaded = load_pretrained(self.checkpoint, pooling=self.pooling, seed=settings.seed)
        model = EncoderWithHead.from_pretrained(
            loaded,
            pooling=self.pooling,
            window_pooling=None if self.windows is None else self.windows.pooling,
            dropout=self.dropout,
            seed=settings.seed,
        )
        self.max_tokens_ = min(self.max_tokens, loaded.max_tokens)
        training = LabelledTokens(
            self._tokens(texts, loaded.tokenizer),
            labels,
            views=views_of(
                texts,
                loaded.tokenizer,
                self.augmentation,
                max_tokens=self.max_tokens_,
                seed=settings.seed,
                windows=self.windows,
            ),
        )
        checked = None
        if validation is not None:
            checked = LabelledTokens(
                self._tokens(validation.texts, loaded.tokenizer),
                np.asarray(validation.labels, dtype=np.int64),
            )
        self.n_truncated_ = sum(p.texts.n_truncated for p in (training, checked) if p is not None)
        self.fresh_tensors_ = loaded.fresh_tensors
        fabric = make_fabric(self.device, self.precision, devices=self.devices)
        trainer = Trainer(
            model,
            schedule,
            settings,
            fabric=fabric,
            callbacks=getattr(self, "_callbacks", ()),
            run_folder=getattr(self, "_run_folder", None),
            shared_start=getattr(self, "_shared_start", None),
            store=getattr(self, "_store", None),
            fresh_tensors=[f"encoder.{name}" for name in loaded.fresh_tensors]
            + ([] if loaded.head is not None else ["classifier.weight"]),
        )
        result = trainer.fit(training, checked)
        self.result_: TrainingResult = result
        shared_cache: SharedCache | None = None
        if self.devices > 1:
            # Scoring is one process's work.
            disband()
            fabric = make_fabric(self.device, self.precision)
            model.to(fabric.device)
        elif getattr(self, "_store", None) is not None:
            shared_cache = trainer.stages.shared_cache
        self._ready(model, loaded.tokenizer, fabric, result.prior_shift, shared_cache)
        return self

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return probabilities of shape (n_records, 2), at the training set's prevalence."""
        check_is_fitted(self, "prior_shift_")
        texts = self._tokens(X, self._tokenizer)
        cache = None if self._shared_cache is None else self._shared_cache(texts.windows)
        logits = predict_logits(self._forward, texts, device=self._fabric.device, cache=cache)
        margin = logits[:, 1] - logits[:, 0] - self.prior_shift_
        relevant = expit(margin)
        return np.column_stack([1.0 - relevant, relevant])

    def predict(self, X: Sequence[str]) -> NDArray[np.int64]:
        """Return the label with the higher probability; a tie is irrelevant."""
        probabilities = self.predict_proba(X)
        return (probabilities[:, 1] > probabilities[:, 0]).astype(np.int64)

    @property
    def reach(self) -> str:
        """How far it reads a text, in words."""
        return reach(self.max_tokens_, self.windows)

    def read_lengths(self, X: Sequence[str]) -> NDArray[np.int64]:
        """Return how many characters of each text are read, of shape (n_texts,)."""
        return read_lengths(X, self._tokenizer, max_tokens=self.max_tokens_, windows=self.windows)

    def similarities(self, X: Sequence[str], others: Sequence[str]) -> NDArray[np.float64]:
        """Return cosines of what the classifier reads of texts, of shape (n_texts, n_others)."""
        check_is_fitted(self, "prior_shift_")
        tokens = (self._tokens(texts, self._tokenizer) for texts in (X, others))
        return cosines(*(read_vectors(self._model, self._fabric, each) for each in tokens))

    def save(self, folder: Path) -> None:
        """Write the encoder (for `transformers.AutoModel` to open), the head and the rest."""
        check_is_fitted(self, "prior_shift_")
        facts = EncoderFacts(
            self.pooling, self.max_tokens_, self.windows, self.prior_shift_, self.precision
        )
        write_encoder(folder, self._model, self._tokenizer, facts)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read back what `save` wrote."""
        model, tokenizer, facts, checkpoint = read_encoder(folder)
        classifier = cls(
            checkpoint=checkpoint,
            pooling=facts.pooling,
            max_tokens=facts.max_tokens,
            windows=facts.windows,
            precision=facts.precision,
        )
        classifier.max_tokens_ = facts.max_tokens
        fabric = make_fabric(classifier.device, classifier.precision)
        classifier._ready(model, tokenizer, fabric, facts.prior_shift)
        return classifier

    def _tokens(self, texts: Sequence[str], tokenizer: Any) -> ReadTexts:
        return tokenized(texts, tokenizer, max_tokens=self.max_tokens_, windows=self.windows)

    def _settings(self) -> TrainingSettings:
        return self.settings if self.settings is not None else few_epochs()

    def _ready(
        self,
        model: EncoderWithHead,
        tokenizer: Any,
        fabric: Fabric,
        prior_shift: float,
        shared_cache: "SharedCache | None" = None,
    ) -> None:
        self._model = model.requires_grad_(False).eval()
        self._tokenizer = tokenizer
        self._fabric = fabric
        self._forward = fabric.setup_module(self._model)
        self.prior_shift_ = prior_shift
        self._shared_cache = shared_cache
        self.kind = kind_of(self.windows)
        self.classes_ = np.array([0, 1], dtype=np.int64)
