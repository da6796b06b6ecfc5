"""A run's folder: saving after each epoch, and standing again where the run stood."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, final

import torch
from lightning_fabric import Fabric

from patsieve.finetuning.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from patsieve.finetuning.events import TrainingState
from patsieve.finetuning.inference import LabelledTokens
from patsieve.finetuning.progress import StagePosition, kept_epoch
from patsieve.finetuning.schedule import EarlyStopping
from patsieve.finetuning.windows import WindowedTexts

if TYPE_CHECKING:
    from patsieve.finetuning.stages import StageRunner
    from patsieve.finetuning.trainer import Trainer


@final
class RunFolder:
    """Where a run leaves its checkpoints; does nothing without a folder.

    Parameters
    ----------
    folder : Path, optional
    fabric : lightning_fabric.Fabric
    trainer : Trainer
    start : str
        From `start_digest`.
    """

    def __init__(
        self,
        folder: Path | None,
        fabric: Fabric,
        trainer: "Trainer",
        start: str,
    ) -> None:
        self.folder = folder
        self.fabric = fabric
        self.stages = trainer.stages
        self.stopping = trainer.settings.stopping
        told = f"{(trainer.schedule, trainer.settings)!r} {start}"
        self.fingerprint = hashlib.sha256(told.encode()).hexdigest()

    def restore(self, state: TrainingState) -> None:
        """Bring model, optimizer and `state` to where the newest checkpoint left them."""
        if self.folder is None:
            return
        found = read_checkpoint(self.folder, fingerprint=self.fingerprint)
        if found is None:
            return
        stand_at(self.stages, state, found, self.stopping)

    def save(self, state: TrainingState) -> None:
        """Write a checkpoint of the epoch that has just ended."""
        if self.folder is not None and self.fabric.is_global_zero:
            stages = self.stages
            write_checkpoint(
                self.folder,
                Checkpoint(
                    fingerprint=self.fingerprint,
                    history=state.history,
                    step=state.step,
                    stage_end_reason=state.stage_end_reason,
                    stop_reason=state.stop_reason,
                    first_step=stages.optimizer.first_step,
                    weights=stages.trained(),
                    best_weights=stages.best,
                    moments=stages.optimizer.moments(),
                    averaged=stages.averaged.weights,
                ),
            )
        self.fabric.barrier()


def stand_at(
    stages: "StageRunner", state: TrainingState, found: Checkpoint, stopping: EarlyStopping
) -> None:
    """Bring model, optimizer and `state` to where a checkpoint left them."""
    last = found.history[-1]
    state.history = found.history
    state.epoch = last.epoch
    state.step = found.step
    state.stage_end_reason = found.stage_end_reason
    state.stop_reason = found.stop_reason
    state.best_epoch = kept_epoch(found.history, stopping)
    state.averaged_epochs = tuple(sorted(found.averaged))
    stages.restore(dict(found.weights))
    stages.best = dict(found.best_weights)
    stages.averaged.weights = {epoch: dict(kept) for epoch, kept in found.averaged.items()}
    stages.optimizer.first_step = dict(found.first_step)
    stages.resume(StagePosition(last.stage_index, last.stage_round), state)
    stages.optimizer.load_moments(dict(found.moments))


def start_digest(
    trainer: "Trainer", training: LabelledTokens, validation: LabelledTokens | None
) -> str:
    """Return what tells a run's start from every other: precision, data and initial weights."""
    digest = hashlib.sha256()
    fabric = trainer.fabric
    digest.update(f"{fabric.world_size} {fabric.strategy.precision.precision}".encode())
    for part in (training,) if validation is None else (training, validation):
        for texts in (part.texts, *part.views):
            digest.update(texts.windows.ids.tobytes())
            digest.update(texts.windows.offsets.tobytes())
            if isinstance(texts, WindowedTexts):
                digest.update(texts.counts.tobytes())
        digest.update(part.labels.tobytes())
    # The module tree names the architecture and every dropout; pooling is not in it.
    digest.update(f"{trainer.model.pooling} {trainer.model}".encode())
    if trainer.model.window_pooling is not None:
        digest.update(f" {trainer.model.window_pooling}".encode())
    for name, parameter in trainer.model.named_parameters():
        digest.update(f"{name} {tuple(parameter.shape)} ".encode())
        # The bytes, and not a sum, whose last digits hang on the number of threads.
        flat = parameter.detach().cpu().contiguous().reshape(-1)
        digest.update(flat.view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
