"""Learning rates by layer group, and AdamW over exactly the tensors that train."""

import math

import pytest
import torch

from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.optimizer import StageOptimizer, group_rates
from patsieve.finetuning.schedule import Reducer
from tiny_encoders import stage, tiny_model


@pytest.fixture
def model():
    return tiny_model(pooling="pooler")


@pytest.fixture
def groups(model):
    return layer_groups(model)


@pytest.fixture
def optimizer(model, groups):
    return StageOptimizer(model, groups)


def named(model):
    return dict(model.named_parameters())


def tensors_of(groups, *names):
    return tuple(tensor for name in names for tensor in groups.tensors[name])


def rates(optimizer, *, step=0, reduction=1.0, progress=0.0):
    return optimizer.set_rates(step=step, reduction=reduction, progress=progress)


# --- rates ---------------------------------------------------------------------------------


def test_a_group_that_is_not_named_has_the_stages_rate(groups):
    found = group_rates(stage(learning_rate=1e-3, learning_rates={"encoder.1": 1e-5}), groups)

    assert {name: rate.rate for name, rate in found.items()} == {
        "embeddings": 1e-3,
        "encoder.0": 1e-3,
        "encoder.1": 1e-5,
        "encoder.2": 1e-3,
        "pooler": 1e-3,
        "classifier": 1e-3,
    }


def test_where_two_names_mean_the_same_group_the_later_counts(groups):
    narrow_last = stage(learning_rates={"encoder": 1e-4, "encoder.1": 1e-5})
    narrow_first = stage(learning_rates={"encoder.1": 1e-5, "encoder": 1e-4})

    assert group_rates(narrow_last, groups)["encoder.1"].rate == 1e-5
    assert group_rates(narrow_first, groups)["encoder.1"].rate == 1e-4


def test_a_rate_of_zero_is_a_rate(groups):
    found = group_rates(stage(learning_rate=1e-3, learning_rates={"encoder": 0.0}), groups)

    assert found["encoder.2"].rate == 0.0
    assert found["classifier"].rate == 1e-3


def test_rates_fall_layer_by_layer_towards_the_input(groups):
    found = group_rates(stage(learning_rate=1.0, layer_decay=0.5), groups)

    assert {name: rate.rate for name, rate in found.items()} == {
        "classifier": 1.0,
        "pooler": 1.0,
        "encoder.2": 1.0,
        "encoder.1": 0.5,
        "encoder.0": 0.25,
        "embeddings": 0.125,
    }


def test_the_reducer_touches_only_its_groups(optimizer, groups):
    reduced = stage(
        learning_rate=1e-3,
        learning_rates={"encoder": 1e-4},
        reducer=Reducer(groups=("encoder.1-2",)),
    )
    optimizer.rebuild(reduced, tensors_of(groups, *groups.names), step=0, keep_moments=False)

    shown = rates(optimizer, reduction=0.25)

    assert shown == pytest.approx(
        {
            "embeddings": 1e-3,
            "encoder.0": 1e-4,
            "encoder.1": 2.5e-5,
            "encoder.2": 2.5e-5,
            "pooler": 1e-3,
            "classifier": 1e-3,
        }
    )


def test_the_reducer_stops_at_its_floor(optimizer, groups):
    reduced = stage(learning_rate=1e-4, reducer=Reducer(groups=("encoder",), floor=1e-5))
    optimizer.rebuild(reduced, tensors_of(groups, "encoder.0"), step=0, keep_moments=False)

    shown = [rates(optimizer, reduction=0.5**n)["encoder.0"] for n in range(6)]

    assert shown == pytest.approx([1e-4, 5e-5, 2.5e-5, 1.25e-5, 1e-5, 1e-5])


def test_a_group_whose_rate_is_below_the_floor_is_not_raised_to_it(optimizer, groups):
    reduced = stage(
        learning_rate=1e-4, layer_decay=0.01, reducer=Reducer(groups=("encoder",), floor=1e-5)
    )
    optimizer.rebuild(reduced, tensors_of(groups, "encoder.0"), step=0, keep_moments=False)

    assert rates(optimizer, reduction=0.5)["encoder.0"] == pytest.approx(1e-8)


def test_warm_up_rises_in_equal_steps_to_the_full_rate(optimizer, groups):
    optimizer.rebuild(
        stage(learning_rate=1.0, warmup_steps=3),
        tensors_of(groups, "classifier"),
        step=10,
        keep_moments=False,
    )

    shown = [rates(optimizer, step=10 + n)["classifier"] for n in range(6)]

    assert shown == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0, 1.0])


def test_warm_up_starts_anew_for_newly_unfrozen_groups_and_only_for_them(optimizer, groups):
    warming = stage(learning_rate=1.0, warmup_steps=3)
    optimizer.rebuild(warming, tensors_of(groups, "classifier"), step=0, keep_moments=True)

    optimizer.rebuild(
        warming, tensors_of(groups, "encoder.2", "classifier"), step=20, keep_moments=True
    )

    assert rates(optimizer, step=20) == pytest.approx({"encoder.2": 0.25, "classifier": 1.0})
    assert rates(optimizer, step=23) == pytest.approx({"encoder.2": 1.0, "classifier": 1.0})


def test_a_group_that_was_frozen_in_between_warms_up_again(optimizer, groups):
    warming = stage(learning_rate=1.0, warmup_steps=1)
    both = tensors_of(groups, "encoder.2", "classifier")
    optimizer.rebuild(warming, both, step=0, keep_moments=True)
    optimizer.rebuild(warming, tensors_of(groups, "classifier"), step=10, keep_moments=True)

    optimizer.rebuild(warming, both, step=20, keep_moments=True)

    assert rates(optimizer, step=20) == pytest.approx({"encoder.2": 0.5, "classifier": 1.0})


