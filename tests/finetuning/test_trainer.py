"""The loop: what happens in which order, when it ends, and what it asks for."""

import inspect

import numpy as np
import pytest

from patsieve.errors import LayerGroupError, SpecificationError
from patsieve.finetuning.events import Callback
from patsieve.finetuning.inference import LabelledTokens, predict_logits
from patsieve.finetuning.losses import ClassificationLoss
from patsieve.finetuning.schedule import EarlyStopping
from tiny_encoders import losses, stage, tiny_model, tiny_tokens, train, trainer

# `on_fold_begin` is of a run as little as its state is: whoever trains several models calls it.
HOOKS = [
    name for name, _ in inspect.getmembers(Callback, inspect.isfunction) if name != "on_fold_begin"
]


class Diary(Callback):
    """Writes down every hook that is called."""

    def __init__(self):
        self.entries = []


for hook in HOOKS:
    setattr(
        Diary,
        hook,
        lambda self, state, hook=hook: self.entries.append((hook, state.epoch, state.stage)),
    )


def test_there_are_seven_hooks_of_a_run_and_none_does_anything():
    assert sorted(HOOKS) == [
        "on_batch_end",
        "on_epoch_begin",
        "on_epoch_end",
        "on_run_begin",
        "on_run_end",
        "on_stage_begin",
        "on_stage_end",
    ]
    Callback().on_fold_begin("embedding", 1, 3)
    result = train(tiny_model(), callbacks=[Callback()])
    assert losses(result) == losses(train(tiny_model()))


def test_hooks_are_called_in_the_order_in_which_things_happen():
    diary = Diary()

    train(
        tiny_model(),
        stage("head", ["classifier"]),
        stage("top", ["encoder.2"], from_epoch=2),
        callbacks=[diary],
        batch_size=20,
    )

    assert diary.entries == [
        ("on_run_begin", 0, ""),
        ("on_stage_begin", 0, "head"),
        ("on_epoch_begin", 1, "head"),
        ("on_batch_end", 1, "head"),
        ("on_batch_end", 1, "head"),
        ("on_epoch_end", 1, "head"),
        ("on_stage_end", 1, "head"),
        ("on_stage_begin", 1, "top"),
        ("on_epoch_begin", 2, "top"),
        ("on_batch_end", 2, "top"),
        ("on_batch_end", 2, "top"),
        ("on_epoch_end", 2, "top"),
        ("on_stage_end", 2, "top"),
        ("on_run_end", 2, "top"),
    ]


def test_a_callback_sees_where_the_run_stands():
    seen = []

    class Look(Callback):
        def on_batch_end(self, state):
            seen.append((state.epoch, state.batch, state.n_batches, state.step, state.max_epochs))

        def on_stage_begin(self, state):
            assert state.trainable == ("encoder.2", "classifier")

        def on_epoch_end(self, state):
            record = state.history[-1]
            assert record.epoch == state.epoch
            assert record.training["loss"] == pytest.approx(state.running_loss)
            assert record.records_per_second > 0
            assert record.seconds > 0
            assert state.best_epoch in range(1, state.epoch + 1)

    train(
        tiny_model(),
        stage(train=["classifier", "encoder.2"]),
        callbacks=[Look()],
        accumulate=2,
        batch_size=16,
    )

    # Three batches an epoch; a step after the second, and after the third.
    assert seen == [
        (1, 1, 3, 0, 2),
        (1, 2, 3, 0, 2),
        (1, 3, 3, 1, 2),
        (2, 1, 3, 2, 2),
        (2, 2, 3, 2, 2),
        (2, 3, 3, 3, 2),
    ]


@pytest.mark.parametrize("hook", ["on_batch_end", "on_epoch_end"])
def test_a_callback_stops_the_run_after_the_epoch_with_its_reason(hook):
    class Stop(Callback):
        pass

    setattr(Stop, hook, lambda self, state: state.stop("the coffee is ready"))

    result = train(tiny_model(), callbacks=[Stop()], max_epochs=5)

    assert len(result.history) == 1
    assert result.stop_reason == "the coffee is ready"


def test_of_two_reasons_to_stop_the_first_is_kept():
    class Stop(Callback):
        def on_epoch_end(self, state):
            state.stop("first")
            state.stop("second")

    assert train(tiny_model(), callbacks=[Stop()]).stop_reason == "first"


def test_a_callback_ends_a_stage_and_in_the_last_the_run():
    class End(Callback):
        def on_epoch_end(self, state):
            state.end_stage("well learnt")

    result = train(
        tiny_model(),
        stage("a", ["classifier"]),
        stage("b", ["encoder.2"], from_epoch=9),
        callbacks=[End()],
        max_epochs=5,
    )

    assert [record.stage for record in result.history] == ["a", "b"]
    assert result.stop_reason == "well learnt"


@pytest.mark.parametrize(
    ("settings", "n_epochs", "reason"),
    [
        ({"max_epochs": 3}, 3, "all 3 epochs were run"),
        (
            {"stopping": EarlyStopping(metric="validation_mcc", patience=2), "max_epochs": 9},
            3,
            "validation_mcc has not improved for 2 epochs",
        ),
    ],
)
def test_a_run_says_why_it_ended(settings, n_epochs, reason):
    validation = tiny_tokens(20, seed=2)
    never_relevant = LabelledTokens(validation.texts, np.zeros_like(validation.labels))

    result = train(tiny_model(), validation=never_relevant, **settings)

    assert len(result.history) == n_epochs
    assert result.stop_reason == reason


def test_a_last_stage_that_has_run_its_epochs_is_said_to_have():
    result = train(tiny_model(), stage("short", ["classifier"], max_epochs=1), max_epochs=5)

    assert result.stop_reason == "the last stage, 'short', has run its 1 epoch"


