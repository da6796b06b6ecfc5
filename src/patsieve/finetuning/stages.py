"""Carrying out a stage: freezing, optimizer, caches and the weights to go back to."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, final

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray

from patsieve.finetuning.activation_source import ActivationSource
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.activations import PrefixCache
from patsieve.finetuning.audit import LearningAudit
from patsieve.finetuning.averaging import KeptEpochs
from patsieve.finetuning.events import TrainingState
from patsieve.finetuning.freezing import (
    Freezer,
    can_grow,
    count_parameters,
    frozen_depth,
    trainable_tensors,
)
from patsieve.finetuning.frozen_noise import warn_of_frozen_noise
from patsieve.finetuning.inference import predict_logits
from patsieve.finetuning.layers import LayerGroups
from patsieve.finetuning.memory import return_freed_memory
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.optimizer import StageOptimizer
from patsieve.finetuning.progress import StagePosition, reduction
from patsieve.finetuning.rehearsal import coming_depth
from patsieve.finetuning.run_caches import RunCaches
from patsieve.finetuning.schedule import Stage, UnfreezingSchedule
from patsieve.finetuning.surgical import hangs_on_gradients, resolved
from patsieve.finetuning.tokens import TokenizedTexts
from patsieve.finetuning.windows import ReadTexts


@final
class StageRunner:
    """Holds what changes from stage to stage, so that the training loop need not.

    Parameters
    ----------
    model : EncoderWithHead
    groups : LayerGroups
    schedule : UnfreezingSchedule
    fabric : lightning_fabric.Fabric
    fresh_tensors : tuple of str
        As in `Trainer`.
    store : ActivationStore, optional
        Where activations are shared with other runs.
    """

    def __init__(
        self,
        model: EncoderWithHead,
        groups: LayerGroups,
        schedule: UnfreezingSchedule,
        fabric: Fabric,
        *,
        fresh_tensors: tuple[str, ...],
        store: ActivationStore | None = None,
    ) -> None:
        self.model = model
        self.groups = groups
        self.schedule = schedule
        self.fabric = fabric
        self.freezer = Freezer(model, groups)
        self.optimizer = StageOptimizer(model, groups)
        self.forward: Any = None
        self.rates: dict[str, float] = {}
        self.best: dict[str, torch.Tensor] = {}
        self.averaged = KeptEpochs()
        self._parameters = dict(model.named_parameters())
        self._fresh = set(fresh_tensors)
        self._stage: Stage | None = None
        self._audit: LearningAudit | None = None
        self._stepper: Any = None
        self._source = ActivationSource(model, groups, fabric, store)
        self.caches = RunCaches(self._source, groups)
        self._frozen_depth = 0
        self._first_epoch = 1

    @property
    def stage(self) -> Stage:
        """The stage that trains."""
        assert self._stage is not None
        return self._stage

    def can_grow(self, state: TrainingState) -> bool:
        """Whether the current stage has something left to unfreeze."""
        return self._stage is not None and can_grow(
            self._stage, self.groups, stage_round=state.stage_round
        )

    def enter(
        self,
        position: StagePosition,
        state: TrainingState,
        *,
        relative_gradients: Callable[[], Mapping[str, float]],
    ) -> None:
        """Begin a stage: weights, frozen and trainable tensors, optimizer.

        Parameters
        ----------
        relative_gradients : callable
            Measures, on the weights as they are, what the stage may choose its layers by.
        """
        stage = self.schedule.stages[position.index]
        if stage.start_from == "best" and state.history:
            self.restore_best()
        state.relative_gradients = relative_gradients() if hangs_on_gradients(stage) else {}
        self._apply(position, state, keep_moments=stage.start_from == "last")
        warn_of_frozen_noise(stage, self.groups, self.freezer.trainable, fresh=self._fresh)
        self._fresh -= set(self.freezer.trainable)
        self._audit = LearningAudit(self.model, stage.name, self.freezer.trainable)

    def resume(self, position: StagePosition, state: TrainingState) -> None:
        """Stand again in a stage that has begun before; weights and moments are put back."""
        self._fresh -= set(self.best)
        state.relative_gradients = state.history[-1].relative_gradients
        self._apply(position, state, keep_moments=False)

    def _apply(self, position: StagePosition, state: TrainingState, *, keep_moments: bool) -> None:
        stage = resolved(
            self.schedule.stages[position.index], self.groups.names, state.relative_gradients
        )
        trainable = trainable_tensors(stage, self.groups, stage_round=position.round)
        self._stage = stage
        self._first_epoch = min(
            (record.epoch for record in state.history if record.stage_index == position.index),
            default=state.epoch + 1,
        )
        self.freezer.apply(trainable, dropout=stage.dropout)
        for name in trainable:
            # Until a better epoch comes, the best value of a tensor is the one it starts from.
            self.best.setdefault(name, _copy(self._parameters[name]))
            self.averaged.start_from(name, self.best[name])
        depth = frozen_depth(self.groups, trainable)
        coming = coming_depth(self.schedule, self.groups, position, depth=depth)
        self.caches.enter(depth, coming)
        self._frozen_depth = depth
        adamw = self.optimizer.rebuild(stage, trainable, step=state.step, keep_moments=keep_moments)
        # Data-parallel wrappers look at requires_grad when they are made, so each stage
        # makes its own.
        self.forward = self.fabric.setup_module(self.model)
        self._stepper = self.fabric.setup_optimizers(adamw)
        state.stage, state.stage_index, state.stage_round = (
            stage.name,
            position.index,
            position.round,
        )
        chosen = set(trainable)
        state.trainable = tuple(
            group for group, names in self.groups.tensors.items() if chosen.intersection(names)
        )
        state.trainable_parameters = count_parameters(self.model, trainable)

    def fill_caches(self, *all_texts: TokenizedTexts) -> None:
        """Compute the frozen layers once for each set of texts, or windows, without a cache."""
        if self._frozen_depth == 0 or not self.model.is_cacheable:
            return
        self.freezer.eval_mode()
        self.caches.fill(all_texts, trained=self.best)

    def shared_cache(self, texts: TokenizedTexts) -> PrefixCache | None:
        """Return what the layers that never trained in this run say of texts, or of windows.

        None if there are no such layers, or nothing is shared. The model is in eval mode.
        """
        depth = frozen_depth(self.groups, tuple(self.best))
        if not depth or not self.model.is_cacheable:
            return None
        return self._source.cache(texts, depth, trained=self.best) if self._source.store else None

    def train_mode(self) -> None:
        """Put what trains into training mode and what is frozen into eval mode."""
        self.freezer.train_mode()

    def set_rates(self, state: TrainingState, max_epochs: int, steps_in_epoch: int) -> None:
        """Set the learning rates for the next step."""
        stage = self.stage
        last_epoch = max_epochs
        if stage.max_epochs is not None:
            last_epoch = min(max_epochs, self._first_epoch + stage.max_epochs - 1)
        first_step = (self._first_epoch - 1) * steps_in_epoch
        possible = (last_epoch - self._first_epoch + 1) * steps_in_epoch
        self.rates = self.optimizer.set_rates(
            step=state.step,
            reduction=self._reduction(state),
            progress=(state.step - first_step) / max(possible, 1),
        )

    def _reduction(self, state: TrainingState) -> float:
        reducer = self.stage.reducer
        if reducer is None:
            return 1.0
        # The reducer's groups share one factor as long as stages with the same reducer
        # follow each other.
        first = self._first_epoch
        for record in reversed(state.history):
            if self.schedule.stages[record.stage_index].reducer != reducer:
                break
            first = min(first, record.epoch)
        return reduction(reducer, state.history, first_epoch=first)

    def no_sync(self, enabled: bool) -> AbstractContextManager[Any]:
        """Within the block, processes do not exchange gradients."""
        if self.fabric.world_size == 1:
            return nullcontext()
        context: AbstractContextManager[Any] = self.fabric.no_backward_sync(
            self.forward, enabled=enabled
        )
        return context

    def step(self, gradient_clip: float | None) -> None:
        """Check, clip and apply the gradients."""
        if self._audit is not None:
            self._audit.after_backward()
        if gradient_clip is not None:
            trained = [self._parameters[name] for name in self.freezer.trainable]
            torch.nn.utils.clip_grad_norm_(trained, gradient_clip)
        self._stepper.step()
        self._stepper.zero_grad(set_to_none=True)

    def after_epoch(self) -> None:
        """Check, after a stage's first epoch, that what trains has moved; tidy up."""
        return_freed_memory()
        if self._audit is not None:
            self._audit.after_epoch()
            self._audit = None

    def predict(self, texts: ReadTexts) -> NDArray[np.float64]:
        """Return logits of shape (n_texts, 2), without dropout."""
        self.freezer.eval_mode()
        return predict_logits(
            self.forward, texts, device=self.fabric.device, cache=self.caches.of(texts.windows)
        )

    def keep(self, epoch: int, *, as_best: bool, averaged: tuple[int, ...]) -> None:
        """Keep the weights of everything that has trained in this run, in one copy.

        Parameters
        ----------
        as_best : bool
            Whether they are the best so far.
        averaged : tuple of int
            The epochs that are averaged as it stands; the weights of others are dropped.
        """
        self.averaged.drop_all_but(averaged)
        if as_best or epoch in averaged:
            weights = {name: _copy(self._parameters[name]) for name in self.best}
            if as_best:
                self.best = weights
            if epoch in averaged:
                self.averaged.keep(epoch, weights)

    def trained(self) -> dict[str, torch.Tensor]:
        """Return the current weights of everything that has trained in this run."""
        return {name: self._parameters[name].detach() for name in self.best}

    @torch.no_grad()
    def restore(self, weights: dict[str, torch.Tensor]) -> None:
        """Copy weights into the model, by name."""
        for name, value in weights.items():
            self._parameters[name].copy_(value)

    def restore_best(self) -> None:
        """Go back to the weights of the best epoch."""
        self.restore(self.best)
        # What was frozen in this stage may have come from another epoch.
        self.caches.forget(self.best)

    def restore_average(self) -> None:
        """Take the mean of the weights of the epochs that are averaged."""
        self.restore(self.averaged.mean())
        self.caches.forget(self.best)


def _copy(parameter: torch.Tensor) -> torch.Tensor:
    return parameter.detach().to("cpu", copy=True)
