"""Stopping and going on: everything a run needs to continue, written after each epoch.

A checkpoint is a folder that appears whole or not at all. It holds the tensors that have
trained so far (all others are still the pre-trained ones), the best of them, the optimizer's
moments, and the history, from which every decision follows. Random streams are functions of
seed and epoch, so there is no generator state to keep.
"""

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from patsieve.atomic import folder_aside
from patsieve.errors import ResumeError
from patsieve.finetuning.events import EpochRecord

# A checkpoint, or what a kill in the middle of writing one has left.
_OWN = re.compile(r"epoch-(\d+)|\.epoch-\d+\..*")


@dataclass(frozen=True)
class Checkpoint:
    """A training run after a completed epoch.

    Attributes
    ----------
    fingerprint : str
        Identifies the run: schedule, settings, seed, data and encoder. A run resumes only
        from a checkpoint of its own.
    history : list of EpochRecord
    step : int
    stage_end_reason, stop_reason : str
    first_step : mapping of str to int
        Trainable tensor to the step at which it was unfrozen.
    weights, best_weights, moments : mapping of str to tensor
    averaged : mapping of int to mapping of str to tensor
        Epoch to its weights, where weights are averaged.
    """

    fingerprint: str
    history: list[EpochRecord]
    step: int
    stage_end_reason: str
    stop_reason: str
    first_step: Mapping[str, int]
    weights: Mapping[str, torch.Tensor]
    best_weights: Mapping[str, torch.Tensor]
    moments: Mapping[str, torch.Tensor]
    averaged: Mapping[int, Mapping[str, torch.Tensor]]


def write_checkpoint(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint into the run's folder and drop the ones before it.

    Raises
    ------
    OutputError
        If there is no space or permission; the checkpoint before it is still there.
    """
    target = write_epoch(folder, checkpoint)
    for older in folder.iterdir():
        if older != target and _OWN.fullmatch(older.name):
            shutil.rmtree(older, ignore_errors=True)
    return target


def write_epoch(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint beside those of other epochs.

    Raises
    ------
    OutputError
        If there is no space or permission.
    """
    target = folder / f"epoch-{checkpoint.history[-1].epoch:04d}"
    with folder_aside(target) as aside:
        _write_tensors(aside / "weights.safetensors", checkpoint.weights)
        _write_tensors(aside / "best.safetensors", checkpoint.best_weights)
        _write_tensors(aside / "moments.safetensors", checkpoint.moments)
        for kept, weights in checkpoint.averaged.items():
            _write_tensors(aside / f"averaged-{kept}.safetensors", weights)
        state = {
            "fingerprint": checkpoint.fingerprint,
            "step": checkpoint.step,
            "stage_end_reason": checkpoint.stage_end_reason,
            "stop_reason": checkpoint.stop_reason,
            "first_step": dict(checkpoint.first_step),
            "averaged": list(checkpoint.averaged),
            "history": [record.as_json() for record in checkpoint.history],
        }
        (aside / "state.json").write_text(json.dumps(state, indent=1), encoding="utf-8")
    return target


def read_checkpoint(folder: Path, *, fingerprint: str) -> Checkpoint | None:
    """Return the newest checkpoint in a run's folder, or None if there is none.

    Raises
    ------
    ResumeError
        If it belongs to another run, or cannot be read.
    """
    stored = stored_epochs(folder)
    return read_epoch(folder, max(stored), fingerprint=fingerprint) if stored else None


def read_epoch(folder: Path, epoch: int, *, fingerprint: str) -> Checkpoint:
    """Return the checkpoint of an epoch.

    Raises
    ------
    ResumeError
        If it belongs to another run, or cannot be read.
    """
    place = folder / f"epoch-{epoch:04d}"
    try:
        state: dict[str, Any] = json.loads((place / "state.json").read_text(encoding="utf-8"))
        is_own = state["fingerprint"] == fingerprint
        tensors = [
            load_file(place / f"{name}.safetensors") for name in ("weights", "best", "moments")
        ]
        averaged = {
            kept: load_file(place / f"averaged-{kept}.safetensors")
            for kept in map(int, state["averaged"])
        }
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ResumeError(
            f"checkpoint {place} cannot be read ({error}); delete it to begin anew"
        ) from error
    if not is_own:
        raise ResumeError(
            f"{folder} holds another run (other data, experiment, seed or encoder), so it cannot "
            "be resumed with these settings; choose another folder or delete it"
        )
    return Checkpoint(
        fingerprint=fingerprint,
        history=[EpochRecord(**record) for record in state["history"]],
        step=state["step"],
        stage_end_reason=state["stage_end_reason"],
        stop_reason=state["stop_reason"],
        first_step=state["first_step"],
        weights=tensors[0],
        best_weights=tensors[1],
        moments=tensors[2],
        averaged=averaged,
    )


def stored_epochs(folder: Path) -> set[int]:
    """Return the epochs of which a folder holds a checkpoint."""
    matches = (_OWN.fullmatch(path.name) for path in folder.iterdir()) if folder.is_dir() else ()
    return {int(match[1]) for match in matches if match and match[1]}


def _write_tensors(path: Path, tensors: Mapping[str, torch.Tensor]) -> None:
    on_cpu = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    try:
        save_file(on_cpu, path)
    except SafetensorError as error:
        # The library hides what the operating system said, such as that the disk is full.
        number = re.search(r"os error (\d+)", str(error))
        if number is None:
            raise
        raise OSError(int(number[1]), os.strerror(int(number[1]))) from error
