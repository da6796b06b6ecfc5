"""A run that was stopped and goes on ends as one that was never stopped, to the last bit."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from patsieve.errors import ResumeError
from patsieve.finetuning.events import Callback
from patsieve.finetuning.hardware import make_fabric
from patsieve.finetuning.losses import ClassificationLoss
from patsieve.finetuning.resuming import RunFolder, start_digest
from patsieve.finetuning.schedule import EarlyStopping, Reducer
from tiny_encoders import stage, tiny_model, tiny_tokens, trainer, weights

EPOCHS = 8
TRAINING, VALIDATION = tiny_tokens(40, seed=1), tiny_tokens(20, seed=2)

# Everything that a run can carry from epoch to epoch: moments, warm-up, growth, a reducer in
# force, the best weights, dropout, draws that continue, a cache.
IN_TURN = (
    stage("head", ["classifier", "pooler"], learning_rate=3e-3, dropout=0.3, warmup_steps=8),
    stage(
        "grow",
        ["classifier", "pooler"],
        learning_rate=5e-2,
        from_epoch=2,
        on_plateau=1,
        repeat=True,
        grow_percent=15,
        plateau_metric="validation_accuracy",
        dropout=0.3,
        warmup_steps=8,
    ),
    stage(
        "layers",
        ["classifier", "encoder.0-1"],
        learning_rate=5e-2,
        from_epoch=6,
        start_from="best",
        dropout=None,
        decay="cosine",
        reducer=Reducer(groups=("encoder",), factor=0.5, patience=1),
    ),
)


class Stop(Callback):
    """Ends the process's work at a moment, as a kill would, without saving anything."""

    def __init__(self, *, epoch, batch=None):
        self.epoch, self.batch = epoch, batch

    def on_epoch_begin(self, state):
        if state.epoch == self.epoch and self.batch is None:
            raise KeyboardInterrupt

    def on_batch_end(self, state):
        if (state.epoch, state.batch) == (self.epoch, self.batch):
            raise KeyboardInterrupt


def run(model, *, folder=None, callbacks=(), stages=IN_TURN, **settings):
    settings = {
        "max_epochs": EPOCHS,
        "sampling": "balanced",
        "accumulate": 2,
        "stopping": EarlyStopping(patience=None),
        "seed": 5,
        "run_folder": folder,
        "callbacks": callbacks,
    } | settings
    return trainer(model, *stages, **settings).fit(TRAINING, VALIDATION)


def new_model():
    return tiny_model(pooling="pooler", dropout=0.1)


def told(result):
    """Return a history without what a clock measures."""
    return [
        dataclasses.replace(record, seconds=0.0, records_per_second=0.0)
        for record in result.history
    ]


@pytest.fixture(scope="module")
def never_stopped():
    model = new_model()
    result = run(model)
    rounds = [(record.stage, record.stage_round) for record in result.history]
    # What the tests below rely on: every kind of stage change has happened.
    assert rounds[0] == ("head", 1)
    assert ("grow", 2) in rounds
    assert [name for name, _ in rounds[5:]] == ["layers"] * 3
    # The weights to go back to are neither the last nor those of the epoch before a stage.
    assert result.best_epoch == 3
    return result, weights(model)


def assert_same(resumed, model, never_stopped):
    result, final = never_stopped
    assert told(resumed) == told(result)
    assert resumed.best_epoch == result.best_epoch
    for name, value in weights(model).items():
        assert torch.equal(value, final[name]), name


@pytest.mark.parametrize("epoch", range(1, EPOCHS))
def test_resuming_after_any_epoch_equals_never_having_stopped(epoch, tmp_path, never_stopped):
    with pytest.raises(KeyboardInterrupt):
        run(new_model(), folder=tmp_path, callbacks=[Stop(epoch=epoch + 1)])
    assert [path.name for path in tmp_path.iterdir()] == [f"epoch-{epoch:04d}"]

    model = new_model()
    resumed = run(model, folder=tmp_path)

    assert_same(resumed, model, never_stopped)


