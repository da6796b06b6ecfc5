"""The frozen-prefix cache: the same numbers, computed once."""

from contextlib import nullcontext
from functools import partial

import numpy as np
import pytest
import torch

from patsieve.errors import PatsieveWarning
from patsieve.finetuning import activation_source, activations
from patsieve.finetuning.activations import FrozenPrefix, PrefixCache, build_rows
from patsieve.finetuning.hardware import make_fabric
from patsieve.finetuning.prefix import hidden_states_at
from tiny_encoders import FAMILIES, losses, stage, tiny_model, tiny_tokens, train, trainer, weights

CPU = torch.device("cpu")
TEXTS = tiny_tokens(30, seed=5).texts


def built(model, depth, **more):
    prefix = FrozenPrefix(model.eval(), depth, CPU, nullcontext)
    rows = build_rows(prefix, TEXTS, **more)
    return None if rows is None else PrefixCache(TEXTS, depth, rows, pooled=prefix.pooled)


# --- what is stored ------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [1, 2])
def test_the_cache_holds_the_input_of_the_lowest_trained_layer(depth):
    model = tiny_model().eval()
    cache = built(model, depth)
    some = np.array([7, 2, 19])

    hidden = cache.hidden(some)

    ids, mask = TEXTS.batch(some)
    expected = hidden_states_at(model.encoder, [depth], ids, mask)[depth]
    torch.testing.assert_close(hidden, expected * mask.unsqueeze(-1), atol=1e-6, rtol=0)


@pytest.mark.parametrize("pooling", ["mean", "cls", "pooler"])
def test_with_all_layers_frozen_it_holds_what_the_pooler_or_the_classifier_reads(pooling):
    model = tiny_model(pooling=pooling).eval()
    cache = built(model, 3)
    some = np.array([7, 2, 19])

    logits = model(pooled=cache.vectors(some))

    torch.testing.assert_close(logits, model(*TEXTS.batch(some)), atol=1e-6, rtol=0)
    assert cache.n_bytes == 30 * 16 * 4


def test_a_mapped_cache_equals_one_in_memory_and_leaves_no_file(tmp_path):
    model = tiny_model()
    in_memory = built(model, 2)

    mapped = built(model, 2, folder=tmp_path, in_memory_bytes=0)

    everything = np.arange(30)
    assert torch.equal(mapped.hidden(everything), in_memory.hidden(everything))
    assert mapped.n_bytes == in_memory.n_bytes == len(TEXTS.ids) * 16 * 4
    assert list(tmp_path.iterdir()) == []


def test_a_mapped_cache_of_vectors_equals_one_in_memory(tmp_path):
    model = tiny_model()

    mapped = built(model, 3, folder=tmp_path, in_memory_bytes=0)

    everything = np.arange(30)
    assert torch.equal(mapped.vectors(everything), built(model, 3).vectors(everything))


def test_there_is_no_cache_where_neither_memory_nor_disk_has_room(tmp_path, monkeypatch):
    monkeypatch.setattr(activations, "DISK_RESERVE_BYTES", 2**62)

    assert built(tiny_model(), 2, folder=tmp_path, in_memory_bytes=0) is None


@pytest.mark.parametrize(("depth", "pooled"), [(1, False), (3, True)])
def test_the_size_of_a_cache_is_known_before_it_is_built(depth, pooled):
    n_rows = len(TEXTS) if pooled else len(TEXTS.ids)

    assert built(tiny_model(), depth).n_bytes == n_rows * 16 * 4


# --- training from it ----------------------------------------------------------------------


def both_ways(build, *stages, **settings):
    """Train with and without the cache, and return both results and both models."""
    settings.setdefault("max_epochs", 3)
    models = build(), build()
    cached = train(models[0], *stages, cache=True, **settings)
    plain = train(models[1], *stages, cache=False, **settings)
    assert plain.cache_bytes == 0
    return cached, plain, models


def assert_same_course(cached, plain, models):
    # The rule allows 1e-4 a loss; with one thread and 32 bit there is more to be had.
    assert losses(cached) == pytest.approx(losses(plain), abs=1e-5)
    assert losses(cached, "validation") == pytest.approx(losses(plain, "validation"), abs=1e-5)
    for name, value in weights(models[0]).items():
        if "key.bias" in name or "k_lin.bias" in name:
            continue  # its gradient is zero, so that AdamW turns rounding errors into steps
        torch.testing.assert_close(value, weights(models[1])[name], atol=2e-4, rtol=0)


@pytest.mark.parametrize("pooling", ["mean", "cls", "pooler"])
@pytest.mark.parametrize("lowest", ["classifier", "encoder.2", "encoder.1"])
def test_cached_training_takes_the_same_course_at_every_depth(lowest, pooling):
    only = stage(train=["classifier", lowest], learning_rate=1e-3)

    cached, plain, models = both_ways(lambda: tiny_model(pooling=pooling), only)

    assert cached.cache_bytes > 0
    assert_same_course(cached, plain, models)


