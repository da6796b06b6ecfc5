"""Many experiments with many seeds on one labelled set, each thing computed once.

All runs read what frozen layers say from one cache; runs that begin alike share their first
epochs; experiments that mean the same on this encoder are run once. A run's numbers are those
that it would have alone. Every run is written down when it is done, and a study that is started
again goes on where it was broken off, in the middle of a run too.
"""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, final

from patsieve.experiments.crossval import HEADLINES, mean_and_deviation
from patsieve.experiments.identity import twins_among
from patsieve.experiments.partition import Partition, load_partition
from patsieve.experiments.provenance import commit_of, describe_data, flattened, library_versions
from patsieve.experiments.study_folder import StudyFolder
from patsieve.experiments.study_report import write_study_report
from patsieve.experiments.study_request import StudyRequest, select_experiments
from patsieve.experiments.study_result import StudyResult
from patsieve.experiments.study_run import StudyRun
from patsieve.experiments.study_runner import StudyRunner, say_nothing
from patsieve.experiments.tracking import MlflowTracker, NoTracker, Tracker, tracked
from patsieve.finetuning.events import Callback
from patsieve.finetuning.hardware import choose_device, choose_precision

_TRACKED_AS = "patsieve"


@final
@dataclass(frozen=True)
class StudyOutcome:
    """A study that is complete.

    Attributes
    ----------
    result : StudyResult
    report : Path
        Of ``report.html``.
    run_id : str
        MLflow's, of the parent of all runs; empty where nothing is tracked.
    """

    result: StudyResult
    report: Path
    run_id: str

    def summaries(self) -> dict[str, dict[str, tuple[float, float]]]:
        """Return mean and standard deviation over the seeds of each headline, on test records.

        The deviation of a single seed is not a number.
        """
        found = {}
        for name, runs in self.result.runs.items():
            found[name] = {
                metric: mean_and_deviation([run.test[metric] for run in runs])
                for metric in HEADLINES
            }
        return found

    def as_json(self) -> dict[str, Any]:
        """Return what ``study --json`` prints."""
        return {
            "report": str(self.report),
            "run_id": self.run_id,
            "twins": dict(self.result.twins),
            "test": {
                name: {
                    metric: {"mean": mean, "sd": deviation}
                    for metric, (mean, deviation) in metrics.items()
                }
                for name, metrics in self.summaries().items()
            },
        }


def study(
    request: StudyRequest,
    *,
    callbacks: Sequence[Callback] = (),
    say: Callable[[str], None],
    trackers: tuple[Tracker, Tracker] | None = None,
) -> StudyOutcome:
    """Run every experiment with every seed, and write the report.

    Parameters
    ----------
    trackers : tuple of two Tracker, optional
        Of the study as a whole and of its runs; by default what the request says.

    Raises
    ------
    UsageError, SpecificationError, DataError, CheckpointError, OutputError
        What has been run is kept, and not run again.
    """
    specs = select_experiments(request.experiments)
    first = load_partition(request.source, request.load, request.split(request.repeats[0]))
    for note in first.notes:
        say(f"note: {note}")
    twins = twins_among(specs, request.checkpoint)
    for twin, other in twins.items():
        say(f"{twin} is the same run as {other} on this encoder; it is run once")
    folder = StudyFolder(request.out, _identity(request, first), unit=request.unit)
    whole, each = _trackers(request, say) if trackers is None else trackers
    parameters = {
        **describe_data(first, request.source),
        "experiments": ", ".join(spec.name for spec in specs),
        "seeds": ", ".join(map(str, request.seeds)),
        **({} if request.folds is None else {"folds": str(request.folds)}),
        **flattened(asdict(request.overrides), "override."),
    }
    tags = {"patsieve.kind": "study", "commit": commit_of(Path.cwd()) or ""}
    name = f"study-{request.out.name}"
    with tracked(whole, name, parameters, tags, run_id=folder.tracked_as):
        folder.tracked_as = whole.run_id
        to_run = tuple(spec for spec in specs if spec.name not in twins)
        runner = StudyRunner(request, folder, each, parent=whole.run_id, say=say)
        runs = runner.all_runs(to_run, callbacks)
        result = StudyResult(
            title=f"Study of {len(specs)} experiments on {request.source.name}",
            data=describe_data(first, request.source),
            runs=runs,
            specs={spec.name: spec for spec in specs},
            twins=twins,
            settings=_settings(request, runs),
            notes=(*_note_of_folds(request), *first.notes),
        )
        report = write_study_report(request.out, result)
        _keep(whole, request.out, result)
    folder.drop_shared()
    return StudyOutcome(result, report, whole.run_id)


