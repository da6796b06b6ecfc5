"""The check of a file's labels: with out-of-fold tables that there are, or models of its own."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.load import LoadOptions, load_corpus
from patsieve.corpus.near_duplicates import LEAST_SIMILARITY
from patsieve.corpus.records import Corpus
from patsieve.errors import DataError
from patsieve.experiments.build import Overrides, build_classifier, build_text_recipe
from patsieve.experiments.label_suspects import LabelCheck, check_corpus
from patsieve.experiments.oof_table import OutOfFoldTable
from patsieve.experiments.out_of_fold import out_of_fold_probabilities
from patsieve.experiments.shared_work import shared_activations
from patsieve.experiments.spec import read_experiment
from patsieve.finetuning.events import Callback
from patsieve.models.base import RelevanceClassifier


@final
@dataclass(frozen=True)
class LabelCheckRequest:
    """Whose labels to check, and by which models.

    Attributes
    ----------
    source : Path
        Labelled patents.
    tables : tuple of Path
        Out-of-fold tables of these patents; their probabilities are averaged. None: models are
        trained for the purpose.
    experiment : str
        Of the models that are trained.
    folds : int
    seeds : tuple of int
        Each draws its own folds; the probabilities are averaged.
    least_similarity : float
        From which on texts of different families are near-duplicates.
    load : LoadOptions
    overrides : Overrides
    """

    source: Path
    tables: tuple[Path, ...] = ()
    experiment: str = "bag-of-words"
    folds: int = 5
    seeds: tuple[int, ...] = (1,)
    least_similarity: float = LEAST_SIMILARITY
    load: LoadOptions = field(default_factory=LoadOptions)
    overrides: Overrides = field(default_factory=Overrides)


def check_labels(
    request: LabelCheckRequest,
    *,
    callbacks: Sequence[Callback] = (),
    say: Callable[[str], None],
) -> LabelCheck:
    """Order the records of a file by how likely their label is wrong.

    Raises
    ------
    UsageError, DataError
        If the file, the experiment or a table cannot be used, or they do not belong together.
    """
    corpus = load_corpus(request.source, request.load)
    if len(np.unique(corpus.families)) == 1:
        raise DataError(
            f"all {len(corpus)} records belong to one family; no model can judge a family's "
            "labels without another one to learn from"
        )
    if request.tables:
        tables = [OutOfFoldTable.from_csv(path) for path in request.tables]
        judged = [table.probabilities_of(corpus) for table in tables]
    else:
        judged = _judge(request, corpus, callbacks, say)
    return check_corpus(corpus, np.mean(judged, axis=0), least_similarity=request.least_similarity)


def _judge(
    request: LabelCheckRequest,
    corpus: Corpus,
    callbacks: Sequence[Callback],
    say: Callable[[str], None],
) -> list[NDArray[np.float64]]:
    """Return the out-of-fold probabilities of each seed."""
    spec = read_experiment(request.experiment)
    texts = build_text_recipe(spec).compose_all(corpus)
    judged = []
    with (
        tempfile.TemporaryDirectory(prefix="patsieve-") as folder,
        shared_activations(Path(folder), say) as store,
    ):
        for seed in request.seeds:
            say(f"training {spec.name} on {request.folds} folds, seed {seed}")

            def build(seed: int = seed) -> RelevanceClassifier:
                classifier = build_classifier(spec, seed=seed, overrides=request.overrides)
                return classifier.listen(*callbacks)

            judged.append(
                out_of_fold_probabilities(
                    build,
                    texts,
                    corpus.labels,
                    corpus.families,
                    n_folds=request.folds,
                    seed=seed,
                    store=store,
                )
            )
    return judged
