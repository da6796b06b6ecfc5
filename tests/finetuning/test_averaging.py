"""Averaging the weights of epochs: which ones count, and what comes out."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from patsieve.errors import SpecificationError
from patsieve.finetuning import stages as stages_module
from patsieve.finetuning.events import Callback, EpochRecord
from patsieve.finetuning.progress import averaged_epochs, best_epoch
from patsieve.finetuning.schedule import EarlyStopping
from tiny_encoders import stage, tiny_model, train, weights


class Snapshots(Callback):
    """Copies all weights after every epoch."""

    def __init__(self, model):
        self.model, self.weights = model, {}

    def on_epoch_end(self, state):
        self.weights[state.epoch] = weights(self.model)


class StopAfter(Callback):
    def __init__(self, epoch):
        self.epoch = epoch

    def on_epoch_begin(self, state):
        if state.epoch > self.epoch:
            raise KeyboardInterrupt


def history(*losses: float) -> list[EpochRecord]:
    return [
        EpochRecord(
            epoch=number,
            stage="only",
            stage_index=0,
            stage_round=1,
            training={"loss": loss},
            validation={"loss": loss},
            learning_rates={},
            trainable_parameters=1,
            records_per_second=1.0,
            seconds=1.0,
        )
        for number, loss in enumerate(losses, 1)
    ]


def assert_mean(model, snapshots, epochs):
    for name, value in model.named_parameters():
        mean = sum(snapshots[epoch][name] for epoch in epochs) / len(epochs)
        torch.testing.assert_close(value.detach(), mean, msg=name)


def test_the_last_epochs_count_where_the_last_is_kept():
    stopping = EarlyStopping(keep="last", average=3)

    assert averaged_epochs(history(5, 1, 2, 3, 4), stopping) == (3, 4, 5)
    assert averaged_epochs(history(5, 1), stopping) == (1, 2)


def test_the_best_epochs_count_where_the_best_is_kept_and_the_earlier_of_equals():
    stopping = EarlyStopping(keep="best", average=2)

    assert averaged_epochs(history(5, 1, 2, 2, 4), stopping) == (2, 3)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=12), st.integers(1, 5))
def test_the_best_epoch_is_always_among_the_averaged(losses, average):
    records = history(*losses)

    chosen = averaged_epochs(records, EarlyStopping(average=average))

    assert best_epoch(records, "validation_loss") in chosen
    assert len(chosen) == min(average, len(losses))


def test_a_run_ends_with_the_mean_of_its_last_epochs():
    model = tiny_model()
    seen = Snapshots(model)

    result = train(
        model,
        max_epochs=4,
        stopping=EarlyStopping(patience=None, keep="last", average=3),
        callbacks=[seen],
    )

    assert result.averaged_epochs == (2, 3, 4)
    assert_mean(model, seen.weights, (2, 3, 4))


def test_weights_are_copied_once_an_epoch_though_they_are_the_best_and_averaged(monkeypatch):
    copied = []
    monkeypatch.setattr(
        stages_module, "_copy", lambda tensor: copied.append(tensor) or tensor.detach().clone()
    )

    train(
        tiny_model(),
        max_epochs=4,
        stopping=EarlyStopping(patience=None, keep="last", average=3),
    )

    # Before the first epoch, and after each.
    assert len(copied) == (1 + 4) * len(set(copied)) > 0


def test_a_run_ends_with_the_mean_of_its_best_epochs():
    model = tiny_model()
    seen = Snapshots(model)

    # A rate this high makes validation losses go up and down.
    result = train(
        model,
        stage(learning_rate=0.3),
        max_epochs=6,
        stopping=EarlyStopping(patience=None, average=2),
        callbacks=[seen],
    )

    losses = {record.epoch: record.validation["loss"] for record in result.history}
    best = tuple(sorted(sorted(losses, key=losses.get)[:2]))
    assert result.averaged_epochs == best
    assert best != (5, 6)
    assert_mean(model, seen.weights, best)


def test_a_tensor_that_began_late_counts_with_where_it_began():
    model = tiny_model()
    seen = Snapshots(model)

    train(
        model,
        stage("head", ["classifier"]),
        stage("all", from_epoch=3),
        max_epochs=4,
        stopping=EarlyStopping(patience=None, keep="last", average=3),
        callbacks=[seen],
    )

    assert_mean(model, seen.weights, (2, 3, 4))


@pytest.mark.parametrize("epoch", [1, 2, 3])
@pytest.mark.parametrize("keep", ["best", "last"])
def test_a_stopped_run_ends_with_the_same_mean(epoch, keep, tmp_path):
    stages = (stage("head", ["classifier"]), stage("all", from_epoch=2))
    settings = {
        "max_epochs": 4,
        "stopping": EarlyStopping(patience=None, keep=keep, average=2),
    }
    never_stopped, stopped, resumed = (tiny_model() for _ in range(3))
    train(never_stopped, *stages, **settings)

    with pytest.raises(KeyboardInterrupt):
        train(stopped, *stages, **settings, run_folder=tmp_path, callbacks=[StopAfter(epoch)])
    train(resumed, *stages, **settings, run_folder=tmp_path)

    for name, value in weights(never_stopped).items():
        assert torch.equal(dict(resumed.named_parameters())[name], value), name


def test_no_epochs_cannot_be_averaged():
    with pytest.raises(SpecificationError, match="the weights of 0 epochs cannot be averaged"):
        EarlyStopping(average=0)
