"""What fine-tuning by stages must and must not change, end to end on tiny encoders."""

import warnings

import numpy as np
import pytest
import torch

from patsieve.errors import LearningError, PatsieveWarning
from patsieve.finetuning.events import Callback
from patsieve.finetuning.inference import predict_logits
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.losses import ClassificationLoss
from patsieve.finetuning.schedule import EarlyStopping, Reducer
from tiny_encoders import (
    changed,
    losses,
    stage,
    tiny_model,
    tiny_tokens,
    train,
    trainer,
    weights,
)


class Watch(Callback):
    """Keeps the weights after every epoch, and what else a test asks for."""

    def __init__(self, model):
        self.model = model
        self.weights = [weights(model)]

    def on_epoch_end(self, state):
        self.weights.append(weights(self.model))

    def moved_in(self, epoch):
        before, after = self.weights[epoch - 1], self.weights[epoch]
        return {name for name in before if not torch.equal(before[name], after[name])}


def tensors(model, *names):
    groups = layer_groups(model)
    return {tensor for name in names for tensor in groups.tensors[name]}


def without_key_biases(names):
    """Leave out what has a mathematically zero gradient and may or may not move."""
    return {name for name in names if not name.endswith("key.bias")}


# --- exactly what a stage names ------------------------------------------------------------


@pytest.mark.parametrize("cache", [True, False])
def test_every_tensor_a_stage_names_moves_and_every_other_stays_bit_identical(cache):
    model = tiny_model(pooling="pooler")
    watch = Watch(model)
    in_turn = [
        stage("head", ["classifier", "pooler"], weight_decay=0.5),
        stage("top", ["classifier", "encoder.1-2"], weight_decay=0.5, from_epoch=2),
        stage("bottom", ["embeddings", "encoder.0"], weight_decay=0.5, from_epoch=3),
        stage("head again", ["classifier"], weight_decay=0.5, from_epoch=4),
    ]

    train(model, *in_turn, callbacks=[watch], max_epochs=5, cache=cache)

    named = [
        tensors(model, "classifier", "pooler"),
        tensors(model, "classifier", "encoder.1", "encoder.2"),
        tensors(model, "embeddings", "encoder.0"),
        tensors(model, "classifier"),
        tensors(model, "classifier"),
    ]
    for epoch, expected in enumerate(named, 1):
        assert without_key_biases(watch.moved_in(epoch)) == without_key_biases(expected)
        assert watch.moved_in(epoch) <= expected


def test_growth_moves_ten_more_tensors_at_every_plateau():
    model = tiny_model(n_layers=24, width=4, pooling="pooler")
    watch = Watch(model)
    backbone = layer_groups(model).backbone
    # Rates this small do not improve the loss in the third digit, so every epoch is a plateau.
    growing = stage(
        "grow",
        ["classifier", "pooler"],
        learning_rate=1e-6,
        on_plateau=1,
        repeat=True,
        grow_percent=2.5,
        plateau_metric="validation_accuracy",
    )

    result = train(
        model,
        stage("head", ["classifier", "pooler"], learning_rate=1e-6),
        growing,
        callbacks=[watch],
        max_epochs=5,
        training=tiny_tokens(8, seed=1),
    )

    assert [(record.stage, record.stage_round) for record in result.history] == [
        ("head", 1),
        ("head", 1),
        ("grow", 1),
        ("grow", 2),
        ("grow", 3),
    ]
    for epoch, grown in ((2, 0), (3, 10), (4, 20), (5, 30)):
        expected = {*backbone[389 - grown :], *tensors(model, "classifier", "pooler")}
        assert without_key_biases(watch.moved_in(epoch)) == without_key_biases(expected)


def test_trainable_parameters_are_counted_per_epoch():
    model = tiny_model()
    layer = sum(parameter.numel() for parameter in model.layers[2].parameters())

    result = train(
        model,
        stage("head", ["classifier"]),
        stage("top", ["classifier", "encoder.2"], from_epoch=2),
    )

    assert [record.trainable_parameters for record in result.history] == [34, 34 + layer]


