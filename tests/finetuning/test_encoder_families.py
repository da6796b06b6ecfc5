"""A pass that starts at any layer says the same as a full pass, for every family of encoders."""

import pytest
import torch
import transformers

from patsieve.errors import CheckpointError
from patsieve.finetuning.freezing import Freezer, trainable_tensors
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.prefix import hidden_states_at, layer_list
from tiny_encoders import FAMILIES, stage, tiny_encoder, tiny_model, tiny_tokens, train

DEPTHS = (0, 1, 2, 3)


@pytest.fixture
def batch():
    tokens = tiny_tokens(5, seed=3).texts
    return tokens.batch(torch.arange(5).numpy())


@pytest.mark.parametrize("family", FAMILIES)
def test_a_pass_resumed_at_any_layer_equals_the_full_pass(family, batch):
    model = tiny_model(family, pooling="mean").eval()
    ids, mask = batch
    full = model(ids, mask)
    states = hidden_states_at(model.encoder, DEPTHS, ids, mask)

    for depth in (0, 1, 2):
        resumed = model(ids, mask, hidden=states[depth], depth=depth)

        torch.testing.assert_close(resumed, full, atol=1e-6, rtol=0)
    pooled = model.pool(states[3], mask, ids)
    torch.testing.assert_close(model(pooled=pooled), full, atol=1e-6, rtol=0)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_layer_that_is_passed_over_is_not_computed(family, batch):
    model = tiny_model(family).eval()
    ids, mask = batch
    states = hidden_states_at(model.encoder, [2], ids, mask)
    with torch.no_grad():
        for layer in model.layers[:2]:
            for parameter in layer.parameters():
                parameter.fill_(float("nan"))

    resumed = model(ids, mask, hidden=states[2], depth=2)

    assert torch.isfinite(resumed).all()
    assert torch.isnan(model(ids, mask)).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_the_groups_hold_every_parameter_once(family):
    model = tiny_model(family)

    groups = layer_groups(model)

    assert groups.names == ("embeddings", "encoder.0", "encoder.1", "encoder.2", "classifier")
    grouped = [tensor for tensors in groups.tensors.values() for tensor in tensors]
    named = [name for name, _ in model.named_parameters()]
    unread = [name for name in named if ".pooler." in name]
    assert sorted(grouped) == sorted(set(named) - set(unread))
    for index in range(3):
        own = {id(parameter) for parameter in model.layers[index].parameters()}
        assert {
            id(parameter)
            for name, parameter in model.named_parameters()
            if name in groups.tensors[f"encoder.{index}"]
        } == own


@pytest.mark.parametrize("family", [name for name, has_pooler in FAMILIES.items() if has_pooler])
def test_a_pooler_that_is_read_is_a_group_above_the_layers(family):
    groups = layer_groups(tiny_model(family, pooling="pooler"))

    assert groups.names[-2:] == ("pooler", "classifier")
    assert groups.tensors["pooler"] == (
        "encoder.pooler.dense.weight",
        "encoder.pooler.dense.bias",
    )


@pytest.mark.parametrize("family", [name for name, has_pooler in FAMILIES.items() if has_pooler])
def test_the_pooler_reads_the_stored_first_token_as_it_reads_the_sequence(family, batch):
    model = tiny_model(family, pooling="pooler").eval()
    ids, mask = batch

    expected = model.classifier(model.encoder(ids, attention_mask=mask).pooler_output)

    torch.testing.assert_close(model(ids, mask), expected)


def test_an_encoder_whose_layers_share_weights_is_refused_in_a_sentence():
    with pytest.raises(CheckpointError, match="AlbertModel has no list of 3 layers of its own"):
        layer_list(tiny_encoder("albert"))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_stage_without_dropout_has_none_anywhere(family, batch):
    model = tiny_model(family)
    groups = layer_groups(model)
    freezer = Freezer(model, groups)
    without = model.eval()(*batch)

    freezer.apply(trainable_tensors(stage(), groups, stage_round=1), dropout=0.0)
    freezer.train_mode()

    torch.testing.assert_close(model(*batch), without, atol=1e-6, rtol=0)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_stage_that_names_no_dropout_has_the_checkpoints(family, batch):
    model = tiny_model(family)
    groups = layer_groups(model)
    freezer = Freezer(model, groups)
    torch.manual_seed(5)
    model.train()
    expected = model(*batch)

    freezer.apply(trainable_tensors(stage(), groups, stage_round=1), dropout=0.0)
    freezer.apply(trainable_tensors(stage(), groups, stage_round=1), dropout=None)
    freezer.train_mode()
    torch.manual_seed(5)

    torch.testing.assert_close(model(*batch), expected)


@pytest.mark.parametrize("family", FAMILIES)
def test_frozen_layers_draw_nothing_from_the_random_stream(family, batch):
    model = tiny_model(family, dropout=0.5, head_dropout=0.5)
    groups = layer_groups(model)
    freezer = Freezer(model, groups)
    freezer.apply(groups.tensors["encoder.2"], dropout=None)
    freezer.train_mode()
    ids, mask = batch
    torch.manual_seed(5)
    full = model(ids, mask)
    states = hidden_states_at(model.encoder, [2], ids, mask)[2]
    torch.manual_seed(5)

    resumed = model(ids, mask, hidden=states, depth=2)

    torch.testing.assert_close(resumed, full, atol=1e-6, rtol=0)


def other_model(kind, **shape):
    """Return a model of a family that is not among the usual ones."""
    config = transformers.AutoConfig.for_model(kind, vocab_size=200, pad_token_id=0, **shape)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return EncoderWithHead(transformers.AutoModel.from_config(config).eval(), pooling="mean")


SHAPE = {
    "hidden_size": 16,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 80,
}


def test_a_pass_is_resumed_where_the_encoder_fills_up_the_text_to_whole_windows(batch):
    model = other_model("longformer", **SHAPE, attention_window=[4, 4, 4]).eval()
    ids, mask = batch
    assert ids.shape[1] % 4 != 0
    states = hidden_states_at(model.encoder, [1], ids, mask)[1]
    stored = states[:, : ids.shape[1]] * mask.unsqueeze(-1)

    resumed = model(ids, mask, hidden=stored, depth=1)

    torch.testing.assert_close(resumed, model(ids, mask), atol=1e-6, rtol=0)


def test_what_hangs_on_the_padding_is_not_stored():
    # Its layers convolve over the end of the text.
    model = other_model("convbert", **SHAPE, embedding_size=16)

    result = train(model, stage(train=["classifier"]), max_epochs=1)

    assert result.cache_bytes == 0


@pytest.mark.parametrize("kind", ["flaubert", "xlm"])
def test_an_encoder_that_is_no_chain_of_layers_is_refused_in_a_sentence(kind):
    with pytest.raises(CheckpointError, match="is not a plain chain of layers over the tokens"):
        other_model(kind, emb_dim=16, n_layers=3, n_heads=2, n_words=200)
