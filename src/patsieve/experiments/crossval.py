"""Experiments compared by cross-validation: every record scored once by a stranger to it.

The folds are a function of file and seed alone, so every experiment is tested on the same
records. Each fold is written down when it is done; a run that is started again computes only
what is missing.
"""

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from patsieve.atomic import file_aside
from patsieve.corpus.load import LoadOptions, load_corpus
from patsieve.corpus.records import Corpus
from patsieve.corpus.splits import family_folds
from patsieve.experiments.build import Overrides, build_classifier, build_text_recipe
from patsieve.experiments.kept_probabilities import KeptProbabilities, fingerprint_of
from patsieve.experiments.oof_table import OutOfFoldTable
from patsieve.experiments.out_of_fold import score_held_out
from patsieve.experiments.shared_work import CACHE_GIB, shared_activations
from patsieve.experiments.spec import ExperimentSpec, read_experiment
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.events import Callback
from patsieve.finetuning.hardware import Device, Precision
from patsieve.metrics.evaluation import Evaluation, evaluate_scores

# Shown in tables, in this order.
HEADLINES = ("average_precision", "mcc", "f1_relevant", "wss_at_95", "brier")


@final
@dataclass(frozen=True)
class CrossvalRequest:
    """What to cross-validate, on what, how often.

    Attributes
    ----------
    source : Path
        Labelled patents.
    experiments : tuple of str
        Names or TOML files.
    out : Path
        A folder for the out-of-fold tables and the metrics.
    load : LoadOptions
    folds : int
    seeds : tuple of int
        Each draws its own folds and trains with its own random numbers.
    checkpoint, max_tokens, device, precision
        As in `Overrides`.
    cache_gib : float
        What the folds' shared cache of activations may take on the disk.
    """

    source: Path
    experiments: tuple[str, ...]
    out: Path
    load: LoadOptions = field(default_factory=LoadOptions)
    folds: int = 5
    seeds: tuple[int, ...] = (1,)
    checkpoint: str | None = None
    max_tokens: int | None = None
    device: Device = "auto"
    precision: Precision = "auto"
    cache_gib: float = CACHE_GIB


@final
@dataclass(frozen=True)
class CrossvalResult:
    """Pooled out-of-fold metrics of every experiment and seed.

    Attributes
    ----------
    evaluations : dict of (experiment, seed) to Evaluation
    """

    evaluations: dict[tuple[str, int], Evaluation]

    def summary(self, experiment: str) -> dict[str, tuple[float, float]]:
        """Return mean and standard deviation over the seeds of each headline metric.

        The deviation of a single seed is not a number.
        """
        chosen = [e for (name, _), e in self.evaluations.items() if name == experiment]
        found = {}
        for metric in HEADLINES:
            values = [evaluation.metrics[metric].value for evaluation in chosen]
            found[metric] = mean_and_deviation(values)
        return found

    def as_json(self) -> dict[str, Any]:
        """Return one object per experiment: its seeds, and mean and spread over them."""
        names = dict.fromkeys(name for name, _ in self.evaluations)
        return {
            name: {
                "seeds": {
                    str(seed): evaluation.as_json()
                    for (own, seed), evaluation in self.evaluations.items()
                    if own == name
                },
                "over_seeds": {
                    metric: {"mean": mean, "sd": spread}
                    for metric, (mean, spread) in self.summary(name).items()
                },
            }
            for name in names
        }


def mean_and_deviation(values: Sequence[float]) -> tuple[float, float]:
    """Return mean and standard deviation; that of a single value is not a number."""
    deviation = statistics.stdev(values) if len(values) > 1 else float("nan")
    return statistics.fmean(values), deviation


def crossval(
    request: CrossvalRequest,
    *,
    callbacks: Sequence[Callback] = (),
    say: Callable[[str], None],
) -> CrossvalResult:
    """Cross-validate experiments over families and pool the held-out scores.

    Raises
    ------
    UsageError, DataError
    """
    specs = [read_experiment(name) for name in request.experiments]
    overrides = Overrides(
        checkpoint=request.checkpoint,
        max_tokens=request.max_tokens,
        device=request.device,
        precision=request.precision,
    )
    corpus = load_corpus(request.source, request.load)
    for note in corpus.notes:
        say(f"note: {note}")
    evaluations = {}
    with shared_activations(request.out, say, cache_gib=request.cache_gib) as store:
        for spec in specs:
            for seed in request.seeds:
                run = _Run(request, spec, seed, overrides, corpus, store)
                probabilities = run.pooled(callbacks, say)
                evaluation = evaluate_scores(
                    corpus.labels, probabilities, families=corpus.families, seed=seed
                )
                evaluations[spec.name, seed] = evaluation
                run.write_table(probabilities)
                say(f"{spec.name}, seed {seed}: {_headline(evaluation)}")
    result = CrossvalResult(evaluations)
    with file_aside(request.out / "metrics.json") as aside:
        aside.write_text(json.dumps(result.as_json(), indent=2), encoding="utf-8")
    return result


@final
class _Run:
    """One experiment with one seed: its folds, computed or read back."""

    def __init__(
        self,
        request: CrossvalRequest,
        spec: ExperimentSpec,
        seed: int,
        overrides: Overrides,
        corpus: Corpus,
        store: ActivationStore,
    ) -> None:
        self.spec = spec
        self.seed = seed
        self.corpus = corpus
        self.overrides = overrides
        self.store = store
        self.n_folds = request.folds
        self.out = request.out
        self.texts = build_text_recipe(spec).compose_all(corpus)
        self.fingerprint = fingerprint_of(spec, overrides, corpus, self.n_folds)

    def pooled(
        self, callbacks: Sequence[Callback], say: Callable[[str], None]
    ) -> NDArray[np.float64]:
        """Return the held-out probability of every record."""
        probabilities = np.empty(len(self.corpus), dtype=np.float64)
        folds = family_folds(
            self.corpus.labels, self.corpus.families, n_folds=self.n_folds, seed=self.seed
        )
        for number, (training, held_out) in enumerate(folds, 1):
            name = f"{self.spec.name}-seed{self.seed}-fold{number}.json"
            kept = KeptProbabilities(self.out / "folds" / name, self.fingerprint)
            known = kept.read(len(held_out))
            if known is None:
                say(f"{self.spec.name}, seed {self.seed}, fold {number} of {self.n_folds}")
                known = self._fit_and_score(training, held_out, callbacks)
                kept.write(known)
            probabilities[held_out] = known
        return probabilities

    def _fit_and_score(
        self,
        training: NDArray[np.intp],
        held_out: NDArray[np.intp],
        callbacks: Sequence[Callback],
    ) -> NDArray[np.float64]:
        classifier = build_classifier(self.spec, seed=self.seed, overrides=self.overrides)
        classifier.listen(*callbacks)
        labels, families = self.corpus.labels, self.corpus.families
        return score_held_out(
            classifier, self.texts, labels, families, training, held_out, store=self.store
        )

    def write_table(self, probabilities: NDArray[np.float64]) -> None:
        """Write the out-of-fold table."""
        table = self.out / f"{self.spec.name}-seed{self.seed}.csv"
        OutOfFoldTable.of(self.corpus, probabilities).write(table)


def _headline(evaluation: Evaluation) -> str:
    return "  ".join(f"{metric} {evaluation.metrics[metric].value:.3f}" for metric in HEADLINES)
