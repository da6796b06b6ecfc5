"""Device and precision: chosen once, and never silently another."""

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from patsieve.errors import UsageError
from patsieve.finetuning.attention import attention_where_gradients_flow
from patsieve.finetuning.hardware import (
    bf16_is_fast,
    choose_device,
    choose_precision,
    make_fabric,
)

CPU = torch.device("cpu")


def test_what_is_asked_for_is_what_is_used():
    assert choose_precision("32", "cpu") == "32"
    assert choose_precision("bf16", "cpu") == "bf16"
    assert choose_device("cpu") == "cpu"
    assert make_fabric("cpu", "32").strategy.precision.precision == "32-true"
    assert make_fabric("cpu", "bf16").strategy.precision.precision == "bf16-mixed"


def test_auto_takes_16_bit_where_the_processor_multiplies_in_it():
    assert choose_precision("auto", "cpu") == ("bf16" if bf16_is_fast("cpu") else "32")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_a_device_that_is_not_there_is_told():
    with pytest.raises(UsageError, match="'cuda' was asked for, but PyTorch finds no CUDA device"):
        make_fabric("cuda", "32")
    assert choose_device("auto") == "cpu"


# --- attention -----------------------------------------------------------------------------


def heads(*, requires_grad=True):
    generator = torch.Generator().manual_seed(3)
    made = (torch.randn(2, 2, 5, 8, generator=generator).bfloat16() for _ in range(3))
    return [part.requires_grad_(requires_grad) for part in made]


def attended_in_32_bit(query, key, value, **more):
    return scaled_dot_product_attention(query.float(), key.float(), value.float(), **more)


@pytest.mark.parametrize("mask", [None, "true or false", "added"])
def test_where_gradients_flow_attention_is_computed_in_32_bit(mask):
    allowed = torch.tensor([True, True, True, True, False]).expand(2, 1, 5, 5)
    masks = {
        None: None,
        "true or false": allowed,
        "added": torch.zeros(2, 1, 5, 5).bfloat16().masked_fill(~allowed, -1e9),
    }
    query, key, value = heads()
    expected = attended_in_32_bit(
        query, key, value, attn_mask=masks[mask].float() if mask == "added" else masks[mask]
    )

    with torch.autocast("cpu", dtype=torch.bfloat16), attention_where_gradients_flow(CPU):
        found = scaled_dot_product_attention(query, key, value, attn_mask=masks[mask])
    found.float().sum().backward()

    assert found.dtype == torch.bfloat16
    assert torch.equal(found, expected.bfloat16())
    assert all(torch.isfinite(part.grad).all() for part in (query, key, value))


def test_without_gradients_or_in_32_bit_attention_is_left_alone():
    query, key, value = heads(requires_grad=False)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        plain = scaled_dot_product_attention(query, key, value)
        with torch.no_grad(), attention_where_gradients_flow(CPU):
            assert torch.equal(scaled_dot_product_attention(query, key, value), plain)
    with attention_where_gradients_flow(CPU):
        in_32_bit = scaled_dot_product_attention(query.float(), key.float(), value.float())
    assert in_32_bit.dtype == torch.float32
    assert torch.equal(in_32_bit, attended_in_32_bit(query, key, value))
