"""In words: when a stage of a schedule begins, and what only a run can tell of it."""

from collections.abc import Iterator

from patsieve.finetuning.progress import StagePosition
from patsieve.finetuning.schedule import EarlyStopping, Stage, UnfreezingSchedule


def left_open(stage: Stage) -> Iterator[tuple[str, str]]:
    """Yield what a stage chooses when it begins, and how a plan shows it."""
    if stage.surgical is not None:
        several = "s" if stage.surgical != 1 else ""
        yield (
            f"{stage.surgical} layer group{several} by gradients",
            "and counted is the dearest choice, nearest the input",
        )
    if stage.rates_by_gradient:
        yield "its rates by gradients", "are the highest that they can be"


def begins(schedule: UnfreezingSchedule, position: StagePosition, stopping: EarlyStopping) -> str:
    """Return when a stage, or a round of it, begins: ``"epoch 6"``."""
    stage = schedule.stages[position.index]
    plateau = (
        f"after {stage.on_plateau} epoch{'s' if stage.on_plateau != 1 else ''} without "
        f"improvement of {stage.plateau_metric}"
    )
    if position.round > 1:
        return f"again {plateau}"
    if position.index == 0:
        return "epoch 1"
    conditions = []
    if stage.from_epoch is not None:
        conditions.append(f"epoch {stage.from_epoch}")
    if stage.on_plateau is not None:
        conditions.append(plateau)
    before = schedule.stages[position.index - 1]
    if before.max_epochs is not None:
        conditions.append(f"after {before.max_epochs} epochs of '{before.name}'")
    if stopping.patience is not None and stopping.patience_ends == "stage" and not conditions:
        conditions.append(
            f"after {stopping.patience} epochs without improvement of {stopping.metric}"
        )
    return ", or ".join(conditions) + (", whichever comes first" if len(conditions) > 1 else "")