# --- dropout -------------------------------------------------------------------------------


def test_a_stages_dropout_falls_in_what_trains_and_nowhere_else():
    model = tiny_model(dropout=0.1)
    seen = []

    class Look(Callback):
        def on_batch_end(self, state):
            seen.append(
                [
                    (module.p, module.training)
                    for module in (
                        model.encoder.embeddings.dropout,
                        model.layers[1].output.dropout,
                        model.layers[2].output.dropout,
                        model.layers[2].attention.self.dropout,
                        model.dropout,
                    )
                ]
            )

    train(
        model,
        stage("a", ["classifier", "encoder.2"], dropout=0.4),
        stage("b", ["classifier"], dropout=None, from_epoch=2),
        callbacks=[Look()],
    )

    first, last = seen[0], seen[-1]
    assert [training for _, training in first] == [False, False, True, True, True]
    assert [p for p, training in first if training] == [0.4, 0.4, 0.4]
    assert [training for _, training in last] == [False, False, False, False, True]
    assert last[-1] == (0.1, True)


def test_a_frozen_encoder_says_the_same_in_training_as_in_validation():
    # The classifier has no dropout and a rate of almost nothing, so only the encoder's own
    # noise could part the loss on the same records.
    model = tiny_model(dropout=0.5)
    records = tiny_tokens(40, seed=1)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PatsieveWarning)
        result = train(
            model,
            stage("head", ["classifier"], learning_rate=1e-12, dropout=0.0),
            training=records,
            validation=records,
            cache=False,
            max_epochs=1,
        )

    assert losses(result) == pytest.approx(losses(result, "validation"), abs=1e-6)


# --- batches, accumulation, clipping -------------------------------------------------------


@pytest.mark.parametrize(
    "loss", [ClassificationLoss(), ClassificationLoss(class_weights=(1.0, 3.0))]
)
def test_accumulated_batches_equal_one_large_batch(loss):
    # One step an epoch either way: of one batch of 42, or of six of which the last has two.
    models = tiny_model(), tiny_model()
    settings = {"training": tiny_tokens(42, seed=1), "loss": loss, "max_epochs": 4}

    large = train(models[0], batch_size=42, **settings)
    small = train(models[1], batch_size=8, accumulate=6, **settings)

    assert losses(small) == pytest.approx(losses(large), abs=1e-5)
    assert losses(small, "validation") == pytest.approx(losses(large, "validation"), abs=1e-5)


class Gradients(Callback):
    """Keeps the rates and the norm of the gradient of every step, through the optimizer."""

    def __init__(self, run):
        self.run = run
        self.norms = []

    def on_stage_begin(self, state):
        self.run.stages.optimizer.adamw.register_step_pre_hook(self.look)

    def look(self, optimizer, *_):
        grads = [p.grad for group in optimizer.param_groups for p in group["params"]]
        self.norms.append(float(torch.nn.utils.get_total_norm(grads)))


@pytest.mark.parametrize("clip", [0.05, None])
def test_the_gradients_norm_is_cut_down_where_wanted(clip):
    run = trainer(tiny_model(), gradient_clip=clip, max_epochs=1)
    watch = Gradients(run)
    run.listeners.add(watch)

    run.fit(tiny_tokens(40, seed=1), tiny_tokens(20, seed=2))

    assert len(watch.norms) == 5
    if clip is None:
        assert max(watch.norms) > 0.05
    else:
        assert max(watch.norms) <= 0.05 * 1.0001


# --- best weights, stage starts ------------------------------------------------------------


def test_the_run_ends_with_the_weights_of_its_best_epoch():
    model = tiny_model()
    watch = Watch(model)

    # Rates that first learn and then run wild.
    result = train(
        model,
        stage("good", learning_rate=1e-3),
        stage("bad", learning_rate=0.3, from_epoch=3),
        callbacks=[watch],
        max_epochs=4,
    )

    validated = losses(result, "validation")
    assert result.best_epoch == 1 + int(np.argmin(validated))
    assert result.best_epoch < 4
    assert changed(watch.weights[result.best_epoch], model) == set()
    assert changed(watch.weights[4], model) != set()


