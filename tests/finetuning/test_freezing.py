"""Which tensors a stage trains, and what becomes of all others."""

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from patsieve.finetuning.freezing import (
    Freezer,
    can_grow,
    count_parameters,
    frozen_depth,
    tensors_in_share,
    trainable_tensors,
)
from patsieve.finetuning.layers import layer_groups
from tiny_encoders import changed, stage, tiny_model, tiny_tokens, weights


@pytest.fixture(scope="module")
def large():
    """A model of BERT-large's shape, but for its width."""
    return layer_groups(tiny_model(n_layers=24, width=4, pooling="pooler"))


@pytest.fixture
def model():
    return tiny_model(pooling="pooler")


def trained(groups, *expressions, stage_round=1, **more):
    return trainable_tensors(stage("x", expressions, **more), groups, stage_round=stage_round)


# --- growth --------------------------------------------------------------------------------


def test_bert_large_has_389_backbone_tensors_and_16_in_each_layer(large):
    assert len(large.backbone) == 389
    assert len(large.tensors["embeddings"]) == 5
    assert {len(large.tensors[f"encoder.{index}"]) for index in range(24)} == {16}
    assert len(large.tensors["pooler"]) == len(large.tensors["classifier"]) == 2


def test_each_round_of_2_5_percent_unfreezes_ten_more_of_389_tensors(large):
    grown = [trained(large, grow_percent=2.5, on_plateau=1, stage_round=n) for n in range(1, 40)]

    assert [len(tensors) for tensors in grown] == [min(10 * n, 389) for n in range(1, 40)]
    for fewer, more in itertools.pairwise(grown):
        assert set(fewer) <= set(more)


def test_growth_goes_from_the_output_side_down(large):
    first = trained(large, grow_percent=2.5, on_plateau=1)

    assert first == large.tensors["encoder.23"][-10:]
    second = trained(large, grow_percent=2.5, on_plateau=1, stage_round=2)
    assert second == (*large.tensors["encoder.22"][-4:], *large.tensors["encoder.23"])


def test_growth_comes_beside_what_the_stage_names(large):
    both = trained(large, "classifier", "pooler", grow_percent=25, on_plateau=1)

    # 25 % of 389 is 97.25 tensors, the nearest number is 97: six layers and one tensor.
    assert both[:97] == large.backbone[-97:]
    assert both[97:] == (*large.tensors["pooler"], *large.tensors["classifier"])


def test_growth_ends_when_everything_is_unfrozen(large):
    growing = stage("x", ["classifier"], grow_percent=25, on_plateau=1, repeat=True)

    assert can_grow(growing, large, stage_round=4)  # 388 of 389
    assert not can_grow(growing, large, stage_round=5)
    assert not can_grow(stage("x", ["classifier"]), large, stage_round=1)


@pytest.mark.parametrize(
    ("percent", "n_tensors", "expected"),
    [
        (2.5, 389, 10),  # 9.725
        (25, 389, 97),  # 97.25
        (1.5, 389, 6),  # 5.835
        (5, 389, 19),  # 19.45
        (2.5, 197, 5),  # BERT-base: 4.925
        (2.5, 101, 3),  # six layers: 2.525
        (0.01, 389, 1),  # at least one
        (50, 5, 3),  # 2.5: half counts up
        (100, 389, 389),
    ],
)
def test_a_share_is_rounded_to_the_nearest_and_is_at_least_one(percent, n_tensors, expected):
    assert tensors_in_share(percent, n_tensors) == expected


@given(st.floats(0.01, 100), st.integers(1, 1000))
def test_a_share_never_exceeds_what_there_is(percent, n_tensors):
    assert 1 <= tensors_in_share(percent, n_tensors) <= n_tensors


# --- which tensors -------------------------------------------------------------------------


def test_a_stage_trains_exactly_the_tensors_of_the_groups_it_names(large):
    chosen = trained(large, "classifier", "encoder.18-20")

    expected = [t for i in (18, 19, 20) for t in large.tensors[f"encoder.{i}"]]
    assert list(chosen) == expected + list(large.tensors["classifier"])


def test_groups_named_twice_train_once(large):
    assert trained(large, "encoder", "encoder.3", "encoder") == trained(large, "encoder")


