"""Two processes that share each batch end with the weights of one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors.torch import load_file

import tiny_encoders
from patsieve.corpus.synthetic import write_patents

EXPERIMENT = """
summary = "two stages without dropout"
kind = "encoder"

[encoder]
max_tokens = 32
dropout = 0.0
WINDOWS
[training]
batch_size = 7
accumulate = 2
max_epochs = 3

[training.stopping]
patience = "never"
keep = "last"

[[stages]]
name = "head"
train = ["classifier"]
learning_rate = 1e-2
dropout = 0.0

[[stages]]
name = "top"
train = ["classifier", "encoder[last half]"]
from_epoch = 2
learning_rate = 1e-3
dropout = 0.0
"""


IN_WINDOWS = """
[encoder.windows]
overlap = 4
pooling = "learned"
max_windows = 4
"""


def trained(folder: Path, devices: int) -> tuple[dict, str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "patsieve.cli.main", "train", "labelled.csv"),
            *("--experiment", "parallel.toml", "--checkpoint", "tiny", "--device", "cpu"),
            *("--precision", "32", "--devices", str(devices), "--no-tracking"),
            *("--out", f"on-{devices}"),
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    model = folder / f"on-{devices}" / "model"
    weights = load_file(model / "encoder" / "model.safetensors")
    weights |= load_file(model / "head.safetensors")
    return weights, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("windows", ["", IN_WINDOWS], ids=["beginnings", "windows"])
def test_two_processes_end_with_the_weights_of_one_and_speak_once(tmp_path, windows):
    write_patents(tmp_path / "labelled.csv", 120, seed=2, prevalence=0.4)
    experiment = EXPERIMENT.replace("WINDOWS", windows)
    (tmp_path / "parallel.toml").write_text(experiment, encoding="utf-8")
    tiny_encoders.tiny_encoder(n_layers=2).save_pretrained(tmp_path / "tiny")
    tiny_encoders.tiny_tokenizer().save_pretrained(tmp_path / "tiny")

    alone, _ = trained(tmp_path, 1)
    together, printed = trained(tmp_path, 2)

    assert alone.keys() == together.keys()
    for name, value in alone.items():
        if name.endswith("key.bias"):
            continue  # its gradient is zero but for rounding, which AdamW blows up
        assert (value - together[name]).abs().max() < 1e-5, name
    assert printed.count("bundle: on-2") == 1
