"""The last layer for the first token alone: the same states and gradients as the whole layer's."""

from contextlib import nullcontext

import pytest
import torch
from torch import nn
from transformers import AutoModel, BertConfig, DistilBertConfig, ElectraConfig, RobertaConfig

from patsieve.finetuning.first_token import has_bert_form, last_for_first_token
from patsieve.finetuning.prefix import examine_layers, layer_list
from tiny_encoders import tiny_model

IDS = torch.tensor([[2, 7, 8, 9, 10, 3], [2, 11, 3, 0, 0, 0], [2, 5, 6, 12, 3, 0]])
MASK = (IDS > 0).long()
SHAPE = {
    "vocab_size": 30,
    "hidden_size": 16,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 24,
    "max_position_embeddings": 20,
}


def encoder_of(config, **more):
    torch.manual_seed(5)
    made = AutoModel.from_config(config, **more)
    with torch.no_grad():
        # Fresh biases are zero and fresh norms are one; trained ones are neither.
        for parameter in made.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return made.eval()


def first_states(encoder, *, alone):
    block = last_for_first_token(layer_list(encoder)[-1], output_size=0) if alone else nullcontext()
    with block:
        return encoder(input_ids=IDS, attention_mask=MASK).last_hidden_state[:, 0]


@pytest.mark.parametrize("kind", [BertConfig, RobertaConfig, ElectraConfig])
@pytest.mark.parametrize("kernel", ["sdpa", "eager"])
def test_states_and_gradients_are_those_of_the_whole_layer(kind, kernel):
    encoder = encoder_of(kind(**SHAPE), attn_implementation=kernel)
    parameters = [each for each in encoder.parameters() if each.requires_grad]
    found = {}
    for alone in (False, True):
        states = first_states(encoder, alone=alone)
        gradients = torch.autograd.grad(states.square().sum(), parameters, allow_unused=True)
        found[alone] = (states, gradients)

    torch.testing.assert_close(found[True][0], found[False][0], atol=1e-5, rtol=1e-5)
    for one, other in zip(found[True][1], found[False][1], strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)


def test_only_one_state_a_text_is_computed_and_the_layer_is_put_back():
    encoder = encoder_of(BertConfig(**SHAPE))
    last = layer_list(encoder)[-1]
    seen = []
    handle = last.intermediate.register_forward_hook(lambda *given: seen.append(given[2].shape))

    first_states(encoder, alone=True)
    whole = first_states(encoder, alone=False)

    handle.remove()
    assert [shape[1] for shape in seen] == [1, 6]
    assert "forward" not in vars(last)
    assert whole.shape == (3, 16)


def test_every_tensor_of_the_layer_receives_a_gradient():
    encoder = encoder_of(BertConfig(**SHAPE)).train()

    first_states(encoder, alone=True).square().sum().backward()

    assert all(each.grad is not None for each in layer_list(encoder)[-1].parameters())


def test_dropout_falls_on_the_weights_of_attention():
    encoder = encoder_of(BertConfig(**SHAPE, hidden_dropout_prob=0.0))
    layer_list(encoder)[-1].attention.self.train()
    torch.manual_seed(1)

    # Dropped weights are made up for, so that the mean over many draws is that without.
    attended = []
    handle = layer_list(encoder)[-1].attention.output.dense.register_forward_pre_hook(
        lambda _, given: attended.append(given[0].detach())
    )
    for _ in range(4000):
        first_states(encoder, alone=True)
    drawn = torch.stack(attended)
    encoder.eval()
    attended.clear()
    first_states(encoder, alone=True)
    handle.remove()

    assert drawn.std(dim=0).min() > 0
    torch.testing.assert_close(drawn.mean(0), attended[0], atol=0.03, rtol=0.03)


def test_a_mask_in_a_form_of_its_own_is_left_to_the_layer():
    layer = layer_list(encoder_of(BertConfig(**SHAPE)))[-1]
    hidden = torch.randn(3, 6, 16)
    with last_for_first_token(layer, output_size=0):
        given_none = layer(hidden)
        given_two = layer(hidden, attention_mask=torch.zeros(6, 6))

    assert given_none.shape == (3, 1, 16)
    assert given_two.shape == (3, 6, 16)


def test_layers_of_another_form_are_computed_whole():
    other = encoder_of(
        DistilBertConfig(vocab_size=30, dim=16, n_layers=2, n_heads=4, hidden_dim=24)
    )
    assert not has_bert_form(layer_list(other)[-1])
    assert not examine_layers(other).first_token_alone


def test_a_layer_that_only_looks_like_berts_is_found_out():
    encoder = encoder_of(BertConfig(**SHAPE))
    assert examine_layers(encoder).first_token_alone

    class Louder(type(layer_list(encoder)[-1])):
        def forward(self, *arguments, **named):
            return 1.5 * super().forward(*arguments, **named)

    layer_list(encoder)[-1].__class__ = Louder

    assert has_bert_form(layer_list(encoder)[-1])
    assert not examine_layers(encoder).first_token_alone


def test_a_layer_with_a_part_more_has_not_berts_form():
    layer = layer_list(encoder_of(BertConfig(**SHAPE)))[-1]
    layer.attention.self.convolution = nn.Identity()
    assert not has_bert_form(layer)


@pytest.mark.parametrize(("pooling", "alone"), [("pooler", True), ("cls", True), ("mean", False)])
def test_it_is_done_where_nobody_reads_the_other_tokens(pooling, alone):
    model = tiny_model(pooling=pooling).eval()
    assert model.reads_first_token is alone
    seen = []
    handle = model.layers[-1].intermediate.register_forward_hook(
        lambda *given: seen.append(given[2].shape[1])
    )

    model(IDS % 20, MASK)

    handle.remove()
    assert seen == [1 if alone else 6]
