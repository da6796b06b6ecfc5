"""Checkpoint folders: whole or not at all, of one's own run or refused."""

import dataclasses
import json
import resource

import pytest
import torch

from patsieve.errors import OutputError, ResumeError
from patsieve.finetuning.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from patsieve.finetuning.events import EpochRecord


def after(epoch, *, fingerprint="mine"):
    scores = {"loss": 0.1 * epoch, "mcc": float("nan")}
    history = [
        EpochRecord(n, "head", 0, 1, scores, scores, {"classifier": 1e-3}, 34, 12.5, 0.25)
        for n in range(1, epoch + 1)
    ]
    return Checkpoint(
        fingerprint=fingerprint,
        history=history,
        step=5 * epoch,
        stage_end_reason="",
        stop_reason="because",
        first_step={"classifier.weight": 3},
        weights={"classifier.weight": torch.full((2, 3), float(epoch))},
        best_weights={"classifier.weight": torch.ones(2, 3)},
        moments={"step/classifier.weight": torch.tensor(7.0)},
        averaged={1: {"classifier.weight": torch.zeros(2, 3)}},
    )


def test_a_checkpoint_reads_back_as_it_was_written(tmp_path):
    write_checkpoint(tmp_path, after(2))

    found = read_checkpoint(tmp_path, fingerprint="mine")

    # NaN is unlike itself, so records are compared as text.
    assert repr(found.history) == repr(after(2).history)
    assert (found.step, found.stop_reason, found.first_step) == (
        10,
        "because",
        {"classifier.weight": 3},
    )
    assert torch.equal(found.weights["classifier.weight"], torch.full((2, 3), 2.0))
    assert torch.equal(found.best_weights["classifier.weight"], torch.ones(2, 3))
    assert torch.equal(found.moments["step/classifier.weight"], torch.tensor(7.0))


@pytest.mark.parametrize("folder", ["empty", "absent"])
def test_a_folder_without_a_checkpoint_has_none(tmp_path, folder):
    (tmp_path / "empty").mkdir()

    assert read_checkpoint(tmp_path / folder, fingerprint="mine") is None


def test_only_the_newest_checkpoint_is_kept_and_what_is_not_ours_stays(tmp_path):
    (tmp_path / "epoch-notes.txt").write_text("mine")
    (tmp_path / ".epoch-0002.k1ll3d").mkdir()
    for epoch in (1, 2, 3):
        write_checkpoint(tmp_path, after(epoch))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["epoch-0003", "epoch-notes.txt"]
    assert read_checkpoint(tmp_path, fingerprint="mine").step == 15


def test_the_newest_is_the_one_of_the_highest_epoch_and_not_the_last_by_name(tmp_path):
    write_checkpoint(tmp_path, after(1))
    (tmp_path / "epoch-0001").rename(tmp_path / "epoch-9999")
    write_checkpoint(tmp_path, after(2))
    (tmp_path / "epoch-0002").rename(tmp_path / "epoch-10000")

    assert read_checkpoint(tmp_path, fingerprint="mine").step == 10


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    write_checkpoint(tmp_path, after(1, fingerprint="another"))

    with pytest.raises(
        ResumeError, match=r"holds another run .*choose another folder or delete it"
    ):
        read_checkpoint(tmp_path, fingerprint="mine")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("state.json", "{"),
        ("state.json", "[]"),
        ("state.json", "{}"),
        ("weights.safetensors", "no tensors"),
        ("moments.safetensors", ""),
        ("best.safetensors", None),
    ],
)
def test_a_broken_checkpoint_is_refused_in_a_sentence(tmp_path, file, content):
    broken = write_checkpoint(tmp_path, after(1)) / file
    broken.unlink()
    if content is not None:
        broken.write_text(content)

    with pytest.raises(ResumeError, match=r"epoch-0001 cannot be read .*delete it to begin anew"):
        read_checkpoint(tmp_path, fingerprint="mine")


def test_nothing_in_a_checkpoint_is_pickled(tmp_path):
    folder = write_checkpoint(tmp_path, after(1))

    assert sorted(path.suffix for path in folder.iterdir()) == [".json"] + [".safetensors"] * 4
    assert json.loads((folder / "state.json").read_text())["step"] == 5


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    (tmp_path / "run").write_text("a file in the way")

    with pytest.raises(OutputError, match=r"cannot write .*epoch-0001"):
        write_checkpoint(tmp_path / "run", after(1))


def test_a_disk_without_room_is_told_in_a_sentence_and_the_checkpoint_before_stays(tmp_path):
    write_checkpoint(tmp_path, after(1))
    large = dataclasses.replace(after(2), weights={"w": torch.zeros(100_000)})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # No file may grow beyond 100,000 bytes, which the library meets as it would a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OutputError, match=r"cannot write .*epoch-0002: File too large"):
            write_checkpoint(tmp_path, large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert [path.name for path in tmp_path.iterdir()] == ["epoch-0001"]
