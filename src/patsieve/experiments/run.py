"""One tracked training run, from a labelled file to a tested bundle."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from patsieve import __version__
from patsieve.corpus.families import family_keys
from patsieve.experiments.build import build_classifier, build_text_recipe
from patsieve.experiments.card_facts import reliability_facts, split_facts
from patsieve.experiments.held_out import RecordRoles, learns_from_all
from patsieve.experiments.journal import Journal
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
from patsieve.experiments.shared_work import shared_activations
from patsieve.experiments.spec import ExperimentSpec, read_experiment
from patsieve.experiments.tracking import MlflowTracker, NoTracker, Tracker, tracked
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.events import Callback
from patsieve.finetuning.hardware import is_follower
from patsieve.metrics.evaluation import evaluate_scores
from patsieve.models.reading import CutsTexts
from patsieve.models.stacking import StackingClassifier
from patsieve.screening.bundle import save_bundle
from patsieve.screening.card.files import files_beside_model
from patsieve.screening.certificate import RecallCertificate
from patsieve.screening.chosen import choose
from patsieve.screening.drift.reference import make_reference, reference_file

# MLflow's name for the runs of `patsieve train`.
_TRACKED_AS = "patsieve"


def train(
    request: TrainRequest,
    *,
    callbacks: Sequence[Callback] = (),
    say: Callable[[str], None],
    tracker: Tracker | None = None,
) -> TrainOutcome:
    """Train an experiment, measure it, and write its bundle.

    It is measured on test records; without any, on all records by models that had not seen
    their families, for an experiment that cross-fits itself.

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
    partition = load_partition(request.source, request.load, request.split(spec.estimate))
    recipe = build_text_recipe(spec)
    _tell(spec, partition, request, say)
    records = RecordRoles(spec, request, partition)
    refusal = records.foretold_refusal()
    if refusal:
        say(f"warning: {refusal}")
    if spec.kind == "encoder":
        say(derived_settings(spec, request))

    kept = _tracker(request, say) if tracker is None else tracker
    tags = {"patsieve": __version__, "commit": commit_of(Path.cwd()) or ""}
    with (
        tracked(kept, f"{spec.name}-seed{request.seed}", _told(spec, request, partition), tags),
        _shared(spec, run_folder, say) as store,
    ):
        classifier.listen(*callbacks, Journal(kept), run_folder=run_folder)
        held_out = records.train(classifier, recipe, store=store)
        if isinstance(classifier, CutsTexts):
            say(truncation(classifier, partition))
        if follows:
            sys.exit(0)
        training = training_facts(classifier)
        if isinstance(classifier, StackingClassifier) and classifier.choice_ is not None:
            training["meta"] = classifier.choice_.as_json()
            say(classifier.choice_.reason)
        calibrated = records.calibrated(classifier, held_out)
        if calibrated is not None:
            training["calibration"] = calibrated.choice_.as_json()
            say(calibrated.choice_.reason)
            if calibrated.changes_something:
                # Calibrators rise, so what a promise of recall rests on stays as it was.
                classifier, held_out = calibrated, put_right(held_out, calibrated)
        chosen = choose(request.purpose, held_out)
        judged, probabilities = records.known_by, held_out.probabilities
        if len(partition.test):
            judged = partition.test
            probabilities = classifier.predict_proba(recipe.compose_all(judged))[:, 1]
        training["split"] = split_facts(partition, request)
        training["reliability"] = reliability_facts(
            judged.labels, probabilities, judged.families, seed=request.seed
        )
        outcome = TrainOutcome(
            bundle=bundle,
            experiment=spec.name,
            partition=partition,
            learnt=records.learnt,
            judged=judged,
            evaluation=evaluate_scores(
                judged.labels,
                probabilities,
                threshold=chosen.value,
                families=judged.families,
                seed=request.seed,
            ),
            probabilities=probabilities,
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
            extra_files={
                **files_beside_model(manifest, training),
                **reference_file(make_reference(partition.learnable, recipe, seed=request.seed)),
            },
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
    parts = {
        "training": partition.training,
        "validation": partition.validation,
        "test": partition.test,
    }
    if learns_from_all(spec):
        parts = {"training": partition.learnable, "test": partition.test}
    sizes = ", ".join(
        f"{len(part):,} {name} ({part.labels.sum():,})" for name, part in parts.items() if len(part)
    )
    say(f"{spec.name} on {request.source.name}, seed {request.seed}; records (relevant): {sizes}")


@contextmanager
def _shared(
    spec: ExperimentSpec, run_folder: Path, say: Callable[[str], None]
) -> Iterator[ActivationStore | None]:
    """Give what the folds of a run and the parts of a stack share; an encoder alone has none."""
    if spec.kind not in ("embedding", "stacking"):
        yield None
        return
    with shared_activations(run_folder, say) as store:
        yield store


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
    """Log metrics, figures and the bundle."""
    metrics: dict[str, float] = {}
    measured = "test" if outcome.has_test else "out_of_fold"
    for name, estimate in outcome.evaluation.metrics.items():
        metrics |= {
            f"{measured}_{name}": estimate.value,
            f"{measured}_{name}_low": estimate.low,
            f"{measured}_{name}_high": estimate.high,
        }
    metrics["threshold"] = outcome.chosen.value
    certificate = outcome.chosen.certificate
    if certificate is not None:
        promised = isinstance(certificate, RecallCertificate)
        metrics |= {
            "certificate_given": float(promised),
            "certificate_recall": certificate.recall,
            "certificate_confidence": certificate.confidence,
            "certificate_reads": certificate.evidence.reads.value,
        }
    tracker.log_metrics(metrics)
    if isinstance(tracker, NoTracker):
        return  # figures take seconds to draw, and nobody would see them
    with tempfile.TemporaryDirectory(prefix="patsieve-") as temporary:
        draw_run(Path(temporary), outcome)
        tracker.log_folder(Path(temporary), "figures")
    tracker.log_folder(outcome.bundle, "bundle")