@pytest.mark.parametrize(("epoch", "batch"), [(1, 1), (2, 3), (5, 2), (6, 1), (7, 5), (8, 4)])
def test_resuming_after_a_stop_in_mid_epoch_equals_never_having_stopped(
    epoch, batch, tmp_path, never_stopped
):
    with pytest.raises(KeyboardInterrupt):
        run(new_model(), folder=tmp_path, callbacks=[Stop(epoch=epoch, batch=batch)])

    model = new_model()
    resumed = run(model, folder=tmp_path)

    assert_same(resumed, model, never_stopped)


def test_a_run_stopped_again_and_again_equals_one_never_stopped(tmp_path, never_stopped):
    for epoch in range(1, EPOCHS + 1):
        with pytest.raises(KeyboardInterrupt):
            run(new_model(), folder=tmp_path, callbacks=[Stop(epoch=epoch, batch=2)])
        later = Stop(epoch=epoch, batch=4) if epoch == EPOCHS else Stop(epoch=epoch + 1)
        with pytest.raises(KeyboardInterrupt):
            run(new_model(), folder=tmp_path, callbacks=[later])

    model = new_model()

    assert_same(run(model, folder=tmp_path), model, never_stopped)


def test_resuming_a_finished_run_gives_its_result_again(tmp_path, never_stopped):
    run(new_model(), folder=tmp_path)

    epochs = []

    class Count(Callback):
        def on_epoch_begin(self, state):
            epochs.append(state.epoch)

    model = new_model()
    again = run(model, folder=tmp_path, callbacks=[Count()])

    assert epochs == []
    assert again.stop_reason == never_stopped[0].stop_reason
    assert_same(again, model, never_stopped)


def test_keeping_checkpoints_changes_nothing(tmp_path, never_stopped):
    model = new_model()

    assert_same(run(model, folder=tmp_path), model, never_stopped)


def test_the_rest_of_the_patience_is_remembered(tmp_path):
    stopping = EarlyStopping(metric="validation_accuracy", patience=3, patience_scope="run")
    stages = (stage("head", ["classifier"], learning_rate=1e-7),)
    whole = run(new_model(), stages=stages, stopping=stopping)
    assert len(whole.history) == 4

    with pytest.raises(KeyboardInterrupt):
        run(
            new_model(),
            stages=stages,
            stopping=stopping,
            folder=tmp_path,
            callbacks=[Stop(epoch=3)],
        )
    resumed = run(new_model(), stages=stages, stopping=stopping, folder=tmp_path)

    assert told(resumed) == told(whole)
    assert (
        resumed.stop_reason
        == whole.stop_reason
        == ("validation_accuracy has not improved for 3 epochs")
    )


@pytest.mark.parametrize("asked", ["stop", "end_stage"])
def test_what_a_callback_asked_for_before_the_kill_is_remembered(asked, tmp_path):
    class Ask(Callback):
        def on_epoch_end(self, state):
            if state.epoch == 2:
                getattr(state, asked)("enough")

    class AskAndDie(Ask):
        def on_stage_end(self, state):
            raise KeyboardInterrupt

    stages = (stage("a", ["classifier"]), stage("b", ["pooler"], from_epoch=6))
    model, other = new_model(), new_model()
    whole = run(model, stages=stages, callbacks=[Ask()])
    with pytest.raises(KeyboardInterrupt):
        run(new_model(), stages=stages, callbacks=[AskAndDie()], folder=tmp_path)

    resumed = run(other, stages=stages, folder=tmp_path)

    assert len(whole.history) == (2 if asked == "stop" else EPOCHS)
    assert told(resumed) == told(whole)
    assert resumed.stop_reason == whole.stop_reason