@pytest.mark.parametrize(
    ("expressions", "depth"),
    [
        (("classifier",), 24),
        (("classifier", "pooler"), 24),
        (("classifier", "encoder.23"), 23),
        (("encoder.18-20",), 18),
        (("encoder.0",), 0),
        (("embeddings",), 0),
        (("embeddings", "encoder.20"), 0),
        (("all",), 0),
    ],
)
def test_what_lies_below_the_lowest_trained_tensor_can_be_computed_once(large, expressions, depth):
    assert frozen_depth(large, trained(large, *expressions)) == depth


def test_a_layer_of_which_one_tensor_trains_is_not_computed_once(large):
    one_more = trained(large, grow_percent=100 * 17 / 389, on_plateau=1)

    assert len(one_more) == 17
    assert frozen_depth(large, one_more) == 22


def test_parameters_are_counted_as_numbers_and_not_as_tensors(model):
    groups = layer_groups(model)

    assert count_parameters(model, groups.tensors["classifier"]) == 2 * 16 + 2
    assert count_parameters(model, groups.tensors["pooler"]) == 16 * 16 + 16


# --- frozen means frozen -------------------------------------------------------------------


def learn(model, optimizer):
    tokens = tiny_tokens(8, seed=4)
    ids, mask = tokens.texts.batch(torch.arange(8).numpy())
    logits = model(ids, mask)
    torch.nn.functional.cross_entropy(logits, torch.from_numpy(tokens.labels)).backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)


def test_a_frozen_tensor_has_no_gradient_at_all_and_none_is_computed(model):
    groups = layer_groups(model)
    freezer = Freezer(model, groups)
    freezer.apply(trained(groups, "all"), dropout=None)
    learn(model, torch.optim.SGD(model.parameters(), lr=0.1))

    freezer.apply(trained(groups, "classifier"), dropout=None)

    frozen = [p for n, p in model.named_parameters() if not n.startswith("classifier")]
    assert all(parameter.grad is None for parameter in frozen)
    assert not any(parameter.requires_grad for parameter in frozen)
    assert all(parameter.requires_grad for parameter in model.classifier.parameters())


def test_a_frozen_tensor_stays_put_under_an_optimizer_that_still_holds_it(model):
    # The worst case: momentum and decay of an optimizer made when everything trained.
    groups = layer_groups(model)
    freezer = Freezer(model, groups)
    freezer.apply(trained(groups, "all"), dropout=0.0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.1)
    learn(model, optimizer)
    before = weights(model)

    freezer.apply(trained(groups, "classifier", "encoder.2"), dropout=0.0)
    learn(model, optimizer)

    assert changed(before, model) <= set(trained(groups, "classifier", "encoder.2"))
    assert "classifier.weight" in changed(before, model)


def test_modules_that_train_are_in_training_mode_and_all_others_are_not(model):
    groups = layer_groups(model)
    freezer = Freezer(model, groups)

    freezer.apply(trained(groups, "encoder.1", "classifier"), dropout=None)
    freezer.train_mode()

    assert all(module.training for module in model.layers[1].modules())
    assert model.classifier.training
    assert model.dropout.training
    for frozen in (model.layers[0], model.layers[2], model.encoder.embeddings):
        assert not any(module.training for module in frozen.modules())
    assert not model.encoder.pooler.training


@pytest.mark.parametrize("trains_classifier", [True, False])
def test_the_dropout_before_the_classifier_belongs_to_it(model, trains_classifier):
    groups = layer_groups(model)
    freezer = Freezer(model, groups)

    freezer.apply(
        trained(groups, "encoder.2", *(["classifier"] if trains_classifier else [])), dropout=None
    )
    freezer.train_mode()

    assert model.dropout.training is trains_classifier


def test_a_layer_of_which_one_tensor_trains_is_in_training_mode(model):
    groups = layer_groups(model)
    freezer = Freezer(model, groups)

    freezer.apply(groups.tensors["encoder.2"][-1:], dropout=None)
    freezer.train_mode()

    assert model.layers[2].training
    assert not model.layers[1].training


def test_embeddings_that_train_have_dropout_again(model):
    groups = layer_groups(model)
    freezer = Freezer(model, groups)

    freezer.apply(trained(groups, "embeddings"), dropout=0.25)
    freezer.train_mode()

    assert model.encoder.embeddings.dropout.training
    assert model.encoder.embeddings.dropout.p == 0.25
    assert not model.layers[0].attention.self.dropout.training


def test_validation_runs_without_dropout_anywhere(model):
    groups = layer_groups(model)
    freezer = Freezer(model, groups)
    freezer.apply(trained(groups, "all"), dropout=0.5)
    freezer.train_mode()

    freezer.eval_mode()

    assert not any(module.training for module in model.modules())
