"""One training run from file to bundle: what it leaves, tracks, repeats and refuses."""

import json

import numpy as np
import pytest
from transformers import AutoModel

import tiny_encoders
from patsieve.corpus.load import load_corpus
from patsieve.corpus.synthetic import write_patents
from patsieve.errors import CheckpointError, LabelError, LayerGroupError, ResumeError, UsageError
from patsieve.experiments.memory_tracker import MemoryTracker
from patsieve.experiments.request import TrainRequest
from patsieve.experiments.run import train
from patsieve.finetuning.events import Callback
from patsieve.screening.bundle import load_bundle
from patsieve.screening.evaluate import evaluate_bundle
from patsieve.screening.purpose import Purpose

EXPERIMENT = """
summary = "two stages on a tiny encoder"
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
learning_rate = 1e-2

[[stages]]
name = "top"
train = ["classifier", "encoder[last half]"]
from_epoch = 3
learning_rate = 1e-3
"""


@pytest.fixture(scope="module")
def patents(tmp_path_factory):
    path = tmp_path_factory.mktemp("patents") / "labelled.csv"
    write_patents(path, 160, seed=3, prevalence=0.4)
    return path


@pytest.fixture(scope="module")
def experiment(tmp_path_factory):
    path = tmp_path_factory.mktemp("experiment") / "two-stages.toml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoder")
    tiny_encoders.tiny_encoder(n_layers=4).save_pretrained(folder)
    tiny_encoders.tiny_tokenizer().save_pretrained(folder)
    return str(folder)


def trained(patents, experiment, checkpoint, out, *, callbacks=(), **more):
    tracker = MemoryTracker()
    told = []
    request = TrainRequest(
        source=patents,
        experiment=str(experiment),
        checkpoint=checkpoint,
        out=out,
        device="cpu",
        precision="32",
        **more,
    )
    outcome = train(request, callbacks=callbacks, say=told.append, tracker=tracker)
    return outcome, tracker.runs[0], told


@pytest.fixture(scope="module")
def run(patents, experiment, checkpoint, tmp_path_factory):
    return trained(patents, experiment, checkpoint, tmp_path_factory.mktemp("models") / "tiny")


def test_the_bundle_scores_as_the_run_did(run, patents):
    outcome, _, _ = run
    bundle = load_bundle(outcome.bundle)

    texts = bundle.recipe.compose_all(outcome.partition.test)
    probabilities = bundle.classifier.predict_proba(texts)[:, 1]

    np.testing.assert_allclose(probabilities, outcome.probabilities, rtol=0, atol=1e-6)
    assert bundle.manifest.test_metrics == json.loads(json.dumps(outcome.test_metrics))


def test_the_bundle_keeps_scores_labels_and_families_of_the_validation_records(run):
    manifest = load_bundle(run[0].bundle).manifest
    validation = run[0].partition.validation

    assert manifest.cross_fitted is False
    assert manifest.calibration["labels"] == validation.labels.tolist()
    assert manifest.calibration["families"] == validation.families.tolist()


def test_the_labels_that_a_promise_lacks_are_counted_with_those_that_train(
    patents, experiment, checkpoint, tmp_path
):
    with pytest.raises(LabelError, match=r"NO PROMISE: .* it takes 59; .* more labelled records"):
        trained(
            patents,
            experiment,
            checkpoint,
            tmp_path / "tiny",
            purpose=Purpose("recall", 0.95, certified=True),
        )

    assert not (tmp_path / "tiny").exists()


def test_the_encoder_in_a_bundle_opens_in_transformers(run):
    encoder = AutoModel.from_pretrained(run[0].bundle / "model" / "encoder")

    assert encoder.config.num_hidden_layers == 4


def test_evaluating_on_the_training_file_warns(run, patents):
    with pytest.warns(UserWarning, match="belong to families that the bundle has learnt from"):
        result = evaluate_bundle(load_bundle(run[0].bundle), load_corpus(patents))

    assert len(result.rows_in_training) == len(run[0].partition.learnable)


def test_every_epoch_is_tracked_with_stage_rates_and_speed(run):
    _, tracked, _ = run

    assert tracked.status == "FINISHED"
    for name in ("training_loss", "validation_mcc", "validation_average_precision"):
        assert [step for step, _ in tracked.metrics[name]] == [1, 2, 3, 4]
    assert [value for _, value in tracked.metrics["stage"]] == [1, 1, 2, 2]
    assert [step for step, _ in tracked.metrics["learning_rate_encoder.3"]] == [3, 4]
    assert tracked.metrics["records_per_second"][0][1] > 0
    trainable = [value for _, value in tracked.metrics["trainable_parameters"]]
    assert trainable[0] < trainable[-1]


