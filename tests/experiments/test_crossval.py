"""Cross-validation by family: everybody scored once, by a stranger, and only once computed."""

import csv
import json
import math

import numpy as np
import pytest

from patsieve.corpus.load import load_corpus
from patsieve.corpus.synthetic import write_patents
from patsieve.experiments.crossval import CrossvalRequest, crossval
from patsieve.experiments.out_of_fold import out_of_fold_probabilities
from patsieve.finetuning.events import Callback
from patsieve.metrics.ranking import average_precision
from tiny_encoders import tiny_encoder, tiny_tokenizer

SILENT = []


@pytest.fixture(scope="module")
def patents(tmp_path_factory):
    path = tmp_path_factory.mktemp("patents") / "labelled.csv"
    write_patents(path, 150, seed=8, prevalence=0.4)
    return path


def run(patents, out, *, seeds=(1,), folds=3, told=SILENT):
    request = CrossvalRequest(
        source=patents, experiments=("bag-of-words",), out=out, folds=folds, seeds=seeds
    )
    return crossval(request, say=told.append)


@pytest.fixture(scope="module")
def two_seeds(patents, tmp_path_factory):
    out = tmp_path_factory.mktemp("oof")
    return run(patents, out, seeds=(1, 2)), out


def test_the_table_has_every_record_once_and_gives_the_metrics_back(two_seeds, patents):
    result, out = two_seeds
    with (out / "bag-of-words-seed1.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert [int(row["row"]) for row in rows] == [r.row for r in load_corpus(patents).records]
    labels = np.array([int(row["label"]) for row in rows])
    pooled = average_precision(labels, np.array([float(row["probability"]) for row in rows]))
    assert pooled == pytest.approx(
        result.evaluations["bag-of-words", 1].metrics["average_precision"].value, abs=1e-12
    )


def test_mean_and_spread_are_over_the_seeds(two_seeds):
    result, out = two_seeds
    values = [result.evaluations["bag-of-words", seed].metrics["mcc"].value for seed in (1, 2)]

    mean, spread = result.summary("bag-of-words")["mcc"]

    assert mean == pytest.approx(sum(values) / 2)
    assert spread == pytest.approx(abs(values[0] - values[1]) / math.sqrt(2))
    kept = json.loads((out / "metrics.json").read_text())["bag-of-words"]
    assert kept["over_seeds"]["mcc"]["mean"] == pytest.approx(mean)
    assert set(kept["seeds"]) == {"1", "2"}


def test_folds_that_are_done_are_not_computed_again(two_seeds, patents):
    result, out = two_seeds
    told = []

    again = run(patents, out, seeds=(1, 2), told=told)

    assert not any("fold" in sentence for sentence in told)
    assert again.summary("bag-of-words") == result.summary("bag-of-words")


def test_a_fold_that_is_missing_is_computed_and_the_others_are_kept(two_seeds, patents):
    result, out = two_seeds
    (out / "folds" / "bag-of-words-seed2-fold3.json").unlink()
    told = []

    again = run(patents, out, seeds=(1, 2), told=told)

    assert [s for s in told if "fold" in s] == ["bag-of-words, seed 2, fold 3 of 3"]
    assert again.summary("bag-of-words") == result.summary("bag-of-words")


def test_folds_of_other_data_are_not_taken_for_ours(patents, tmp_path):
    run(patents, tmp_path)
    other = tmp_path / "other.csv"
    write_patents(other, 150, seed=9, prevalence=0.4)
    told = []

    run(other, tmp_path, told=told)

    assert sum("fold" in sentence for sentence in told) == 3


def test_no_record_is_scored_by_a_model_that_has_seen_its_family():
    seen_by = {}

    class Remembers:
        def fit(self, texts, labels, *, families):
            self.families = set(families.tolist())
            return self

        def predict_proba(self, texts):
            for text in texts:
                seen_by[text] = self.families
            return np.tile([0.5, 0.5], (len(texts), 1))

    families = np.repeat(np.arange(20), 2)
    labels = np.repeat(np.arange(20) % 2, 2)
    texts = [str(family) + "ab"[i % 2] for i, family in enumerate(families)]

    out_of_fold_probabilities(Remembers, texts, labels, families, n_folds=4, seed=1)

    assert len(seen_by) == 40
    for text, family in zip(texts, families, strict=True):
        assert family not in seen_by[text]


EXPERIMENT = """
summary = "tiny"
kind = "encoder"
[encoder]
max_tokens = 32
[training]
max_epochs = 2
[training.stopping]
patience = "never"
[[stages]]
name = "head"
train = ["classifier"]
learning_rate = 1e-2
"""


class Watch(Callback):
    """Counts the shelves of stored activations when a fold begins to train."""

    def __init__(self, folder):
        self.folder = folder
        self.seen = []

    def on_epoch_begin(self, state):
        if state.epoch == 1:
            self.seen.append(sum(file.stat().st_size for file in self.folder.rglob("*.data")))


def test_folds_share_what_frozen_layers_say(patents, tmp_path):
    tiny_encoder().save_pretrained(tmp_path / "checkpoint")
    tiny_tokenizer().save_pretrained(tmp_path / "checkpoint")
    (tmp_path / "head.toml").write_text(EXPERIMENT, encoding="utf-8")
    out = tmp_path / "oof"
    watch = Watch(out / "shared")
    request = CrossvalRequest(
        source=patents,
        experiments=(str(tmp_path / "head.toml"),),
        out=out,
        folds=3,
        checkpoint=str(tmp_path / "checkpoint"),
        device="cpu",
        precision="32",
    )
    crossval(request, callbacks=[watch], say=SILENT.append)

    first, second, third = watch.seen
    # The first fold stores all but the records that it is tested on, and these when it scores.
    assert 0 < first < second == third
    assert not (out / "shared").exists()
