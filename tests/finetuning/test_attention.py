"""Attention on a CPU: the numbers of PyTorch's own, at a fraction of its price."""

import math

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from patsieve.finetuning.attention import fast_where_gradients_flow

CPU = torch.device("cpu")


def operands(**more):
    generator = torch.Generator().manual_seed(3)
    return [torch.randn(2, 4, 9, 8, generator=generator, **more) for _ in range(3)]


def masks():
    generator = torch.Generator().manual_seed(4)
    seen = torch.rand(2, 1, 9, 9, generator=generator) > 0.3
    seen[..., 0] = True
    return {
        "none": None,
        "truth values": seen,
        "numbers": torch.zeros(2, 1, 9, 9).masked_fill(~seen, torch.finfo(torch.float32).min),
    }


def attend(*arguments, **named):
    with torch.autocast("cpu", dtype=torch.bfloat16), fast_where_gradients_flow(CPU):
        return scaled_dot_product_attention(*arguments, **named)


@pytest.mark.parametrize("mask", masks())
@pytest.mark.parametrize("scale", [None, 0.2])
def test_its_mean_over_many_draws_is_attention_without_dropout(mask, scale):
    query, key, value = operands(requires_grad=True)
    named = {"attn_mask": masks()[mask], "scale": scale}
    torch.manual_seed(1)

    mean = sum(attend(query, key, value, dropout_p=0.2, **named).float() for _ in range(2000)) / 2e3

    full = scaled_dot_product_attention(query, key, value, **named)
    # A mean of 2,000 draws is off by about 1/90 of one draw's spread of at most .5.
    torch.testing.assert_close(mean, full, rtol=0.02, atol=0.03)


def test_weights_are_dropped_as_often_as_asked_and_the_rest_made_up_for():
    # Equal keys weigh the same: what comes out counts the weights that were kept.
    n_tokens, dropout = 1000, 0.1
    query = torch.zeros(1, 1, n_tokens, 4, requires_grad=True)
    value = torch.ones(1, 1, n_tokens, 4)
    torch.manual_seed(1)

    kept = attend(query, query, value, dropout_p=dropout)[..., 0].float() * (1 - dropout)

    deviation = math.sqrt(dropout * (1 - dropout) / n_tokens**2)
    assert kept.mean().item() == pytest.approx(1 - dropout, abs=max(5 * deviation, 0.004))
    assert kept.std().item() == pytest.approx(math.sqrt(0.09 / n_tokens), rel=0.3)


def test_the_same_seed_drops_the_same_weights_and_the_gradient_knows_them():
    query, key, value = operands(requires_grad=True)
    outputs, gradients = [], []
    for _ in range(2):
        torch.manual_seed(7)
        output = attend(query, key, value, dropout_p=0.5)
        [gradient] = torch.autograd.grad(output.float().sum(), value)
        outputs.append(output)
        gradients.append(gradient)
    torch.manual_seed(8)
    other = attend(query, key, value, dropout_p=0.5)

    assert torch.equal(*outputs)
    assert torch.equal(*gradients)
    assert not torch.equal(outputs[0], other)
    # A key's weights in all queries are what its value's gradient sums up.
    assert (gradients[0].std(dim=2) > 0).all()


def test_its_result_has_the_type_of_the_run():
    assert attend(*operands(requires_grad=True), dropout_p=0.1).dtype == torch.bfloat16


# --- against PyTorch's own -----------------------------------------------------------------


def gradients_of(query, key, value, **named):
    found = scaled_dot_product_attention(query, key, value, **named)
    weighted = (found * torch.arange(1.0, 1.0 + found.shape[-1])).square().sum()
    return found, torch.autograd.grad(weighted, [query, key, value])


@pytest.mark.parametrize("mask", masks())
@pytest.mark.parametrize("scale", [None, 0.2])
@pytest.mark.parametrize("scores_at_once", [1, 200, 10**6])
def test_without_dropout_numbers_and_gradients_are_the_same(
    mask, scale, scores_at_once, monkeypatch
):
    monkeypatch.setattr("patsieve.finetuning.attention._SCORES_AT_ONCE", scores_at_once)
    operands_of_run = operands(requires_grad=True)
    named = {"attn_mask": masks()[mask], "scale": scale}
    with fast_where_gradients_flow(CPU):
        found, gradients = gradients_of(*operands_of_run, **named)
    expected, expected_gradients = gradients_of(*operands_of_run, **named)

    assert type(found.grad_fn).__name__ == "_AttentionBackward"
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)
    for one, other in zip(gradients, expected_gradients, strict=True):
        torch.testing.assert_close(one, other, atol=1e-3, rtol=1e-4)


def test_with_dropout_gradients_are_those_of_the_same_draws():
    query, key, value = operands(requires_grad=True)
    torch.manual_seed(9)
    with fast_where_gradients_flow(CPU):
        found, gradients = gradients_of(query, key, value, dropout_p=0.3)
    # The mean over equal values is what tells the weights, dropped ones as zeros.
    torch.manual_seed(9)
    with fast_where_gradients_flow(CPU):
        weights = scaled_dot_product_attention(
            query, key, torch.eye(9).expand(2, 4, 9, 9), dropout_p=0.3
        )
    kept = (weights != 0).float().detach() / 0.7
    plain = (query @ key.transpose(2, 3) / math.sqrt(8)).softmax(-1) * kept @ value
    weighted = (plain * torch.arange(1.0, 9.0)).square().sum()

    torch.testing.assert_close(found, plain, atol=1e-5, rtol=1e-4)
    expected = torch.autograd.grad(weighted, [query, key, value])
    for one, other in zip(gradients, expected, strict=True):
        torch.testing.assert_close(one, other, atol=1e-3, rtol=1e-4)


def test_keys_may_be_more_than_queries():
    query, key, value = operands(requires_grad=True)
    with fast_where_gradients_flow(CPU):
        found = scaled_dot_product_attention(query[:, :, :2], key, value)
    expected = scaled_dot_product_attention(query[:, :, :2], key, value)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


def test_in_16_bit_it_is_as_close_as_16_bit_can_be():
    query, key, value = operands(requires_grad=True)
    expected, expected_gradients = gradients_of(query, key, value)

    found = attend(query, key, value)
    weighted = (found.float() * torch.arange(1.0, 9.0)).square().sum()
    gradients = torch.autograd.grad(weighted, [query, key, value])

    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found.float(), expected, atol=0.03, rtol=0.03)
    for one, other in zip(gradients, expected_gradients, strict=True):
        assert (one - other).norm() < 0.03 * other.norm()


@pytest.mark.parametrize(
    "named", [{"is_causal": True}, {"attn_mask": None, "enable_gqa": True, "is_causal": True}]
)
def test_what_it_cannot_do_is_left_to_pytorch(named):
    query, key, value = operands(requires_grad=True)
    with fast_where_gradients_flow(CPU):
        found = scaled_dot_product_attention(query, key, value, **named)
    assert torch.equal(found, scaled_dot_product_attention(query, key, value, **named))


def test_without_gradients_nothing_is_changed():
    query, key, value = operands()
    with torch.no_grad(), fast_where_gradients_flow(CPU):
        found = scaled_dot_product_attention(query, key, value)
    assert torch.equal(found, scaled_dot_product_attention(query, key, value))