def test_parameters_data_test_metrics_figures_and_bundle_are_tracked(run):
    outcome, tracked, _ = run

    assert tracked.parameters["training.batch_size"] == "16"
    assert tracked.parameters["stages.2.from_epoch"] == "3"
    assert tracked.parameters["data.digest"] == outcome.partition.whole.digest
    assert tracked.metrics["test_mcc"] == [(None, outcome.evaluation.metrics["mcc"].value)]
    for name in ("learning_curves", "confusion_matrix", "precision_recall", "roc"):
        assert f"figures/{name}.png" in tracked.files
    assert "bundle/manifest.json" in tracked.files


def test_a_run_says_what_it_has_settled_on(run):
    _, _, told = run

    assert any("on cpu, 32 bit; 16 records a step, at most 4 epochs, balanced" in t for t in told)
    # 32 tokens are fewer than any of the abstracts has.
    assert any(t.startswith("128 of 128 texts (100.0 %) were cut after 32") for t in told)


def test_a_run_says_what_became_of_its_probabilities(run):
    outcome, _, told = run

    # So few validation records prove nothing.
    assert any(t.startswith("probabilities are left as they are: 24 records") for t in told)
    assert outcome.training["calibration"]["calibrator"] == "identity"
    assert load_bundle(outcome.bundle).manifest.kind == "encoder"


def test_the_run_folder_is_gone_when_the_bundle_is_there(run):
    bundle = run[0].bundle

    assert sorted(path.name for path in bundle.parent.iterdir()) == [bundle.name]


class Interrupt(Callback):
    """Interrupts a run in the middle of an epoch."""

    def __init__(self, epoch, batch):
        self.at = (epoch, batch)

    def on_batch_end(self, state):
        if (state.epoch, state.batch) == self.at:
            raise KeyboardInterrupt


@pytest.mark.parametrize("epoch", [2, 3, 4])
def test_an_interrupted_run_ends_as_one_that_was_not(
    run, patents, experiment, checkpoint, tmp_path, epoch
):
    out = tmp_path / "tiny"
    with pytest.raises(KeyboardInterrupt):
        trained(patents, experiment, checkpoint, out, callbacks=[Interrupt(epoch, 2)])
    assert not out.exists()

    outcome, tracked, _ = trained(patents, experiment, checkpoint, out, resume=True)

    np.testing.assert_array_equal(outcome.probabilities, run[0].probabilities)
    assert len(tracked.metrics["training_loss"]) == 4


def test_an_interrupted_run_is_not_passed_over(patents, experiment, checkpoint, tmp_path):
    out = tmp_path / "tiny"
    with pytest.raises(KeyboardInterrupt):
        trained(patents, experiment, checkpoint, out, callbacks=[Interrupt(2, 1)])

    with pytest.raises(UsageError, match=r"an interrupted run is in .*say --resume"):
        trained(patents, experiment, checkpoint, out)
    with pytest.raises(ResumeError, match="holds another run"):
        trained(patents, experiment, checkpoint, out, seed=2, resume=True)

    outcome, _, _ = trained(patents, experiment, checkpoint, out, seed=2, overwrite=True)
    assert outcome.bundle == out


def test_there_must_be_something_to_resume(patents, experiment, checkpoint, tmp_path):
    with pytest.raises(UsageError, match="there is no interrupted run"):
        trained(patents, experiment, checkpoint, tmp_path / "none", resume=True)


def test_a_layer_that_the_encoder_lacks_is_refused_and_nothing_is_written(
    patents, experiment, checkpoint, tmp_path
):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(EXPERIMENT.replace("encoder[last half]", "encoder.24"), encoding="utf-8")

    with pytest.raises(LayerGroupError, match=r"'encoder\.24', which this encoder does not have"):
        trained(patents, wrong, checkpoint, tmp_path / "out" / "tiny")
    assert not (tmp_path / "out").exists()


def test_a_checkpoint_that_cannot_be_had_names_the_two_ways_out(patents, experiment, tmp_path):
    with pytest.raises(CheckpointError, match=r"hf download.*or leave the checkpoint out"):
        trained(patents, experiment, "anferico/bert-for-patents", tmp_path / "out" / "tiny")
    assert not (tmp_path / "out").exists()


def test_two_experiments_with_one_seed_are_tested_on_the_same_records(
    run, patents, experiment, checkpoint, tmp_path
):
    told = []
    request = TrainRequest(source=patents, experiment="bag-of-words", out=tmp_path / "bow")
    outcome = train(request, say=told.append, tracker=MemoryTracker())

    assert [r.row for r in outcome.partition.test.records] == [
        r.row for r in run[0].partition.test.records
    ]
    assert outcome.test_metrics["n_records"] == run[0].test_metrics["n_records"]
