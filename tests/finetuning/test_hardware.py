"""Device and precision: chosen once, and never silently another."""

import pytest
import torch

from patsieve.errors import UsageError
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
