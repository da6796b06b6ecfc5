"""Same seed, same numbers; another seed, other numbers; nobody else's random numbers touched."""

import dataclasses

import numpy as np
import pytest
import torch

from patsieve.finetuning.inference import LabelledTokens
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.streams import stream_seed
from tiny_encoders import (
    changed,
    losses,
    packed,
    stage,
    tiny_encoder,
    tiny_model,
    train,
    weights,
)


def new_model(seed=0):
    return tiny_model(pooling="pooler", dropout=0.2, head_dropout=0.2, seed=seed)


IN_TURN = (
    stage("head", ["classifier", "pooler"], dropout=0.2),
    stage("top", ["classifier", "encoder.1-2"], learning_rate=3e-3, dropout=None, from_epoch=3),
)
PINNED_TRAINING = [0.690347, 0.666024, 0.617258, 0.527415, 0.565581, 0.456109]
PINNED_VALIDATION = [0.591837, 0.574877, 0.549074, 0.519441, 0.488377, 0.556628]
SETTINGS = {"max_epochs": 4, "sampling": "balanced", "accumulate": 2, "batch_size": 4}


def told(result):
    return [
        dataclasses.replace(record, seconds=0.0, records_per_second=0.0)
        for record in result.history
    ]


def test_the_same_seed_twice_gives_the_same_bits():
    models = new_model(), new_model()

    results = [train(model, *IN_TURN, seed=7, **SETTINGS) for model in models]

    assert told(results[0]) == told(results[1])
    assert changed(weights(models[0]), models[1]) == set()


def test_another_seed_gives_other_numbers():
    results = [train(new_model(), *IN_TURN, seed=seed, **SETTINGS) for seed in (7, 8)]

    assert losses(results[0]) != losses(results[1])


def one_batch_in_one_order():
    """Return records of different lengths: sorted by length, they come in only one order."""
    words = np.arange(5, 30)
    rows = [[2, *words[:length], 3] for length in range(3, 19)]
    return LabelledTokens(packed(rows), np.arange(16) % 2)


def test_the_seed_reaches_dropout_and_not_only_the_order():
    settings = {"max_epochs": 1, "batch_size": 16, "training": one_batch_in_one_order()}
    noisy = stage(train=["classifier"], dropout=0.5)
    quiet = stage(train=["classifier"], dropout=0.0)

    by_seed = {
        name: [losses(train(new_model(), which, seed=seed, **settings))[0] for seed in (7, 8)]
        for name, which in (("noisy", noisy), ("quiet", quiet))
    }

    assert by_seed["quiet"][0] == by_seed["quiet"][1]
    assert abs(by_seed["noisy"][0] - by_seed["noisy"][1]) > 1e-4


def test_dropout_differs_from_epoch_to_epoch():
    # Nothing moves, so that only the noise can part the epochs.
    still = stage(train=["classifier"], dropout=0.5, learning_rate=1e-7)
    settings = {"max_epochs": 2, "batch_size": 16, "training": one_batch_in_one_order()}

    first, second = losses(train(new_model(), still, seed=7, **settings))

    assert abs(first - second) > 1e-4


def test_the_seed_reaches_the_classifiers_first_weights():
    def head(seed):
        return EncoderWithHead(tiny_encoder(), pooling="mean", seed=seed).classifier

    assert torch.equal(head(3).weight, head(3).weight)
    assert not torch.equal(head(3).weight, head(4).weight)
    assert torch.equal(head(3).bias, torch.zeros(2))
    assert float(head(3).weight.detach().std()) == pytest.approx(0.02, abs=0.01)


def test_a_run_draws_nothing_from_the_streams_of_its_caller():
    torch.manual_seed(11)
    np.random.seed(11)  # noqa: NPY002 - the global stream is what this is about
    before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002

    train(new_model(), *IN_TURN, **SETTINGS)

    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.array_equal(np.random.get_state()[1], before[1])  # noqa: NPY002


def test_making_a_model_draws_nothing_from_the_streams_of_its_caller():
    encoder = tiny_encoder(dropout=0.5).train()
    torch.manual_seed(11)
    before = torch.get_rng_state()

    EncoderWithHead(encoder, pooling="mean")

    assert torch.equal(torch.get_rng_state(), before)
    assert encoder.training


def test_a_run_does_not_hang_on_the_streams_of_its_caller():
    results = []
    for caller in (1, 2):
        torch.manual_seed(caller)
        results.append(train(new_model(), *IN_TURN, seed=7, **SETTINGS))

    assert told(results[0]) == told(results[1])


def test_the_streams_of_a_run_are_apart():
    names = ("order", "buckets", "draws", "dropout", "initialisation")

    assert len({stream_seed(7, name, 1) for name in names}) == len(names)


def test_the_losses_of_a_tiny_run_are_pinned():
    """What the engine computes is the same in every release, to 1e-5.

    If a change means to alter it, say so in the changelog and pin anew what
    ``pytest tests/test_reproducibility.py -k pinned`` prints. There is no dropout in the run,
    because torch draws it differently on other kinds of processors.
    """
    in_turn = (
        stage("head", ["classifier", "pooler"], warmup_steps=3),
        stage(
            "top", ["classifier", "encoder.1-2"], learning_rate=2e-3, layer_decay=0.5, from_epoch=3
        ),
        stage("all", ["all"], learning_rate=1e-3, from_epoch=5, start_from="best"),
    )

    result = train(new_model(), *in_turn, seed=7, **(SETTINGS | {"max_epochs": 6}))

    print([round(loss, 6) for loss in losses(result)])
    print([round(loss, 6) for loss in losses(result, "validation")])
    assert losses(result) == pytest.approx(PINNED_TRAINING, abs=1e-5)
    assert losses(result, "validation") == pytest.approx(PINNED_VALIDATION, abs=1e-5)
