"""An outline has the tensors of the encoder it stands for, and none of its numbers."""

import pytest

from patsieve.errors import CheckpointError
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.outline import EncoderOutline, outline_of, tokenizer_of, with_layers
from patsieve.finetuning.pretrained import load_pretrained
from tiny_encoders import FAMILIES, tiny_config, tiny_encoder, tiny_tokenizer


@pytest.mark.parametrize("family", FAMILIES)
def test_an_outline_has_the_groups_and_sizes_of_the_model(family, tmp_path):
    pooling = "pooler" if FAMILIES[family] else "mean"
    tiny_encoder(family).save_pretrained(tmp_path)
    tiny_tokenizer().save_pretrained(tmp_path)
    loaded = load_pretrained(str(tmp_path), pooling=pooling)
    model = EncoderWithHead(loaded.encoder, pooling=pooling)

    outline = outline_of(str(tmp_path), pooling=pooling)

    assert outline.groups == layer_groups(model)
    assert {n: p.shape for n, p in outline.named_parameters()} == {
        n: p.shape for n, p in model.named_parameters()
    }
    assert all(parameter.is_meta for parameter in outline.parameters())
    assert outline.max_tokens == loaded.max_tokens
    assert outline.shape.n_parameters == sum(p.numel() for p in model.parameters())


def test_a_layer_of_bert_holds_four_square_and_two_wide_matrices():
    outline = EncoderOutline("tiny", tiny_config("bert", width=16), "mean")

    assert outline.shape.matrix_parameters == 4 * 16 * 16 + 2 * 16 * 32
    assert outline.shape.widest == 32


@pytest.mark.parametrize("family", ["bert", "distilbert", "modernbert"])
def test_an_encoder_can_be_taken_as_deeper_than_it_is(family):
    outline = EncoderOutline("tiny", with_layers(tiny_config(family), 24), "mean")

    assert outline.n_layers == 24
    assert outline.groups.names[-2] == "encoder.23"


def test_a_large_encoder_costs_nothing(tmp_path):
    tiny_config("bert", n_layers=24, width=1024).save_pretrained(tmp_path)

    outline = outline_of(str(tmp_path), pooling="cls")

    assert outline.shape.n_layers == 24
    assert sum(p.numel() for p in outline.parameters() if not p.is_meta) == 0


def test_layers_that_share_weights_are_refused_as_when_they_are_trained(tmp_path):
    tiny_config("albert").save_pretrained(tmp_path)

    with pytest.raises(CheckpointError, match="cannot be unfrozen by layers"):
        outline_of(str(tmp_path), pooling="mean")


def test_an_encoder_without_pooler_is_refused_where_one_is_read(tmp_path):
    tiny_config("distilbert").save_pretrained(tmp_path)

    with pytest.raises(CheckpointError, match="has no pooler"):
        outline_of(str(tmp_path), pooling="pooler")


def test_a_folder_without_configuration_is_named(tmp_path):
    for read in (tokenizer_of, lambda source: outline_of(source, pooling="mean")):
        with pytest.raises(CheckpointError, match=r"has no config\.json"):
            read(str(tmp_path))
