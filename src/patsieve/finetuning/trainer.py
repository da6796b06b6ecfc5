"""The training loop. Everything it calls is named in the order in which it happens."""

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import final

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray

from patsieve.errors import LearningError
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.batching import WeightedBucketSampler
from patsieve.finetuning.events import Callback, EpochRecord, TrainingState
from patsieve.finetuning.inference import LabelledTokens, model_inputs
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.listeners import Listeners
from patsieve.finetuning.losses import prior_log_odds_shift
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.outputs import EpochOutputs, own_part
from patsieve.finetuning.progress import (
    TRACKED,
    averaged_epochs,
    check_decisions,
    kept_epoch,
    next_position,
    why_over,
)
from patsieve.finetuning.relative_gradients import relative_gradient_norms
from patsieve.finetuning.result import TrainingResult
from patsieve.finetuning.resuming import RunFolder, start_digest
from patsieve.finetuning.schedule import UnfreezingSchedule
from patsieve.finetuning.scores import epoch_scores
from patsieve.finetuning.settings import TrainingSettings
from patsieve.finetuning.shared_start import SharedStart
from patsieve.finetuning.stages import StageRunner
from patsieve.finetuning.streams import stream_seed


@final
class Trainer:
    """Trains a model through the stages of a schedule.

    Parameters
    ----------
    model : EncoderWithHead
        Trained in place; at the end it has the weights of its best epoch.
    schedule : UnfreezingSchedule
    settings : TrainingSettings
    fabric : lightning_fabric.Fabric
        Launched; decides device, precision and processes.
    callbacks : sequence of Callback
    run_folder : Path, optional
        Where each epoch leaves a checkpoint. A run that finds one of its own there goes on
        from it, and ends exactly as if it had never been stopped.
    shared_start : Path, optional
        Where runs that begin alike leave each other their common epochs; see `SharedStart`.
    store : ActivationStore, optional
        Activations of frozen layers that runs and processes share.
    fresh_tensors : sequence of str
        Tensors of the model that no pre-training has shaped; a warning names those that a
        stage leaves frozen.
    """

    def __init__(
        self,
        model: EncoderWithHead,
        schedule: UnfreezingSchedule,
        settings: TrainingSettings,
        *,
        fabric: Fabric,
        callbacks: Sequence[Callback] = (),
        run_folder: Path | None = None,
        shared_start: Path | None = None,
        store: ActivationStore | None = None,
        fresh_tensors: Sequence[str] = (),
    ) -> None:
        self.model = model
        self.schedule = schedule
        self.settings = settings
        self.fabric = fabric
        self.listeners = Listeners(callbacks, fabric)
        self.run_folder = run_folder
        self.shared_start = shared_start
        self.groups = layer_groups(model)
        schedule.check(self.groups.names)
        check_decisions(schedule, settings.stopping)
        model.to(fabric.device)
        self.stages = StageRunner(
            model, self.groups, schedule, fabric, fresh_tensors=tuple(fresh_tensors), store=store
        )

    def fit(
        self, training: LabelledTokens, validation: LabelledTokens | None = None
    ) -> TrainingResult:
        """Train until the schedule, the patience or the epochs end; restore the best weights.

        Parameters
        ----------
        validation : LabelledTokens, optional
            Not needed if nothing is decided on it (`UnfreezingSchedule.needs_validation`);
            validation scores are then not a number.

        Raises
        ------
        ValueError
            If the schedule needs validation records and there are none.
        LearningError
            If a tensor that a stage trains receives no gradient, or its weights left the numbers.
        ResumeError
            If `run_folder` holds a checkpoint of another run.
        """
        settings = self.settings
        if self.stages.best:
            raise RuntimeError("a Trainer trains once; make another one for another run")
        if validation is None and self.schedule.needs_validation(settings.stopping):
            raise ValueError("this schedule decides on validation records, and there are none")
        sampler = settings.sampler(training.texts.lengths, training.labels)
        settings.warn_of_double_counting()
        shift = prior_log_odds_shift(
            training.labels, sampling=settings.sampling, class_weights=settings.loss.class_weights
        )
        leaves_traces = self.run_folder is not None or self.shared_start is not None
        start = start_digest(self, training, validation) if leaves_traces else ""
        folder = RunFolder(self.run_folder, self.fabric, self, start)
        shared = SharedStart(self.shared_start, self, start)
        state = TrainingState(max_epochs=settings.max_epochs, n_batches=sampler.n_batches)
        own_stream = [self.fabric.device] if self.fabric.device.type == "cuda" else []
        with torch.random.fork_rng(devices=own_stream):
            folder.restore(state)
            taken_over = shared.fork(state)
            self.listeners.emit("on_run_begin", state)
            while state.epoch < settings.max_epochs and not state.stop_reason:
                started = time.perf_counter()
                if not self._enter_stage_if_due(state, training, validation):
                    break
                state.epoch += 1
                self.listeners.emit("on_epoch_begin", state)
                scores, speed = self._learn(state, training, sampler)
                checked = self._validate(validation, shift)
                self._record(state, scores, checked, speed, time.perf_counter() - started)
                self.listeners.emit("on_epoch_end", state)
                folder.save(state)
                shared.save(state)
            self.listeners.emit("on_stage_end", state)
            state.stop_reason = state.stop_reason or f"all {state.epoch} epochs were run"
            self._check_outcome(state)
            self.stages.restore_best()
            if settings.stopping.average > 1:
                self.stages.restore_average()
            self.listeners.emit("on_run_end", state)
        return TrainingResult(
            history=tuple(state.history),
            best_epoch=state.best_epoch,
            averaged_epochs=state.averaged_epochs,
            stop_reason=state.stop_reason,
            prior_shift=shift,
            shared_epochs=taken_over,
            cache_bytes=self.stages.caches.largest,
        )

    def _check_outcome(self, state: TrainingState) -> None:
        """Refuse to end with weights that are no numbers."""
        if not all(torch.isfinite(value).all() for value in self.stages.best.values()):
            raise LearningError(
                f"after epoch {state.best_epoch} some weights are no longer numbers, and no epoch "
                "was better: the learning rates are too high for these layers"
            )

    def _enter_stage_if_due(
        self, state: TrainingState, training: LabelledTokens, validation: LabelledTokens | None
    ) -> bool:
        """Begin the next stage if its time has come. Return False if the run is over."""
        position = next_position(
            self.schedule,
            state.history,
            self.settings.stopping,
            stage_ended=bool(state.stage_end_reason),
            can_grow=self.stages.can_grow(state),
        )
        if position is None:
            why = why_over(self.schedule, state.history, self.settings.stopping)
            state.stop(state.stage_end_reason or why)
            return False
        if (position.index, position.round) != (state.stage_index, state.stage_round):
            if state.stage_index >= 0:
                self.listeners.emit("on_stage_end", state)
            measure = partial(self._relative_gradients, training, state)
            self.stages.enter(position, state, relative_gradients=measure)
            self.listeners.emit("on_stage_begin", state)
        if self.settings.cache:
            coming = training.in_epoch(state.epoch + 1)
            parts = (coming,) if validation is None else (coming, validation)
            self.stages.fill_caches(*(part.texts.windows for part in parts))
        state.stage_end_reason = ""
        return True

    def _relative_gradients(
        self, training: LabelledTokens, state: TrainingState
    ) -> dict[str, float]:
        ratios = relative_gradient_norms(
            self.model,
            self.groups,
            training,
            self.settings,
            fabric=self.fabric,
            epoch=state.epoch + 1,
        )
        # All processes must choose the same layers, whatever their last digits.
        shared: dict[str, float] = self.fabric.broadcast(ratios)
        return shared

    def _learn(
        self, state: TrainingState, training: LabelledTokens, sampler: WeightedBucketSampler
    ) -> tuple[dict[str, float], float]:
        """Train for one epoch; return its training scores and the records per second."""
        settings, stages = self.settings, self.stages
        training = training.in_epoch(state.epoch)
        # Dropout is the only thing that draws from torch's generator during an epoch.
        torch.manual_seed(
            stream_seed(settings.seed, "dropout", state.epoch, self.fabric.global_rank)
        )
        stages.train_mode()
        batches = list(sampler.batches(state.epoch))
        outputs = EpochOutputs(training.labels[np.concatenate(batches)], self.fabric)
        started = time.perf_counter()
        state.batch, steps_in_epoch = 0, -(-len(batches) // settings.accumulate)
        for first in range(0, len(batches), settings.accumulate):
            together = batches[first : first + settings.accumulate]
            total = settings.loss.weight_of(training.labels[np.concatenate(together)])
            stages.set_rates(state, settings.max_epochs, steps_in_epoch)
            for number, batch in enumerate(together, 1):
                mine = own_part(batch, self.fabric)
                # Gradients are averaged over the processes, so their shares are scaled up.
                weight = settings.loss.weight_of(training.labels[mine])
                share = weight / total * self.fabric.world_size
                # A process without a part takes part in the exchange of gradients, with nothing.
                logits, loss = self._forward(training, mine if len(mine) else batch[:1])
                with stages.no_sync(number < len(together)):
                    self.fabric.backward(loss * share)
                outputs.add(len(batch), logits.detach(), float(loss.detach()), weight)
                state.batch += 1
                state.running_loss = outputs.running_loss
                self.listeners.emit("on_batch_end", state)
            stages.step(settings.gradient_clip)
            state.step += 1
        speed = len(training.labels) / (time.perf_counter() - started)
        stages.after_epoch()
        return outputs.scores(), speed

    def _forward(
        self, training: LabelledTokens, indices: NDArray[np.intp]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        stages, device = self.stages, self.fabric.device
        cache = stages.caches.of(training.texts.windows)
        inputs = model_inputs(training.texts, indices, cache, device)
        output: torch.Tensor = stages.forward(**inputs)
        labels = torch.from_numpy(training.labels[indices]).to(device)
        return output, self.settings.loss(output.float(), labels)

    def _validate(self, validation: LabelledTokens | None, shift: float) -> dict[str, float]:
        if validation is None:
            return dict.fromkeys(TRACKED, float("nan"))
        logits = self.stages.predict(validation.texts)
        logits[:, 1] -= shift
        loss = self.settings.loss.unweighted()(
            torch.from_numpy(logits), torch.from_numpy(validation.labels)
        )
        checked = epoch_scores(logits, validation.labels, loss=float(loss))
        # Decisions hang on these numbers; no process may see others, not even by a last digit.
        shared: dict[str, float] = self.fabric.broadcast(checked)
        return shared

    def _record(
        self,
        state: TrainingState,
        scores: dict[str, float],
        checked: dict[str, float],
        speed: float,
        seconds: float,
    ) -> None:
        state.history.append(
            EpochRecord.of(
                state,
                training=scores,
                validation=checked,
                learning_rates=self.stages.rates,
                records_per_second=speed,
                seconds=seconds,
            )
        )
        state.best_epoch = kept_epoch(state.history, self.settings.stopping)
        if self.settings.stopping.average > 1:
            state.averaged_epochs = averaged_epochs(state.history, self.settings.stopping)
        is_best = state.best_epoch == state.epoch
        self.stages.keep(state.epoch, as_best=is_best, averaged=state.averaged_epochs)
