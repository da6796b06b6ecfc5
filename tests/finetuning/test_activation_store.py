"""Activations shared between runs and processes: read where they are there, else computed."""

import errno
import gc
import time
import weakref
from contextlib import nullcontext
from functools import partial

import numpy as np
import pytest
import torch

from patsieve.errors import PatsieveWarning
from patsieve.finetuning import activation_blocks, activation_store
from patsieve.finetuning.activation_blocks import BlockWriter, activation_bytes
from patsieve.finetuning.activation_keys import WeightDigests, text_keys
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.activations import FrozenPrefix, PrefixCache, build_rows
from patsieve.finetuning.hardware import make_fabric
from patsieve.finetuning.inference import model_inputs
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.stages import StageRunner
from tiny_encoders import (
    losses,
    packed,
    stage,
    tiny_encoder,
    tiny_model,
    tiny_tokens,
    train,
    trainer,
)

CPU = torch.device("cpu")
TEXTS = tiny_tokens(30, seed=5).texts
EVERYTHING = np.arange(30)


def store_in(folder, *, max_bytes=10**9, **more):
    """Return a store and the list of sentences that it says."""
    said: list[str] = []
    return ActivationStore(folder, max_bytes=max_bytes, say=said.append, **more), said


def prefix_of(model, depth, autocast=nullcontext):
    return FrozenPrefix(model.eval(), depth, CPU, autocast)


def rows_from(store, model, depth, texts=TEXTS, **more):
    return store.rows(
        prefix_of(model, depth, **more), texts, WeightDigests(model, layer_groups(model))
    )


def cache_from(store, model, depth, texts=TEXTS, **more):
    get = partial(rows_from, store, model, depth, texts, **more)
    return PrefixCache(texts, depth, get(), pooled=depth == model.n_layers, renew=get)


def own_cache(model, depth, texts=TEXTS):
    prefix = prefix_of(model, depth)
    return PrefixCache(texts, depth, build_rows(prefix, texts), pooled=prefix.pooled)


def read(cache):
    whole = np.arange(len(cache.texts))
    return cache.vectors(whole) if cache.pooled else cache.hidden(whole)


def assert_alike(one, other):
    # In other company a text is padded otherwise, and sums differ in their last digits.
    torch.testing.assert_close(read(one), read(other), atol=1e-5, rtol=0)


def files(folder, ending):
    return sorted(path for path in folder.rglob(f"*{ending}") if not path.name.startswith("."))


def n_computed(said):
    """Read from the sentences how many texts were computed each time."""
    return [int(each.split(": ")[1].split(" of ")[0]) for each in said if " texts to " in each]


# --- what is stored ------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_what_is_read_is_what_a_run_computes_for_itself(tmp_path, depth):
    model = tiny_model()
    store, said = store_in(tmp_path)

    first = cache_from(store, model, depth)
    second = cache_from(store, model, depth)

    expected = own_cache(model, depth)
    assert torch.equal(read(first), read(expected))
    assert torch.equal(read(second), read(expected))
    assert first.n_bytes == expected.n_bytes
    assert n_computed(said) == [30, 0]


@pytest.mark.parametrize("depth", [2, 3])
def test_it_is_the_same_from_many_blocks(tmp_path, monkeypatch, depth):
    monkeypatch.setattr(activation_blocks, "_FULL_BYTES", 1)
    monkeypatch.setattr("patsieve.finetuning.frozen_prefix.tokens_at_once", lambda _: 60)
    model = tiny_model()

    cache = cache_from(store_in(tmp_path)[0], model, depth)

    assert len(files(tmp_path, ".data")) > 5
    assert torch.equal(read(cache), read(own_cache(model, depth)))
    some = np.array([7, 7, 2, 29])
    expected = own_cache(model, depth)
    if depth == 3:
        assert torch.equal(cache.vectors(some), expected.vectors(some))
    else:
        assert torch.equal(cache.hidden(some), expected.hidden(some))


def test_only_texts_that_nobody_has_had_are_computed(tmp_path):
    model = tiny_model()
    store, said = store_in(tmp_path)
    cache_from(store, model, 2, TEXTS.select(np.arange(0, 20)))

    fold = TEXTS.select(np.array([19, 3, 25, 11]))
    cache = cache_from(store, model, 2, fold)

    assert n_computed(said) == [20, 1]
    assert_alike(cache, own_cache(model, 2, fold))


