"""A run that sets no label aside: what it learns from, what it is measured by, and resuming it."""

import csv
import json

import numpy as np
import pytest

import tiny_encoders
from patsieve.corpus.synthetic import write_patents
from patsieve.errors import MissingColumnError, UsageError
from patsieve.experiments.memory_tracker import MemoryTracker
from patsieve.experiments.request import TrainRequest
from patsieve.experiments.run import train
from patsieve.finetuning.events import Callback
from patsieve.models.calibrated import CalibratedClassifier
from patsieve.models.stacking import StackingClassifier
from patsieve.screening.bundle import load_bundle
from patsieve.screening.chosen import calibration_scores
from patsieve.screening.purpose import Purpose
from patsieve.screening.score import score_file

FINE_TUNED = """
summary = "two epochs of all that a tiny encoder has"
kind = "encoder"

[encoder]
max_tokens = 32

[training]
max_epochs = 2

[training.stopping]
patience = "never"
keep = "last"

[[stages]]
name = "everything"
train = ["all"]
learning_rate = 1e-3
"""
STACK = """
summary = "what `best` is made of, small"
kind = "stacking"
estimate = "out-of-fold"

[stacking]
bases = {bases}
meta = "chosen"
n_folds = 2
"""
EMBEDDING = """
summary = "a frozen encoder"
kind = "embedding"

[encoder]
max_tokens = 32
"""


@pytest.fixture(scope="module")
def patents(tmp_path_factory):
    path = tmp_path_factory.mktemp("patents") / "labelled.csv"
    write_patents(path, 200, seed=3, prevalence=0.4)
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The folder of three experiments."""
    folder = tmp_path_factory.mktemp("experiments")
    (folder / "fine-tuned.toml").write_text(FINE_TUNED, encoding="utf-8")
    (folder / "embedding.toml").write_text(EMBEDDING, encoding="utf-8")
    bases = ["bag-of-words", *(str(folder / f"{n}.toml") for n in ("embedding", "fine-tuned"))]
    (folder / "stack.toml").write_text(STACK.format(bases=json.dumps(bases)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoder")
    tiny_encoders.tiny_encoder(n_layers=2).save_pretrained(folder)
    tiny_encoders.tiny_tokenizer().save_pretrained(folder)
    return str(folder)


@pytest.fixture
def trained(patents, files, checkpoint, tmp_path):
    def run(experiment, *, callbacks=(), **more):
        path = files / f"{experiment}.toml"
        request = TrainRequest(
            source=patents,
            experiment=str(path) if path.exists() else experiment,
            checkpoint=checkpoint,
            out=tmp_path / "model",
            device="cpu",
            precision="32",
            **more,
        )
        tracker, told = MemoryTracker(), []
        outcome = train(request, callbacks=callbacks, say=told.append, tracker=tracker)
        return outcome, tracker.runs[0], told

    return run


def stack_of(bundle):
    """Return the stack in a bundle, calibrated or not."""
    classifier = bundle.classifier
    return classifier.base_ if isinstance(classifier, CalibratedClassifier) else classifier


def test_every_label_teaches_and_the_estimate_is_out_of_fold(trained):
    outcome, tracked, told = trained("stack", purpose=Purpose("recall", 0.8))
    bundle = load_bundle(outcome.bundle)
    manifest = bundle.manifest

    assert len(outcome.learnt) == len(outcome.judged) == manifest.data.n_records == 200
    assert len(outcome.partition.test) == 0
    assert outcome.test_metrics is manifest.test_metrics is None
    assert manifest.out_of_fold_metrics == json.loads(json.dumps(outcome.out_of_fold_metrics))
    assert tracked.metrics["out_of_fold_average_precision"] == [
        (None, outcome.evaluation.metrics["average_precision"].value)
    ]
    assert any("records (relevant): 200 training (80)" in sentence for sentence in told)

    # The scores that a promise rests on are of the same records, by strangers to them.
    kept = calibration_scores(bundle)
    assert kept.cross_fitted
    assert kept.held_out_share == 1.0
    np.testing.assert_array_equal(kept.probabilities, outcome.probabilities)
    assert outcome.chosen.certificate.recall == 0.8
    assert tracked.metrics["certificate_recall"] == [(None, 0.8)]
    assert tracked.metrics["certificate_given"] == [(None, 1.0)]
    texts = bundle.recipe.compose_all(outcome.judged)
    in_sample = bundle.classifier.predict_proba(texts)[:, 1]
    assert np.abs(in_sample - outcome.probabilities).max() > 0.01


def test_a_stack_in_a_bundle_is_the_one_that_was_trained_and_says_what_it_chose(trained):
    outcome, _, told = trained("stack")
    stack = stack_of(load_bundle(outcome.bundle))

    assert isinstance(stack, StackingClassifier)
    assert {base.kind for base in stack.bases_.values()} == {"bag-of-words", "embedding", "encoder"}
    assert set(stack.choice_.tried) == {"average", "logistic", "xgboost"}
    assert stack.choice_.reason in told
    assert outcome.training["meta"]["name"] == stack.choice_.name


def test_a_user_can_set_test_records_aside_all_the_same(trained):
    outcome, _, _ = trained("stack", test_fraction=0.25)

    assert len(outcome.partition.test) == len(outcome.judged) == 50
    assert len(outcome.learnt) == 150
    assert outcome.out_of_fold_metrics is None
    assert load_bundle(outcome.bundle).manifest.test_metrics["n_records"] == 50


def test_a_bag_of_words_can_learn_from_all_labels_too(trained):
    outcome, _, _ = trained("bag-of-words", test_fraction=0.0)

    assert len(outcome.learnt) == 200
    assert outcome.out_of_fold_metrics["n_records"] == 200


def test_fine_tuning_alone_needs_test_records_and_says_what_does_not(trained, tmp_path):
    with pytest.raises(UsageError, match=r"'fine-tuned' needs test records.*embedding and best"):
        trained("fine-tuned", test_fraction=0.0)
    assert not (tmp_path / "model").exists()


class Interrupt(Callback):
    """Interrupts the last of the trainings: the one that learns from all records."""

    def on_batch_end(self, state):
        if (state.epoch, state.batch) == (2, 2):
            raise KeyboardInterrupt


def test_an_interrupted_stack_goes_on_and_ends_as_one_that_was_not(trained, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        trained("stack", callbacks=[Interrupt()])
    with pytest.raises(UsageError, match="say --resume"):
        trained("stack")
    resumed, _, _ = trained("stack", resume=True)
    assert not (tmp_path / "model.run").exists()
    (tmp_path / "model").rename(tmp_path / "resumed")

    whole, _, _ = trained("stack")
    np.testing.assert_array_equal(resumed.probabilities, whole.probabilities)
    texts = load_bundle(whole.bundle).recipe.compose_all(whole.judged)
    np.testing.assert_allclose(
        load_bundle(tmp_path / "resumed").classifier.predict_proba(texts),
        load_bundle(whole.bundle).classifier.predict_proba(texts),
        atol=1e-6,
    )


OLD_SYSTEM = """
summary = "the scores of a system of the user's"
kind = "column"

