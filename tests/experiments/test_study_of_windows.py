"""A study of experiments that read texts in windows: they share, and end as they would alone."""

import numpy as np
import pytest

from patsieve.experiments.memory_tracker import MemoryTracker
from patsieve.experiments.study import study
from patsieve.experiments.study_request import StudyRequest
from tiny_encoders import save_checkpoint, tiny_texts

HEAD = """
summary = "tiny"
kind = "encoder"
[encoder]
max_tokens = 12
[encoder.windows]
overlap = 4
pooling = "{pooling}"
[training]
batch_size = 16
max_epochs = 4
sampling = "balanced"
[training.stopping]
patience = "never"
[[stages]]
name = "head"
train = ["classifier"]
learning_rate = 3e-2
"""
TOP = """
[[stages]]
name = "top"
train = ["classifier", "encoder.2"]
from_epoch = 3
learning_rate = 1e-2
"""
EXPERIMENTS = {
    "head": HEAD.format(pooling="mean"),
    "top": HEAD.format(pooling="mean") + TOP,
    "top-by-largest": HEAD.format(pooling="max") + TOP,
}


def runs_of(folder, out, *names):
    request = StudyRequest(
        source=folder / "labelled.csv",
        experiments=tuple(str(folder / f"{name}.toml") for name in names),
        out=folder / out,
        seeds=(1,),
        checkpoint=str(folder / "checkpoint"),
        device="cpu",
        precision="32",
    )
    told = []
    trackers = (MemoryTracker(), MemoryTracker())
    outcome = study(request, say=told.append, trackers=trackers)
    return {name: run for name, (run,) in outcome.result.runs.items()}, outcome, told


@pytest.mark.slow
def test_a_study_runs_to_its_end_and_its_runs_end_as_alone(tmp_path):
    texts, labels = tiny_texts(80, prevalence=0.4, seed=1)
    lines = [f'{label},"{text}"' for text, label in zip(texts, labels, strict=True)]
    (tmp_path / "labelled.csv").write_text("label,abstract\n" + "\n".join(lines), encoding="utf-8")
    save_checkpoint(tmp_path / "checkpoint")
    for name, text in EXPERIMENTS.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")

    together, outcome, told = runs_of(tmp_path, "study", *EXPERIMENTS)

    assert (tmp_path / "study" / "report.html").is_file()
    assert any("for all runs if none improves" in sentence for sentence in told)
    assert outcome.result.twins == {}
    shared = {name: run.facts["shared_epochs"] for name, run in together.items()}
    assert shared == {"head": 0, "top": 2, "top-by-largest": 0}
    assert all(run.facts["predicted_seconds"] > 0 for run in together.values())
    for name in ("top", "top-by-largest"):
        alone, _, _ = runs_of(tmp_path, f"{name}-alone", name)
        np.testing.assert_allclose(
            together[name].test_probabilities, alone[name].test_probabilities, rtol=0, atol=1e-6
        )