def test_the_best_weights_outlast_the_stages_that_come_after_them():
    model = tiny_model()
    watch = Watch(model)

    result = train(
        model,
        stage("good", learning_rate=1e-3, max_epochs=1),
        stage("bad", learning_rate=0.3, max_epochs=1),
        stage("no better", learning_rate=1e-6),
        callbacks=[watch],
        max_epochs=3,
    )

    assert result.best_epoch == 1
    assert changed(watch.weights[1], model) == set()


def test_a_run_that_keeps_the_last_weights_ends_with_them():
    model = tiny_model()
    watch = Watch(model)

    result = train(
        model,
        stage("good", learning_rate=1e-3),
        stage("bad", learning_rate=0.3, from_epoch=3),
        callbacks=[watch],
        max_epochs=4,
        stopping=EarlyStopping(patience=None, keep="last"),
    )

    assert result.best_epoch == 4
    assert changed(watch.weights[4], model) == set()


def test_the_best_weights_hold_what_another_stage_trained_later():
    # The best epoch is the first; the second stage moves a layer that was frozen then.
    model = tiny_model()
    before = weights(model)

    result = train(
        model,
        stage("head", ["classifier"], learning_rate=1e-3),
        stage(
            "spoil",
            ["classifier", "encoder.1"],
            learning_rate=1e-3,
            learning_rates={"classifier": 30.0},
            from_epoch=2,
        ),
        max_epochs=2,
    )

    assert result.best_epoch == 1
    assert changed(before, model) == tensors(model, "classifier")


class AtStageBegin(Callback):
    def __init__(self, model):
        self.model = model
        self.weights = []

    def on_stage_begin(self, state):
        self.weights.append(weights(self.model))


@pytest.mark.parametrize(("start_from", "epoch"), [("best", 1), ("last", 2)])
def test_a_stage_starts_from_the_weights_its_entry_names(start_from, epoch):
    model = tiny_model()
    watch, begins = Watch(model), AtStageBegin(model)

    result = train(
        model,
        stage("good", learning_rate=1e-3, max_epochs=1),
        stage("bad", learning_rate=0.3, max_epochs=1),
        stage("third", ["classifier"], start_from=start_from),
        callbacks=[watch, begins],
        max_epochs=3,
    )

    validated = losses(result, "validation")
    assert validated[0] < validated[1]
    assert all(
        torch.equal(value, watch.weights[epoch][name]) for name, value in begins.weights[2].items()
    )


# --- the reducer and the rates in a run ----------------------------------------------------


def test_the_reducer_lowers_only_the_backbones_rate_and_the_epochs_record_it():
    reducer = Reducer(
        groups=("encoder",), factor=0.5, patience=1, floor=1e-5, metric="validation_mcc"
    )
    # Without a relevant record to validate on, the correlation is 0 in every epoch.
    validation = tiny_tokens(20, seed=2)
    validation = type(validation)(validation.texts, np.zeros_like(validation.labels))

    result = train(
        tiny_model(),
        stage(
            train=["classifier", "encoder.2"],
            learning_rate=1e-3,
            learning_rates={"encoder": 1e-4},
            reducer=reducer,
        ),
        validation=validation,
        max_epochs=6,
    )

    rates = [record.learning_rates for record in result.history]
    assert [rate["classifier"] for rate in rates] == [1e-3] * 6
    assert [rate["encoder.2"] for rate in rates] == pytest.approx(
        [1e-4, 1e-4, 5e-5, 2.5e-5, 1.25e-5, 1e-5]
    )


