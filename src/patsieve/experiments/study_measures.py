"""From a trained classifier to what a study keeps of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from patsieve.corpus.records import Corpus
from patsieve.corpus.text import TextRecipe
from patsieve.experiments.outcome import training_facts
from patsieve.experiments.partition import Partition
from patsieve.experiments.study_run import Decisions, StudyRun
from patsieve.finetuning.events import EpochRecord
from patsieve.metrics.classification import confusion_matrix, decide
from patsieve.metrics.evaluation import evaluate_scores
from patsieve.models.base import RelevanceClassifier

# Only values are kept; intervals are the report's, over seeds and families together.
_FEWEST_RESAMPLES = 2
# A probability of 0 or 1 that is wrong would cost an infinite loss.
_SMALLEST = 1e-15


def measured_run(
    classifier: RelevanceClassifier,
    partition: Partition,
    recipe: TextRecipe,
    *,
    experiment: str,
    seed: int,
    seconds_of_training: float,
    clock: Any,
    facts: Mapping[str, Any],
) -> StudyRun:
    """Score all three parts and return the run.

    Parameters
    ----------
    clock : callable
        Seconds since the run began, asked when everything is scored.
    facts : mapping
        Kept beside what training says of itself.
    """
    trained = training_facts(classifier)
    shift = float(trained.get("prior_shift", 0.0))
    parts = {
        "training": partition.training,
        "validation": partition.validation,
        "test": partition.test,
    }
    probabilities = {
        name: classifier.predict_proba(recipe.compose_all(part))[:, 1]
        for name, part in parts.items()
    }
    # Where the corrected probability reaches this, the uncorrected one reaches .5.
    uncorrected = float(expit(-shift))
    history = tuple(EpochRecord(**record) for record in trained.pop("history", ()))
    return StudyRun(
        experiment=experiment,
        seed=seed,
        history=history,
        best_epoch=int(trained.get("best_epoch", 0)),
        stop_reason=str(trained.get("stop_reason", "")),
        **{name: _values(part, probabilities[name], seed) for name, part in parts.items()},
        as_trained={
            name: _decisions(part, probabilities[name], uncorrected) for name, part in parts.items()
        },
        corrected={
            name: _decisions(part, probabilities[name], 0.5) for name, part in parts.items()
        },
        test_labels=partition.test.labels,
        test_probabilities=probabilities["test"],
        test_families=partition.test.families,
        seconds=float(clock()),
        facts={
            **trained,
            **facts,
            "training_seconds": seconds_of_training,
        },
    )


def _values(part: Corpus, probabilities: NDArray[np.float64], seed: int) -> dict[str, float]:
    evaluated = evaluate_scores(
        part.labels,
        probabilities,
        families=part.families,
        seed=seed,
        n_resamples=_FEWEST_RESAMPLES,
    )
    given = np.where(part.labels == 1, probabilities, 1.0 - probabilities)
    loss = float(-np.log(np.clip(given, _SMALLEST, 1.0)).mean())
    return {"loss": loss} | {name: value.value for name, value in evaluated.metrics.items()}


def _decisions(part: Corpus, probabilities: NDArray[np.float64], threshold: float) -> Decisions:
    found = confusion_matrix(part.labels, decide(probabilities, threshold))
    return Decisions(tn=found.tn, fp=found.fp, fn=found.fn, tp=found.tp)
