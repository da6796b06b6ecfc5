"""Stages that choose their layers or rates by gradients, when they begin and once."""

import dataclasses

import pytest
import torch

from patsieve.errors import LayerGroupError, LearningError, SpecificationError
from patsieve.finetuning.events import Callback
from patsieve.finetuning.hardware import make_fabric
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.relative_gradients import relative_gradient_norms
from patsieve.finetuning.schedule import UnfreezingSchedule
from patsieve.finetuning.surgical import hangs_on_gradients, resolved
from tiny_encoders import changed, stage, tiny_model, tiny_tokens, trainer, weights

GROUPS = ("embeddings", "encoder.0", "encoder.1", "encoder.2", "classifier")
RATIOS = dict(zip(GROUPS, (0.1, 0.4, 0.2, 0.4, 9.0), strict=True))
TRAINING, VALIDATION = tiny_tokens(40, seed=1), tiny_tokens(20, seed=2)
IN_TURN = (
    stage("head", ["classifier"], max_epochs=2),
    stage(
        "best layers",
        ["classifier"],
        surgical=2,
        rates_by_gradient=True,
        learning_rate=1e-3,
        learning_rates={"classifier": 2e-2},
        dropout=0.3,
    ),
)


@pytest.mark.parametrize(
    ("n_groups", "chosen"),
    [
        # Layers 0 and 2 are equal: the one nearest the output comes first.
        (1, ("encoder.2",)),
        (2, ("encoder.0", "encoder.2")),
        (3, ("encoder.0", "encoder.1", "encoder.2")),
        (4, GROUPS[:4]),
    ],
)
def test_the_groups_with_the_largest_ratio_train_beside_those_that_are_named(n_groups, chosen):
    plain = resolved(stage(train=["classifier"], surgical=n_groups), GROUPS, RATIOS)

    assert plain.train == ("classifier", *chosen)
    assert not hangs_on_gradients(plain)


def test_rates_are_shares_of_the_largest_ratio():
    by_gradient = stage(train=["all"], rates_by_gradient=True, learning_rate=1e-3)

    assert resolved(by_gradient, GROUPS, RATIOS).learning_rates == pytest.approx(
        {group: 1e-3 * ratio / 9.0 for group, ratio in RATIOS.items()}
    )


def test_a_group_with_a_rate_of_its_own_keeps_it_and_does_not_count():
    by_gradient = stage(
        train=["classifier", "encoder"],
        rates_by_gradient=True,
        learning_rate=1e-3,
        learning_rates={"classifier": 5e-3},
    )

    assert resolved(by_gradient, GROUPS, RATIOS).learning_rates == pytest.approx(
        {"classifier": 5e-3, "encoder.0": 1e-3, "encoder.1": 5e-4, "encoder.2": 1e-3}
    )


def test_a_stage_that_names_everything_stays_what_it_is():
    plain = stage(train=["classifier"])

    assert resolved(plain, GROUPS, {}) == plain


def test_gradients_that_are_all_zero_set_no_rates():
    by_gradient = stage(train=["encoder.1"], rates_by_gradient=True)

    with pytest.raises(LearningError, match=r"those of encoder\.1 are all zero"):
        resolved(by_gradient, GROUPS, dict.fromkeys(GROUPS, 0.0))


@pytest.mark.parametrize("n_groups", [0, 5])
def test_more_groups_than_there_are_cannot_be_chosen(n_groups):
    schedule = UnfreezingSchedule((stage(train=["classifier"], surgical=n_groups),))

    with pytest.raises(LayerGroupError, match=f"choose {n_groups} layer groups .* has 4: embedd"):
        schedule.check(GROUPS)


def test_a_stage_does_not_grow_and_choose():
    with pytest.raises(SpecificationError, match="give either 'grow_percent' or 'surgical'"):
        stage(train=["classifier"], surgical=1, grow_percent=2.5)


def test_choosing_is_enough_to_train_something():
    assert resolved(stage(train=(), surgical=1), GROUPS, RATIOS).train == ("classifier",)


class AtStage(Callback):
    """Keeps the weights at the beginning of the second stage, and what it said there."""

    def __init__(self, model):
        self.model = model

    def on_stage_begin(self, state):
        self.weights, self.state = weights(self.model), dataclasses.replace(state)


def run(model, *, folder=None, callbacks=(), stages=IN_TURN, **settings):
    settings = {"max_epochs": 5, "batch_size": 8, "seed": 5, "accumulate": 2} | settings
    own = trainer(model, *stages, run_folder=folder, callbacks=callbacks, **settings)
    return own.fit(TRAINING, VALIDATION)


def test_a_run_trains_what_was_measured_on_the_weights_that_the_stage_starts_from():
    model = tiny_model()
    seen = AtStage(model)
    result = run(model, callbacks=[seen])

    other = tiny_model()
    with torch.no_grad():
        for name, value in other.named_parameters():
            value.copy_(seen.weights[name])
    settings = trainer(other, batch_size=8, seed=5).settings
    groups = layer_groups(other)
    ratios = relative_gradient_norms(
        other, groups, TRAINING, settings, fabric=make_fabric("cpu", "32"), epoch=3
    )
    first, second = sorted(set(GROUPS) - {"classifier"}, key=ratios.get)[:-3:-1]
    assert seen.state.relative_gradients == pytest.approx(ratios, rel=1e-5)
    assert set(seen.state.trainable) == {"classifier", first, second}
    moved = {groups.group_of(name) for name in changed(seen.weights, model)}
    assert moved <= {"classifier", first, second}
    for record in result.history[2:]:
        assert record.relative_gradients == pytest.approx(ratios, rel=1e-5)
        assert record.learning_rates == pytest.approx(
            {"classifier": 2e-2, first: 1e-3, second: 1e-3 * ratios[second] / ratios[first]}
        )
    assert [dict(record.relative_gradients) for record in result.history[:2]] == [{}, {}]


class Stop(Callback):
    """Ends the process's work before an epoch, as a kill would."""

    def __init__(self, epoch):
        self.epoch = epoch

    def on_epoch_begin(self, state):
        if state.epoch == self.epoch:
            raise KeyboardInterrupt


def told(result):
    return [
        dataclasses.replace(record, seconds=0.0, records_per_second=0.0)
        for record in result.history
    ]


@pytest.fixture(scope="module")
def never_stopped():
    model = tiny_model()
    return run(model), weights(model)


@pytest.mark.parametrize("epoch", [3, 4, 5])
def test_resuming_before_and_within_a_surgical_stage_equals_never_having_stopped(
    epoch, tmp_path, never_stopped
):
    whole, final = never_stopped
    with pytest.raises(KeyboardInterrupt):
        run(tiny_model(), folder=tmp_path, callbacks=[Stop(epoch)])

    model = tiny_model()
    resumed = run(model, folder=tmp_path)

    assert told(resumed) == told(whole)
    assert changed(final, model) == set()


def test_a_surgical_first_stage_is_shared_by_runs_that_begin_alike(tmp_path):
    first = dataclasses.replace(IN_TURN[1], max_epochs=2)
    stages = (first, stage("head", ["classifier"]))
    run(tiny_model(), stages=stages, shared_start=tmp_path, max_epochs=3)

    alone, forked = tiny_model(), tiny_model()
    whole = run(alone, stages=stages)
    shared = run(forked, stages=stages, shared_start=tmp_path)

    assert shared.shared_epochs == 2
    assert told(shared) == told(whole)
    assert changed(weights(alone), forked) == set()
