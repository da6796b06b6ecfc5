"""How good an experiment is with a part of the labels: each share of them cross-validated.

Subsets are nested: what is learned from with 30 % of the families is learned from with 40 % too.
The records that are tested are always all of them, so that points of a curve differ by what was
learned, not by what was tested. What a larger share says beyond the labels is `label_forecast`'s.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.load import LoadOptions, load_corpus
from patsieve.corpus.records import Corpus
from patsieve.corpus.splits import family_folds
from patsieve.errors import DataError, UsageError
from patsieve.experiments.build import Overrides, build_classifier, build_text_recipe
from patsieve.experiments.kept_probabilities import KeptProbabilities, fingerprint_of
from patsieve.experiments.out_of_fold import score_held_out
from patsieve.experiments.shared_work import shared_activations
from patsieve.experiments.spec import ExperimentSpec, read_experiment
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.events import Callback

SHARES = (0.15, 0.25, 0.4, 0.6, 0.8, 1.0)
"""Of the training families; close together where curves bend."""

# A model of fewer says nothing of a curve.
_FEWEST_PER_CLASS = 5
_FEWEST_SHARES = 4
# Of the streams that one seed is spawned into, the one that orders families; splitting has 0.
_ORDER_STREAM = 11

Indices = NDArray[np.intp]


@final
@dataclass(frozen=True)
class LabelCurveRequest:
    """Of which experiment and labels to draw the curve.

    Attributes
    ----------
    source : Path
        Labelled patents.
    experiment : str
        A name of the catalogue or a TOML file.
    out : Path
        A folder; shares that are computed there already are not computed again.
    folds : int
    seeds : tuple of int
        Each draws its own folds and subsets.
    shares : tuple of float
        Of the training families, above 0 and at most 1, ascending; 1 is always computed.
    load : LoadOptions
    overrides : Overrides
    """

    source: Path
    experiment: str
    out: Path
    folds: int = 5
    seeds: tuple[int, ...] = (1, 2, 3)
    shares: tuple[float, ...] = SHARES
    load: LoadOptions = field(default_factory=LoadOptions)
    overrides: Overrides = field(default_factory=Overrides)

    def checked_shares(self) -> tuple[float, ...]:
        """Return the shares in order, 1 among them.

        Raises
        ------
        UsageError
            If one is out of range, or there are too few to draw a curve through.
        """
        wrong = [share for share in self.shares if not 0 < share <= 1]
        if wrong:
            raise UsageError(
                f"a share of the labels is {wrong[0]:g}; it must be above 0 and at most 1"
            )
        shares = tuple(sorted({*self.shares, 1.0}))
        if len(shares) < _FEWEST_SHARES:
            raise UsageError(
                f"a curve through {len(shares)} shares of the labels says nothing; name at least "
                f"{_FEWEST_SHARES}"
            )
        return shares


@final
@dataclass(frozen=True, eq=False)
class LabelCurve:
    """Out-of-fold probabilities with growing shares of the labels.

    Attributes
    ----------
    corpus : Corpus
    experiment : str
    seeds : tuple of int
    sizes : array of float of shape (n_shares,)
        Training records of a model, the mean over folds and seeds; ascending.
    probabilities : array of float of shape (n_seeds, n_shares, n_records)
    """

    corpus: Corpus
    experiment: str
    seeds: tuple[int, ...]
    sizes: NDArray[np.float64]
    probabilities: NDArray[np.float64]


def compute_label_curve(
    request: LabelCurveRequest,
    *,
    callbacks: Sequence[Callback] = (),
    say: Callable[[str], None],
) -> LabelCurve:
    """Cross-validate with each share of the labels and each seed, or read back what is done.

    Shares too small for five records of each class in every training set are left out.

    Raises
    ------
    UsageError, DataError
        If the request, the file or the experiment cannot be used, or too few shares are left.
    """
    shares = request.checked_shares()
    spec = read_experiment(request.experiment)
    corpus = load_corpus(request.source, request.load)
    for note in corpus.notes:
        say(f"note: {note}")
    cells = _Cells(request, spec, corpus, callbacks, say)
    kept = [share for share in shares if cells.is_large_enough(share)]
    if len(kept) < _FEWEST_SHARES:
        raise DataError(
            f"only {len(kept)} of the shares {', '.join(f'{share:g}' for share in shares)} leave "
            f"{_FEWEST_PER_CLASS} records of each class to learn from; a curve needs "
            f"{_FEWEST_SHARES}, so it takes more labels, or larger shares"
        )
    if len(kept) < len(shares):
        say(f"note: shares below {kept[0]:g} have too few labels to learn from, and are left out")
    with shared_activations(request.out, say) as store:
        probabilities = np.array(
            [[cells.probabilities(share, seed, store) for share in kept] for seed in request.seeds]
        )
    sizes = np.array([cells.size(share) for share in kept])
    return LabelCurve(corpus, spec.name, request.seeds, sizes, probabilities)


@final
class _Cells:
    """Seeds × shares × folds, each computed or read back."""

    def __init__(
        self,
        request: LabelCurveRequest,
        spec: ExperimentSpec,
        corpus: Corpus,
        callbacks: Sequence[Callback],
        say: Callable[[str], None],
    ) -> None:
        self._request = request
        self._spec = spec
        self._corpus = corpus
        self._callbacks = callbacks
        self._say = say
        self._texts = build_text_recipe(spec).compose_all(corpus)

    def is_large_enough(self, share: float) -> bool:
        """Whether every training set has enough of both classes."""
        labels = self._corpus.labels
        return all(
            np.bincount(labels[training], minlength=2).min() >= _FEWEST_PER_CLASS
            for training, _ in self._folds_of_all_seeds(share)
        )

    def size(self, share: float) -> float:
        """Return the mean number of training records."""
        return float(np.mean([len(training) for training, _ in self._folds_of_all_seeds(share)]))

    def probabilities(self, share: float, seed: int, store: ActivationStore) -> NDArray[np.float64]:
        """Return the held-out probability of every record, learned from a share of the labels."""
        pooled = np.empty(len(self._corpus), dtype=np.float64)
        folds = list(self._folds(share, seed))
        for number, (training, held_out) in enumerate(folds, start=1):
            name = f"{self._spec.name}-seed{seed}-share{share:g}-fold{number}.json"
            kept = KeptProbabilities(
                self._request.out / "folds" / name,
                fingerprint_of(
                    self._spec, self._request.overrides, self._corpus, len(folds), share
                ),
            )
            known = kept.read(len(held_out))
            if known is None:
                self._say(
                    f"{self._spec.name}, seed {seed}, {100 * share:g} % of the labels, "
                    f"fold {number} of {len(folds)}"
                )
                known = self._fit_and_score(training, held_out, seed, store)
                kept.write(known)
            pooled[held_out] = known
        return pooled

    def _folds_of_all_seeds(self, share: float) -> Iterator[tuple[Indices, Indices]]:
        for seed in self._request.seeds:
            yield from self._folds(share, seed)

    def _folds(self, share: float, seed: int) -> Iterator[tuple[Indices, Indices]]:
        labels, families = self._corpus.labels, self._corpus.families
        for training, held_out in family_folds(
            labels, families, n_folds=self._request.folds, seed=seed
        ):
            chosen = nested_subset(labels[training], families[training], share, seed=seed)
            yield training[chosen], held_out

    def _fit_and_score(
        self, training: Indices, held_out: Indices, seed: int, store: ActivationStore
    ) -> NDArray[np.float64]:
        classifier = build_classifier(self._spec, seed=seed, overrides=self._request.overrides)
        classifier.listen(*self._callbacks)
        labels, families = self._corpus.labels, self._corpus.families
        return score_held_out(
            classifier, self._texts, labels, families, training, held_out, store=store
        )


def nested_subset(
    labels: NDArray[np.int64], families: NDArray[np.int64], share: float, *, seed: int
) -> Indices:
    """Return the positions of a random share of the families, of both classes alike.

    A larger share with the same seed holds all that a smaller one holds; families with a relevant
    record and those without are drawn for themselves, so that the prevalence stays about the same.

    Parameters
    ----------
    labels, families : arrays of int of shape (n_records,)
    share : float
        Above 0, at most 1; rounded to the nearest family.
    """
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_ORDER_STREAM,)))
    relevant = np.unique(families[labels == 1])
    others = np.setdiff1d(families, relevant)
    chosen = [
        random.permutation(names)[: round(share * len(names))] for names in (relevant, others)
    ]
    return np.flatnonzero(np.isin(families, np.concatenate(chosen)))
