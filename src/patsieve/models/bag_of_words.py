"""The baseline that a fine-tuned encoder has to beat: weighted terms and a linear model.

How terms are counted is in `terms`, how scores become probabilities in `platt`.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self, final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from patsieve.corpus.splits import family_folds
from patsieve.errors import LabelError
from patsieve.finetuning.events import Callback
from patsieve.models.base import LabelledTexts
from patsieve.models.cosines import cosines
from patsieve.models.kept_facts import read_facts
from patsieve.models.platt import Platt
from patsieve.models.reading import WordShares
from patsieve.models.symbol_counts import count_symbols, frequent_symbols
from patsieve.models.terms import Vocabulary
from patsieve.models.weighted_terms import Block, rarity_of, weighted
from patsieve.models.word_shares import shares_of_words

_SETTINGS_FILE = "bag_of_words.json"
_WEIGHTS_FILE = "bag_of_words.safetensors"
_FORMAT = 1
# The whole text, and its first line once more; of each, its words and their fragments.
_BLOCKS = ("text.words", "text.fragments", "title.words", "title.fragments")
_SYMBOLS = "symbols"
_CALIBRATION_FOLDS = 5
# Bounds the memory of scoring: some 100 MB with texts of 20,000 characters.
_TEXTS_AT_A_TIME = 1024


@final
class BagOfWordsClassifier(ClassifierMixin, BaseEstimator):
    """TF-IDF of words and word fragments, and a calibrated logistic regression.

    Terms of the first line are counted a second time, on their own: in texts made by
    `TextRecipe` that is the title, and "hydrogen" in a title says more than in an abstract.
    The regression is calibrated by scores that it gives out of fold, so its probabilities are
    at the prevalence of the training records.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty, above 0.
    title_weight : float
        How much the terms of the first line weigh beside those of the whole text, 0 for not
        at all.
    symbols_weight : float
        How much the CPC and IPC symbols of a record weigh beside its text, 0 for not at all:
        subclass (H01M), main group (H01M4/00) and subgroup (H01M4/525). They are read from
        `RecordText`; a plain text has none.
    fewest_texts : int
        A term or a symbol is used if at least so many training texts have it.
    seed : int
        Of the folds that calibrate; nothing else is random.

    Attributes
    ----------
    classes_ : array of int of shape (2,)
        0 irrelevant, 1 relevant.
    vocabulary_ : Vocabulary
    blocks_ : mapping of str to Block
        By part and kind of term: ``text.words``, ``title.fragments`` ..., ``symbols``.
    symbols_ : tuple of str
        The symbols that count, in the order of their block; none without a weight.
    intercept_ : float
    calibration_ : Platt

    Notes
    -----
    The defaults were chosen by out-of-fold average precision on three landscaping sets; see
    docs/experiments.md. `C` stands on a plateau: from 3 to 100 the ranking changes little.

    Examples
    --------
    >>> texts = ["lithium nickel oxide cathode", "nickel cathode", "wooden chair", "oak chair"]
    >>> model = BagOfWordsClassifier(fewest_texts=1).fit(texts, [1, 1, 0, 0])
    >>> model.predict(["a cathode of nickel", "a chair"]).tolist()
    [1, 0]
    """

    kind = "bag-of-words"

    def __init__(
        self,
        *,
        C: float = 10.0,
        title_weight: float = 0.5,
        symbols_weight: float = 0.0,
        fewest_texts: int = 2,
        seed: int = 0,
    ) -> None:
        self.C = C
        self.title_weight = title_weight
        self.symbols_weight = symbols_weight
        self.fewest_texts = fewest_texts
        self.seed = seed

    def listen(self, *callbacks: Callback, run_folder: Path | None = None) -> Self:  # noqa: ARG002
        """Return the classifier itself: it trains in one go and has nothing to tell."""
        return self

    def fit(
        self,
        X: Sequence[str],
        y: NDArray[np.int64],
        *,
        families: NDArray[np.int64] | None = None,
        validation: LabelledTexts | None = None,  # noqa: ARG002 - nothing here needs steering
    ) -> Self:
        """Learn from texts and labels; `validation` is not used.

        Raises
        ------
        LabelError
            If a label is neither 1 nor 0, or all are the same.
        ValueError
            If lengths differ.
        """
        check_consistent_length(X, y, families)
        labels = _checked_labels(y)
        codes = np.arange(len(labels)) if families is None else np.asarray(families)

        self.vocabulary_ = Vocabulary.learn(X, fewest_texts=self.fewest_texts)
        self.symbols_: tuple[str, ...] = ()
        if self.symbols_weight > 0:
            self.symbols_ = frequent_symbols(X, fewest_texts=self.fewest_texts)
        counts = self._count(X)
        rarities = [rarity_of(block) for block in counts]
        features = sparse.hstack(self._weigh(counts, rarities), format="csr")

        regression = self._regression().fit(features, labels)
        ends = np.cumsum([len(rarity) for rarity in rarities])
        coefficients = np.split(regression.coef_[0].astype(np.float32), ends[:-1])
        blocks = zip(rarities, coefficients, strict=True)
        self.blocks_ = {
            name: Block(*pair) for name, pair in zip(self._block_names(), blocks, strict=True)
        }
        self.intercept_ = float(regression.intercept_[0])
        self.calibration_ = self._calibrate(features, labels, codes)
        self.classes_ = np.array([0, 1])
        return self

    def decision_function(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return scores of shape (n_records,): the higher, the likelier relevant.

        The score of a text does not depend on the texts beside it.
        """
        check_is_fitted(self, "classes_")
        starts = range(0, len(X), _TEXTS_AT_A_TIME)
        scores = [self._score(X[start : start + _TEXTS_AT_A_TIME]) for start in starts]
        return np.concatenate([np.empty(0), *scores])

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return probabilities of shape (n_records, 2), at the prevalence of the training set.

        Texts without any known term all get the same probability.
        """
        scores = self.decision_function(X)
        relevant = self.calibration_.probabilities(scores)
        return np.column_stack([1 - relevant, relevant])

    def predict(self, X: Sequence[str]) -> NDArray[np.int64]:
        """Return the label with the higher probability; a tie is irrelevant."""
        return (self.predict_proba(X)[:, 1] > 0.5).astype(np.int64)

    def word_shares(self, X: Sequence[str]) -> list[WordShares]:
        """Return how the log-odds of each text are made up of its words, exactly."""
        check_is_fitted(self, "classes_")
        slope = self.calibration_.slope
        return shares_of_words(
            X,
            self.vocabulary_,
            self._features(X),
            [slope * block.coefficients.astype(np.float64) for block in self.blocks_.values()],
            constant=slope * self.intercept_ + self.calibration_.intercept,
            symbols=self.symbols_,
        )

    def similarities(self, X: Sequence[str], others: Sequence[str]) -> NDArray[np.float64]:
        """Return the cosines of the weighted terms of texts, of shape (n_texts, n_others)."""
        check_is_fitted(self, "classes_")
        one, other = (sparse.hstack(self._features(texts)) for texts in (X, others))
        return cosines(one, other)

    def save(self, folder: Path) -> None:
        """Write the vocabulary as JSON and the weights as safetensors into `folder`."""
        check_is_fitted(self, "classes_")
        settings = {
            "format": _FORMAT,
            "parameters": self.get_params(),
            "intercept": self.intercept_,
            "calibration": self.calibration_.as_json(),
            "words": self.vocabulary_.words,
            "fragments": self.vocabulary_.fragments,
            "symbols": self.symbols_,
        }
        text = json.dumps(settings, ensure_ascii=False, indent=0)
        (folder / _SETTINGS_FILE).write_text(text, encoding="utf-8")
        tensors = {
            f"{name}.{part}": array
            for name, block in self.blocks_.items()
            for part, array in block._asdict().items()
        }
        save_file(tensors, folder / _WEIGHTS_FILE)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read back what `save` wrote: same texts, same probabilities.

        Raises
        ------
        BundleError
            If the files were written by a version that this one does not know.
        """
        settings = read_facts(folder / _SETTINGS_FILE, known=_FORMAT)
        tensors = load_file(folder / _WEIGHTS_FILE)
        model = cls(**settings["parameters"])
        model.vocabulary_ = Vocabulary(
            words=tuple(settings["words"]),
            fragments=tuple(settings["fragments"]),
        )
        # Bundles from before symbols were counted have none.
        model.symbols_ = tuple(settings.get("symbols", ()))
        model.blocks_ = {
            name: Block(*(tensors[f"{name}.{part}"] for part in Block._fields))
            for name in model._block_names()
        }
        model.intercept_ = settings["intercept"]
        model.calibration_ = Platt.from_json(settings["calibration"])
        model.classes_ = np.array([0, 1])
        return model

    def _count(self, texts: Sequence[str]) -> list[sparse.csr_matrix]:
        whole = self.vocabulary_.count(texts)
        title = self.vocabulary_.count([text.partition("\n")[0] for text in texts])
        counts = [whole.words, whole.fragments, title.words, title.fragments]
        return [*counts, count_symbols(texts, self.symbols_)] if self.symbols_ else counts

    def _block_names(self) -> tuple[str, ...]:
        return (*_BLOCKS, _SYMBOLS) if self.symbols_ else _BLOCKS

    def _weigh(
        self, counts: Sequence[sparse.csr_matrix], rarities: Sequence[NDArray[np.float32]]
    ) -> list[sparse.csr_matrix]:
        weights = [1.0, 1.0, self.title_weight, self.title_weight]
        weights += [self.symbols_weight] if self.symbols_ else []
        return [weighted(*block) for block in zip(counts, rarities, weights, strict=True)]

    def _features(self, texts: Sequence[str]) -> list[sparse.csr_matrix]:
        return self._weigh(self._count(texts), [block.rarity for block in self.blocks_.values()])

    def _score(self, texts: Sequence[str]) -> NDArray[np.float64]:
        scores = np.full(len(texts), self.intercept_)
        for features, block in zip(self._features(texts), self.blocks_.values(), strict=True):
            scores += features @ block.coefficients.astype(np.float64)
        return scores

    def _regression(self) -> LogisticRegression:
        return LogisticRegression(C=self.C, max_iter=2000)

    def _calibrate(
        self, features: sparse.csr_matrix, labels: NDArray[np.int64], families: NDArray[np.int64]
    ) -> Platt:
        n_folds = min(_CALIBRATION_FOLDS, *(len(np.unique(families[labels == c])) for c in (0, 1)))
        if n_folds < 2:
            # One family of a class cannot be both learned from and tested on.
            return Platt(slope=1.0, intercept=0.0)
        scores = np.empty(len(labels))
        for training, test in family_folds(labels, families, n_folds=n_folds, seed=self.seed):
            model = self._regression().fit(features[training], labels[training])
            scores[test] = model.decision_function(features[test])
        return Platt.fit(scores, labels)


def _checked_labels(y: NDArray[np.int64]) -> NDArray[np.int64]:
    labels = np.asarray(y)
    found = np.unique(labels).tolist()
    if found != [0, 1]:
        raise LabelError(
            f"bag of words learns from records labelled 1 (relevant) and 0 (irrelevant); "
            f"the labels here are {', '.join(map(str, found[:5])) if found else 'none'}"
        )
    return labels.astype(np.int64)
