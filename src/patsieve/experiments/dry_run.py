"""A dry run: what an experiment will train when, and what that will cost, without training it."""

from typing import Protocol, final

import numpy as np

from patsieve.errors import UsageError
from patsieve.experiments.build import (
    Overrides,
    build_schedule,
    build_settings,
    build_windows,
)
from patsieve.experiments.schedule_conditions import begins, left_open
from patsieve.experiments.schedule_plan import PlannedPhase, SchedulePlan, TextLengths
from patsieve.experiments.spec import ExperimentSpec
from patsieve.experiments.workload import batches_by_length, workload
from patsieve.finetuning.burst import BatchSizes, Burst
from patsieve.finetuning.forecast import (
    Cost,
    StageWork,
    cache_size,
    epoch_cost,
    fill_cost,
    scoring_cost,
)
from patsieve.finetuning.freezing import count_parameters, frozen_depth, trainable_tensors
from patsieve.finetuning.hardware import choose_device, choose_precision, make_fabric
from patsieve.finetuning.memory_forecast import peak_memory
from patsieve.finetuning.optimizer import group_rates
from patsieve.finetuning.outline import EncoderOutline, outline_of
from patsieve.finetuning.pace import EncoderPace
from patsieve.finetuning.progress import StagePosition, check_decisions
from patsieve.finetuning.rehearsal import all_positions, coming_depth, rehearse
from patsieve.finetuning.schedule import Stage, UnfreezingSchedule
from patsieve.finetuning.settings import TrainingSettings
from patsieve.finetuning.surgical import dearest

# Batches of an epoch that are tried out for what the allocator makes of their lengths.
_REHEARSED = 24


class PaceSource(Protocol):
    """Says how fast an encoder trains: `Burst` measures it."""

    def pace(
        self, outline: EncoderOutline, sizes: BatchSizes, *, dropout: float | None
    ) -> EncoderPace:
        """Return how fast the encoder trains with a stage's dropout."""


def plan_schedule(
    spec: ExperimentSpec,
    *,
    texts: TextLengths,
    overrides: Overrides | None = None,
    n_layers: int | None = None,
    pace: PaceSource | None = None,
    seed: int = 1,
) -> SchedulePlan:
    """Resolve an experiment's schedule on an encoder and estimate what it will cost.

    Parameters
    ----------
    texts : TextLengths
    overrides : Overrides, optional
        Checkpoint, device and precision.
    n_layers : int, optional
        As if the encoder had so many layers.
    pace : PaceSource, optional
        How fast this machine is; measured in some seconds by default. Give the same `Burst`
        to several plans, and each kind of training is measured once.
    seed : int
        Of the batches.

    Raises
    ------
    UsageError
        If the experiment has no schedule.
    LayerGroupError
        If it names layers that the encoder does not have.
    CheckpointError
        If there is no such encoder.
    """
    check_has_schedule(spec)
    given = Overrides() if overrides is None else overrides
    schedule, settings = build_schedule(spec), build_settings(spec, seed=seed)
    checkpoint = spec.encoder.checkpoint if given.checkpoint is None else given.checkpoint
    windows = build_windows(spec)
    outline = outline_of(
        checkpoint,
        pooling=spec.encoder.pooling,
        n_layers=n_layers,
        window_pooling=None if windows is None else windows.pooling,
    )
    schedule.check(outline.groups.names)
    check_decisions(schedule, settings.stopping)
    device = choose_device(given.device)
    source: PaceSource = Burst(make_fabric(device, given.precision)) if pace is None else pace
    planner = _Planner(schedule, settings, outline, texts, source, device)
    return SchedulePlan(
        experiment=spec.name,
        checkpoint=outline.source,
        device=device,
        precision=choose_precision(given.precision, device),
        shape=outline.shape,
        groups=outline.groups.names,
        texts=planner.summary(texts),
        phases=planner.phases(),
        timeline=planner.timeline,
        earliest_end=len(planner.rehearsed(stop_early=True)),
        scoring=planner.scoring(texts),
        assumptions=planner.assumptions(),
    )


def check_has_schedule(spec: ExperimentSpec) -> None:
    """Refuse an experiment that trains nothing by stages.

    Raises
    ------
    UsageError
    """
    if spec.kind != "encoder":
        raise UsageError(
            f"experiment '{spec.name}' is of kind '{spec.kind}', which has no schedule; "
            "experiments of kind 'encoder' have one"
        )