def test_a_text_that_occurs_twice_is_stored_once(tmp_path):
    model = tiny_model()
    store, said = store_in(tmp_path)
    twice = TEXTS.select(np.array([4, 8, 4]))

    cache = cache_from(store, model, 2, twice)

    assert n_computed(said) == [2]
    assert_alike(cache, own_cache(model, 2, twice))


def test_a_text_with_one_changed_token_is_computed_anew(tmp_path):
    model = tiny_model()
    store, said = store_in(tmp_path)
    cache_from(store, model, 2, packed([[2, 9, 10, 3], [2, 11, 3]]))

    changed = packed([[2, 9, 12, 3], [2, 11, 3]])
    cache = cache_from(store, model, 2, changed)

    assert n_computed(said) == [2, 1]
    assert_alike(cache, own_cache(model, 2, changed))


def test_a_key_is_the_digest_of_the_token_ids():
    import hashlib

    expected = hashlib.sha256(np.array([2, 11, 3], dtype="<i4").tobytes()).digest()

    assert text_keys(packed([[2, 9, 10, 3], [2, 11, 3]]))[1] == expected


@pytest.mark.parametrize("tensor", ["embeddings.word_embeddings", "layer.1.output.dense"])
def test_another_checkpoint_is_another_shelf(tmp_path, tensor):
    store, said = store_in(tmp_path)
    model = tiny_model()
    cache_from(store, model, 2)
    name = next(name for name, _ in model.named_parameters() if f"{tensor}.weight" in name)

    with torch.no_grad():
        model.get_parameter(name)[5, 3] += 0.25
    cache = cache_from(store, model, 2)

    assert n_computed(said) == [30, 30]
    assert torch.equal(read(cache), read(own_cache(model, 2)))


def test_layers_above_may_differ(tmp_path):
    store, said = store_in(tmp_path)
    model = tiny_model()
    cache_from(store, model, 2)

    with torch.no_grad():
        model.layers[2].output.dense.weight += 0.25
        model.classifier.weight += 0.25
    cache_from(store, model, 2)

    assert n_computed(said) == [30, 0]


def test_depths_poolings_precisions_and_types_are_kept_apart(tmp_path):
    store, said = store_in(tmp_path)
    bf16 = make_fabric("cpu", "bf16").autocast

    cache_from(store, tiny_model(), 1)
    cache_from(store, tiny_model(), 2)
    cache_from(store, tiny_model(), 3)
    cache_from(store, tiny_model(pooling="cls"), 3)
    cache_from(store, tiny_model(), 2, autocast=bf16)
    cache_from(ActivationStore(tmp_path, max_bytes=10**9, dtype="16", say=said.append), *M2)
    assert n_computed(said) == [30] * 6

    # A pooler reads the first token, as "cls" does.
    cache_from(store, tiny_model(pooling="pooler"), 3)
    assert n_computed(said)[6:] == [0]


def test_below_the_top_layer_poolings_share_what_they_have_in_common(tmp_path):
    store, said = store_in(tmp_path)
    by_fields = EncoderWithHead(tiny_encoder(), pooling="fields", separator_id=3, dropout=0.0)
    by_mean = EncoderWithHead(tiny_encoder(), pooling="mean", dropout=0.0)

    shared = [cache_from(store, model, 2) for model in (by_fields, by_mean)]
    apart = [cache_from(store, model, 3) for model in (by_fields, by_mean)]

    assert n_computed(said) == [30, 0, 30, 30]
    assert torch.equal(*map(read, shared))
    assert not torch.equal(*map(read, apart))


M2 = (tiny_model(), 2)


# --- in 16 and 32 bit ----------------------------------------------------------------------


def test_in_16_bit_numbers_are_rounded_to_11_digits_and_read_as_32_bit(tmp_path):
    model = tiny_model()

    cache = cache_from(store_in(tmp_path, dtype="16")[0], model, 2)

    expected = read(own_cache(model, 2))
    assert read(cache).dtype == torch.float32
    assert torch.equal(read(cache), expected.half().float())
    assert cache.n_bytes == len(TEXTS.ids) * 16 * 2


