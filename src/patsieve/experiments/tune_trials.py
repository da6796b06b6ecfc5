"""The trials of a search, one after the other. They never see a test record."""

import math
import time
from collections.abc import Callable, Sequence
from typing import final

import numpy as np
import torch

from patsieve.corpus.records import Corpus
from patsieve.errors import LearningError
from patsieve.experiments.build import build_classifier, build_text_recipe
from patsieve.experiments.journal import Journal
from patsieve.experiments.provenance import flattened
from patsieve.experiments.spec import ExperimentSpec
from patsieve.experiments.study_runner import say_nothing
from patsieve.experiments.tracking import Tracker, tracked
from patsieve.experiments.tune_folder import TuneFolder
from patsieve.experiments.tune_record import State, TrialRecord, best_of, measure
from patsieve.experiments.tune_request import TuneRequest
from patsieve.experiments.tune_sampler import Judge, Sampler
from patsieve.experiments.tune_space import Parameters, SearchSpace
from patsieve.experiments.tune_words import told_result, told_settings
from patsieve.finetuning.activation_store import GIB, ActivationStore
from patsieve.finetuning.events import Callback, EpochRecord, TrainingState
from patsieve.finetuning.memory import return_freed_memory
from patsieve.models.base import LabelledTexts
from patsieve.models.encoder import EncoderClassifier

# A schedule is judged by its last stage, and not by the first epoch of that.
_EPOCHS_OF_LAST_STAGE = 2


@final
class Trials:
    """Tries settings and keeps what they came to.

    Parameters
    ----------
    request : TuneRequest
    space : SearchSpace
    start : dict
        What `start_parameters` says of the starting experiment.
    training, validation : Corpus
    folder : TuneFolder
    tracker : Tracker
        Of the single trials.
    parent : str
        MLflow's id of the search as a whole; empty where nothing is tracked.
    say : callable
    """

    def __init__(
        self,
        request: TuneRequest,
        space: SearchSpace,
        start: Parameters,
        *,
        training: Corpus,
        validation: Corpus,
        folder: TuneFolder,
        tracker: Tracker,
        parent: str,
        say: Callable[[str], None],
    ) -> None:
        self._request = request
        self._space = space
        self._start = start
        self._folder = folder
        self._tracker = tracker
        self._parent = parent
        self._say = say
        self._sampler = Sampler(space, request.metric, seed=request.seed)
        recipe = build_text_recipe(space.base)
        self._training = training
        self._training_texts = recipe.compose_all(training)
        self._validation = LabelledTexts(recipe.compose_all(validation), validation.labels)
        self._store = ActivationStore(
            folder.activations, max_bytes=int(request.cache_gib * GIB), say=say_nothing
        )

    def run(self, callbacks: Sequence[Callback]) -> tuple[TrialRecord, ...]:
        """Run the trials that have not been run, until there are enough or time is up."""
        began = time.monotonic()
        records = list(self._folder.records())
        while len(records) < self._request.trials:
            minutes = (time.monotonic() - began) / 60
            if records and self._request.minutes is not None and minutes >= self._request.minutes:
                self._say(f"time is up after {len(records)} of {self._request.trials} trials")
                break
            records.append(self._next(records, callbacks))
            self._folder.write(records)
        return tuple(records)

    def _next(self, records: list[TrialRecord], callbacks: Sequence[Callback]) -> TrialRecord:
        number = len(records)
        parameters, tracked_as = self._folder.begun(number)
        if parameters is None:
            parameters = self._sampler.propose(records) if number else self._start
        spec = self._experiment(parameters, number)
        said = told_settings(spec, number)
        self._say(f"trial {number} ({number + 1} of {self._request.trials}): {said}")
        told = {**flattened(spec.as_mapping()), "seed": self._request.seed, "trial": number}
        tags = {"mlflow.parentRunId": self._parent} if self._parent else {}
        with tracked(self._tracker, f"trial-{number}", told, tags, run_id=tracked_as):
            self._folder.begin(number, parameters, self._tracker.run_id)
            record = self._try(spec, parameters, records, callbacks)
            values = {} if record.value is None else {self._request.metric: record.value}
            ended = {state: float(record.state == state) for state in ("pruned", "failed")}
            final = {f"final_{name}": value for name, value in values.items()}
            self._tracker.log_metrics({**final, **ended, "seconds_in_all": record.seconds})
        self._say(told_result(record, records, self._request.metric))
        return_freed_memory()
        return record

    def _experiment(self, parameters: Parameters, number: int) -> ExperimentSpec:
        if number == 0:
            return self._space.base
        return self._space.experiment(parameters, name=f"{self._space.base.name}-{number}")

    def _try(
        self,
        spec: ExperimentSpec,
        parameters: Parameters,
        records: Sequence[TrialRecord],
        callbacks: Sequence[Callback],
    ) -> TrialRecord:
        began = time.perf_counter()
        number = len(records)
        course = Course(
            spec, self._request.metric, self._sampler.judge(records) if number else None
        )
        classifier = build_classifier(
            spec, seed=self._request.seed, overrides=self._request.overrides
        )
        assert isinstance(classifier, EncoderClassifier)
        classifier.listen(
            *callbacks, Journal(self._tracker), course, run_folder=self._folder.run_folder(number)
        ).share(activations=self._store)
        state: State = "complete"
        value = None
        try:
            classifier.fit(
                self._training_texts,
                self._training.labels,
                families=self._training.families,
                validation=self._validation,
            )
            reason = classifier.result_.stop_reason
            if course.is_given_up:
                state = "pruned"
            else:
                value = self._value(classifier)
        except (LearningError, torch.OutOfMemoryError) as error:
            if number == 0:
                raise
            state, reason = "failed", str(error)
        if value is not None and not math.isfinite(value):
            state, value, reason = "failed", None, "its probabilities are no numbers"
        record = TrialRecord(
            number=number,
            state=state,
            parameters=parameters,
            value=value,
            course=course.values,
            epochs=course.epochs,
            seconds=time.perf_counter() - began,
            reason=reason,
        )
        self._keep_weights(classifier, record, records)
        return record

    def _value(self, classifier: EncoderClassifier) -> float:
        probabilities = classifier.predict_proba(self._validation.texts)[:, 1]
        if not np.isfinite(probabilities).all():
            return math.nan
        return measure(self._request.metric, self._validation.labels, probabilities)

    def _keep_weights(
        self, classifier: EncoderClassifier, record: TrialRecord, records: Sequence[TrialRecord]
    ) -> None:
        """Keep the weights that the test at the end needs: the start's, and the best so far."""
        best = best_of((*records, record), self._request.metric)
        if record.state == "complete" and (record.number == 0 or record is best):
            self._folder.save(record.number, classifier)
        self._folder.keep_weights_of([0, 0 if best is None else best.number])


