"""One tracked training run, from a labelled file to a tested bundle."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from patsieve import __version__
from patsieve.corpus.families import family_keys
from patsieve.corpus.text import TextRecipe
from patsieve.errors import LabelError
from patsieve.experiments.build import build_classifier, build_text_recipe
from patsieve.experiments.card_facts import reliability_facts, split_facts
from patsieve.experiments.fitting import fit_on
from patsieve.experiments.journal import Journal
from patsieve.experiments.out_of_fold import out_of_fold_probabilities
from patsieve.experiments.outcome import (
    TrainOutcome,
    derived_settings,
    draw_run,
    make_manifest,
    put_right,
    training_facts,
    truncation,
)
from patsieve.experiments.partition import Partition, load_partition
from patsieve.experiments.provenance import commit_of, describe_data, flattened
from patsieve.experiments.request import TrainRequest
from patsieve.experiments.spec import ExperimentSpec, read_experiment
from patsieve.experiments.tracking import MlflowTracker, NoTracker, Tracker, tracked
from patsieve.finetuning.events import Callback
from patsieve.finetuning.hardware import is_follower
from patsieve.metrics.evaluation import evaluate_scores
from patsieve.models.base import RelevanceClassifier
from patsieve.models.calibrated import CalibratedClassifier
from patsieve.screening.bundle import save_bundle
from patsieve.screening.card.files import files_beside_model
from patsieve.screening.certificate_words import refusal_sentence
from patsieve.screening.chosen import LabelledScores, choose
from patsieve.screening.shortage import shortage_of

# MLflow's name for the runs of `patsieve train`.
_TRACKED_AS = "patsieve"
# Folds of the scores that set a threshold where there are no validation scores.
_THRESHOLD_FOLDS = 5


def train(
    request: TrainRequest,
    *,
    callbacks: Sequence[Callback] = (),
    say: Callable[[str], None],
    tracker: Tracker | None = None,
) -> TrainOutcome:
    """Train an experiment, test it, and write its bundle.

    Parameters
    ----------
    callbacks : sequence of Callback
        Hear of every epoch.
    say : callable
        Receives, a sentence at a time, what was decided and what the user should know.
    tracker : Tracker, optional
        By default what the request says.

    Raises
    ------
    UsageError, DataError, CheckpointError, OutputError
        Among them a `LabelError` if the purpose insists on a certificate that the labels are
        too few for. Nothing has been written then but what `resume` needs.
    """
    spec = read_experiment(request.experiment)
    bundle, run_folder = request.bundle_folder(spec.name), request.run_folder(spec.name)
    follows = is_follower()
    if follows:
        callbacks, say, tracker = (), _say_nothing, NoTracker()
    else:
        request.prepare_folders(spec.name)

    classifier = build_classifier(spec, seed=request.seed, overrides=request.overrides)
    partition = load_partition(request.source, request.load, request.split)
    recipe = build_text_recipe(spec)
    _tell(spec, partition, request, say)
    _foretell_refusal(spec, partition, request, say)
    if spec.kind == "encoder":
        say(derived_settings(spec, request))

    kept = _tracker(request, say) if tracker is None else tracker
    tags = {"patsieve": __version__, "commit": commit_of(Path.cwd()) or ""}
    with tracked(kept, f"{spec.name}-seed{request.seed}", _told(spec, request, partition), tags):
        classifier.listen(*callbacks, Journal(kept), run_folder=run_folder)
        held_out = _fit(classifier, spec, request, partition, recipe)
        if spec.kind == "encoder":
            say(truncation(classifier, partition))
        if follows:
            sys.exit(0)
        training = training_facts(classifier)
        # A bag of words has learnt from all its scores, and is calibrated by itself.
        if spec.kind != "bag-of-words" and len(np.unique(held_out.labels)) == 2:
            calibrated = _calibrated(classifier, held_out, partition, request.seed)
            training["calibration"] = calibrated.choice_.as_json()
            say(calibrated.choice_.reason)
            if calibrated.changes_something:
                # Calibrators rise, so what a promise of recall rests on stays as it was.
                classifier, held_out = calibrated, put_right(held_out, calibrated)
        chosen = choose(request.purpose, held_out)
        probabilities = classifier.predict_proba(recipe.compose_all(partition.test))[:, 1]
        training["split"] = split_facts(partition, request)
        training["reliability"] = reliability_facts(
            partition.test.labels, probabilities, partition.test.families, seed=request.seed
        )
        outcome = TrainOutcome(
            bundle=bundle,
            experiment=spec.name,
            partition=partition,
            test=evaluate_scores(
                partition.test.labels,
                probabilities,
                threshold=chosen.value,
                families=partition.test.families,
                seed=request.seed,
            ),
            test_probabilities=probabilities,
            chosen=chosen,
            training=training,
            run_id=kept.run_id,
        )
        manifest = make_manifest(spec, request, outcome, held_out, kind=classifier.kind)
        save_bundle(
            bundle,
            classifier,
            manifest,
            training_families=_learnt_families(partition),
            extra_files=files_beside_model(manifest, training),
        )
        _keep(kept, outcome)
    shutil.rmtree(run_folder, ignore_errors=True)
    return outcome


def _say_nothing(sentence: str) -> None:
    """Say nothing: another process does."""


def _tell(
    spec: ExperimentSpec, partition: Partition, request: TrainRequest, say: Callable[[str], None]
) -> None:
    for note in partition.notes:
        say(f"note: {note}")
    parts = (
        ("training", partition.training),
        ("validation", partition.validation),
        ("test", partition.test),
    )
    sizes = ", ".join(f"{len(part):,} {name} ({part.labels.sum():,})" for name, part in parts)
    say(f"{spec.name} on {request.source.name}, seed {request.seed}; records (relevant): {sizes}")


def _fit(
    classifier: RelevanceClassifier,
    spec: ExperimentSpec,
    request: TrainRequest,
    partition: Partition,
    recipe: TextRecipe,
) -> LabelledScores:
    """Train, and return scores of records that the model has not learnt from.

    An encoder is steered by the validation records, so it has not learnt from them; nor has a
    stack, whose bases may be encoders. A bag of words needs no steering and learns from them
    too; its scores come from cross-fitting.
    """
    if spec.kind != "bag-of-words":
        fit_on(classifier, partition, recipe)
        held_out = partition.validation
        return LabelledScores(
            held_out.labels,
            classifier.predict_proba(recipe.compose_all(held_out))[:, 1],
            held_out.families,
            held_out_share=_held_out_share(spec, partition),
        )
    learnable = partition.learnable
    texts = recipe.compose_all(learnable)
    classifier.fit(texts, learnable.labels, families=learnable.families)
    probabilities = out_of_fold_probabilities(
        lambda: build_classifier(spec, seed=request.seed),
        texts,
        learnable.labels,
        learnable.families,
        n_folds=_THRESHOLD_FOLDS,
        seed=request.seed,
    )
    return LabelledScores(learnable.labels, probabilities, learnable.families, cross_fitted=True)


def _foretell_refusal(
    spec: ExperimentSpec, partition: Partition, request: TrainRequest, say: Callable[[str], None]
) -> None:
    """Say before training that there will be no certificate: the labels decide, not the scores."""
    recall = request.purpose.target
    if request.purpose.kind != "recall" or recall is None:
        return
    held_out = partition.learnable if spec.kind == "bag-of-words" else partition.validation
    short = shortage_of(
        held_out.labels,
        held_out.families,
        request.purpose,
        held_out_share=_held_out_share(spec, partition),
    )
    if short is None:
        return
    reason = refusal_sentence(short.reason(recall, request.purpose.confidence))
    sentence = "; ".join(filter(None, (reason, short.remedy)))
    if request.purpose.certified:
        raise LabelError(sentence)
    say(f"warning: {sentence}")


def _held_out_share(spec: ExperimentSpec, partition: Partition) -> float:
    """Return the part of the learnable records whose scores set a threshold."""
    if spec.kind == "bag-of-words":
        return 1.0
    return len(partition.validation) / len(partition.learnable)


def _calibrated(
    classifier: RelevanceClassifier, held_out: LabelledScores, partition: Partition, seed: int
) -> CalibratedClassifier:
    """Put a calibrator on top, chosen on validation scores."""
    return CalibratedClassifier.on_top_of(
        classifier,
        held_out.probabilities,
        held_out.labels,
        partition.validation.families,
        prevalence=partition.training.prevalence,
        seed=seed,
    )


def _learnt_families(partition: Partition) -> Iterator[str]:
    """Give the keys of every family that training or validation has seen."""
    for record in partition.learnable.records:
        yield from family_keys(record)


def _tracker(request: TrainRequest, say: Callable[[str], None]) -> Tracker:
    if not request.tracking:
        return NoTracker()
    return MlflowTracker(request.tracking_uri, _TRACKED_AS, say)


def _told(spec: ExperimentSpec, request: TrainRequest, partition: Partition) -> dict[str, object]:
    """Return the parameters of a run, for its tracker."""
    return {
        **flattened(spec.as_mapping()),
        **describe_data(partition, request.source),
        "seed": request.seed,
        **flattened(asdict(request.overrides), "override."),
    }


def _keep(tracker: Tracker, outcome: TrainOutcome) -> None:
    """Log test metrics, figures and the bundle."""
    metrics: dict[str, float] = {}
    for name, estimate in outcome.test.metrics.items():
        metrics |= {
            f"test_{name}": estimate.value,
            f"test_{name}_low": estimate.low,
            f"test_{name}_high": estimate.high,
        }
    tracker.log_metrics(metrics)
    if isinstance(tracker, NoTracker):
        return  # figures take seconds to draw, and nobody would see them
    with tempfile.TemporaryDirectory(prefix="patsieve-") as temporary:
        draw_run(Path(temporary), outcome)
        tracker.log_folder(Path(temporary), "figures")
    tracker.log_folder(outcome.bundle, "bundle")
