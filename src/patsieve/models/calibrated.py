"""A classifier whose probabilities were put right on records that it had not learnt from."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self, final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from patsieve.errors import BundleError, LabelError, UsageError
from patsieve.finetuning.events import Callback
from patsieve.metrics.log_odds import log_odds, prevalence_shift
from patsieve.models.base import LabelledTexts, RelevanceClassifier
from patsieve.models.calibration import Calibrator, Identity, read_calibrator, write_calibrator
from patsieve.models.calibrator_choice import CalibratorChoice, choose_calibrator
from patsieve.models.kept_facts import read_facts
from patsieve.models.validation import set_aside

_FILE, _CALIBRATOR = "calibrated.json", "calibrator.json"
_FORMAT = 1


@final
class CalibratedClassifier(ClassifierMixin, BaseEstimator):
    """A base classifier, and a calibrator chosen on validation records.

    The ranking is the base's own. Its probabilities are left alone unless a calibrator is
    clearly better on held-out parts of the validation records (`choose_calibrator`).

    Parameters
    ----------
    base : callable
        Makes the untrained base. Its `fit` must not learn from validation records; to be
        steered by them is all right.
    validation_fraction : float
        Share of the training records set aside, by family, when `fit` gets no validation
        records.
    seed : int
        Of what is set aside, and of the folds that choose.

    Attributes
    ----------
    classes_ : array of int of shape (2,)
        0 irrelevant, 1 relevant.
    base_ : RelevanceClassifier
    calibrator_ : Calibrator
    shift_ : float
        What takes log-odds from the prevalence of the training records, at which the
        probabilities are, to that of the validation records, where the calibrator learnt.
    choice_ : CalibratorChoice
        Only after `fit`.
    """

    kind = "calibrated"

    def __init__(
        self,
        base: Callable[[], RelevanceClassifier] | None = None,
        *,
        validation_fraction: float = 0.15,
        seed: int = 0,
    ) -> None:
        self.base = base
        self.validation_fraction = validation_fraction
        self.seed = seed

    @classmethod
    def on_top_of(
        cls,
        base: RelevanceClassifier,
        probabilities: NDArray[np.float64],
        labels: NDArray[np.int64],
        families: NDArray[np.int64] | None = None,
        *,
        prevalence: float,
        seed: int = 0,
    ) -> Self:
        """Return a trained classifier with a calibrator chosen on its scores of other records.

        Parameters
        ----------
        probabilities : array of shape (n_records,)
            That `base` gives to records which it has not learnt from.
        labels, families : arrays of int of shape (n_records,)
            Of these records; both classes occur.
        prevalence : float
            At which the probabilities are: that of the records which `base` has learnt from.

        Raises
        ------
        LabelError
            If all labels are the same.
        """
        made = cls(seed=seed)
        return made._calibrate(base, probabilities, labels, families, prevalence)

    def listen(self, *callbacks: Callback, run_folder: Path | None = None) -> Self:
        """Let callbacks hear of the base's training, and let it keep what resuming needs."""
        self._callbacks = callbacks
        self._run_folder = run_folder
        return self

    def fit(
        self,
        X: Sequence[str],
        y: ArrayLike,
        *,
        families: NDArray[np.int64] | None = None,
        validation: LabelledTexts | None = None,
    ) -> Self:
        """Train the base, and choose a calibrator; see `RelevanceClassifier.fit`.

        Raises
        ------
        LabelError
            If a class has no record, in training or in validation.
        UsageError
            If it was loaded from a bundle, which does not say how to train a base.
        ValueError
            If lengths differ.
        """
        if self.base is None:
            raise UsageError("a calibrated classifier from a bundle cannot be trained anew")
        check_consistent_length(X, y, families)
        texts, labels = list(X), np.asarray(y, dtype=np.int64)
        if validation is None:
            _require_both_classes(labels, "learns from")
            kept, validation = set_aside(
                texts, labels, families, fraction=self.validation_fraction, seed=self.seed
            )
            texts, labels = [texts[i] for i in kept], labels[kept]
            families = None if families is None else np.asarray(families)[kept]
        base = self.base().listen(
            *getattr(self, "_callbacks", ()), run_folder=getattr(self, "_run_folder", None)
        )
        base.fit(texts, labels, families=families, validation=validation)
        return self._calibrate(
            base,
            base.predict_proba(validation.texts)[:, 1],
            validation.labels,
            validation.families,
            float(labels.mean()),
        )

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return probabilities of shape (n_records, 2), at the training set's prevalence."""
        check_is_fitted(self, "classes_")
        relevant = self.put_right(self.base_.predict_proba(X)[:, 1])
        return np.column_stack([1.0 - relevant, relevant])

    def put_right(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what becomes of probabilities that the base gives, in their order."""
        observed = self.calibrator_.probabilities(log_odds(probabilities) + self.shift_)
        relevant: NDArray[np.float64] = expit(log_odds(observed) - self.shift_)
        return relevant

    @property
    def changes_something(self) -> bool:
        """Whether the probabilities are other than the base's."""
        return self.calibrator_.name != Identity.name

    def predict(self, X: Sequence[str]) -> NDArray[np.int64]:
        """Return the label with the higher probability; a tie is irrelevant."""
        probabilities = self.predict_proba(X)
        return (probabilities[:, 1] > probabilities[:, 0]).astype(np.int64)

    def save(self, folder: Path) -> None:
        """Write the base as it would write itself, and the calibrator beside it as JSON."""
        check_is_fitted(self, "classes_")
        self.base_.save(folder)
        write_calibrator(folder / _CALIBRATOR, self.calibrator_)
        facts = {"format": _FORMAT, "base": self.base_.kind, "shift": self.shift_}
        (folder / _FILE).write_text(json.dumps(facts), encoding="utf-8")

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        load_base: Callable[[str, Path], RelevanceClassifier] | None = None,
    ) -> Self:
        """Read back what `save` wrote.

        Parameters
        ----------
        load_base : callable
            Reads a classifier of a kind from a folder. Classifiers do not know each other, so
            whoever loads this one says how its base is loaded.

        Raises
        ------
        BundleError
            If the files are from another version, or nobody says how to load the base.
        """
        facts = read_facts(folder / _FILE, known=_FORMAT)
        if load_base is None:
            raise BundleError(
                f"{folder / _FILE} calibrates a classifier of kind '{facts['base']}', and "
                "nothing is said of how to load one"
            )
        loaded = cls()
        base = load_base(facts["base"], folder)
        return loaded._ready(base, read_calibrator(folder / _CALIBRATOR), facts["shift"])

    def _calibrate(
        self,
        base: RelevanceClassifier,
        probabilities: NDArray[np.float64],
        labels: NDArray[np.int64],
        families: NDArray[np.int64] | None,
        prevalence: float,
    ) -> Self:
        truth = np.asarray(labels, dtype=np.int64)
        _require_both_classes(truth, "calibrates by")
        shift = prevalence_shift(prevalence, float(truth.mean()))
        self.choice_: CalibratorChoice = choose_calibrator(
            log_odds(probabilities) + shift, truth, families, seed=self.seed
        )
        return self._ready(base, self.choice_.calibrator, shift)

    def _ready(self, base: RelevanceClassifier, calibrator: Calibrator, shift: float) -> Self:
        self.base_ = base
        self.calibrator_ = calibrator
        self.shift_ = shift
        self.classes_ = np.array([0, 1], dtype=np.int64)
        return self


def _require_both_classes(labels: NDArray[np.int64], what_for: str) -> None:
    if len(np.unique(labels)) < 2:
        raise LabelError(
            f"a calibrated classifier {what_for} relevant and irrelevant records, some of each; "
            f"all {len(labels)} labels here are the same"
        )
