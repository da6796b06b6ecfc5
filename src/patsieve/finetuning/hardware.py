"""Which device and which precision a run uses: chosen here, printed, never silently different.

Device placement, precision and data-parallel training are Lightning Fabric's work.
"""

import logging
import os
import warnings
from typing import Literal

import torch
from lightning_fabric import Fabric

from patsieve.errors import UsageError

Device = Literal["auto", "cpu", "cuda"]
Precision = Literal["auto", "32", "bf16"]


def bf16_is_fast(device: Literal["cpu", "cuda"]) -> bool:
    """Whether the device multiplies matrices in bfloat16 in hardware."""
    if device == "cuda":
        return torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
    flags = torch.cpu.get_capabilities()
    return bool(flags.get("amx_bf16") or flags.get("avx512_bf16"))


def choose_precision(precision: Precision, device: Literal["cpu", "cuda"]) -> Literal["32", "bf16"]:
    """Return the precision that ``"auto"`` stands for on this device."""
    if precision != "auto":
        return precision
    return "bf16" if bf16_is_fast(device) else "32"


def choose_device(device: Device) -> Literal["cpu", "cuda"]:
    """Return the device that ``"auto"`` stands for on this machine."""
    if device == "cuda" and not torch.cuda.is_available():
        raise UsageError("device 'cuda' was asked for, but PyTorch finds no CUDA device; use 'cpu'")
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return device


def make_fabric(device: Device, precision: Precision, *, devices: int = 1) -> Fabric:
    """Return a launched Fabric on the chosen device.

    Parameters
    ----------
    devices : int
        Processes to train with, one a device. With more than one, this call starts the same
        command again for each of the others, and returns in all of them (`is_follower`).

    Raises
    ------
    UsageError
        If the machine has not so many CUDA devices.
    """
    chosen = choose_device(device)
    if chosen == "cuda" and devices > torch.cuda.device_count():
        raise UsageError(
            f"{devices} devices were asked for, but this machine has {torch.cuda.device_count()}"
        )
    plugin = {"32": "32-true", "bf16": "bf16-mixed"}[choose_precision(precision, chosen)]
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    with warnings.catch_warnings():
        # Fabric advises to use a GPU that the user has decided not to use.
        warnings.filterwarnings("ignore", message=".*available but not used.*")
        fabric = Fabric(
            accelerator=chosen,
            devices=devices,
            precision=plugin,
            strategy="ddp" if devices > 1 else "auto",
        )
    if devices > 1:
        fabric.launch()
    return fabric


def is_follower() -> bool:
    """Whether this process was started to help another one train.

    A follower trains along and writes, tracks and tells nothing.
    """
    return int(os.environ.get("LOCAL_RANK", "0")) > 0


def disband() -> None:
    """End the work of several processes together, if they had begun any."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.barrier()
        torch.distributed.destroy_process_group()