def test_the_training_loss_is_the_mean_over_the_records_whatever_the_batches():
    # Nothing moves, so that the loss of an epoch is that of the records.
    still = stage(train=["classifier"], learning_rate=1e-7)
    records = tiny_tokens(41, seed=1)
    weighted = ClassificationLoss(class_weights=(1.0, 4.0))

    for loss in (ClassificationLoss(), weighted):
        found = [
            losses(
                train(
                    tiny_model(), still, training=records, batch_size=size, max_epochs=1, loss=loss
                )
            )[0]
            for size in (4, 7, 41)
        ]
        assert found == pytest.approx([found[0]] * 3, abs=1e-5)


def test_validation_does_not_depend_on_how_the_draws_are_balanced():
    # A frozen model, but for rounding: the shift alone parts the two, and validation undoes it.
    still = stage(train=["classifier"], learning_rate=1e-7)
    validation = tiny_tokens(30, seed=2)
    uniform = train(tiny_model(), still, validation=validation, max_epochs=1)
    balanced = train(tiny_model(), still, validation=validation, max_epochs=1, sampling="balanced")

    # 12 of 40 training records are relevant: the balanced run takes log(28 / 12) off.
    assert uniform.prior_shift == 0.0
    assert balanced.prior_shift == pytest.approx(np.log(28 / 12))
    assert uniform.history[0].validation["average_precision"] == pytest.approx(
        balanced.history[0].validation["average_precision"]
    )
    assert uniform.history[0].validation["loss"] > balanced.history[0].validation["loss"]


def test_validation_records_are_never_resampled():
    # Whatever the draws, every validation record counts once.
    validation = tiny_tokens(20, prevalence=0.1, seed=2)
    result = train(
        tiny_model(),
        stage(train=["classifier"], learning_rate=1e-7),
        validation=validation,
        sampling="balanced",
        max_epochs=1,
    )

    # A model that knows nothing calls all irrelevant after the correction: 18 of 20 are.
    assert result.history[0].validation["accuracy"] == pytest.approx(0.9)


def test_without_validation_records_a_run_of_fixed_length_learns_all_the_same():
    stopping = EarlyStopping(patience=None, keep="last")
    alone = trainer(tiny_model(), stopping=stopping).fit(tiny_tokens(40, seed=1))
    watched = train(tiny_model(), stopping=stopping)

    assert losses(alone) == losses(watched)
    assert np.isnan(losses(alone, "validation")).all()
    assert alone.best_epoch == 2


def test_a_schedule_that_decides_on_validation_records_needs_some():
    with pytest.raises(ValueError, match="decides on validation records, and there are none"):
        trainer(tiny_model()).fit(tiny_tokens(40, seed=1))


def test_impossible_wishes_are_refused_before_anything_runs():
    with pytest.raises(LayerGroupError, match=r"names 'encoder.7'"):
        trainer(tiny_model(), stage(train=["encoder.7"]))
    with pytest.raises(SpecificationError, match="'validation_auc' is not tracked"):
        trainer(tiny_model(), stopping=EarlyStopping(metric="validation_auc"))


def test_a_trainer_trains_once():
    run = trainer(tiny_model())
    run.fit(tiny_tokens(40, seed=1), tiny_tokens(20, seed=2))

    with pytest.raises(RuntimeError, match="trains once"):
        run.fit(tiny_tokens(40, seed=1), tiny_tokens(20, seed=2))


@pytest.mark.parametrize("metric", ["loss", "accuracy", "f1_relevant", "mcc", "average_precision"])
@pytest.mark.parametrize("part", ["validation", "training"])
def test_every_tracked_metric_can_decide(part, metric):
    stopping = EarlyStopping(metric=f"{part}_{metric}", patience=1, patience_ends="run")

    result = train(tiny_model(), stopping=stopping, max_epochs=4)

    values = [getattr(record, part)[metric] for record in result.history]
    best = min(values) if metric == "loss" else max(values)
    assert values[result.best_epoch - 1] == best
    assert len(values) == 4 or values[-1] != best or values.count(best) > 1


# --- records that are few, long, or of one kind --------------------------------------------


@pytest.mark.parametrize("n_records", [1, 2, 3])
def test_few_records_make_small_batches(n_records):
    records = tiny_tokens(n_records, prevalence=0.5, seed=1)

    result = train(tiny_model(), training=records, batch_size=2, accumulate=3)

    assert len(result.history) == 2
    assert np.isfinite(losses(result)).all()


def test_records_of_one_class_can_be_learnt_from_and_validated_on():
    records = tiny_tokens(12, seed=1)
    irrelevant = LabelledTokens(records.texts, np.zeros_like(records.labels))
    relevant = LabelledTokens(records.texts, np.ones_like(records.labels))

    for kind in (irrelevant, relevant):
        result = train(tiny_model(), training=kind, validation=kind)
        assert np.isfinite(losses(result, "validation")).all()
        assert result.history[-1].validation["accuracy"] == 1.0


def test_logits_come_in_the_order_of_the_texts_whatever_their_length():
    import torch

    model = tiny_model().eval()
    texts = tiny_tokens(30, seed=5).texts

    together = predict_logits(model, texts, device=torch.device("cpu"))

    for i in (0, 7, 29):
        alone = predict_logits(model, texts.select(np.array([i])), device=torch.device("cpu"))
        assert together[i] == pytest.approx(alone[0], abs=1e-5)
    none = texts.select(np.array([], int))
    assert predict_logits(model, none, device=torch.device("cpu")).shape == (0, 2)
