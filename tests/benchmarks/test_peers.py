"""What the benchmark gives all systems alike: texts, batches, weights, losses. No peer needed."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

import tiny_encoders
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.pretrained import load_pretrained


@pytest.fixture
def texts():
    from peers.common import Texts

    return Texts(tiny_encoders.tiny_tokens(21, seed=1), tiny_encoders.tiny_tokens(9, seed=2))


@pytest.fixture
def run(tmp_path):
    """A run on an encoder of four layers, of which 18-20 of 24 means the last."""
    from peers.common import Run

    folder = tmp_path / "encoder"
    tiny_encoders.tiny_encoder("bert", n_layers=4).save_pretrained(folder)
    tiny_encoders.tiny_tokenizer().save_pretrained(folder)
    return Run("patsieve", "32", 3, "", checkpoint=str(folder), epochs=4, head_epochs=2)


def test_peers_are_fed_the_batches_of_each_epoch_in_turn(texts, run):
    from peers.common import EpochBatches

    fed = EpochBatches(texts.sampler(run))
    first, second = list(fed), list(fed)

    drawn = texts.sampler(run)
    assert first == [batch.tolist() for batch in drawn.batches(1)]
    assert second == [batch.tolist() for batch in drawn.batches(2)]
    assert len(fed) == len(first) == 3


def test_the_loss_of_even_logits_is_that_of_the_training_sets_odds():
    from peers.common import mean_loss

    # Balanced draws from one relevant record in four raised the log-odds by log 3, so that even
    # logits mean 1/4.
    loss = mean_loss(np.zeros((2, 2)), np.array([0, 1]), shift=math.log(3))

    assert loss == pytest.approx(-(math.log(3 / 4) + math.log(1 / 4)) / 2)


def test_texts_are_read_back_as_they_were_written(texts, tmp_path):
    from peers.common import Texts

    texts.save(tmp_path / "texts.npz")
    again = Texts.load(tmp_path / "texts.npz")

    for part in ("training", "validation"):
        written, read = getattr(texts, part), getattr(again, part)
        assert np.array_equal(written.labels, read.labels)
        assert np.array_equal(written.texts.ids, read.texts.ids)
        assert np.array_equal(written.texts.offsets, read.texts.offsets)
        assert written.texts.pad_id == read.texts.pad_id


def test_a_sample_has_the_prevalence_of_the_file():
    from peers.texts import sample

    labels = np.array([1] * 30 + [0] * 70)
    chosen = sample(labels, 20)

    assert labels[chosen].sum() == 6
    assert len(set(chosen)) == 20
    assert list(chosen) == sorted(chosen)


def test_the_peers_classifier_says_what_patsieves_model_says(texts, run):
    from peers.classifier import PeerTexts, make_classifier

    loaded = load_pretrained(run.checkpoint, pooling="pooler", seed=run.seed)
    own = EncoderWithHead.from_pretrained(loaded, pooling="pooler", dropout=None, seed=run.seed)
    theirs, _ = make_classifier(run)
    indices = np.arange(5)
    data = PeerTexts(texts.training)
    batch = data.collate([data[i] for i in indices])
    ids, mask = texts.training.texts.batch(indices)

    longest = batch["input_ids"].shape[1]
    assert torch.equal(batch["input_ids"], ids[:, :longest])
    assert torch.equal(batch["attention_mask"], mask[:, :longest])
    # Ours are a multiple of eight tokens long.
    assert not mask[:, longest:].any()
    with torch.no_grad():
        expected = own.eval()(ids, mask)
        found = theirs.eval()(**batch).logits
    assert torch.allclose(expected, found, atol=1e-6)


def test_the_peers_second_stage_trains_the_resolved_layer_at_its_rate(run):
    from peers.classifier import make_classifier

    model, (head, layers) = make_classifier(run)
    names = {id(value): name for name, value in model.named_parameters()}
    groups = layers.parameter_groups(model)

    assert all(name.startswith(("classifier.", "bert.pooler.")) for name in head.rates)
    added = set(layers.rates) - set(head.rates)
    assert len(added) == 16
    assert all(name.startswith("bert.encoder.layer.3.") for name in added)
    for group in groups:
        for parameter in group["params"]:
            name = names[id(parameter)]
            is_exempt = name.endswith("bias") or "LayerNorm" in name
            assert group["lr"] == (1e-4 if name in added else 1e-3)
            assert group["weight_decay"] == (0.0 if is_exempt else 0.01)


def test_dropout_follows_what_trains(run):
    from peers.classifier import Dropouts, make_classifier

    model, (head, layers) = make_classifier(run)
    dropouts = Dropouts(model)

    def on():
        return {
            name
            for name, module in model.named_modules()
            if isinstance(module, torch.nn.Dropout) and module.p > 0
        }

    dropouts.follow(tuple(head.rates))
    assert on() == {"dropout"}
    dropouts.follow(tuple(layers.rates))
    assert on() == {
        "dropout",
        *(f"bert.encoder.layer.3.{part}.dropout" for part in ("attention.self", "output")),
        "bert.encoder.layer.3.attention.output.dropout",
    }


def test_a_run_that_left_a_layer_unmoved_is_refused(run):
    from peers.common import check_movement

    before = {"head": b"a", "layer": b"b", "frozen": b"c"}

    check_movement(
        before, {**before, "head": b"x", "layer": b"y"}, moving={"head", "layer"}, run=run
    )
    with pytest.raises(RuntimeError, match=r"did not move what trains: \['layer'\]"):
        check_movement(before, {**before, "head": b"x"}, moving={"head", "layer"}, run=run)
    with pytest.raises(RuntimeError, match=r"moved what is frozen: \['frozen'\]"):
        check_movement(before, {**before, "frozen": b"x"}, moving=set(), run=run)


def test_operations_are_those_of_the_layers_that_each_system_computes(texts, run):
    from patsieve.finetuning.outline import outline_of
    from peers.work import operations

    shape = outline_of(run.checkpoint, pooling="pooler").shape
    training = shape.real_operations(texts.training.texts.lengths)
    validation = shape.real_operations(texts.validation.texts.lengths)

    # Two epochs of 4 layers; two of 3 frozen layers and one that trains, which counts thrice.
    assert operations(replace(run, system="transformers"), texts) == pytest.approx(
        20 * training + 16 * validation
    )
    # 3 layers once, for both stages; the last is computed for the first token alone.
    assert operations(run, texts) == pytest.approx(3 * training + 3 * validation)


def planted(run, losses, seconds):
    from peers.report import Result

    epochs = [
        {"wall": wall, "cpu": 2 * wall, "loss": loss}
        for wall, loss in zip(seconds, losses, strict=True)
    ]
    outcome = {
        "wall": sum(seconds), "cpu": 2 * sum(seconds), "epochs": epochs, "bytes_before": 1e8,
        "peak_bytes": 3e8,
    }  # fmt: skip
    return Result(run, outcome, operations=5e9, peak_rate=1e10)


def test_ratios_are_of_the_same_seed_and_leave_out_the_first_pass(run):
    from peers.report import speed_table

    ours = planted(run, [0.7, 0.6, 0.5, 0.4], [9.0, 0.5, 0.25, 0.25])
    theirs = planted(replace(run, system="transformers"), [0.7, 0.6, 0.5, 0.5], [40, 50, 3, 7])

    table = "\n".join(speed_table([ours, theirs]))

    assert "end to end: wall 10.00 (10.00 to 10.00), CPU 10.00" in table
    assert "head-only epoch after the first: wall 100.00" in table
    assert "means 0.1000 apart" in table
    assert ours.share("wall") == pytest.approx(0.05)


def test_losses_that_part_in_one_epoch_are_no_parity(run):
    from peers.report import largest_difference, parity_table

    results = [
        planted(run, [0.7, 0.6, 0.5, 0.4], [1] * 4),
        planted(replace(run, system="transformers"), [0.7, 0.602, 0.5, 0.4], [1] * 4),
    ]

    assert largest_difference(results) == pytest.approx(0.002)
    assert "DO NOT agree" in "\n".join(parity_table(results))