def test_tensors_of_one_layer_warm_up_each_from_its_own_unfreezing(optimizer, model, groups):
    warming = stage(learning_rate=1.0, warmup_steps=3)
    layer = groups.tensors["encoder.2"]
    optimizer.rebuild(warming, layer[-4:], step=0, keep_moments=True)
    optimizer.rebuild(warming, layer, step=8, keep_moments=True)

    rates(optimizer, step=8)

    found = {
        id(parameter): group["lr"]
        for group in optimizer.adamw.param_groups
        for parameter in group["params"]
    }
    assert found[id(named(model)[layer[-1]])] == 1.0
    assert found[id(named(model)[layer[0]])] == 0.25


@pytest.mark.parametrize(
    ("decay", "expected"),
    [
        ("constant", [1.0, 1.0, 1.0]),
        ("linear", [1.0, 0.75, 0.0]),
        ("cosine", [1.0, 0.5 * (1 + math.cos(math.pi / 4)), 0.0]),
    ],
)
def test_rates_fall_over_a_stage_as_it_says(optimizer, groups, decay, expected):
    optimizer.rebuild(
        stage(learning_rate=1.0, decay=decay),
        tensors_of(groups, "classifier"),
        step=0,
        keep_moments=False,
    )

    shown = [rates(optimizer, progress=p)["classifier"] for p in (0.0, 0.25, 1.0)]

    assert shown == pytest.approx(expected)


# --- which tensors, and their state --------------------------------------------------------


def test_the_optimizer_holds_exactly_the_tensors_that_train_each_once(optimizer, model, groups):
    chosen = tensors_of(groups, "encoder.1", "pooler", "classifier")

    adamw = optimizer.rebuild(stage(), chosen, step=0, keep_moments=False)

    held = [id(parameter) for group in adamw.param_groups for parameter in group["params"]]
    assert sorted(held) == sorted(id(named(model)[name]) for name in chosen)


def test_weight_decay_spares_biases_and_normalisation(optimizer, model, groups):
    adamw = optimizer.rebuild(
        stage(weight_decay=0.3), tensors_of(groups, *groups.names), step=0, keep_moments=False
    )

    decayed = {
        id(parameter)
        for group in adamw.param_groups
        if group["weight_decay"] == 0.3
        for parameter in group["params"]
    }
    spared = {name for name, parameter in model.named_parameters() if id(parameter) not in decayed}
    assert spared == {name for name in named(model) if name.endswith("bias") or "LayerNorm" in name}
    assert {group["weight_decay"] for group in adamw.param_groups} == {0.3, 0.0}


def step_with(optimizer, model, value):
    for group in optimizer.adamw.param_groups:
        for parameter in group["params"]:
            parameter.grad = torch.full_like(parameter, value)
    optimizer.adamw.step()
    optimizer.adamw.zero_grad(set_to_none=True)


def test_moments_are_carried_over_by_identity_and_not_by_value(optimizer, model, groups):
    # Two normalisation layers of equal values, of which only one has trained.
    twins = [name for name in named(model) if name.endswith("output.LayerNorm.weight")][-2:]
    with torch.no_grad():
        for name in twins:
            named(model)[name].fill_(1.0)
    old, new = twins
    optimizer.rebuild(stage(learning_rate=0.0), [old], step=0, keep_moments=True)
    step_with(optimizer, model, 0.5)

    adamw = optimizer.rebuild(stage(), [old, new], step=1, keep_moments=True)

    assert torch.equal(named(model)[old], named(model)[new])
    assert float(adamw.state[named(model)[old]]["step"]) == 1.0
    torch.testing.assert_close(adamw.state[named(model)[old]]["exp_avg"], torch.full((16,), 0.05))
    assert named(model)[new] not in adamw.state
    assert sum(len(group["params"]) for group in adamw.param_groups) == 2


def test_a_stage_that_starts_from_the_best_weights_forgets_the_moments(optimizer, model, groups):
    chosen = tensors_of(groups, "classifier")
    optimizer.rebuild(stage(), chosen, step=0, keep_moments=True)
    step_with(optimizer, model, 0.5)

    adamw = optimizer.rebuild(stage(), chosen, step=1, keep_moments=False)

    assert not adamw.state


def test_a_tensor_frozen_in_between_has_forgotten_its_moments(optimizer, model, groups):
    both = tensors_of(groups, "pooler", "classifier")
    optimizer.rebuild(stage(), both, step=0, keep_moments=True)
    step_with(optimizer, model, 0.5)
    optimizer.rebuild(stage(), tensors_of(groups, "classifier"), step=1, keep_moments=True)

    adamw = optimizer.rebuild(stage(), both, step=2, keep_moments=True)

    assert named(model)["classifier.weight"] in adamw.state
    assert named(model)["encoder.pooler.dense.weight"] not in adamw.state


def test_moments_saved_and_put_back_are_the_same(optimizer, model, groups):
    chosen = tensors_of(groups, "encoder.2", "classifier")
    optimizer.rebuild(stage(), chosen, step=0, keep_moments=True)
    rates(optimizer)
    step_with(optimizer, model, 0.5)
    saved = {name: value.clone() for name, value in optimizer.moments().items()}
    assert set(saved) == {
        f"{kind}/{name}" for name in chosen for kind in ("step", "exp_avg", "exp_avg_sq")
    }

    fresh = StageOptimizer(model, groups)
    fresh.rebuild(stage(), chosen, step=0, keep_moments=True)
    fresh.load_moments(saved)

    assert fresh.moments().keys() == saved.keys()
    assert all(torch.equal(value, saved[name]) for name, value in fresh.moments().items())
