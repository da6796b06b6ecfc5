"""The runs of a study, one after the other, sharing what they have in common."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, final

from patsieve.experiments.build import (
    build_classifier,
    build_schedule,
    build_settings,
    build_text_recipe,
)
from patsieve.experiments.fitting import fit_on
from patsieve.experiments.journal import Journal
from patsieve.experiments.partition import Partition, load_partition
from patsieve.experiments.provenance import describe_data, flattened
from patsieve.experiments.spec import ExperimentSpec, read_bases
from patsieve.experiments.study_folder import StudyFolder
from patsieve.experiments.study_forecast import StudyForecast
from patsieve.experiments.study_measures import measured_run
from patsieve.experiments.study_request import StudyRequest, checkpoint_of
from patsieve.experiments.study_run import StudyRun
from patsieve.experiments.tracking import Tracker, tracked
from patsieve.finetuning.activation_store import GIB, ActivationStore
from patsieve.finetuning.events import Callback
from patsieve.finetuning.hardware import choose_device, choose_precision
from patsieve.finetuning.locating import EMBEDDED
from patsieve.finetuning.memory import return_freed_memory
from patsieve.finetuning.shared_start import shared_identity
from patsieve.models.base import SharesWork


@final
class StudyRunner:
    """Runs what has not been run."""

    def __init__(
        self,
        request: StudyRequest,
        folder: StudyFolder,
        tracker: Tracker,
        *,
        parent: str,
        say: Callable[[str], None],
    ) -> None:
        self.request = request
        self.folder = folder
        self.tracker = tracker
        self.parent = parent
        self.say = say
        self.forecast = StudyForecast(request)
        self.store = ActivationStore(
            folder.activations, max_bytes=int(request.cache_gib * GIB), say=say_nothing
        )

    def all_runs(
        self, specs: tuple[ExperimentSpec, ...], callbacks: Sequence[Callback]
    ) -> dict[str, tuple[StudyRun, ...]]:
        """Return the runs of every experiment; seed by seed, so that runs can share."""
        alike = common_starts(specs)
        order = [(seed, spec) for seed in self.request.repeats for spec in specs]
        runs: dict[str, list[StudyRun]] = {spec.name: [] for spec in specs}
        took: list[float] = []
        partition, seed_of = None, None
        for number, (seed, spec) in enumerate(order, 1):
            run = self.folder.read(spec.name, seed, _decisive(spec, seed))
            if run is None:
                if partition is None or seed != seed_of:
                    self.folder.drop_first_stages()
                    split = self.request.split(seed)
                    partition = load_partition(self.request.source, self.request.load, split)
                    if seed_of is None:
                        self._tell_forecast(specs, partition, alike)
                    seed_of = seed
                left = _left(took, len(order) - number + 1)
                self.say(
                    f"{spec.name}, {self.request.unit} {seed} (run {number} of {len(order)}{left})"
                )
                shares = any(base.name in alike for base in (spec, *read_bases(spec)))
                run = self._run(spec, seed, partition, callbacks, shares=shares)
                run = self._with_forecast(run, spec, partition)
                self.folder.write(run, _decisive(spec, seed))
                took.append(run.seconds)
            runs[spec.name].append(run)
        return {name: tuple(found) for name, found in runs.items()}

    def _tell_forecast(
        self, specs: tuple[ExperimentSpec, ...], partition: Partition, alike: dict[str, str]
    ) -> None:
        if not any(spec.kind == "encoder" for spec in specs):
            return
        least, most = self.forecast.whole(specs, partition, alike)
        self.say(
            f"about {_minutes(least)} for all runs if none improves on its first epoch, "
            f"{_minutes(most)} if all run all their epochs (by a short measurement on this machine)"
        )

    def _with_forecast(self, run: StudyRun, spec: ExperimentSpec, partition: Partition) -> StudyRun:
        """Note what the epochs that were run should have taken."""
        if not run.history:
            return run
        positions = [(epoch.stage_index, epoch.stage_round) for epoch in run.history]
        shared = int(run.facts.get("shared_epochs", 0))
        predicted = self.forecast.of_run(spec, positions, partition, shared=shared)
        return replace(run, facts={**run.facts, "predicted_seconds": predicted})

    def _run(
        self,
        spec: ExperimentSpec,
        seed: int,
        partition: Partition,
        callbacks: Sequence[Callback],
        *,
        shares: bool,
    ) -> StudyRun:
        started = time.perf_counter()
        recipe = build_text_recipe(spec)
        classifier = build_classifier(spec, seed=seed, overrides=self.request.overrides)
        tracker = self.tracker
        parameters = {
            **flattened(spec.as_mapping()),
            **describe_data(partition, self.request.source),
            self.request.unit: seed,
        }
        tags = {"mlflow.parentRunId": self.parent} if self.parent else {}
        before = self.folder.tracked_run(spec.name, seed)
        with tracked(
            tracker, f"{spec.name}-{self.request.unit}{seed}", parameters, tags, run_id=before
        ):
            self.folder.note_tracked_run(spec.name, seed, tracker.run_id)
            classifier.listen(
                *callbacks, Journal(tracker), run_folder=self.folder.run_folder(spec.name, seed)
            )
            if isinstance(classifier, SharesWork):
                classifier.share(
                    first_stages=self.folder.first_stages if shares else None,
                    activations=self.store,
                )
            fit_on(classifier, partition, recipe)
            trained = time.perf_counter() - started
            run = measured_run(
                classifier,
                partition,
                recipe,
                experiment=spec.name,
                seed=seed,
                seconds_of_training=trained,
                clock=lambda: time.perf_counter() - started,
                facts={**_machine(spec, self.request), "run_id": tracker.run_id},
            )
            tracker.log_metrics(_logged(run))
        del classifier
        return_freed_memory()
        return run


def _decisive(spec: ExperimentSpec, seed: int) -> dict[str, Any]:
    return {"experiment": spec.decisive(), "name": spec.name, "seed": seed}


def say_nothing(sentence: str) -> None:
    """Say nothing: what is cached and what is not is no news in a study."""


def _minutes(seconds: float) -> str:
    return f"{max(1, round(seconds / 60))} min"


def _left(took: Sequence[float], n_runs: int) -> str:
    if not took:
        return ""
    return f", about {_minutes(sum(took) / len(took) * n_runs)} to go"


def common_starts(specs: Sequence[ExperimentSpec]) -> dict[str, str]:
    """Return, for every experiment that begins as another one does, what they have in common."""
    starts = {
        spec.name: (
            repr((spec.encoder, spec.text, spec.augmentation))
            + shared_identity(build_schedule(spec).stages[0], build_settings(spec, seed=0))
        )
        for spec in specs
        if spec.kind == "encoder"
    }
    counts = Counter(starts.values())
    return {name: start for name, start in starts.items() if counts[start] > 1}


def _machine(spec: ExperimentSpec, request: StudyRequest) -> dict[str, Any]:
    if spec.kind != "encoder":
        return {}
    checkpoint = checkpoint_of(spec, request)
    device = choose_device(request.device)
    return {
        "checkpoint": EMBEDDED if checkpoint is None else checkpoint,
        "device": device,
        "precision": choose_precision(request.precision, device),
    }


def _logged(run: StudyRun) -> dict[str, float]:
    """Return what MLflow keeps of a run beside its epochs: the numbers of the report."""
    values: dict[str, float] = {"seconds_in_all": run.seconds}
    for part in ("training", "validation", "test"):
        values |= {f"final_{part}_{name}": value for name, value in getattr(run, part).items()}
        for kind in ("as_trained", "corrected"):
            decided = getattr(run, kind)[part]
            values |= {f"{kind}_{part}_{cell}": float(n) for cell, n in vars(decided).items()}
    return values