@final
class _Planner:
    """What a plan is computed from."""

    def __init__(
        self,
        schedule: UnfreezingSchedule,
        settings: TrainingSettings,
        outline: EncoderOutline,
        texts: TextLengths,
        source: PaceSource,
        device: str,
    ) -> None:
        self.schedule = schedule
        self.settings = settings
        self.outline = outline
        self.groups = outline.groups
        self.shape = outline.shape
        self.load = workload(texts, settings, device=device)
        self.is_windowed = bool((texts.training.counts > 1).any())
        self.device = device
        self.source = source
        # What is chosen when a stage begins cannot be known before.
        self.stages = tuple(dearest(stage, self.groups.names) for stage in schedule.stages)
        self.positions = all_positions(schedule, self.groups)
        self.epochs = self.rehearsed(stop_early=False)
        self.timeline = tuple(self.positions.index(position) for position in self.epochs)

    def rehearsed(self, *, stop_early: bool) -> tuple[StagePosition, ...]:
        return rehearse(
            self.schedule,
            self.settings.stopping,
            self.groups,
            max_epochs=self.settings.max_epochs,
            stop_early=stop_early,
        )

    def phases(self) -> tuple[PlannedPhase, ...]:
        found: list[PlannedPhase] = []
        kept: set[str] = set()
        for position in self.positions:
            stage = self.stages[position.index]
            trainable = trainable_tensors(stage, self.groups, stage_round=position.round)
            kept.update(trainable)
            found.append(self._phase(position, stage, trainable, kept))
        return tuple(found)

    def scoring(self, texts: TextLengths) -> Cost:
        passes = batches_by_length(texts.scored.windows, device=self.device)
        pace = self._pace(self.schedule.stages[0])
        lengths = (texts.scored.windows,)
        return scoring_cost(self.shape.n_layers, self.shape, lengths, passes, pace)

    def summary(self, texts: TextLengths) -> dict[str, float]:
        parts = {name: getattr(texts, name) for name in ("training", "validation", "scored")}
        n_tokens = float(texts.training.windows.sum())
        in_batches = sum(n_texts * longest for n_texts, longest in self.load.batches)
        n_distinct = len(texts.training) + len(texts.validation)
        return {
            **{name: float(len(part)) for name, part in parts.items()},
            "mean_tokens": n_tokens / len(texts.training),
            "mean_windows": float(texts.training.counts.mean()),
            "scored_tokens": float(texts.scored.windows.sum()),
            "truncated": texts.n_truncated / max(n_distinct, 1),
            "padding": max(0.0, 1.0 - n_tokens / in_batches),
        }

    def assumptions(self) -> tuple[str, ...]:
        said = ["seconds are an estimate, from a short measurement of two layers on this machine"]
        if self.schedule.needs_validation(self.settings.stopping):
            said.append(
                "what hangs on validation is shown at its earliest: as if no epoch improved on "
                "the first, and all epochs were run nevertheless"
            )
        said += [
            f"stage '{stage.name}' chooses {what} when the stage begins; shown {shown}"
            for stage in self.schedule.stages
            for what, shown in left_open(stage)
        ]
        return tuple(said)

    def _pace(self, stage: Stage) -> EncoderPace:
        lengths = sorted(longest for _, longest in self.load.batches)
        # The longest too: attention grows with the square, and few batches take much of an epoch.
        usual = {lengths[len(lengths) // 5], lengths[-1 - len(lengths) // 5], lengths[-1]}
        met = (*(longest for _, longest in self.load.batches[:_REHEARSED]), lengths[-1])
        n_texts = self.settings.batch_size
        if self.is_windowed:
            # To the encoder a window is a text, and batches have as many as their records bring.
            n_texts = int(np.median([n_windows for n_windows, _ in self.load.batches]))
        sizes = BatchSizes(n_texts, tuple(sorted(usual)), met)
        return self.source.pace(self.outline, sizes, dropout=stage.dropout)

    def _phase(
        self, position: StagePosition, stage: Stage, trainable: tuple[str, ...], kept: set[str]
    ) -> PlannedPhase:
        pace = self._pace(stage)
        depth = frozen_depth(self.groups, trainable)
        coming = coming_depth(self.schedule, self.groups, position, depth=depth)
        work = self._work(trainable, kept, coming, may_cache=self.settings.cache and pace.cacheable)
        rates = group_rates(stage, self.groups)
        asked = self.schedule.stages[position.index]
        chosen = set(trainable)
        shares = {
            group: len(chosen.intersection(tensors)) / len(tensors)
            for group, tensors in self.groups.tensors.items()
            if chosen.intersection(tensors)
        }
        epochs = [number for number, each in enumerate(self.epochs, 1) if each == position]
        return PlannedPhase(
            stage=stage.name,
            index=position.index,
            round=position.round,
            begins=begins(self.schedule, position, self.settings.stopping),
            on_plateau=position.round > 1 or stage.on_plateau is not None,
            first_epoch=epochs[0] if epochs else None,
            n_epochs=len(epochs),
            groups=shares,
            n_tensors=len(trainable),
            n_trainable=work.n_trainable,
            rates={group: rates[group] for group in shares},
            weight_decay=stage.weight_decay,
            dropout=stage.dropout,
            warmup_steps=stage.warmup_steps,
            decay=stage.decay,
            frozen_depth=work.depth,
            coming_depth=coming,
            cache_bytes=cache_size(work, self.shape, self.load, pace),
            fill=fill_cost(work, self.shape, self.load, pace),
            epoch=epoch_cost(work, self.shape, self.load, pace),
            memory=peak_memory(work, self.shape, self.load, pace),
            chosen=0 if asked.surgical is None else asked.surgical,
            rates_by_gradient=asked.rates_by_gradient,
        )

    def _work(
        self, trainable: tuple[str, ...], kept: set[str], coming: int, *, may_cache: bool
    ) -> StageWork:
        depth = frozen_depth(self.groups, trainable)
        parameters = dict(self.outline.named_parameters())
        chosen = set(trainable)
        trained = 0.0
        for layer in range(depth, self.shape.n_whole):
            tensors = self.groups.tensors[f"encoder.{layer}"]
            sizes = {name: parameters[name].numel() for name in tensors}
            here = sum(size for name, size in sizes.items() if name in chosen)
            trained += here / sum(sizes.values())
        return StageWork(
            depth=depth,
            trained=trained,
            passed=max(self.shape.n_whole - depth, 0) - trained,
            embeddings=bool(chosen.intersection(self.groups.tensors["embeddings"])),
            n_trainable=count_parameters(self.outline, trainable),
            n_kept=count_parameters(self.outline, tuple(kept)),
            cached=may_cache and depth > 0,
            head_only=depth == self.shape.n_layers,
            ahead=coming > 0,
            # The best epoch is one of those that are averaged.
            n_copies=max(min(self.settings.stopping.average, self.settings.max_epochs - 1), 1),
        )
