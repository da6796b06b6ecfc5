"""The overfitting onset, worked by hand, and what the rules read off a run's epochs."""

import math

import pytest
from planted_runs import course, epoch, planted

from patsieve.experiments.hypotheses import trajectories
from patsieve.experiments.onset import Onset, onset_of


def losses(*validation, training=None):
    training = [0.5] * len(validation) if training is None else training
    return [
        epoch(number, training=trained, validation=loss)
        for number, (trained, loss) in enumerate(zip(training, validation, strict=True), start=1)
    ]


def test_a_loss_that_falls_and_rises_turns_at_its_minimum():
    # From epoch 3 on: .4, .5, .7 over epochs 3, 4, 5; least squares (.7 - .4) / 2.
    # The gap to the training loss: 0, .2, .5, so (.5 - 0) / 2.
    found = onset_of(losses(0.6, 0.5, 0.4, 0.5, 0.7, training=[0.6, 0.5, 0.4, 0.3, 0.2]))

    assert found.epoch == 3
    assert found.rise == pytest.approx((0.5 + 0.7) / 2 - 0.4)
    assert found.slope == pytest.approx(0.15)
    assert found.gap_slope == pytest.approx(0.25)


def test_a_line_rises_by_its_slope():
    found = onset_of(losses(0.5, 0.4, 0.5, 0.6, 0.7))

    assert (found.epoch, found.slope) == (2, pytest.approx(0.1))


@pytest.mark.parametrize(
    "validation", [(0.6, 0.5, 0.4), (0.5, 0.5, 0.5), (0.6, 0.4, 0.41, 0.42), (0.5,)]
)
def test_a_loss_that_falls_stays_or_rises_by_noise_never_turns(validation):
    found = onset_of(losses(*validation))

    assert (found.epoch, found.slope, found.gap_slope) == (None, None, None)


def test_one_noisy_epoch_is_no_turn():
    # .40, then .45 .40 .40 .40: on average .0125 above.
    assert onset_of(losses(0.6, 0.4, 0.45, 0.4, 0.4, 0.4)).epoch is None


def test_of_equal_minima_the_earliest_counts():
    assert onset_of(losses(0.6, 0.4, 0.5, 0.4, 0.6)).epoch == 2


def test_the_noise_that_a_rise_must_exceed_can_be_set():
    history = losses(0.5, 0.4, 0.45)

    assert onset_of(history, noise=0.0).epoch == 2
    assert onset_of(history, noise=0.1).epoch is None


def test_without_epochs_nothing_turns():
    assert onset_of([]) == Onset(None, 0.0, None, None)


def test_losses_that_are_no_numbers_are_left_out():
    found = onset_of(losses(0.5, 0.4, math.nan, math.inf, 0.6))

    assert (found.epoch, found.slope) == (2, pytest.approx(0.2 / 3))


def test_a_constant_added_to_all_losses_changes_nothing():
    low, high = ([level + move for move in (0.3, 0.1, 0.2, 0.4)] for level in (0.0, 5.0))

    before, after = onset_of(losses(*low)), onset_of(losses(*high))
    assert before.epoch == after.epoch
    assert before.slope == pytest.approx(after.slope)


def with_course(validation, training, **more):
    return planted("a", history=course(validation=validation, training=training, **more))


def test_the_first_epoch_that_trains_more_unfreezes():
    assert trajectories.first_unfrozen(with_course([0.5] * 5, [0.5] * 5, frozen=3)) == 3
    assert trajectories.first_unfrozen(with_course([0.5] * 3, [0.5] * 3, frozen=3)) is None
    assert trajectories.first_unfrozen(planted("a")) is None


def test_the_ranking_changes_from_best_to_best():
    run = with_course([0.5] * 5, [0.5] * 5, ranking=[0.6, 0.8, 0.7, 0.5, 0.65])

    assert trajectories.ranking_change(run) == pytest.approx(0.65 - 0.8)


def test_growth_speed_and_jolt_are_measured_from_the_last_frozen_epoch():
    run = with_course([0.9, 0.9, 0.5, 0.6, 0.7, 0.8], [0.9, 0.9, 0.5, 0.4, 0.3, 0.2])

    assert trajectories.gap_growth(run) == pytest.approx(0.2)
    assert trajectories.fitting_speed(run) == pytest.approx(0.1)
    assert trajectories.jolt(run) == pytest.approx(0.1)


def test_fitting_speed_looks_at_three_unfrozen_epochs():
    run = with_course([0.5] * 7, [0.5, 0.5, 0.5, 0.4, 0.3, 0.2, 0.2])

    assert trajectories.fitting_speed(run) == pytest.approx(0.1)


def test_unsteadiness_is_the_scatter_of_the_steps():
    # Steps of +.1, -.1, +.1 from the last frozen epoch on: deviations from .1 / 3.
    run = with_course([0.5, 0.5, 0.5, 0.6, 0.5, 0.6], [0.5] * 6)

    assert trajectories.unsteadiness(run) == pytest.approx(math.sqrt(0.04 / 3))


@pytest.mark.parametrize(
    ("after", "epochs"), [((0.6, 0.7), 0), ((0.45, 0.4, 0.5, 0.5), 2), ((0.45, 0.4), 3)]
)
def test_a_loss_that_never_turns_counts_as_turning_after_the_end(after, epochs):
    run = with_course([0.5, 0.5, 0.5, *after], [0.5] * (3 + len(after)))

    assert trajectories.epochs_to_onset(run) == epochs


@pytest.mark.parametrize(
    "measure",
    [
        trajectories.ranking_change,
        trajectories.gap_growth,
        trajectories.fitting_speed,
        trajectories.jolt,
        trajectories.unsteadiness,
        trajectories.epochs_to_onset,
    ],
)
def test_a_run_without_unfreezing_has_no_such_measure(measure):
    assert measure(planted("a")) is None
    assert measure(with_course([0.5] * 3, [0.5] * 3)) is None
