"""Costs and memory as worked out by hand on an encoder of round numbers."""

from dataclasses import replace

import numpy as np
import pytest

from patsieve.finetuning.burst import fitted, usual
from patsieve.finetuning.forecast import (
    Cost,
    EncoderShape,
    StageWork,
    Workload,
    cache_size,
    epoch_cost,
    fill_cost,
)
from patsieve.finetuning.memory_forecast import peak_memory
from patsieve.finetuning.pace import EncoderPace, Pace, SavedBytes

SHAPE = EncoderShape(
    n_layers=4, hidden_size=10, widest=40, matrix_parameters=1000, n_parameters=5000
)
# A second for each million operations of a layer's forward pass, times what is done.
PACE = EncoderPace(
    trained=Pace({1e6: 3.0}),
    passed=Pace({1e6: 2.0}),
    inference=Pace({1e6: 1.0}),
    through=Pace({1e6: 0.0}),
    embeddings=Pace({1e6: 0.5}),
    through_inference=Pace({1e6: 0.0}),
    step=0.1,
    optimizer=1e-4,
    saved=SavedBytes(100, 20, 1),
    saved_passed=SavedBytes(0, 10, 0),
    process_bytes=7,
    step_program_bytes=1000,
    pass_program_bytes=100,
)
# Two texts of 10 tokens and one of 5 in two batches; one of 10 validates.
LOAD = Workload(
    training=np.array([10, 10, 5]),
    validation=np.array([10]),
    batches=[(2, 10), (1, 5)],
    passes=[(3, 10), (1, 10)],
    validation_passes=[(1, 10)],
)
TEXT_OF_10 = 10 * (2 * 1000 + 4 * 10 * 10)
TEXT_OF_5 = 5 * (2 * 1000 + 4 * 10 * 5)
TRAINING = 2 * TEXT_OF_10 + TEXT_OF_5
TOP = StageWork(
    depth=3,
    trained=1,
    passed=0,
    embeddings=False,
    n_trainable=1100,
    n_kept=1100,
    cached=True,
    head_only=False,
)
HEAD = replace(TOP, depth=4, trained=0, n_trainable=22, n_kept=22, head_only=True)


def test_a_layer_takes_two_operations_a_weight_and_token_and_attention_besides():
    assert SHAPE.layer_operations(1, 10) == TEXT_OF_10 == 24_000
    assert SHAPE.real_operations(LOAD.training) == TRAINING


def test_the_pace_is_interpolated_per_operation_and_stays_the_same_outside():
    pace = Pace({1e6: 4.0, 3e6: 6.0})

    assert pace.seconds(1e6) == pytest.approx(4.0)
    assert pace.seconds(2e6) == pytest.approx(2 * 3.0)
    assert pace.seconds(6e6) == pytest.approx(12.0)
    assert pace.seconds(0.5e6) == pytest.approx(2.0)


def test_training_the_top_layer_from_the_cache_takes_three_forward_passes_of_it():
    cost = epoch_cost(TOP, SHAPE, LOAD, PACE)

    assert cost.operations == 3 * TRAINING + TEXT_OF_10
    # 28 bytes a number and step.
    assert cost.optimizer_bytes == 2 * 28 * 1100
    learning = 3 * TRAINING / 1e6 + 2 * 0.1 + 2 * 1100 * 1e-4
    assert cost.seconds == pytest.approx(learning + TEXT_OF_10 / 1e6)


def test_without_the_cache_the_frozen_layers_are_computed_in_every_epoch():
    cached, anew = (
        epoch_cost(replace(TOP, cached=cached), SHAPE, LOAD, PACE) for cached in (True, False)
    )

    assert anew.operations - cached.operations == 3 * (TRAINING + TEXT_OF_10)
    assert fill_cost(replace(TOP, cached=False), SHAPE, LOAD, PACE) == Cost()