[column]
name = "old_score"
"""
WITH_OLD = """
summary = "words, and another system's scores"
kind = "stacking"
estimate = "out-of-fold"

[stacking]
bases = {bases}
"""


@pytest.fixture(scope="module")
def scored_patents(patents, tmp_path_factory):
    """The same patents with a column of scores that another system might give."""
    with patents.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    rng = np.random.default_rng(0)
    for row in rows:
        row["old_score"] = f"{rng.normal(2 if row['label'] in ('1', 'relevant') else 0, 1):.3f}"
    path = tmp_path_factory.mktemp("scored") / "labelled.csv"
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_scores_of_another_system_are_a_model_with_a_promise_and_part_of_a_stack(
    scored_patents, tmp_path
):
    (tmp_path / "old.toml").write_text(OLD_SYSTEM, encoding="utf-8")
    bases = json.dumps(["bag-of-words", str(tmp_path / "old.toml")])
    (tmp_path / "both.toml").write_text(WITH_OLD.format(bases=bases), encoding="utf-8")
    found = {}
    for name in ("old", "both"):
        request = TrainRequest(
            source=scored_patents,
            experiment=str(tmp_path / f"{name}.toml"),
            out=tmp_path / name,
            test_fraction=0.0,
            purpose=Purpose("recall", 0.8),
        )
        outcome = train(request, say=lambda sentence: None, tracker=MemoryTracker())
        found[name] = outcome.evaluation.metrics["average_precision"].value
        assert outcome.chosen.certificate.recall == 0.8

    # What words know and what the other system knows is more than either.
    assert found["old"] > 0.7
    assert found["both"] > found["old"]

    ranked = tmp_path / "ranked.csv"
    score_file(load_bundle(tmp_path / "both"), scored_patents, ranked)
    with ranked.open(newline="", encoding="utf-8") as handle:
        assert len(list(csv.DictReader(handle))) == 200


def test_a_file_without_the_scores_is_refused_by_name(scored_patents, patents, tmp_path):
    (tmp_path / "old.toml").write_text(OLD_SYSTEM, encoding="utf-8")
    request = TrainRequest(
        source=scored_patents, experiment=str(tmp_path / "old.toml"), out=tmp_path / "model"
    )
    train(request, say=lambda sentence: None, tracker=MemoryTracker())

    with pytest.raises(MissingColumnError, match="scores of another system in the column 'old_sc"):
        score_file(load_bundle(tmp_path / "model"), patents, tmp_path / "ranked.csv")
    assert not (tmp_path / "ranked.csv").exists()