def _trackers(request: StudyRequest, say: Callable[[str], None]) -> tuple[Tracker, Tracker]:
    if not request.tracking:
        return NoTracker(), NoTracker()
    # A store that is away is told of once, by the study's own tracker.
    return (
        MlflowTracker(request.tracking_uri, _TRACKED_AS, say),
        MlflowTracker(request.tracking_uri, _TRACKED_AS, say_nothing),
    )


def _identity(request: StudyRequest, partition: Partition) -> dict[str, Any]:
    """Return what must be the same for runs to be of one study."""
    overrides = asdict(request.overrides)
    split = asdict(request.split(0))
    if request.folds is None:
        # As it was before there were folds: studies of then can be gone on with.
        del split["fold"], split["n_folds"]
    # Records of a test file of its own are no part of the labelled set.
    test = "" if request.test_file is None else partition.test.digest
    return {"data": partition.whole.digest, "test": test, "overrides": overrides, "split": split}


def _settings(request: StudyRequest, runs: dict[str, tuple[StudyRun, ...]]) -> dict[str, Any]:
    every = [run for found in runs.values() for run in found]
    forecast = [run for run in every if "predicted_seconds" in run.facts]
    device = choose_device(request.device)
    return {
        "command": _command(request),
        "seeds": list(request.seeds),
        **({} if request.folds is None else {"folds": request.folds}),
        **asdict(request.overrides),
        "device": device,
        "precision": choose_precision(request.precision, device),
        "seconds": sum(run.seconds for run in every),
        "seconds_with_forecast": sum(run.seconds for run in forecast),
        "seconds_forecast": sum(float(run.facts["predicted_seconds"]) for run in forecast),
        "shared_epochs": sum(int(run.facts.get("shared_epochs", 0)) for run in every),
        "largest_cache_bytes": max(
            (int(run.facts.get("cache_bytes", 0)) for run in every), default=0
        ),
        "commit": commit_of(Path.cwd()),
        "versions": library_versions(),
    }


def _note_of_folds(request: StudyRequest) -> tuple[str, ...]:
    if request.folds is None:
        return ()
    return (
        f"every experiment was run on {request.folds} folds by family, drawn by seed "
        f"{request.seeds[0]}: where this page says seed, a fold is meant, and every record is "
        "tested once; runs of different folds share training records, so their scatter says "
        "little of what other patents would have brought",
    )


def _command(request: StudyRequest) -> str:
    """Return the line that asks for the study again, with what decides its numbers."""
    words = ["patsieve", "study", str(request.source)]
    for column, values in request.load.where.items():
        words += ["--where", f"{column}={','.join(values)}"]
    for field, column in request.load.columns.items():
        words += ["--map", f"{field}={column}"]
    if request.load.relevant:
        words += ["--relevant", ",".join(request.load.relevant)]
    given = {
        "--checkpoint": request.checkpoint,
        "--max-tokens": request.max_tokens,
        "--test": request.test_file,
        "--split-column": request.split_column,
    }
    for option, value in given.items():
        words += [] if value is None else [option, str(value)]
    if request.split_by_date:
        words.append("--split-by-date")
    words += ["--experiments", ",".join(request.experiments)]
    words += ["--seeds", ",".join(map(str, request.seeds))]
    words += [] if request.folds is None else ["--folds", str(request.folds)]
    words += ["--out", str(request.out)]
    return shlex.join(words)


def _keep(tracker: Tracker, folder: Path, result: StudyResult) -> None:
    """Log the means over the seeds, the report and its tables."""
    metrics = {}
    for name, runs in result.runs.items():
        for metric in ("average_precision", "mcc", "accuracy"):
            values = [run.test[metric] for run in runs]
            metrics[f"{name}/test_{metric}"] = sum(values) / len(values)
    tracker.log_metrics(metrics)
    for file in sorted(folder.iterdir()):
        if file.is_file() and file.suffix in (".html", ".csv"):
            tracker.log_file(file)