def test_numbers_too_large_for_float16_go_on_in_bfloat16(tmp_path, monkeypatch):
    monkeypatch.setattr("patsieve.finetuning.frozen_prefix.tokens_at_once", lambda _: 60)
    model = tiny_model()
    with torch.no_grad():
        # One word, in some of the texts, is far out.
        model.layers[1].output.LayerNorm.weight[3] = 4e4

    cache = cache_from(store_in(tmp_path, dtype="16")[0], model, 2)

    expected = read(own_cache(model, 2))
    assert expected.abs().max() > 65504
    torch.testing.assert_close(read(cache), expected, atol=1e-7, rtol=2**-8)


def test_what_was_computed_in_16_bit_can_be_stored_in_32_and_is_read_as_16(tmp_path):
    electra, bf16 = tiny_model("electra"), make_fabric("cpu", "bf16").autocast

    exact = cache_from(store_in(tmp_path)[0], electra, 2, autocast=bf16)
    wide = cache_from(store_in(tmp_path, dtype="32")[0], electra, 2, autocast=bf16)

    assert read(exact).dtype == read(wide).dtype == torch.bfloat16
    assert wide.n_bytes == 2 * exact.n_bytes
    assert torch.equal(read(exact), read(wide))


@pytest.mark.parametrize(("dtype", "element_bytes"), [("computed", 4), ("16", 2)])
@pytest.mark.parametrize("depth", [1, 3])
def test_the_room_on_the_disk_is_known_beforehand(tmp_path, depth, dtype, element_bytes):
    texts = tiny_tokens(200, seed=3).texts

    cache_from(store_in(tmp_path, dtype=dtype)[0], tiny_model(), depth, texts)

    predicted = activation_bytes(
        texts, hidden_size=16, pooled=depth == 3, element_bytes=element_bytes
    )
    taken = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert predicted == pytest.approx(taken, rel=0.1)


# --- what goes wrong -----------------------------------------------------------------------


def delete_data(folder):
    files(folder, ".data")[0].unlink()


def delete_index(folder):
    files(folder, ".index")[0].unlink()