def test_the_reducer_does_not_count_epochs_before_it_was_in_force():
    validation = tiny_tokens(20, seed=2)
    validation = type(validation)(validation.texts, np.zeros_like(validation.labels))
    reducer = Reducer(groups=("encoder",), factor=0.5, patience=2, metric="validation_mcc")

    result = train(
        tiny_model(),
        stage("head", ["classifier"], learning_rate=1e-4),
        stage("top", ["encoder.2"], learning_rate=1e-4, from_epoch=4, reducer=reducer),
        stage("both", ["encoder.1-2"], learning_rate=1e-4, from_epoch=7, reducer=reducer),
        validation=validation,
        max_epochs=8,
    )

    # Two epochs without improvement from the fourth on, then two more; the last stage has the
    # same reducer, which goes on.
    rates = [record.learning_rates.get("encoder.2") for record in result.history[3:]]
    assert rates == pytest.approx([1e-4, 1e-4, 5e-5, 5e-5, 2.5e-5])


def test_warm_up_starts_anew_for_layers_unfrozen_in_mid_run():
    run = trainer(
        tiny_model(),
        stage("head", ["classifier"], warmup_steps=3, learning_rate=1e-3),
        stage("top", ["classifier", "encoder.2"], warmup_steps=3, learning_rate=1e-3, from_epoch=2),
        max_epochs=2,
    )
    seen = []

    class Rates(Callback):
        def on_batch_end(self, state):
            seen.append(dict(run.stages.rates))

    run.listeners.add(Rates())
    run.fit(tiny_tokens(40, seed=1), tiny_tokens(20, seed=2))

    assert [rate["classifier"] for rate in seen[:5]] == pytest.approx(
        [2.5e-4, 5e-4, 7.5e-4, 1e-3, 1e-3]
    )
    assert [rate["classifier"] for rate in seen[5:]] == pytest.approx([1e-3] * 5)
    assert [rate["encoder.2"] for rate in seen[5:]] == pytest.approx(
        [2.5e-4, 5e-4, 7.5e-4, 1e-3, 1e-3]
    )


def test_rates_fall_to_the_end_of_the_run_and_do_not_rise_again_at_a_growth():
    growing = stage(
        "grow",
        ["classifier"],
        learning_rate=1.0e-6,
        on_plateau=1,
        repeat=True,
        grow_percent=10,
        plateau_metric="validation_accuracy",
        decay="linear",
    )

    result = train(tiny_model(), growing, max_epochs=4)

    assert [record.stage_round for record in result.history] == [1, 1, 2, 3]
    # Five steps an epoch; the last step of epoch n is number 5 n - 1 of 20.
    assert [record.learning_rates["classifier"] for record in result.history] == pytest.approx(
        [1e-6 * (1 - (5 * n - 1) / 20) for n in (1, 2, 3, 4)]
    )


def test_rates_fall_to_the_end_of_a_stage_that_ends_before_the_run():
    short = stage("short", ["classifier"], learning_rate=1e-6, decay="linear", max_epochs=2)

    result = train(tiny_model(), short, stage("long", ["classifier"]), max_epochs=4)

    assert [record.learning_rates["classifier"] for record in result.history[:2]] == pytest.approx(
        [1e-6 * (1 - 4 / 10), 1e-6 * (1 - 9 / 10)]
    )


# --- sampling, priors, warnings ------------------------------------------------------------


def test_balanced_draws_and_class_weights_together_warn():
    with pytest.warns(PatsieveWarning, match="count the imbalance of the classes twice"):
        train(
            tiny_model(),
            stage(train=["classifier"]),
            sampling="balanced",
            loss=ClassificationLoss(class_weights=(1.0, 2.0)),
            max_epochs=1,
        )


def test_balanced_draws_alone_or_with_equal_weights_do_not_warn():
    train(
        tiny_model(),
        stage(train=["classifier"]),
        sampling="balanced",
        loss=ClassificationLoss(class_weights=(1.0, 1.0)),
        max_epochs=1,
    )