@final
class Course(Callback):
    """Follows a trial by the metric of the search, and has it stopped if it promises too little.

    Parameters
    ----------
    spec : ExperimentSpec
    metric : str
    judge : Judge or None
        None: the trial is never stopped.
    """

    def __init__(self, spec: ExperimentSpec, metric: str, judge: Judge | None) -> None:
        self._last_stage = len(spec.stages) - 1
        self._metric = metric.removeprefix("validation_")
        # Losses of different kinds cannot be compared, so such a trial runs to its end.
        comparable = metric != "validation_loss" or spec.training.loss.focal_gamma == 0
        self._is_comparable = comparable
        self._judge = judge if comparable else None
        self.values: dict[int, float] = {}
        self.epochs = 0
        self.is_given_up = False

    def on_run_begin(self, state: TrainingState) -> None:
        """Hear of the epochs of a trial that was broken off."""
        for number in range(len(state.history)):
            self._hear(state, state.history[: number + 1])

    def on_epoch_end(self, state: TrainingState) -> None:
        """Hear of the epoch that has just ended."""
        self._hear(state, state.history)

    def _hear(self, state: TrainingState, history: Sequence[EpochRecord]) -> None:
        newest = history[-1]
        self.epochs = newest.epoch
        value = float(newest.validation[self._metric])
        if not self._is_comparable or not math.isfinite(value):
            return
        self.values[newest.epoch] = value
        if self._judge is None:
            return
        self._judge.hears(newest.epoch, value)
        in_last = sum(record.stage_index == self._last_stage for record in history)
        is_due = in_last >= _EPOCHS_OF_LAST_STAGE and newest.epoch < state.max_epochs
        if is_due and self._judge.gives_up():
            self.is_given_up = True
            state.stop(f"worse than the median of the trials before by epoch {newest.epoch}")
