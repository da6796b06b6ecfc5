"""A labelled file, a tiny checkpoint and starting experiments for searches; and one search."""

from pathlib import Path

from patsieve.experiments.memory_tracker import MemoryTracker
from patsieve.experiments.tune import tune
from patsieve.experiments.tune_request import TuneRequest
from tiny_encoders import tiny_encoder, tiny_texts, tiny_tokenizer

START = """
summary = "tiny"
kind = "encoder"
[encoder]
max_tokens = 32
[training]
batch_size = 16
max_epochs = 4
sampling = "balanced"
[training.stopping]
patience = "never"
[[stages]]
name = "head"
train = ["classifier"]
learning_rate = 1e-3
[[stages]]
name = "top"
train = ["classifier", "encoder.2"]
from_epoch = 3
learning_rate = 1e-3
learning_rates = { encoder = 1e-4 }
"""
PARTS = ("training", "training", "training", "validation", "test")


def write_here(folder: Path) -> Path:
    """Write 80 records with their parts, the checkpoint and the experiment ``start.toml``."""
    texts, labels = tiny_texts(80, prevalence=0.4, seed=1)
    lines = [
        f'{label},{PARTS[number % 5]},"{text}"'
        for number, (text, label) in enumerate(zip(texts, labels, strict=True))
    ]
    text = "label,part,abstract\n" + "\n".join(lines)
    (folder / "labelled.csv").write_text(text, encoding="utf-8")
    tiny_encoder().save_pretrained(folder / "checkpoint")
    tiny_tokenizer().save_pretrained(folder / "checkpoint")
    (folder / "start.toml").write_text(START, encoding="utf-8")
    return folder


def request(here: Path, out: Path, **more) -> TuneRequest:
    """Return a request for a search of nine trials, unless `more` says otherwise."""
    told = {
        "source": here / "labelled.csv",
        "experiment": str(here / "start.toml"),
        "trials": 9,
        "out": out,
        "checkpoint": str(here / "checkpoint"),
        "device": "cpu",
        "precision": "32",
        "split_column": "part",
    }
    return TuneRequest(**(told | more))


def search(asked: TuneRequest, **more):
    """Return the outcome, the trackers and what was said."""
    trackers = (MemoryTracker(), MemoryTracker())
    told: list[str] = []
    outcome = tune(asked, say=told.append, trackers=trackers, **more)
    return outcome, trackers, told