def test_validation_probabilities_are_at_the_real_prevalence():
    # Records that no word tells apart: all that can be learned is the prior, and balanced
    # draws teach even odds. Undone, one record in five is relevant.
    tokens = tiny_tokens(200, prevalence=0.2, seed=3)
    same = tiny_tokens(1, seed=4).texts.select(np.zeros(200, dtype=np.intp))
    records = type(tokens)(same, tokens.labels)
    model = tiny_model()

    result = train(
        model,
        stage(train=["classifier"], learning_rate=0.03, weight_decay=0.0, decay="linear"),
        training=records,
        validation=records,
        sampling="balanced",
        batch_size=50,
        max_epochs=25,
        stopping=EarlyStopping(patience=None, keep="last"),
    )

    prior_loss = -(0.2 * np.log(0.2) + 0.8 * np.log(0.8))
    assert losses(result, "validation")[-1] == pytest.approx(prior_loss, abs=0.01)
    assert losses(result)[-1] == pytest.approx(np.log(2), abs=0.02)
    margins = np.diff(predict_logits(model.eval(), same, device=torch.device("cpu")))
    corrected = 1 / (1 + np.exp(-(margins - result.prior_shift)))
    assert corrected == pytest.approx(0.2, abs=0.03)


def test_a_fresh_pooler_left_frozen_warns_and_says_what_to_unfreeze():
    fresh = ["encoder.pooler.dense.weight", "encoder.pooler.dense.bias", "classifier.weight"]

    with pytest.warns(PatsieveWarning) as caught:
        train(
            tiny_model(pooling="pooler"),
            stage("head", ["classifier"]),
            fresh_tensors=fresh,
            max_epochs=1,
        )

    assert [str(warning.message) for warning in caught] == [
        "stage 'head' leaves pooler frozen, but the checkpoint does not hold "
        "encoder.pooler.dense.bias, encoder.pooler.dense.weight: the classifier reads through "
        "random weights; add 'pooler' to what the stage trains"
    ]


def test_a_fresh_tensor_that_has_trained_may_be_frozen_again():
    train(
        tiny_model(pooling="pooler"),
        stage("head", ["classifier", "pooler"], max_epochs=1),
        stage("classifier", ["classifier"]),
        fresh_tensors=["encoder.pooler.dense.weight", "classifier.weight"],
    )


def test_a_fresh_tensor_that_nothing_reads_does_not_warn():
    # Mean pooling: a pooler may be there, but no group holds it.
    train(
        tiny_model(pooling="mean"),
        stage("head", ["classifier"]),
        fresh_tensors=["encoder.pooler.dense.weight"],
        max_epochs=1,
    )


# --- learning that runs away ---------------------------------------------------------------


def test_epochs_whose_loss_is_not_a_number_are_worse_than_all_others():
    model = tiny_model()

    result = train(
        model,
        stage("good", learning_rate=1e-3, max_epochs=1),
        stage("bad", learning_rate=1e30),
        max_epochs=3,
    )

    assert result.best_epoch == 1
    assert np.isnan(losses(result, "validation")[1:]).all()
    assert all(torch.isfinite(value).all() for value in weights(model).values())


def test_a_run_that_never_sees_a_number_ends_in_a_sentence():
    with pytest.raises(LearningError, match="after epoch 1 some weights are no longer numbers"):
        train(tiny_model(), stage(learning_rate=1e30), max_epochs=2)


# --- it learns -----------------------------------------------------------------------------


@pytest.mark.parametrize("pooling", ["mean", "cls", "pooler"])
def test_a_few_records_can_be_learnt_by_heart(pooling):
    records = tiny_tokens(16, seed=6)

    result = train(
        tiny_model(pooling=pooling),
        stage(learning_rate=1e-2),
        training=records,
        validation=records,
        max_epochs=12,
    )

    assert min(losses(result, "validation")) < 0.05
    assert result.history[-1].validation["accuracy"] == 1.0


def test_shuffled_labels_teach_nothing_about_new_records():
    training = tiny_tokens(60, seed=6, prevalence=0.5)
    shuffled = type(training)(training.texts, np.random.default_rng(1).permutation(training.labels))

    result = train(
        tiny_model(),
        stage(learning_rate=3e-3),
        training=shuffled,
        validation=tiny_tokens(200, seed=7, prevalence=0.5),
        max_epochs=4,
    )

    assert abs(result.history[-1].validation["mcc"]) < 0.35