def cut_data(folder):
    path = files(folder, ".data")[0]
    with path.open("rb+") as file:
        file.truncate(path.stat().st_size // 2)


def change_data(folder):
    path = files(folder, ".data")[0]
    with path.open("rb+") as file:
        file.seek(100)
        file.write(b"\x01\x02\x03")


def change_index(folder):
    path = files(folder, ".index")[0]
    path.write_bytes(path.read_bytes()[:-1] + b"\x07")


@pytest.mark.parametrize("harm", [delete_data, cut_data, change_data])
def test_harm_while_a_run_reads_is_noticed_and_said_and_computed_anew(tmp_path, harm):
    model = tiny_model()
    expected = own_cache(model, 2)
    store, said = store_in(tmp_path)
    cache = cache_from(store, model, 2)
    harm(tmp_path)

    with pytest.warns(PatsieveWarning, match="cache was damaged.* computed anew") as caught:
        found = read(cache)

    assert len(caught) == 1
    assert torch.equal(found, read(expected))
    assert n_computed(said) == [30, 30]


@pytest.mark.parametrize("harm", [delete_data, delete_index, cut_data])
def test_harm_is_noticed_between_epochs(tmp_path, harm):
    model = tiny_model()
    cache = cache_from(store_in(tmp_path)[0], model, 3)
    harm(tmp_path)

    with pytest.warns(PatsieveWarning, match="computed anew"):
        cache.check()

    cache.check()
    assert torch.equal(read(cache), read(own_cache(model, 3)))


@pytest.mark.parametrize("harm", [delete_data, cut_data, change_index])
def test_harm_between_two_runs_is_noticed_by_the_second(tmp_path, harm):
    model = tiny_model()
    store, said = store_in(tmp_path)
    cache_from(store, model, 2)
    harm(tmp_path)

    with pytest.warns(PatsieveWarning, match="computed anew") as caught:
        cache = cache_from(store, model, 2)

    assert len(caught) == 1
    assert n_computed(said) == [30, 30]
    assert torch.equal(read(cache), read(own_cache(model, 2)))


def test_only_the_texts_of_a_damaged_block_are_computed_anew(tmp_path):
    model = tiny_model()
    store, said = store_in(tmp_path)
    cache_from(store, model, 2, TEXTS.select(np.arange(0, 20)))
    (first,) = files(tmp_path, ".data")
    cache = cache_from(store, model, 2)
    first.unlink()

    with pytest.warns(PatsieveWarning, match=first.name):
        cache.check()

    assert n_computed(said) == [20, 10, 20]


def test_what_a_killed_process_has_left_is_removed(tmp_path):
    model = tiny_model()
    store, said = store_in(tmp_path)
    cache_from(store, model, 2, TEXTS.select(np.arange(0, 20)))
    shelf = files(tmp_path, ".data")[0].parent
    for name in (".half.data.x1y2.data", "no-index.data", ".reserved", "users/gone"):
        (shelf / name).write_bytes(b"left behind")

    cache_from(store, model, 2, TEXTS.select(np.arange(0, 20)))

    assert n_computed(said) == [20, 0]
    assert sorted(path.suffix for path in shelf.iterdir()) == ["", "", ".data", ".index"]
    assert {path.name for path in shelf.iterdir()} >= {"used", "users"}
    assert not (shelf / "users" / "gone").exists()


def test_a_disk_that_gets_full_is_cleaned_up_and_told_and_the_run_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("patsieve.finetuning.frozen_prefix.tokens_at_once", lambda _: 60)
    add, calls = BlockWriter.add, []

    def until_full(self, *arguments, **named):
        calls.append(1)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        add(self, *arguments, **named)

    monkeypatch.setattr(BlockWriter, "add", until_full)
    only = stage(train=["classifier", "encoder.2"], learning_rate=1e-3)

    with pytest.warns(PatsieveWarning) as caught:
        found = sharing(tiny_model(), store_in(tmp_path)[0], only).fit(*DATA)

    assert "the disk is full" in str(caught[0].message)
    assert "keeps one of its own" in str(caught[0].message)
    assert [path for path in tmp_path.rglob("*") if ".data" in path.name] != []  # the validation's
    assert list(tmp_path.rglob(".*")) == []
    assert losses(found) == pytest.approx(losses(train(tiny_model(), only, cache=False)), abs=1e-5)


def test_a_folder_that_cannot_be_made_is_told_and_the_run_goes_on(tmp_path):
    (tmp_path / "file").write_text("in the way")
    store, _ = store_in(tmp_path / "file" / "cache")

    with pytest.warns(PatsieveWarning, match="a part of the path is a file"):
        assert rows_from(store, tiny_model(), 2) is None


# --- bounds --------------------------------------------------------------------------------


def test_what_was_not_used_for_longest_makes_room(tmp_path):
    one = activation_bytes(TEXTS, hidden_size=16, pooled=False, element_bytes=4)
    store, said = store_in(tmp_path, max_bytes=int(2.5 * one))
    for seed in (1, 2, 1, 3):
        cache_from(store, tiny_model(seed=seed), 2)
        time.sleep(0.02)  # the file system's clock ticks every few milliseconds

    cache_from(store, tiny_model(seed=1), 2)
    assert n_computed(said) == [30, 30, 0, 30, 0]
    assert store.n_bytes() <= store.max_bytes
    cache_from(store, tiny_model(seed=2), 2)
    assert n_computed(said)[-1] == 30


def test_what_is_in_use_is_not_deleted_and_the_run_goes_on_without(tmp_path):
    one = activation_bytes(TEXTS, hidden_size=16, pooled=False, element_bytes=4)
    store, _ = store_in(tmp_path, max_bytes=int(1.5 * one))
    used = cache_from(store, tiny_model(seed=1), 2)

    with pytest.warns(
        PatsieveWarning, match=r"may take 37\.6 kB, 25 kB are in use, and 25\.1 kB more"
    ):
        assert rows_from(store, tiny_model(seed=2), 2) is None

    used.check()
    del used
    gc.collect()
    assert rows_from(store, tiny_model(seed=2), 2) is not None


def test_a_gibibyte_of_the_disk_is_left_for_others(tmp_path, monkeypatch):
    monkeypatch.setattr(activation_store, "DISK_RESERVE_BYTES", 2**62)

    with pytest.warns(PatsieveWarning, match="are left for others"):
        assert rows_from(store_in(tmp_path)[0], tiny_model(), 2) is None


# --- training from it ----------------------------------------------------------------------

DATA = (tiny_tokens(40, seed=1), tiny_tokens(20, seed=2))


def sharing(model, store, *stages, **settings):
    """Return a trainer whose caches come from the store."""
    run = trainer(model, *stages, **settings)
    run.stages = StageRunner(
        model, run.groups, run.schedule, run.fabric, fresh_tensors=(), store=store
    )
    return run


@pytest.mark.parametrize("lowest", ["classifier", "encoder.2", "encoder.1"])
def test_training_from_the_store_takes_the_same_course(tmp_path, lowest):
    store, said = store_in(tmp_path)
    only = stage(train=["classifier", lowest], learning_rate=1e-3)
    plain = train(tiny_model(), only, cache=False, max_epochs=3)

    for _ in range(2):
        found = sharing(tiny_model(), store, only, max_epochs=3).fit(*DATA)

        for part in ("training", "validation"):
            assert losses(found, part) == pytest.approx(losses(plain, part), abs=1e-5)
    assert n_computed(said) == [40, 20, 0, 0]


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_gradients_of_the_first_unfrozen_step_agree(tmp_path, depth):
    model = tiny_model()
    cache = cache_from(store_in(tmp_path)[0], model, depth)
    some = np.array([7, 2, 19, 4])
    found = []
    for inputs in (
        model_inputs(TEXTS, some, cache, CPU),
        model_inputs(TEXTS, some, None, CPU),
    ):
        model.zero_grad()
        torch.nn.functional.cross_entropy(model(**inputs), torch.tensor([0, 1, 1, 0])).backward()
        found.append(
            {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
        )

    cached, plain = found
    # Below the cache there is none; above it every gradient is that of the whole pass.
    assert not any(f"layer.{depth - 1}." in name or "embeddings" in name for name in cached)
    assert len(cached) == 16 * (3 - depth) + 2
    for name, gradient in cached.items():
        torch.testing.assert_close(gradient, plain[name], atol=1e-6, rtol=1e-4)


def test_folds_and_seeds_share_what_they_have_in_common(tmp_path):
    store, said = store_in(tmp_path)
    only = stage(train=["classifier", "encoder.2"], learning_rate=1e-3)
    whole, labels = DATA[0].texts, DATA[0].labels
    fold = type(DATA[0])(whole.select(np.arange(30)), labels[:30])
    rest = type(DATA[0])(whole.select(np.arange(30, 40)), labels[30:])

    sharing(tiny_model(), store, only, seed=1).fit(*DATA)
    found = sharing(tiny_model(), store, only, seed=2).fit(fold, rest)

    assert n_computed(said) == [40, 20, 0, 0]
    alone = train(tiny_model(), only, training=fold, validation=rest, seed=2, cache=False)
    assert losses(found) == pytest.approx(losses(alone), abs=1e-5)


def test_layers_that_have_trained_in_a_run_are_not_shared(tmp_path):
    store, said = store_in(tmp_path)
    in_turn = [
        stage("layer", ["classifier", "encoder.1"], learning_rate=1e-2, max_epochs=1),
        stage("head", ["classifier"], learning_rate=1e-2),
    ]

    found = sharing(tiny_model(), store, *in_turn, max_epochs=3).fit(*DATA)

    # Below layer 1, for both sets of texts; what lies below the head has changed.
    assert n_computed(said) == [40, 20]
    plain = train(tiny_model(), *in_turn, max_epochs=3, cache=False)
    assert losses(found) == pytest.approx(losses(plain), abs=1e-5)


def test_a_file_deleted_in_mid_training_is_said_once_and_changes_nothing(tmp_path):
    from patsieve.finetuning.events import Callback

    class Deletes(Callback):
        def on_epoch_end(self, state):
            if state.epoch == 2:
                delete_data(tmp_path)

    only = stage(train=["classifier", "encoder.2"], learning_rate=1e-3)
    run = sharing(tiny_model(), store_in(tmp_path)[0], only, max_epochs=4, callbacks=[Deletes()])

    with pytest.warns(PatsieveWarning) as caught:
        found = run.fit(*DATA)

    assert len(caught) == 1
    assert losses(found) == pytest.approx(
        losses(train(tiny_model(), only, cache=False, max_epochs=4)), abs=1e-5
    )


def test_a_finished_run_lets_go_of_its_model_and_of_the_store(tmp_path):
    store, _ = store_in(tmp_path)
    model = tiny_model()
    run = sharing(model, store, stage(train=["classifier", "encoder.2"]), max_epochs=1)
    run.fit(*DATA)
    gone = [weakref.ref(model), weakref.ref(run), weakref.ref(run.stages)]

    del model, run
    gc.collect()

    assert [reference() for reference in gone] == [None, None, None]
