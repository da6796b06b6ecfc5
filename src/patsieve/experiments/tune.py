"""A search for better settings: trials on training and validation records, then one test.

The starting experiment is the first trial. Every trial reads what frozen layers say from one
store. The test records are looked at once, at the end, for the start and for the best.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from patsieve.atomic import file_aside
from patsieve.errors import UsageError
from patsieve.experiments.build import build_text_recipe
from patsieve.experiments.partition import Partition, load_partition
from patsieve.experiments.provenance import commit_of, describe_data, flattened
from patsieve.experiments.spec import ExperimentSpec
from patsieve.experiments.spec_text import experiment_text
from patsieve.experiments.study_runner import say_nothing
from patsieve.experiments.tracking import MlflowTracker, NoTracker, Tracker, tracked
from patsieve.experiments.tune_folder import TuneFolder
from patsieve.experiments.tune_outcome import TuneOutcome, look_at_test, write_trials
from patsieve.experiments.tune_record import TrialRecord, best_of
from patsieve.experiments.tune_request import TuneRequest
from patsieve.experiments.tune_space import SearchSpace
from patsieve.experiments.tune_start import start_parameters
from patsieve.experiments.tune_trials import Trials
from patsieve.experiments.tune_words import head_of_best, told_selection
from patsieve.finetuning.events import Callback
from patsieve.finetuning.outline import outline_of

_TRACKED_AS = "patsieve"
_SEARCHED = "searched"
# Keys of an experiment file that a search sets.
_SEARCHED_KEYS = (
    "batch_size",
    "sampling",
    "class_weights",
    "focal_gamma",
    "train",
    "from_epoch",
    "learning_rate",
    "learning_rates",
)


def tune(
    request: TuneRequest,
    *,
    callbacks: Sequence[Callback] = (),
    say: Callable[[str], None],
    trackers: tuple[Tracker, Tracker] | None = None,
) -> TuneOutcome:
    """Search for settings that are better on the validation records, and test the best once.

    Parameters
    ----------
    callbacks : sequence of Callback
        Hear of every epoch of every trial.
    say : callable
        Receives, a sentence at a time, what is tried and what it came to.
    trackers : tuple of two Tracker, optional
        Of the search as a whole and of its trials; by default what the request says.

    Raises
    ------
    UsageError, SpecificationError, DataError, CheckpointError, OutputError
        Trials that have ended are kept, and not run again.
    """
    base = request.starting_experiment()
    outline = outline_of(base.encoder.checkpoint, pooling=base.encoder.pooling)
    start = start_parameters(base, outline.groups.names)
    partition = load_partition(request.source, request.load, request.split)
    folder = TuneFolder(request.out, _identity(request, base, partition))
    _check_not_tested(folder, request)
    for note in partition.notes:
        say(f"note: {note}")
    whole, each = _trackers(request, say) if trackers is None else trackers
    parameters = {
        **flattened(base.as_mapping()),
        **describe_data(partition, request.source),
        **flattened(asdict(request.overrides), "override."),
        "metric": request.metric,
        "seed": request.seed,
        "trials": request.trials,
    }
    tags = {"patsieve.kind": "tune", "commit": commit_of(Path.cwd()) or ""}
    name = f"tune-{request.out.name}"
    with tracked(whole, name, parameters, tags, run_id=folder.tracked_as):
        folder.tracked_as = whole.run_id
        training = partition.training
        space = SearchSpace.around(
            base, start, n_relevant=int(training.labels.sum()), n_records=len(training)
        )
        records = Trials(
            request,
            space,
            start,
            training=training,
            validation=partition.validation,
            folder=folder,
            tracker=each,
            parent=whole.run_id,
            say=say,
        ).run(callbacks)
        best = best_of(records, request.metric)
        assert best is not None  # the first trial is complete, or nothing would have gone on
        write_trials(folder.table, records)
        _write_best(folder.best_file, space, best, records, request.metric)
        if folder.tested is None:
            say("testing start and best: the search has not looked at the test records before")
            recipe = build_text_recipe(base)
            found = look_at_test(folder, best, partition.test, recipe, seed=request.seed)
            folder.tested = found
        outcome = TuneOutcome(
            experiment=base.name,
            metric=request.metric,
            records=records,
            best=best,
            tested=folder.tested or {},
            best_file=folder.best_file,
            run_id=whole.run_id,
        )
        _keep(whole, folder, outcome)
    folder.drop_shared()
    return outcome


def _check_not_tested(folder: TuneFolder, request: TuneRequest) -> None:
    """Refuse to search on after the test: the next best would be the second look."""
    done = len(folder.records())
    if folder.tested is not None and request.trials > done:
        raise UsageError(
            f"{folder.root} holds a search that ended after {done} trials with its one look at "
            f"the test records; for {request.trials} trials choose another --out"
        )


def _identity(request: TuneRequest, base: ExperimentSpec, partition: Partition) -> dict[str, Any]:
    """Return what must be the same for trials to be of one search, by what it is called."""
    split = asdict(request.split)
    test_file = split.pop("test_file")
    # Records of a test file of its own are no part of the labelled set.
    test = "" if test_file is None else partition.test.digest
    return {
        "starting experiment": base.decisive(),
        "set of records": [partition.whole.digest, test],
        "split": split,
        "metric, seed or machine setting": [
            request.metric,
            request.seed,
            asdict(request.overrides),
        ],
    }


def _trackers(request: TuneRequest, say: Callable[[str], None]) -> tuple[Tracker, Tracker]:
    if not request.tracking:
        return NoTracker(), NoTracker()
    # A store that is away is told of once, by the search's own tracker.
    return (
        MlflowTracker(request.tracking_uri, _TRACKED_AS, say),
        MlflowTracker(request.tracking_uri, _TRACKED_AS, say_nothing),
    )


def _write_best(
    path: Path,
    space: SearchSpace,
    best: TrialRecord,
    records: Sequence[TrialRecord],
    metric: str,
) -> None:
    name = f"{space.base.name}-tuned"
    spec = space.base.model_copy(update={"name": name})
    if best.number:
        spec = space.experiment(best.parameters, name=name)
        note = f"{metric} {best.value:.4f} (start: {records[0].value:.4f}); "
        spec = spec.model_copy(update={"notes": (note + told_selection(records),)})
    text = experiment_text(
        spec,
        head=head_of_best(best, records[0], records, metric),
        comments=dict.fromkeys(_SEARCHED_KEYS, _SEARCHED) if best.number else {},
    )
    with file_aside(path) as aside:
        aside.write_text(text, encoding="utf-8")


def _keep(tracker: Tracker, folder: TuneFolder, outcome: TuneOutcome) -> None:
    """Log what the search came to, the trials and the best experiment."""
    values = {"best": outcome.best.value, "start": outcome.records[0].value}
    metrics = {f"{who}_{outcome.metric}": float(value or 0.0) for who, value in values.items()}
    for who in values:
        for name in outcome.differences:
            metrics[f"{who}_test_{name}"] = float(outcome.tested[who][name]["value"])
    tracker.log_metrics(metrics)
    for file in (folder.table, folder.best_file):
        tracker.log_file(file)
