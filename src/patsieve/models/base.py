"""What every relevance classifier can do. The classifiers do not know each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from patsieve.finetuning.events import Callback

if TYPE_CHECKING:
    from patsieve.finetuning.activation_store import ActivationStore


@dataclass(frozen=True)
class LabelledTexts:
    """Texts with their labels, for validation.

    Attributes
    ----------
    texts : sequence of str of length n_records
    labels : array of int of shape (n_records,)
        1 relevant, 0 irrelevant.
    families : array of int of shape (n_records,), optional
        Whatever is split or judged here keeps equal codes together.
    """

    texts: Sequence[str]
    labels: NDArray[np.int64]
    families: NDArray[np.int64] | None = None


@runtime_checkable
class RelevanceClassifier(Protocol):
    """A scikit-learn style classifier of texts that can be saved without pickle.

    Every implementation is also a `sklearn.base.BaseEstimator`, so that
    `cross_val_score(classifier, texts, labels, groups=families)` works.

    Attributes
    ----------
    kind : str
        Its name in a bundle's manifest.
    classes_ : array of shape (2,)
        The labels in the order of the columns of `predict_proba`: 0 irrelevant, 1 relevant.
    """

    kind: str
    classes_: NDArray[np.int64]

    def listen(self, *callbacks: Callback, run_folder: Path | None = None) -> Self:
        """Let callbacks hear of the next `fit`, and let it keep what it needs to be resumed.

        A classifier that trains in one go has nothing to tell and nothing to keep.
        """

    def fit(
        self,
        X: Sequence[str],
        y: NDArray[np.int64],
        *,
        families: NDArray[np.int64] | None = None,
        validation: LabelledTexts | None = None,
    ) -> Self:
        """Learn from texts and labels.

        Parameters
        ----------
        X : sequence of str of length n_records
        y : array of int of shape (n_records,)
            1 relevant, 0 irrelevant.
        families : array of int of shape (n_records,), optional
            Whatever is split inside `fit` keeps equal codes together.
        validation : LabelledTexts, optional
            Records to steer training by (early stopping, plateaus). A classifier that needs
            some and gets none sets a share of its training records aside, by family.
        """

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return probabilities of shape (n_records, 2), at the prevalence of the training set.

        Whatever balanced draws or class weights did to the prior during training is undone.
        """

    def predict(self, X: Sequence[str]) -> NDArray[np.int64]:
        """Return the label with the higher probability; a tie is irrelevant."""

    def save(self, folder: Path) -> None:
        """Write everything that `load` needs into `folder`, which exists and is empty."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read back what `save` wrote: same texts, same probabilities."""


@runtime_checkable
class CrossFitted(Protocol):
    """A classifier whose training has cross-fitted it by itself, as a stack's does.

    Attributes
    ----------
    out_of_fold_ : array of float of shape (n_records,)
        Probabilities of relevance of the training records, at their prevalence, each by models
        that had not seen its family. Only after a `fit` that cross-fits.
    """

    out_of_fold_: NDArray[np.float64]


@runtime_checkable
class SharesWork(Protocol):
    """A classifier that can use what other runs have computed, and leave them what it computes."""

    def share(
        self, *, first_stages: Path | None = None, activations: "ActivationStore | None" = None
    ) -> Self:
        """Let the next `fit` share; the result stays the same.

        Parameters
        ----------
        first_stages : Path, optional
            A folder for the epochs of first stages that runs have in common.
        activations : ActivationStore, optional
            What frozen layers say of texts.
        """