@pytest.mark.parametrize("family", FAMILIES)
def test_cached_training_takes_the_same_course_for_every_family(family):
    only = stage(train=["classifier", "encoder.2"], learning_rate=1e-3)

    assert_same_course(*both_ways(lambda: tiny_model(family), only, max_epochs=2))


def test_dropout_in_what_trains_falls_alike_with_and_without_the_cache():
    only = stage(train=["classifier", "encoder.2"], learning_rate=1e-3, dropout=0.4)

    cached, plain, models = both_ways(lambda: tiny_model(dropout=0.4), only)

    assert_same_course(cached, plain, models)
    without = both_ways(tiny_model, stage(train=["classifier", "encoder.2"], learning_rate=1e-3))
    assert losses(without[0])[0] != pytest.approx(losses(cached)[0], abs=1e-4)


@pytest.mark.parametrize("start_from", ["last", "best"])
def test_the_cache_follows_layers_that_were_trained_and_frozen_again(start_from):
    in_turn = [
        stage("head", ["classifier"], learning_rate=1e-2),
        stage("layers", ["classifier", "encoder.0-1"], learning_rate=1e-3, from_epoch=2),
        stage("head again", ["classifier"], from_epoch=4, start_from=start_from),
        stage("top", ["encoder.2"], learning_rate=1e-3, from_epoch=6, start_from=start_from),
    ]

    cached, plain, models = both_ways(tiny_model, *in_turn, max_epochs=7)

    assert [record.stage for record in cached.history][-1] == "top"
    assert_same_course(cached, plain, models)


def test_the_cache_is_dropped_when_a_stage_goes_back_to_the_best_weights():
    # The second stage spoils layer 0, the third freezes it at a depth of 3 again and goes back
    # to the best epoch, before layer 0 was spoilt. The fourth keeps that depth.
    in_turn = [
        stage("layers", ["classifier", "encoder.0"], learning_rate=1e-3, max_epochs=1),
        stage("head", ["classifier"], learning_rate=1e-2, max_epochs=1),
        stage("spoil", ["classifier", "encoder.0"], learning_rate=0.05, max_epochs=1),
        stage("spoilt", ["classifier"], learning_rate=1e-2, max_epochs=1),
        stage("back", ["classifier"], learning_rate=1e-2, start_from="best"),
    ]

    cached, plain, models = both_ways(lambda: tiny_model(pooling="cls"), *in_turn, max_epochs=6)

    validated = losses(cached, "validation")
    assert min(validated[:2]) < min(validated[2:4])
    assert_same_course(cached, plain, models)


def test_frozen_layers_are_computed_once_and_not_in_every_epoch():
    only = stage(train=["classifier", "encoder.1"])
    model = tiny_model()
    computed = []
    model.layers[0].attention.register_forward_pre_hook(lambda *_: computed.append(1))

    train(model, only, max_epochs=1)
    in_one_epoch = len(computed)
    train(model, only, max_epochs=5)

    assert in_one_epoch > 0
    assert len(computed) == 2 * in_one_epoch


def test_a_run_without_room_for_a_cache_warns_and_takes_the_same_course(monkeypatch):
    monkeypatch.setattr(activations, "DISK_RESERVE_BYTES", 2**62)
    monkeypatch.setattr(activation_source, "build_rows", partial(build_rows, in_memory_bytes=0))
    only = stage(train=["classifier", "encoder.2"], learning_rate=1e-3)

    with pytest.warns(PatsieveWarning) as caught:
        cached, plain, models = both_ways(tiny_model, only)

    # Once, and not in each of three epochs.
    assert [str(warning.message) for warning in caught] == [
        "the activation cache fits neither in memory nor on the disk; the frozen layers are "
        "computed anew in every epoch"
    ]

    assert cached.cache_bytes == 0
    assert_same_course(cached, plain, models)


def test_nothing_is_cached_where_the_lowest_layer_trains():
    result = train(tiny_model(), stage(train=["encoder.0"]), max_epochs=1)

    assert result.cache_bytes == 0


def test_in_16_bit_the_cache_agrees_to_the_precision_of_16_bit():
    only = stage(train=["classifier", "encoder.2"], learning_rate=1e-3)
    found = []
    for cache in (True, False):
        model = tiny_model()
        run = trainer(model, only, fabric=make_fabric("cpu", "bf16"), cache=cache)
        found.append(run.fit(tiny_tokens(40, seed=1), tiny_tokens(20, seed=2)))

    assert losses(found[0]) == pytest.approx(losses(found[1]), abs=0.02)
