"""Runs that begin alike share their first epochs, and end as they would have alone."""

import dataclasses
import shutil

import pytest
import torch

from patsieve.finetuning.events import Callback
from patsieve.finetuning.losses import ClassificationLoss
from patsieve.finetuning.schedule import EarlyStopping, Reducer
from tiny_encoders import stage, tiny_model, tiny_tokens, trainer, weights

TRAINING, VALIDATION = tiny_tokens(40, seed=1), tiny_tokens(20, seed=2)
HEAD = {"train": ["classifier", "pooler"], "learning_rate": 3e-2, "dropout": 0.2}
NEVER = EarlyStopping(patience=None)

RUNS = {
    "head alone": ([stage("head", **HEAD)], {"max_epochs": 7}),
    "fewer epochs": ([stage("head", **HEAD)], {"max_epochs": 2}),
    "layers from epoch 4": (
        [stage("head", **HEAD), stage("layers", ["encoder.1"], from_epoch=4)],
        {"max_epochs": 6},
    ),
    "layers at a plateau": (
        [stage("named otherwise", **HEAD), stage("grow", ["all"], on_plateau=1, start_from="best")],
        {"max_epochs": 6},
    ),
    "patience": ([stage("head", **HEAD)], {"stopping": EarlyStopping(patience=1)}),
    "mean of the best": (
        [stage("head", **HEAD), stage("layers", ["all"], from_epoch=4)],
        {"max_epochs": 5, "stopping": EarlyStopping(patience=None, average=3)},
    ),
}


def run(name, folder=None, **more):
    stages, settings = RUNS[name]
    model = tiny_model(pooling="pooler", dropout=0.1)
    settings = {"stopping": NEVER, "max_epochs": 7, "seed": 5, "sampling": "balanced"} | settings
    result = trainer(model, *stages, shared_start=folder, **(settings | more)).fit(
        TRAINING, VALIDATION
    )
    return result, weights(model)


def told(result):
    return [
        dataclasses.replace(record, seconds=0.0, records_per_second=0.0)
        for record in result.history
    ]


def assert_same(one, other):
    assert told(one[0]) == told(other[0])
    for attribute in ("best_epoch", "averaged_epochs", "stop_reason", "prior_shift"):
        assert getattr(one[0], attribute) == getattr(other[0], attribute)
    for name, value in one[1].items():
        assert torch.equal(value, other[1][name]), name


@pytest.fixture(scope="module")
def alone():
    return {name: run(name) for name in RUNS}


@pytest.mark.parametrize("first", RUNS)
@pytest.mark.parametrize("then", RUNS)
def test_a_forked_run_ends_as_it_would_have_alone(first, then, alone, tmp_path):
    assert_same(run(first, tmp_path), alone[first])

    forked = run(then, tmp_path)

    assert_same(forked, alone[then])
    in_first = [sum(r.stage_index == 0 for r in alone[name][0].history) for name in (first, then)]
    # All that both of them do in their first stage is taken over, and no more.
    assert forked[0].shared_epochs == min(in_first)


def test_runs_of_this_file_differ_in_when_their_first_stage_ends(alone):
    ends = {name: sum(r.stage_index == 0 for r in alone[name][0].history) for name in RUNS}

    assert ends["head alone"] == 7
    assert ends["layers from epoch 4"] == 3
    assert ends["patience"] < 7
    assert ends["layers at a plateau"] < 6


@pytest.mark.parametrize(
    "otherwise",
    [
        {"seed": 6},
        {"sampling": "uniform"},
        {"batch_size": 4},
        {"loss": ClassificationLoss(label_smoothing=0.1)},
        {"gradient_clip": 0.5},
    ],
)
def test_a_run_that_trains_otherwise_takes_nothing_over(otherwise, tmp_path):
    run("head alone", tmp_path)

    assert run("head alone", tmp_path, **otherwise)[0].shared_epochs == 0


@pytest.mark.parametrize(
    "otherwise",
    [
        {"learning_rate": 1e-3},
        {"dropout": 0.0},
        {"train": ["classifier"]},
        {"warmup_steps": 3},
        {"decay": "linear"},
        {"reducer": Reducer(groups=("pooler",))},
    ],
)
def test_a_stage_that_is_otherwise_takes_nothing_over(otherwise, tmp_path):
    run("head alone", tmp_path)
    model = tiny_model(pooling="pooler", dropout=0.1)
    other = trainer(
        model,
        stage("head", **(HEAD | otherwise)),
        shared_start=tmp_path,
        sampling="balanced",
        seed=5,
        stopping=NEVER,
    )

    assert other.fit(TRAINING, VALIDATION).shared_epochs == 0


def test_falling_rates_are_shared_only_by_runs_of_one_length(tmp_path):
    def falling(max_epochs):
        model = tiny_model(pooling="pooler")
        return trainer(
            model,
            stage("head", **(HEAD | {"decay": "linear"})),
            shared_start=tmp_path,
            max_epochs=max_epochs,
        ).fit(TRAINING, VALIDATION)

    falling(3)

    assert falling(2).shared_epochs == 0
    assert falling(3).shared_epochs == 3


@pytest.mark.parametrize("what", ["state.json", "weights.safetensors", ""])
def test_a_damaged_epoch_is_computed_again(what, alone, tmp_path):
    run("layers from epoch 4", tmp_path)
    [epoch] = tmp_path.glob("*/epoch-0003")
    if what:
        (epoch / what).write_bytes(b"damaged")
    else:
        shutil.rmtree(epoch)

    assert_same(run("layers from epoch 4", tmp_path), alone["layers from epoch 4"])


def test_a_run_of_its_own_goes_on_from_its_own_checkpoint(alone, tmp_path):
    run("head alone", tmp_path / "shared")

    class Stop(Callback):
        def on_epoch_begin(self, state):
            if state.epoch == 5:
                raise KeyboardInterrupt

    name = "layers from epoch 4"
    with pytest.raises(KeyboardInterrupt):
        run(name, tmp_path / "shared", run_folder=tmp_path / "own", callbacks=[Stop()])
    resumed = run(name, tmp_path / "shared", run_folder=tmp_path / "own")

    assert_same(resumed, alone[name])
    assert resumed[0].shared_epochs == 0
