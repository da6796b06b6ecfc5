"""A rehearsal goes through the stages as a run would whose validation never improves."""

import pytest

from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.rehearsal import all_positions, rehearse
from patsieve.finetuning.schedule import EarlyStopping, UnfreezingSchedule
from tiny_encoders import stage, tiny_model

GROUPS = layer_groups(tiny_model())
HEAD = stage("head", ["classifier"])
NEVER = EarlyStopping(patience=None)


def walked(*stages, stopping=NEVER, max_epochs=10, stop_early=False):
    schedule = UnfreezingSchedule(stages)
    found = rehearse(schedule, stopping, GROUPS, max_epochs=max_epochs, stop_early=stop_early)
    return [(position.index, position.round) for position in found]


def test_a_stage_begins_at_its_epoch():
    later = stage("later", from_epoch=3)

    assert walked(HEAD, later, max_epochs=4) == [(0, 1), (0, 1), (1, 1), (1, 1)]


def test_a_plateau_comes_as_soon_as_it_can():
    # The first epoch improves on nothing, the two after it do not improve on the first.
    later = stage("later", on_plateau=2)

    assert walked(HEAD, later, max_epochs=4) == [(0, 1), (0, 1), (0, 1), (1, 1)]


def test_a_repeating_stage_grows_at_every_plateau_until_all_is_unfrozen():
    growing = stage("growing", ["classifier"], on_plateau=1, repeat=True, grow_percent=50)

    assert walked(HEAD, growing, max_epochs=6) == [(0, 1), (0, 1), (1, 1), *[(1, 2)] * 3]
    assert [p.round for p in all_positions(UnfreezingSchedule((HEAD, growing)), GROUPS)] == [
        1,
        1,
        2,
    ]


@pytest.mark.parametrize("ends", ["stage", "run"])
def test_a_run_out_of_patience_ends_at_the_earliest_and_goes_on_at_the_latest(ends):
    stopping = EarlyStopping(patience=2, patience_scope="run", patience_ends=ends)

    assert walked(HEAD, stopping=stopping, stop_early=True) == [(0, 1)] * 3
    assert walked(HEAD, stopping=stopping, stop_early=False) == [(0, 1)] * 10


def test_a_stage_that_only_patience_ends_gives_way_to_the_next():
    stopping = EarlyStopping(patience=2)

    found = walked(HEAD, stage("later"), stopping=stopping, max_epochs=6)

    assert found == [(0, 1)] * 3 + [(1, 1)] * 3
