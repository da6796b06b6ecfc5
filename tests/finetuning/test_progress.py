"""Best epochs, plateaus, stage changes and stopping, from hand-written histories."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.finetuning.events import EpochRecord
from patsieve.finetuning.progress import (
    StagePosition,
    best_epoch,
    epochs_without_improvement,
    kept_epoch,
    metric_value,
    next_position,
    out_of_patience,
    reduction,
    why_over,
)
from patsieve.finetuning.schedule import EarlyStopping, Reducer, UnfreezingSchedule
from tiny_encoders import stage

NAN = float("nan")
NEVER = EarlyStopping(patience=None)


def record(epoch, stage_index=0, stage_round=1, *, loss=1.0, mcc=0.0, training_loss=1.0):
    return EpochRecord(
        epoch=epoch,
        stage=f"stage {stage_index}",
        stage_index=stage_index,
        stage_round=stage_round,
        training={"loss": training_loss},
        validation={"loss": loss, "mcc": mcc},
        learning_rates={},
        trainable_parameters=0,
        records_per_second=1.0,
        seconds=1.0,
    )


def of_losses(*losses, stage_index=0, stage_round=1, after=()):
    first = len(after) + 1
    return [
        *after,
        *(record(first + i, stage_index, stage_round, loss=loss) for i, loss in enumerate(losses)),
    ]


def of_mcc(*values):
    return [record(epoch, mcc=value) for epoch, value in enumerate(values, 1)]


def schedule(*stages):
    return UnfreezingSchedule(stages)


HEAD = stage("head", ["classifier"])


# --- best epoch and plateaus ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("losses", "best"),
    [
        ([0.5, 0.4, 0.6], 2),
        ([0.5, 0.4, 0.4], 2),  # of equals the earliest
        ([0.0, 0.0], 1),
        ([-1.0, -3.0, -2.0], 2),  # a loss may be negative
        ([NAN, 0.9, NAN], 2),
        ([NAN, NAN], 1),
        ([math.inf, 0.9], 2),
        ([], 0),
    ],
)
def test_the_best_epoch_has_the_lowest_loss(losses, best):
    assert best_epoch(of_losses(*losses), "validation_loss") == best


@pytest.mark.parametrize(
    ("values", "best"),
    [([-0.5, -0.1, -0.3], 2), ([0.0, 0.0, -0.1], 1), ([NAN, -0.9], 2), ([0.2, NAN, 0.3], 3)],
)
def test_the_best_epoch_has_the_highest_of_any_other_metric(values, best):
    assert best_epoch(of_mcc(*values), "validation_mcc") == best


def test_a_metric_of_the_training_records_can_decide_too():
    history = [record(1, training_loss=0.2, loss=0.1), record(2, training_loss=0.1, loss=0.2)]

    assert best_epoch(history, "training_loss") == 2
    assert metric_value(history[0], "training_loss") == -0.2


def test_a_run_that_keeps_the_last_weights_keeps_those():
    history = of_losses(0.3, 0.1, 0.2)

    assert kept_epoch(history, EarlyStopping(patience=None, keep="last")) == 3
    assert kept_epoch(history, EarlyStopping(patience=None, keep="best")) == 2
    assert kept_epoch([], EarlyStopping(patience=None, keep="last")) == 0


@pytest.mark.parametrize(
    ("losses", "waited"),
    [
        ([1.0], 0),
        ([1.0, 1.0], 1),  # a tie is no improvement
        ([1.0, 0.9, 0.95, 0.92], 2),
        ([1.0, 1.1, 0.9], 0),
        ([-1.0, -1.0, -0.5], 2),
        ([NAN, NAN], 2),
        ([NAN, 5.0], 0),
        ([1.0, NAN, 1.0], 2),
        ([0.0, 0.0], 1),
    ],
)
def test_epochs_are_counted_that_did_not_improve_on_the_best_before(losses, waited):
    assert epochs_without_improvement(of_losses(*losses), "validation_loss") == waited


def test_a_constant_negative_metric_does_not_improve():
    assert epochs_without_improvement(of_mcc(-0.4, -0.4, -0.4), "validation_mcc") == 2


def test_an_improvement_must_be_larger_than_the_minimum_change():
    history = of_losses(1.0, 0.75)

    assert epochs_without_improvement(history, "validation_loss", minimum_change=0.25) == 1
    assert epochs_without_improvement(history, "validation_loss", minimum_change=0.24) == 0


def test_small_steps_add_up_to_an_improvement():
    history = of_losses(1.0, 0.75, 0.5)

    assert epochs_without_improvement(history, "validation_loss", minimum_change=0.25) == 0


@given(st.lists(st.floats(0.1, 5.0), min_size=1, max_size=30))
def test_epochs_without_improvement_are_those_since_the_best(losses):
    history = of_losses(*losses)

    waited = epochs_without_improvement(history, "validation_loss")

    assert waited == len(losses) - best_epoch(history, "validation_loss")


# --- which stage comes next ----------------------------------------------------------------


def test_a_run_begins_with_the_first_stage():
    assert next_position(schedule(HEAD), [], NEVER) == StagePosition(0, 1)


def test_a_stage_begins_at_its_epoch():
    both = schedule(HEAD, stage("b", from_epoch=3))

    assert next_position(both, of_losses(1.0), NEVER) == StagePosition(0, 1)
    assert next_position(both, of_losses(1.0, 0.9), NEVER) == StagePosition(1, 1)


def test_a_stage_begins_on_a_plateau():
    both = schedule(HEAD, stage("b", on_plateau=2))

    assert next_position(both, of_losses(0.5, 0.6), NEVER) == StagePosition(0, 1)
    assert next_position(both, of_losses(0.5, 0.6, 0.4, 0.4), NEVER) == StagePosition(0, 1)
    assert next_position(both, of_losses(0.5, 0.6, 0.5), NEVER) == StagePosition(1, 1)


def test_of_epoch_and_plateau_whichever_comes_first_begins_the_stage():
    both = schedule(HEAD, stage("b", from_epoch=4, on_plateau=1))

    assert next_position(both, of_losses(0.5, 0.4), NEVER) == StagePosition(0, 1)
    assert next_position(both, of_losses(0.5, 0.6), NEVER) == StagePosition(1, 1)
    assert next_position(both, of_losses(0.5, 0.4, 0.3), NEVER) == StagePosition(1, 1)


def test_a_plateau_is_counted_from_the_last_stage_change_against_the_runs_best():
    three = schedule(HEAD, stage("b", from_epoch=3), stage("c", on_plateau=2))
    before = of_losses(0.4, 0.5)

    # Two epochs since the change, neither below the 0.4 of the first stage.
    worse = of_losses(0.6, 0.45, stage_index=1, after=before)
    better = of_losses(0.6, 0.39, stage_index=1, after=before)
    assert next_position(three, worse[:3], NEVER) == StagePosition(1, 1)
    assert next_position(three, worse, NEVER) == StagePosition(2, 1)
    assert next_position(three, better, NEVER) == StagePosition(1, 1)


def test_a_plateau_may_be_one_of_another_metric():
    both = schedule(HEAD, stage("b", on_plateau=1, plateau_metric="validation_mcc"))
    history = [record(1, loss=0.5, mcc=0.2), record(2, loss=0.4, mcc=0.2)]

    assert next_position(both, history, NEVER) == StagePosition(1, 1)


def test_a_stage_due_at_an_epoch_does_not_wait_for_a_plateau_before_it():
    three = schedule(HEAD, stage("b", on_plateau=1), stage("c", from_epoch=3))

    assert next_position(three, of_losses(0.5), NEVER) == StagePosition(0, 1)
    assert next_position(three, of_losses(0.5, 0.4), NEVER) == StagePosition(2, 1)


def test_a_stage_ends_after_its_epochs():
    both = schedule(stage("head", ["classifier"], max_epochs=2), stage("b", from_epoch=9))

    assert next_position(both, of_losses(0.5), NEVER) == StagePosition(0, 1)
    assert next_position(both, of_losses(0.5, 0.4), NEVER) == StagePosition(1, 1)


def test_the_run_ends_after_the_epochs_of_the_last_stage_and_says_so():
    both = schedule(HEAD, stage("b", from_epoch=2, max_epochs=2))
    history = of_losses(0.4, 0.3, stage_index=1, after=of_losses(0.5))

    assert next_position(both, history[:2], NEVER) == StagePosition(1, 1)
    assert next_position(both, history, NEVER) is None
    assert why_over(both, history, NEVER) == "the last stage, 'b', has run its 2 epochs"


def test_a_callback_may_end_a_stage():
    both = schedule(HEAD, stage("b", from_epoch=9))

    assert next_position(both, of_losses(0.5), NEVER, stage_ended=True) == StagePosition(1, 1)
    last = of_losses(0.5, stage_index=1)
    assert next_position(both, last, NEVER, stage_ended=True) is None


# --- stages that repeat --------------------------------------------------------------------

GROWING = stage("grow", ["classifier"], on_plateau=1, repeat=True, grow_percent=2.5)


def test_a_repeating_stage_begins_anew_at_every_plateau():
    both = schedule(HEAD, GROWING)
    grown = of_losses(0.6, stage_index=1, after=of_losses(0.5, 0.5))
    improved = of_losses(0.4, stage_index=1, after=of_losses(0.5, 0.5))

    assert next_position(both, of_losses(0.5, 0.5), NEVER) == StagePosition(1, 1)
    assert next_position(both, grown, NEVER) == StagePosition(1, 2)
    assert next_position(both, improved, NEVER) == StagePosition(1, 1)


def test_a_plateau_counts_from_the_last_growth():
    waiting = stage("grow", ["classifier"], on_plateau=2, repeat=True, grow_percent=2.5)
    first_round = of_losses(0.6, 0.6, stage_index=0, after=of_losses(0.5))
    assert next_position(schedule(waiting), first_round, NEVER) == StagePosition(0, 2)

    second_round = of_losses(0.6, stage_round=2, after=first_round)
    assert next_position(schedule(waiting), second_round, NEVER) == StagePosition(0, 2)
    second_round = of_losses(0.6, 0.6, stage_round=2, after=first_round)
    assert next_position(schedule(waiting), second_round, NEVER) == StagePosition(0, 3)


def test_a_repeating_stage_stays_once_nothing_is_left_to_unfreeze():
    history = of_losses(0.5, 0.5)

    assert next_position(schedule(GROWING), history, NEVER, can_grow=False) == StagePosition(0, 1)


def test_a_repeating_stage_repeats_until_the_next_is_due():
    three = schedule(HEAD, GROWING, stage("c", from_epoch=6))
    history = of_losses(0.6, stage_index=1, after=of_losses(0.5, 0.5))

    assert next_position(three, history, NEVER) == StagePosition(1, 2)
    later = of_losses(0.6, 0.6, stage_index=1, stage_round=2, after=history)
    assert next_position(three, later, NEVER) == StagePosition(2, 1)


def test_a_next_stage_that_waits_for_a_plateau_waits_until_nothing_can_grow():
    three = schedule(HEAD, GROWING, stage("c", on_plateau=1))
    history = of_losses(0.6, stage_index=1, after=of_losses(0.5, 0.5))

    assert next_position(three, history, NEVER) == StagePosition(1, 2)
    assert next_position(three, history, NEVER, can_grow=False) == StagePosition(2, 1)


# --- patience ------------------------------------------------------------------------------


def test_patience_over_the_run_counts_across_stages():
    stopping = EarlyStopping(patience=3, patience_scope="run", patience_ends="run")
    both = schedule(HEAD, stage("b", from_epoch=4))
    history = of_losses(0.6, stage_index=1, after=of_losses(0.5, 0.6, 0.6))

    assert next_position(both, history[:3], stopping) == StagePosition(1, 1)
    assert next_position(both, history, stopping) is None
    assert why_over(both, history, stopping) == "validation_loss has not improved for 3 epochs"


def test_patience_per_stage_counts_anew_against_the_stages_own_best():
    stopping = EarlyStopping(patience=2, patience_scope="stage")
    both = schedule(HEAD, stage("b", from_epoch=3))
    before = of_losses(0.3, 0.6)

    # Worse than the 0.3 of the first stage throughout, but improving on its own.
    history = of_losses(0.9, 0.8, 0.7, stage_index=1, after=before)
    assert not out_of_patience(history, stopping)
    history = of_losses(0.9, 0.9, 0.9, stage_index=1, after=before)
    assert out_of_patience(history, stopping)
    assert next_position(both, history, stopping) is None


def test_out_of_patience_a_stage_that_is_not_the_last_ends_and_not_the_run():
    stopping = EarlyStopping(patience=2)
    both = schedule(HEAD, stage("b", from_epoch=9))
    history = of_losses(0.5, 0.5, 0.5)

    assert next_position(both, history[:2], stopping) == StagePosition(0, 1)
    assert next_position(both, history, stopping) == StagePosition(1, 1)


def test_out_of_patience_the_run_ends_where_the_entry_says_so():
    stopping = EarlyStopping(patience=2, patience_ends="run")
    both = schedule(HEAD, stage("b", from_epoch=9))

    assert next_position(both, of_losses(0.5, 0.5, 0.5), stopping) is None


def test_patience_that_ends_the_run_ends_it_even_where_a_stage_is_due():
    both = schedule(HEAD, stage("b", from_epoch=4))
    history = of_losses(0.5, 0.5, 0.5)

    assert next_position(both, history, EarlyStopping(patience=2, patience_ends="run")) is None
    assert next_position(both, history, EarlyStopping(patience=2)) == StagePosition(1, 1)
    assert next_position(both, history, EarlyStopping(patience=3)) == StagePosition(1, 1)


def test_the_study_stops_five_epochs_after_its_best():
    # HN PT 05.5.2: best validation loss in epoch 7, twelve epochs run.
    stopping = EarlyStopping(patience=5, patience_scope="run", patience_ends="run")
    both = schedule(HEAD, stage("b", from_epoch=6))
    head = of_losses(0.6, 0.57, 0.55, 0.53, 0.51)
    history = of_losses(0.45, 0.41, 0.43, 0.44, 0.45, 0.46, 0.608, stage_index=1, after=head)

    assert next_position(both, history[:11], stopping) == StagePosition(1, 1)
    assert next_position(both, history, stopping) is None


def test_without_patience_a_run_never_stops_early():
    assert not out_of_patience(of_losses(*[0.5] * 50), NEVER)


def test_patience_counts_epochs_whose_metric_is_not_a_number():
    assert out_of_patience(of_losses(0.5, NAN, NAN), EarlyStopping(patience=2))


# --- the reducer ---------------------------------------------------------------------------


def test_the_reducer_halves_once_for_every_plateau():
    reducer = Reducer(groups=("encoder",), factor=0.5, patience=2)
    history = of_losses(0.5, 0.6, 0.6, 0.6, 0.6, 0.4, 0.6, 0.6)

    factors = [reduction(reducer, history[:n], first_epoch=1) for n in range(9)]

    assert factors == [1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125]


def test_the_reducer_counts_from_the_epoch_in_which_it_comes_into_force():
    reducer = Reducer(groups=("encoder",), factor=0.1, patience=1)
    history = of_losses(0.5, 0.6, 0.6, 0.4, 0.6)

    assert reduction(reducer, history, first_epoch=4) == pytest.approx(0.1)
    assert reduction(reducer, history, first_epoch=1) == pytest.approx(0.001)
    assert reduction(reducer, history, first_epoch=6) == 1.0