def test_a_fresh_tensor_that_had_trained_before_the_stop_does_not_warn_after_it(tmp_path):
    stages = (
        stage("head", ["classifier", "pooler"], max_epochs=2),
        stage("rest", ["classifier"]),
    )
    fresh = {"fresh_tensors": ["encoder.pooler.dense.weight"], "stages": stages}
    with pytest.raises(KeyboardInterrupt):
        run(new_model(), folder=tmp_path, callbacks=[Stop(epoch=3)], **fresh)

    run(new_model(), folder=tmp_path, **fresh)  # warnings are errors


# --- another run is refused ----------------------------------------------------------------


def other_labels():
    return dataclasses.replace(TRAINING, labels=1 - TRAINING.labels)


def nudged():
    model = new_model()
    with torch.no_grad():
        # Two numbers change places: every sum stays what it was.
        bias = model.encoder.pooler.dense.bias
        bias[[0, 1]] = bias[[1, 0]].clone()
    return model


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 6},
        {"batch_size": 4},
        {"sampling": "uniform"},
        {"loss": ClassificationLoss(label_smoothing=0.1)},
        {"stages": (*IN_TURN[:2], dataclasses.replace(IN_TURN[2], weight_decay=0.02))},
        {"stopping": EarlyStopping(patience=4)},
        {"cache": False},
        {"fabric": make_fabric("cpu", "bf16")},
        {"model": lambda: tiny_model(pooling="pooler", dropout=0.1, seed=1)},
        {"model": lambda: tiny_model(pooling="pooler", dropout=0.2)},
        {"model": lambda: tiny_model(pooling="pooler", head_dropout=0.2)},
        {"model": nudged},
        {"training": other_labels()},
        {"validation": tiny_tokens(20, seed=9)},
    ],
)
def test_a_checkpoint_of_other_settings_data_or_weights_is_refused(other, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(new_model(), folder=tmp_path, callbacks=[Stop(epoch=2)])
    build = other.pop("model", new_model)
    training = other.pop("training", TRAINING)
    validation = other.pop("validation", VALIDATION)
    settings = {"sampling": "balanced", "accumulate": 2, "seed": 5, "max_epochs": EPOCHS} | other
    stages = settings.pop("stages", IN_TURN)
    another = trainer(build(), *stages, run_folder=tmp_path, **settings)

    with pytest.raises(ResumeError, match="holds another run"):
        another.fit(training, validation)


def test_the_same_weights_read_otherwise_are_another_run(tmp_path):
    # The first token or the mean: no parameter tells them apart.
    only = (stage("head", ["classifier"]),)
    with pytest.raises(KeyboardInterrupt):
        run(tiny_model(pooling="mean"), stages=only, folder=tmp_path, callbacks=[Stop(epoch=2)])

    with pytest.raises(ResumeError, match="holds another run"):
        run(tiny_model(pooling="cls"), stages=only, folder=tmp_path)


def test_a_run_is_known_again_with_another_number_of_threads(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(new_model(), folder=tmp_path, callbacks=[Stop(epoch=3)])
    before = torch.get_num_threads()
    torch.set_num_threads(2 if before == 1 else 1)
    try:
        with pytest.raises(KeyboardInterrupt):
            run(new_model(), folder=tmp_path, callbacks=[Stop(epoch=3)])
    finally:
        torch.set_num_threads(before)


def fingerprint():
    again = trainer(new_model(), *IN_TURN, run_folder="unused")
    start = start_digest(again, TRAINING, VALIDATION)
    return RunFolder(again.run_folder, again.fabric, again, start).fingerprint


def test_a_run_is_known_by_what_it_is_and_not_by_where_its_objects_lie():
    assert len({fingerprint() for _ in range(3)}) == 1


@pytest.mark.slow
def test_a_run_is_known_again_in_another_process():
    program = "import test_resuming; print(test_resuming.fingerprint(), end='')"
    here = Path(__file__).parent

    told = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(here), *sys.path])},
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    assert told == fingerprint()
