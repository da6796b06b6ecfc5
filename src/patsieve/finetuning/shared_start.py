"""First stages that several runs have in common: trained once, forked from.

Runs of one seed on the same records that begin with the same stage do the same thing until
their ways part. Each epoch of such a stage leaves a checkpoint in a folder that the runs share,
named after everything that decides it. A later run goes through that history as if it had made
it, deciding after every epoch by its own schedule and its own patience whether it would still
be in its first stage, and takes the weights and moments of the last epoch of which that is true.
Resuming equals never having stopped, so a forked run ends as it would have alone.
"""

import hashlib
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, final

from patsieve.errors import ResumeError
from patsieve.finetuning.checkpoint import Checkpoint, read_epoch, stored_epochs, write_epoch
from patsieve.finetuning.events import EpochRecord, TrainingState
from patsieve.finetuning.freezing import can_grow
from patsieve.finetuning.progress import (
    StagePosition,
    averaged_epochs,
    kept_epoch,
    next_position,
)
from patsieve.finetuning.resuming import stand_at
from patsieve.finetuning.schedule import Stage
from patsieve.finetuning.settings import TrainingSettings

if TYPE_CHECKING:
    from patsieve.finetuning.trainer import Trainer

_FIRST = StagePosition(0, 1)


@final
class SharedStart:
    """The common beginning of runs; does nothing without a folder.

    Parameters
    ----------
    folder : Path, optional
        Shared by the runs, and by nothing else.
    trainer : Trainer
    start : str
        From `resuming.start_digest`.
    """

    def __init__(self, folder: Path | None, trainer: "Trainer", start: str) -> None:
        self.stages = trainer.stages
        self.fabric = trainer.fabric
        self.schedule = trainer.schedule
        self.settings = trainer.settings
        told = f"{shared_identity(self.schedule.stages[0], self.settings)} {start}"
        self._fingerprint = hashlib.sha256(told.encode()).hexdigest()
        self._folder = None if folder is None else folder / self._fingerprint[:32]

    def fork(self, state: TrainingState) -> int:
        """Take over as many epochs as this run would have done alike; return how many.

        Does nothing if the run has epochs of its own.
        """
        if self._folder is None or state.epoch > 0:
            return 0
        stored = stored_epochs(self._folder)
        there = next(epoch for epoch in count(1) if epoch not in stored) - 1
        newest = self._read(there)
        alike = 0 if newest is None else self._alike(newest.history)
        last = newest if alike == there else self._read(alike)
        if last is None:
            return 0
        stopping = self.settings.stopping
        epochs = averaged_epochs(last.history, stopping) if stopping.average > 1 else ()
        kept = {
            epoch: last if epoch == alike else self._read(epoch)
            for epoch in {kept_epoch(last.history, stopping), *epochs}
        }
        weights = {epoch: found.weights for epoch, found in kept.items() if found is not None}
        if len(weights) < len(kept):
            return 0
        name = self.schedule.stages[0].name
        mine = replace(
            last,
            history=[replace(record, stage=name) for record in last.history],
            best_weights=weights[kept_epoch(last.history, stopping)],
            averaged={epoch: weights[epoch] for epoch in epochs},
        )
        stand_at(self.stages, state, mine, stopping)
        return alike

    def save(self, state: TrainingState) -> None:
        """Leave the epoch that has just ended to other runs, if it is of the first stage."""
        if self._folder is None or not self.fabric.is_global_zero:
            return
        if (state.stage_index, state.stage_round) != (_FIRST.index, _FIRST.round):
            return
        if state.epoch in stored_epochs(self._folder):
            return
        stages = self.stages
        write_epoch(
            self._folder,
            Checkpoint(
                fingerprint=self._fingerprint,
                history=state.history,
                step=state.step,
                # What ends this run or its stage is not for others to take over.
                stage_end_reason="",
                stop_reason="",
                first_step=stages.optimizer.first_step,
                weights=stages.trained(),
                best_weights={},
                moments=stages.optimizer.moments(),
                averaged={},
            ),
        )

    def _alike(self, history: list[EpochRecord]) -> int:
        """Return after how many of the epochs this run would have gone its own way."""
        grows = can_grow(self.schedule.stages[0], self.stages.groups, stage_round=1)
        stopping = self.settings.stopping
        for done in range(min(len(history), self.settings.max_epochs)):
            if next_position(self.schedule, history[:done], stopping, can_grow=grows) != _FIRST:
                return done
        return min(len(history), self.settings.max_epochs)

    def _read(self, epoch: int) -> Checkpoint | None:
        assert self._folder is not None
        if epoch == 0:
            return None
        try:
            return read_epoch(self._folder, epoch, fingerprint=self._fingerprint)
        except ResumeError:
            # Damaged, or deleted meanwhile: it is computed again.
            return None


def shared_identity(stage: Stage, settings: TrainingSettings) -> str:
    """Return as text all that decides the epochs of a first stage, but not how many there are.

    Runs for which it is the same, on the same records and weights, begin alike. The stopping
    rule and the later stages decide only when the stage ends.
    """
    alike = replace(stage, name="first", max_epochs=None)
    # Rates that fall reach their end with the stage or the run.
    until = (stage.max_epochs, settings.max_epochs) if stage.decay != "constant" else ()
    shared = {
        name: value
        for name, value in vars(settings).items()
        if name not in ("max_epochs", "stopping")
    }
    return repr((alike, until, sorted(shared.items())))
