"""A run's caches: what a later stage starts from is stored on the way to what is read now."""

import numpy as np
import pytest
import torch

from patsieve.finetuning.activation_keys import WeightDigests
from patsieve.finetuning.activation_source import ActivationSource
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.hardware import make_fabric
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.run_caches import RunCaches
from tiny_encoders import stage, tiny_model, tiny_tokens, train

TEXTS = tiny_tokens(30, seed=2).texts
EVERYTHING = np.arange(30)


class Source:
    """Notes what is asked for, and answers from the model."""

    def __init__(self, model, store=None):
        self.groups = layer_groups(model)
        self.own = ActivationSource(model, self.groups, make_fabric("cpu", "32"), store)
        self.asked = []

    def cache(self, texts, depth, *, trained, below=None):
        self.asked.append((depth, None if below is None else below.depth))
        return self.own.cache(texts, depth, trained=trained, below=below)


def caches_of(model, **more):
    source = Source(model.eval(), **more)
    return source, RunCaches(source, source.groups)


def test_a_cache_is_computed_from_the_one_to_come():
    source, caches = caches_of(tiny_model(pooling="cls"))
    caches.enter(3, 1)
    caches.fill([TEXTS], trained=())
    read = caches.of(TEXTS).vectors(EVERYTHING)

    caches.enter(1, 0)
    caches.fill([TEXTS], trained=())

    assert source.asked == [(1, None), (3, 1)]
    assert caches.of(TEXTS).depth == 1
    straight, other = caches_of(tiny_model(pooling="cls"))
    other.enter(3, 0)
    other.fill([TEXTS], trained=())
    assert straight.asked == [(3, None)]
    assert torch.equal(read, other.of(TEXTS).vectors(EVERYTHING))


@pytest.mark.parametrize(("dtype", "starts"), [("computed", 1), ("16", 0)])
def test_in_the_shared_store_too_unless_it_is_narrowed(tmp_path, dtype, starts):
    model = tiny_model(pooling="cls")
    store = ActivationStore(tmp_path, max_bytes=10**8, dtype=dtype, say=lambda _: None)
    source, caches = caches_of(model, store=store)
    computed = []
    model.layers[0].attention.register_forward_pre_hook(lambda *_: computed.append(1))

    caches.enter(3, 1)
    caches.fill([TEXTS], trained=())

    # Layer 0 is computed for depth 1, and for depth 3 only if that does not start from there.
    once = len(computed)
    caches.enter(2, 0)
    caches.fill([TEXTS], trained=())
    assert once == (2 - starts) * (len(computed) - once)
    assert WeightDigests(model, source.groups).below(1)


@pytest.mark.parametrize(
    ("changed", "now", "ahead"),
    [("encoder.0", False, False), ("encoder.1", False, True), ("classifier", True, True)],
)
def test_what_is_kept_ahead_goes_when_layers_below_it_change(changed, now, ahead):
    source, caches = caches_of(tiny_model(pooling="cls"))
    caches.enter(3, 1)
    caches.fill([TEXTS], trained=())

    caches.forget(source.groups.tensors[changed])

    assert (caches.of(TEXTS) is not None) is now
    caches.fill([TEXTS], trained=())
    # What is still kept ahead is not computed again for what is read now.
    assert source.asked.count((1, None)) == (1 if ahead else 2)
    caches.forget(source.groups.tensors[changed])
    caches.enter(1, 0)
    assert (caches.of(TEXTS) is not None) is ahead


def test_another_stage_to_come_is_another_cache():
    source, caches = caches_of(tiny_model(pooling="cls"))
    caches.enter(3, 1)
    caches.fill([TEXTS], trained=())
    kept = caches.of(TEXTS)

    caches.enter(3, 2)
    caches.fill([TEXTS], trained=())
    caches.enter(2, 0)

    assert kept is not None
    assert caches.of(TEXTS) is None
    assert source.asked == [(1, None), (3, 1)]


def test_of_two_stages_the_lower_layers_are_computed_once():
    model = tiny_model(pooling="cls")
    computed = []
    model.layers[0].attention.register_forward_pre_hook(lambda *_: computed.append(1))
    head = stage("head", ["classifier"], max_epochs=2)

    train(model, head, max_epochs=2)
    alone = len(computed)
    computed.clear()
    train(model, head, stage("top", ["classifier", "encoder.1"], learning_rate=1e-3), max_epochs=4)

    assert len(computed) == alone > 0
