"""What the history of a run implies: best epoch, plateaus, stage changes, stopping. No torch.

Every decision is a function of the completed epochs and of nothing else. There are no
counters that could be forgotten at a stage change or lost when a run is resumed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from patsieve.errors import SpecificationError
from patsieve.finetuning.events import EpochRecord
from patsieve.finetuning.schedule import EarlyStopping, Reducer, UnfreezingSchedule

TRACKED = ("loss", "accuracy", "f1_relevant", "mcc", "average_precision")


@dataclass(frozen=True)
class StagePosition:
    """Which stage trains (`index`, from 0) and how often it has begun (`round`, from 1)."""

    index: int
    round: int


def check_metric(metric: str) -> None:
    """Refuse a metric that no epoch records."""
    known = [f"{part}_{name}" for part in ("validation", "training") for name in TRACKED]
    if metric not in known:
        raise SpecificationError(
            f"'{metric}' is not tracked; what is tracked is {', '.join(known)}"
        )


def check_decisions(schedule: UnfreezingSchedule, stopping: EarlyStopping) -> None:
    """Refuse decisions that no epoch's record could settle.

    Raises
    ------
    SpecificationError
    """
    check_metric(stopping.metric)
    for stage in schedule.stages:
        check_metric(stage.plateau_metric)
        if stage.reducer is not None:
            check_metric(stage.reducer.metric)
        if stage.start_from == "best" and stopping.keep == "last":
            raise SpecificationError(
                f"stage '{stage.name}' starts from the best weights, but the run keeps the last; "
                "either let the stage start from 'last' or the run keep 'best'"
            )


def metric_value(record: EpochRecord, metric: str) -> float:
    """Return the metric so that higher is better (a loss is negated).

    A value that is not a number counts as worse than every number.
    """
    part, _, name = metric.partition("_")
    value = (record.validation if part == "validation" else record.training)[name]
    if value != value:  # not a number is the one value unequal to itself
        return float("-inf")
    return -value if name == "loss" else value


def best_epoch(history: Sequence[EpochRecord], metric: str) -> int:
    """Return the epoch with the best metric, the earliest of equals; 0 without history."""
    if not history:
        return 0
    return max(history, key=lambda record: (metric_value(record, metric), -record.epoch)).epoch


def kept_epoch(history: Sequence[EpochRecord], stopping: EarlyStopping) -> int:
    """Return the epoch whose weights the run would end with by now; 0 without history."""
    if stopping.keep == "last":
        return history[-1].epoch if history else 0
    return best_epoch(history, stopping.metric)


def averaged_epochs(history: Sequence[EpochRecord], stopping: EarlyStopping) -> tuple[int, ...]:
    """Return the epochs whose weights the run would end with the mean of by now, in order.

    They are as many as `EarlyStopping.average` says, or as there have been; among equally good
    epochs the earlier ones count.
    """
    if stopping.keep == "last":
        return tuple(record.epoch for record in history[-stopping.average :])
    best_first = sorted(
        history, key=lambda record: (-metric_value(record, stopping.metric), record.epoch)
    )
    return tuple(sorted(record.epoch for record in best_first[: stopping.average]))


def epochs_without_improvement(
    history: Sequence[EpochRecord], metric: str, *, since: int = 0, minimum_change: float = 0.0
) -> int:
    """Count the epochs at the end of `history` that did not improve on the best before them.

    Parameters
    ----------
    since : int
        Only epochs after this one are counted; those before still set the mark to beat.
    minimum_change : float
        By how much more than this a value must exceed the mark.
    """
    mark = float("-inf")
    count = 0
    for record in history:
        value = metric_value(record, metric)
        if value > mark + minimum_change:
            mark = value
            count = 0
        elif record.epoch > since:
            count += 1
    return count


def next_position(
    schedule: UnfreezingSchedule,
    history: Sequence[EpochRecord],
    stopping: EarlyStopping,
    *,
    stage_ended: bool = False,
    can_grow: bool = True,
) -> StagePosition | None:
    """Decide what the epoch after `history` trains; None if the run is over.

    Parameters
    ----------
    stage_ended : bool
        Whether a callback has ended the current stage.
    can_grow : bool
        Whether a repeating stage still has something to unfreeze.
    """
    if not history:
        return StagePosition(0, 1)
    last = history[-1]
    here = StagePosition(last.stage_index, last.stage_round)
    impatient = out_of_patience(history, stopping)
    if impatient and stopping.patience_ends == "run":
        return None
    due = _due_by_epoch(schedule, here, epoch=last.epoch + 1)
    if due is not None:
        return due
    ended = impatient or stage_ended or _ran_its_epochs(schedule, history)
    following = StagePosition(here.index + 1, 1)
    is_last = following.index == len(schedule.stages)
    if ended:
        return None if is_last else following
    if can_grow and schedule.stages[here.index].repeat and _on_plateau(schedule, here, history):
        return StagePosition(here.index, here.round + 1)
    if not is_last and _on_plateau(schedule, following, history):
        return following
    return here


def out_of_patience(history: Sequence[EpochRecord], stopping: EarlyStopping) -> bool:
    """Whether the epochs without improvement have reached the patience."""
    if stopping.patience is None:
        return False
    counted = _of_this_stage(history) if stopping.patience_scope == "stage" else history
    waited = epochs_without_improvement(
        counted, stopping.metric, minimum_change=stopping.minimum_change
    )
    return waited >= stopping.patience


def why_over(
    schedule: UnfreezingSchedule, history: Sequence[EpochRecord], stopping: EarlyStopping
) -> str:
    """Say why `next_position` has ended the run."""
    if out_of_patience(history, stopping):
        return f"{stopping.metric} has not improved for {_epochs(stopping.patience)}"
    last = schedule.stages[history[-1].stage_index]
    return f"the last stage, '{last.name}', has run its {_epochs(last.max_epochs)}"


def _epochs(count: int | None) -> str:
    return "1 epoch" if count == 1 else f"{count} epochs"


def reduction(reducer: Reducer, history: Sequence[EpochRecord], *, first_epoch: int) -> float:
    """Return the factor, at most 1, that the reducer applies to its groups' rates by now.

    Parameters
    ----------
    first_epoch : int
        The first epoch in which the reducer was in force.
    """
    factor, since = 1.0, first_epoch - 1
    for n in range(1, len(history) + 1):
        if history[n - 1].epoch < first_epoch:
            continue
        if epochs_without_improvement(history[:n], reducer.metric, since=since) >= reducer.patience:
            factor *= reducer.factor
            since = history[n - 1].epoch
    return factor


def _due_by_epoch(
    schedule: UnfreezingSchedule, here: StagePosition, *, epoch: int
) -> StagePosition | None:
    """Return the last stage after this one that must have begun by `epoch`, if any.

    Stages between that waited for a plateau which never came are passed over.
    """
    due = [
        StagePosition(index, 1)
        for index, stage in enumerate(schedule.stages)
        if index > here.index and stage.from_epoch is not None and stage.from_epoch <= epoch
    ]
    return due[-1] if due else None


def _on_plateau(
    schedule: UnfreezingSchedule, position: StagePosition, history: Sequence[EpochRecord]
) -> bool:
    """Whether the stage at `position` waits for a plateau, and there is one."""
    stage = schedule.stages[position.index]
    return stage.on_plateau is not None and _plateau(
        history, stage.plateau_metric, stage.on_plateau
    )


def _plateau(history: Sequence[EpochRecord], metric: str, patience: int) -> bool:
    since = history[-1].epoch - len(_of_this_round(history))
    return epochs_without_improvement(history, metric, since=since) >= patience


def _ran_its_epochs(schedule: UnfreezingSchedule, history: Sequence[EpochRecord]) -> bool:
    limit = schedule.stages[history[-1].stage_index].max_epochs
    return limit is not None and len(_of_this_stage(history)) >= limit


def _of_this_stage(history: Sequence[EpochRecord]) -> list[EpochRecord]:
    index = history[-1].stage_index
    newest_first = takewhile(lambda record: record.stage_index == index, reversed(history))
    return list(newest_first)[::-1]


def _of_this_round(history: Sequence[EpochRecord]) -> list[EpochRecord]:
    here = (history[-1].stage_index, history[-1].stage_round)
    newest_first = takewhile(
        lambda record: (record.stage_index, record.stage_round) == here, reversed(history)
    )
    return list(newest_first)[::-1]
