"""Which stage trains in which epoch if validation never gets better. No torch.

What a run decides on validation loss cannot be known beforehand. What can be known is the
earliest epoch at which everything can happen, which is when no epoch improves on the first.
"""

from dataclasses import replace

from patsieve.finetuning.events import EpochRecord
from patsieve.finetuning.freezing import can_grow, frozen_depth, trainable_tensors
from patsieve.finetuning.layers import LayerGroups
from patsieve.finetuning.progress import TRACKED, StagePosition, next_position
from patsieve.finetuning.schedule import EarlyStopping, UnfreezingSchedule


def rehearse(
    schedule: UnfreezingSchedule,
    stopping: EarlyStopping,
    groups: LayerGroups,
    *,
    max_epochs: int,
    stop_early: bool,
) -> tuple[StagePosition, ...]:
    """Return what each epoch trains if validation never improves after the first epoch.

    Every plateau then comes as soon as it can.

    Parameters
    ----------
    stop_early : bool
        Whether the run ends when it is out of patience; otherwise it goes on in its last
        stage up to `max_epochs`, and only the stages' own limits end it.
    """
    never = replace(stopping, patience=None)
    history: list[EpochRecord] = []
    positions: list[StagePosition] = []
    while len(positions) < max_epochs:
        grows = bool(positions) and can_grow(
            schedule.stages[positions[-1].index], groups, stage_round=positions[-1].round
        )
        position = next_position(schedule, history, stopping, can_grow=grows)
        if position is None and not stop_early:
            position = next_position(schedule, history, never, can_grow=grows)
        if position is None:
            break
        positions.append(position)
        history.append(_uneventful(len(positions), schedule, position))
    return tuple(positions)


def all_positions(schedule: UnfreezingSchedule, groups: LayerGroups) -> tuple[StagePosition, ...]:
    """Return every stage, and each round of a repeating one until nothing is left to unfreeze."""
    positions = []
    for index, stage in enumerate(schedule.stages):
        last = 1
        while stage.repeat and can_grow(stage, groups, stage_round=last):
            last += 1
        positions += [StagePosition(index, number) for number in range(1, last + 1)]
    return tuple(positions)


def coming_depth(
    schedule: UnfreezingSchedule, groups: LayerGroups, position: StagePosition, *, depth: int
) -> int:
    """Return the frozen depth of the next stage that freezes less than `depth`, 0 if there is none.

    A stage that chooses its layers by gradients when it begins is passed over.
    """
    later = all_positions(schedule, groups)
    later = later[later.index(position) + 1 :]
    for following in later:
        stage = schedule.stages[following.index]
        if stage.surgical is not None:
            continue
        trainable = trainable_tensors(stage, groups, stage_round=following.round)
        if (found := frozen_depth(groups, trainable)) < depth:
            return found
    return 0


def _uneventful(epoch: int, schedule: UnfreezingSchedule, position: StagePosition) -> EpochRecord:
    scores = dict.fromkeys(TRACKED, 0.0)
    return EpochRecord(
        epoch=epoch,
        stage=schedule.stages[position.index].name,
        stage_index=position.index,
        stage_round=position.round,
        training=scores,
        validation=scores,
        learning_rates={},
        trainable_parameters=0,
        records_per_second=0.0,
        seconds=0.0,
    )
