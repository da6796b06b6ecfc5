"""Dropout by whole words: the same distribution as PyTorch's own, and gradients that know it."""

import math

import pytest
import torch
from torch.nn.functional import dropout as torch_dropout

from patsieve.finetuning.attention import fast_where_gradients_flow
from patsieve.finetuning.dropping import can_drop, draw_mask, drop, masked, stream_of_draws

CPU = torch.device("cpu")


@pytest.mark.parametrize("dropout", [0.1, 0.5, 0.9])
def test_numbers_are_dropped_as_often_as_asked(dropout):
    torch.manual_seed(1)
    size = 400_000

    mask = draw_mask(stream_of_draws(), torch.Size([size]), dropout)

    assert set(mask.unique().tolist()) == {-1, 0}
    dropped = (mask == 0).double().mean().item()
    assert dropped == pytest.approx(dropout, abs=5 * math.sqrt(dropout * (1 - dropout) / size))


def test_neighbours_are_dropped_independently():
    torch.manual_seed(2)
    kept = (draw_mask(stream_of_draws(), torch.Size([400_000]), 0.5) != 0).double() - 0.5

    # Four draws come from one number.
    for lag in (1, 2, 3, 4, 8):
        assert abs((kept[:-lag] * kept[lag:]).mean().item()) < 5 * 0.25 / math.sqrt(400_000)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_what_is_kept_is_made_up_for_and_the_gradient_is_the_same(dtype):
    torch.manual_seed(3)
    values = torch.randn(50, 7).to(dtype).requires_grad_()

    found = drop(values, 0.25)
    found.sum().backward()

    scale = torch.tensor(1 / 0.75).to(dtype)
    kept = found != 0
    torch.testing.assert_close(found[kept], (values * scale)[kept])
    torch.testing.assert_close(values.grad, kept.to(dtype) * scale)
    assert 0.6 < kept.double().mean() < 0.9


def test_a_mask_keeps_every_bit_of_a_number():
    values = torch.tensor([-0.0, 1e-40, 3.5, -2.0])
    mask = torch.tensor([-1, -1, 0, -1], dtype=torch.int16)

    assert masked(values, mask).tolist() == [-0.0, values[1].item(), 0.0, -2.0]


def test_draws_hang_on_torchs_seed_alone():
    drawn = []
    for seed in (4, 4, 5):
        torch.manual_seed(seed)
        drawn.append([drop(torch.ones(99), 0.5).tolist() for _ in range(2)])

    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]
    assert drawn[0][0] != drawn[0][1]


def test_transposed_numbers_are_dropped_where_they_stand():
    torch.manual_seed(6)
    values = torch.arange(1.0, 13.0).view(3, 4).t().requires_grad_()

    found = drop(values, 0.5)

    kept = found != 0
    assert found.shape == (4, 3)
    torch.testing.assert_close(found[kept], 2 * values[kept])


def test_modules_take_this_road_only_where_gradients_flow():
    module = torch.nn.Dropout(0.5)
    values = torch.ones(30_000, requires_grad=True)

    torch.manual_seed(7)
    with fast_where_gradients_flow(CPU):
        fast = module(values)
    torch.manual_seed(7)
    assert torch.equal(fast, drop(torch.ones(30_000), 0.5))

    torch.manual_seed(7)
    with torch.no_grad(), fast_where_gradients_flow(CPU):
        plain = module(values)
    torch.manual_seed(7)
    assert torch.equal(plain, torch_dropout(values, 0.5, training=True))
    with fast_where_gradients_flow(CPU):
        assert torch.equal(module.eval()(values), values)
        assert module.train()(torch.ones(30_000, dtype=torch.float64)).dtype == torch.float64


def test_only_numbers_of_16_or_32_bit_can_be_masked():
    assert can_drop(torch.ones(2, dtype=torch.float16))
    assert not can_drop(torch.ones(2, dtype=torch.float64))
    assert not can_drop(torch.ones(2, dtype=torch.int32))