def test_filling_the_cache_takes_one_forward_pass_of_every_frozen_layer():
    cost = fill_cost(TOP, SHAPE, LOAD, PACE)

    assert cost.operations == 3 * (TRAINING + TEXT_OF_10)
    # Seconds are counted on whole batches: four texts of 10 tokens.
    assert cost.seconds == pytest.approx(3 * 4 * TEXT_OF_10 / 1e6)


def test_an_epoch_of_the_head_alone_touches_no_layer():
    cost = epoch_cost(HEAD, SHAPE, LOAD, PACE)

    assert cost.operations == 0
    assert cost.seconds == pytest.approx(2 * 0.1 + 2 * 22 * 1e-4)


def test_layers_above_the_one_that_trains_hand_gradients_through():
    work = replace(TOP, depth=2, trained=1, passed=1)

    assert epoch_cost(work, SHAPE, LOAD, PACE).operations == 5 * TRAINING + 2 * TEXT_OF_10


def test_steps_of_several_batches_change_the_weights_less_often():
    load = replace(LOAD, accumulate=2)

    assert load.n_steps == 1
    assert epoch_cost(TOP, SHAPE, load, PACE).optimizer_bytes == 28 * 1100


def test_the_cache_holds_a_vector_a_token_and_of_the_last_layer_one_a_text():
    assert cache_size(TOP, SHAPE, LOAD, PACE) == 35 * 10 * 4
    assert cache_size(HEAD, SHAPE, LOAD, PACE) == 4 * 10 * 4
    assert cache_size(replace(TOP, cached=False), SHAPE, LOAD, PACE) == 0


def test_memory_is_weights_gradients_moments_best_weights_activations_and_cache():
    memory = peak_memory(TOP, SHAPE, replace(LOAD, passes=[]), PACE)

    assert (memory.weights, memory.gradients, memory.moments) == (20_000, 4_400, 8_800)
    assert memory.best == 4_400
    # The batch of two texts of 10 tokens, and the widest result with its gradient.
    assert memory.activations == 100 + 20 * (20 + 10 * 1) + 2 * 20 * 40 * 4
    assert (memory.cache, memory.programs, memory.process) == (1_400, 0, 7)
    assert memory.total == sum(vars(memory).values())


def test_weights_are_kept_of_every_epoch_that_is_averaged():
    assert peak_memory(replace(TOP, n_copies=3), SHAPE, LOAD, PACE).best == 3 * 4_400


def test_the_allocator_holds_some_for_each_token_of_the_largest_batch_that_trains_layers():
    load = replace(LOAD, passes=[])
    with_fragments = replace(PACE, fragments_per_token=7.0)

    plain, fragmented = (
        peak_memory(TOP, SHAPE, load, each).activations for each in (PACE, with_fragments)
    )

    assert fragmented == plain + 20 * 7
    assert peak_memory(HEAD, SHAPE, load, with_fragments).activations == 0


def test_programs_are_kept_of_every_shape_of_a_batch():
    load = replace(LOAD, n_shapes=5, passes=[(3, 10), (1, 10), (3, 10)])

    assert peak_memory(TOP, SHAPE, load, PACE).programs == 5 * 1000 + 2 * 100
    assert peak_memory(HEAD, SHAPE, load, PACE).programs == 2 * 100


def test_of_more_shapes_than_the_libraries_remember_no_more_programs_are_kept():
    load = replace(LOAD, n_shapes=5000, passes=[])

    assert peak_memory(TOP, SHAPE, load, PACE).programs == 64 * 1000


def test_what_is_kept_of_a_batch_is_solved_from_three_small_batches():
    truth = SavedBytes(fixed=1000, per_token=50, per_square=3)

    found = fitted([int(truth.of(*small)) for small in ((2, 16), (4, 16), (2, 32))])

    assert found == truth


@pytest.mark.parametrize(
    ("seconds", "expected"), [([3.0], 3.0), ([4, 2, 3], 2), ([5, 4, 3, 2, 1], 2)]
)
def test_the_lower_quartile_of_the_rounds_counts(seconds, expected):
    assert usual(seconds) == expected
