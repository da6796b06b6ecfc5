"""Several classifiers as one: a meta-classifier learns how much to believe each of them."""

import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from patsieve.corpus.splits import family_folds
from patsieve.errors import BundleError, PatsieveWarning, UsageError
from patsieve.finetuning.events import Callback
from patsieve.models.base import LabelledTexts, RelevanceClassifier, SharesWork
from patsieve.models.kept_facts import read_facts
from patsieve.models.label_check import two_classes
from patsieve.models.meta import MetaClassifier, MetaName, make_meta
from patsieve.models.meta_choice import MetaChoice, cross_fitted, fit_meta

if TYPE_CHECKING:
    from patsieve.finetuning.activation_store import ActivationStore

_FILE = "stacking.json"
_FORMAT = 1


@final
class StackingClassifier(ClassifierMixin, BaseEstimator):
    """Base classifiers, and a meta-classifier on their probabilities.

    The meta-classifier learns from probabilities that the bases give out of fold, by family;
    then every base is trained once more, on all training records. Learnt from in-sample
    probabilities it would believe whichever base has memorised its training records best.

    Parameters
    ----------
    bases : mapping of str to callable
        By name, what makes an untrained classifier.
    meta : {"logistic", "xgboost", "average", "chosen"}
        ``"average"`` learns nothing and needs no folds. ``"chosen"`` takes the one of the three
        that does best on families it has not seen (`choose_meta`).
    scores : {"out-of-fold", "in-sample"}
        What the meta-classifier learns from. In-sample warns: it is there to show the harm.
    n_folds : int
        Each base is trained so many times more, unless the scores are in-sample.
    seed : int
        Of the folds and of the trees.

    Attributes
    ----------
    classes_ : array of int of shape (2,)
        0 irrelevant, 1 relevant.
    bases_ : dict of str to RelevanceClassifier
        Trained on all training records.
    meta_ : MetaClassifier
    choice_ : MetaChoice or None
        What speaks for the meta-classifier, where it was chosen.
    scores_ : array of float64 of shape (n_records, n_bases)
        What the meta-classifier has learnt from. Only after `fit`, not for ``"average"``.
    out_of_fold_ : array of float64 of shape (n_records,)
        Probabilities of relevance of the training records, by bases and a meta-classifier that had
        not seen the record's family. Only after `fit` with out-of-fold scores, not for
        ``"average"``.

    Notes
    -----
    Probabilities are at the prevalence of the training records: those of the bases are, and
    the meta-classifier learns from the records as they are.

    In `out_of_fold_` every base and the meta-classifier are strangers to a record's family, but
    the bases whose scores taught the meta-classifier are not: they learnt from all folds but
    one. Cross-validation of the whole stack, n_folds times as dear, would know nothing of it.
    """

    kind = "stacking"

    def __init__(
        self,
        bases: Mapping[str, Callable[[], RelevanceClassifier]],
        *,
        meta: MetaName | Literal["chosen"] = "logistic",
        scores: Literal["out-of-fold", "in-sample"] = "out-of-fold",
        n_folds: int = 5,
        seed: int = 0,
    ) -> None:
        self.bases = bases
        self.meta = meta
        self.scores = scores
        self.n_folds = n_folds
        self.seed = seed

    def listen(self, *callbacks: Callback, run_folder: Path | None = None) -> Self:
        """Let callbacks hear of the bases, one after the other, as they learn from all records.

        Of the folds they hear no more than that they begin. Each base keeps what resuming needs in
        a folder of its own, in each fold too.
        """
        self._callbacks = callbacks
        self._run_folder = run_folder
        return self

    def share(
        self, *, first_stages: Path | None = None, activations: "ActivationStore | None" = None
    ) -> Self:
        """Let the bases of the next `fit` share what other runs compute too; see `SharesWork`.

        First stages are shared by the bases that learn from all records: no other run has the
        records of a fold.
        """
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
        """Learn from texts and labels; see `RelevanceClassifier.fit`.

        `validation` steers the bases; the meta-classifier does not see it.

        Raises
        ------
        LabelError
            If a class has no record, or too few families for the folds.
        UsageError
            If the meta-classifier is to be chosen by in-sample scores.
        ValueError
            If lengths differ.
        """
        check_consistent_length(X, y, families)
        texts, labels = list(X), two_classes(y, learner="a stack")
        codes = np.arange(len(labels)) if families is None else np.asarray(families)
        if self.scores == "in-sample" and self.meta == "chosen":
            raise UsageError("a meta-classifier is chosen by out-of-fold scores, not by in-sample")
        if self.scores == "in-sample" and self.meta != "average":
            warnings.warn(
                "the meta-classifier learns from in-sample scores, which flatter whichever base "
                "fits its training records best; scores='out-of-fold' is the remedy",
                PatsieveWarning,
                stacklevel=2,
            )
        if self.meta != "average" and self.scores == "out-of-fold":
            # Before the bases are trained on all records: an impossible fold is known at once.
            self.scores_ = self._out_of_fold(texts, labels, codes, validation)
        bases: dict[str, RelevanceClassifier] = {}
        for name in self.bases:
            base = self._listening(name, "all", *getattr(self, "_callbacks", ()))
            bases[name] = base.fit(texts, labels, families=codes, validation=validation)
        if self.meta != "average" and self.scores == "in-sample":
            self.scores_ = _probabilities(bases, texts)
        if self.meta == "average":
            return self._ready(bases, make_meta("average", seed=self.seed))
        given = None if self.meta == "chosen" else self.meta
        meta, choice = fit_meta(given, self.scores_, labels, codes, seed=self.seed)
        if self.scores == "out-of-fold":
            self.out_of_fold_ = cross_fitted(given, self.scores_, labels, codes, seed=self.seed)
        return self._ready(bases, meta, choice)

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return probabilities of shape (n_records, 2), at the training set's prevalence."""
        check_is_fitted(self, "classes_")
        relevant = self.meta_.predict(_probabilities(self.bases_, X))
        return np.column_stack([1.0 - relevant, relevant])

    def predict(self, X: Sequence[str]) -> NDArray[np.int64]:
        """Return the label with the higher probability; a tie is irrelevant."""
        probabilities = self.predict_proba(X)
        return (probabilities[:, 1] > probabilities[:, 0]).astype(np.int64)

    def save(self, folder: Path) -> None:
        """Write every base into a folder of its own, and the meta-classifier as JSON."""
        check_is_fitted(self, "classes_")
        kept = []
        for number, (name, base) in enumerate(self.bases_.items(), 1):
            own = folder / f"base-{number}"
            own.mkdir()
            base.save(own)
            kept.append({"name": name, "kind": base.kind, "folder": own.name})
        self.meta_.save(folder)
        facts = {
            "format": _FORMAT,
            "meta": self.meta,
            "choice": None if self.choice_ is None else self.choice_.as_json(),
            "scores": self.scores,
            "n_folds": self.n_folds,
            "seed": self.seed,
            "bases": kept,
        }
        (folder / _FILE).write_text(json.dumps(facts, indent=2), encoding="utf-8")

    @classmethod
    def load(
        cls, folder: Path, *, classes: Mapping[str, type[RelevanceClassifier]] | None = None
    ) -> Self:
        """Read back what `save` wrote.

        Parameters
        ----------
        classes : mapping of str to type
            Kind to the class of the bases of that kind. Classifiers do not know each other, so
            whoever loads a stack says what it may be made of.

        Raises
        ------
        BundleError
            If a base is of a kind that is not named, or the files are from another version.
        """
        known = {} if classes is None else classes
        facts = read_facts(folder / _FILE, known=_FORMAT)
        bases: dict[str, RelevanceClassifier] = {}
        for kept in facts["bases"]:
            if kept["kind"] not in known:
                raise BundleError(
                    f"{folder / _FILE} stacks '{kept['name']}' of kind '{kept['kind']}'; known "
                    f"here are {', '.join(known) if known else 'none'}"
                )
            bases[kept["name"]] = known[kept["kind"]].load(folder / kept["folder"])
        settings = {name: facts[name] for name in ("meta", "scores", "n_folds", "seed")}
        stack = cls({}, **settings)
        # Stacks from before a meta-classifier could be chosen say nothing of a choice.
        kept_choice = facts.get("choice")
        choice = None if kept_choice is None else MetaChoice.from_json(kept_choice)
        meta = make_meta(facts["meta"] if choice is None else choice.name, seed=stack.seed)
        return stack._ready(bases, meta.load(folder), choice)

    def _ready(
        self,
        bases: dict[str, RelevanceClassifier],
        meta: MetaClassifier,
        choice: MetaChoice | None = None,
    ) -> Self:
        self.bases_ = bases
        self.meta_ = meta
        self.choice_ = choice
        self.classes_ = np.array([0, 1], dtype=np.int64)
        return self

    def _listening(self, name: str, part: str, *callbacks: Callback) -> RelevanceClassifier:
        """Return a new base that keeps what resuming needs in a folder of its own."""
        folder = getattr(self, "_run_folder", None)
        number = list(self.bases).index(name) + 1
        own = None if folder is None else folder / f"base-{number}-{part}"
        base = self.bases[name]()
        if isinstance(base, SharesWork):
            base.share(
                first_stages=getattr(self, "_shared_start", None) if part == "all" else None,
                activations=getattr(self, "_store", None),
            )
        return base.listen(*callbacks, run_folder=own)

    def _out_of_fold(
        self,
        texts: list[str],
        labels: NDArray[np.int64],
        families: NDArray[np.int64],
        validation: LabelledTexts | None,
    ) -> NDArray[np.float64]:
        scores = np.empty((len(texts), len(self.bases)))
        folds = family_folds(labels, families, n_folds=self.n_folds, seed=self.seed)
        for fold, (training, held_out) in enumerate(folds, 1):
            bases: dict[str, RelevanceClassifier] = {}
            for name in self.bases:
                for callback in getattr(self, "_callbacks", ()):
                    callback.on_fold_begin(name, fold, len(folds))
                bases[name] = self._listening(name, f"fold-{fold}").fit(
                    [texts[i] for i in training],
                    labels[training],
                    families=families[training],
                    validation=validation,
                )
            scores[held_out] = _probabilities(bases, [texts[i] for i in held_out])
        return scores


def _probabilities(
    bases: Mapping[str, RelevanceClassifier], texts: Sequence[str]
) -> NDArray[np.float64]:
    """Return the probability by each base, of shape (n_texts, n_bases)."""
    return np.column_stack([base.predict_proba(texts)[:, 1] for base in bases.values()])
