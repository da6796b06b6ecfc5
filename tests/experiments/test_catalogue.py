"""The catalogue against the reference study's own table: which tensors train in which epoch."""

import numpy as np
import pytest

from patsieve.errors import PatsieveWarning
from patsieve.experiments.build import (
    Overrides,
    build_classifier,
    build_schedule,
    build_settings,
    needs_validation,
)
from patsieve.experiments.spec import catalogue, read_experiment
from patsieve.finetuning.events import EpochRecord
from patsieve.finetuning.freezing import can_grow, trainable_tensors
from patsieve.finetuning.layers import layer_groups
from patsieve.finetuning.optimizer import group_rates
from patsieve.finetuning.progress import next_position
from patsieve.models.base import LabelledTexts
from tiny_encoders import tiny_encoder, tiny_model, tiny_texts, tiny_tokenizer

HEAD = {"pooler", "classifier"}
EVERYTHING = {"embeddings", *(f"encoder.{i}" for i in range(24)), *HEAD}


def layers(first, last):
    return {f"encoder.{i}" for i in range(first, last + 1)}


# Written by hand from the study's table: in the first epoch these train, from the named epoch
# on those, on 24 layers.
TRAINS = {
    "hn-pt-01": ({"classifier"},),
    "hn-pt-02": (HEAD,),
    "hn-pt-03": (HEAD, 7, EVERYTHING),
    "hn-pt-05": (HEAD, 6, HEAD | layers(12, 23)),
    "hn-pt-05.3": (HEAD, 6, HEAD | layers(0, 7)),
    "hn-pt-05.3.2": (HEAD, 6, HEAD | layers(2, 4)),
    "hn-pt-05.4": (HEAD, 6, HEAD | layers(8, 15)),
    "hn-pt-05.5": (HEAD, 6, HEAD | layers(16, 23)),
    "hn-pt-05.5.1": (HEAD, 6, HEAD | layers(16, 18)),
    "hn-pt-05.5.2": (HEAD, 6, HEAD | layers(18, 20)),
    "hn-pt-05.5.3": (HEAD, 6, HEAD | layers(21, 23)),
    "hn-bt-05.3.2": (HEAD, 6, HEAD | layers(2, 4)),
    "pt-weighted-loss": (HEAD, 6, HEAD | layers(18, 20)),
    "bt-weighted-loss": (HEAD, 6, HEAD | layers(18, 20)),
    "wish-focal-loss": (HEAD, 6, HEAD | layers(18, 20)),
    "wish-class-weights": (HEAD, 6, HEAD | layers(18, 20)),
    "wish-augmentation": (HEAD, 6, HEAD | layers(18, 20)),
    "wish-dropout-and-decay": (HEAD, 6, HEAD | layers(18, 20)),
    "wish-warm-up": (HEAD, 6, HEAD | layers(18, 20)),
    "wish-rate-1e-5": (HEAD, 6, HEAD | layers(18, 20)),
    "wish-rate-1e-6": (HEAD, 6, HEAD | layers(18, 20)),
    "wish-batch-4": (HEAD, 6, HEAD | layers(18, 20)),
    "wish-batch-16": (HEAD, 6, HEAD | layers(18, 20)),
    "wish-batch-32": (HEAD, 6, HEAD | layers(18, 20)),
    "wish-mcc": (HEAD, 6, HEAD | layers(18, 20)),
    "wish-layer-rates": (HEAD, 7, EVERYTHING),
    "wish-last-layer": (HEAD, 6, HEAD | layers(23, 23)),
    "wish-last-two-layers": (HEAD, 6, HEAD | layers(22, 23)),
    "wish-20-23": (HEAD, 6, HEAD | layers(20, 23)),
    "wish-freeze-again": (HEAD, 6, HEAD | layers(18, 20), 9, HEAD),
}
# Tensors that each plateau adds: so many percent of 389 (24 layers of 16, and 5 of the
# embeddings), to the nearest.
GROWS = {
    "hn-pt-04": 97,  # 97.25
    "hn-pt-04.1": 10,  # 9.725
    "wish-plus-5-percent": 19,  # 19.45
    "wish-plus-1.5-percent": 6,  # 5.835
    "wish-layer-by-layer": 16,  # one layer
}
REFERENCE = [spec.name for spec in catalogue() if spec.origin == "reference"]
WISHES = [spec.name for spec in catalogue() if spec.origin == "wish"]
ENCODERS = [spec.name for spec in catalogue() if spec.kind == "encoder"]
OF_STUDY = [name for name in ENCODERS if read_experiment(name).origin != "ours"]


@pytest.fixture(scope="module")
def groups():
    """The layer groups of a BERT of 24 layers, with a pooler: 389 tensors in its backbone."""
    return layer_groups(tiny_model(pooling="pooler", n_layers=24))


def whole(names, groups):
    """Return all tensors of some groups, in the order of the model."""
    return tuple(t for name, tensors in groups.tensors.items() if name in names for t in tensors)


def run_through(name, validation_losses, groups):
    """Return what trains in each epoch of a run with these validation losses.

    The last entry says what would train after them; it is missing if the run is over.
    """
    spec = read_experiment(name)
    schedule, stopping = build_schedule(spec), build_settings(spec, seed=1).stopping
    history, trained = [], []
    for loss in [*validation_losses, None]:
        grows = bool(history) and can_grow(
            schedule.stages[history[-1].stage_index], groups, stage_round=history[-1].stage_round
        )
        position = next_position(schedule, history, stopping, can_grow=grows)
        if position is None:
            break
        stage = schedule.stages[position.index]
        trained.append(trainable_tensors(stage, groups, stage_round=position.round))
        if loss is not None:
            scores = {"loss": loss, "mcc": 1 - loss}
            history.append(
                EpochRecord(
                    epoch=len(history) + 1,
                    stage=stage.name,
                    stage_index=position.index,
                    stage_round=position.round,
                    training=scores,
                    validation=scores,
                    learning_rates={},
                    trainable_parameters=0,
                    records_per_second=0.0,
                    seconds=0.0,
                )
            )
    return trained


def test_every_row_of_the_study_and_every_wish_has_its_row_here():
    assert set(OF_STUDY) == TRAINS.keys() | GROWS.keys()
    assert set(REFERENCE) == {"hn-ensemble-in-sample"} | {
        name for name in OF_STUDY if not name.startswith("wish-")
    }
    assert all(name.startswith("wish-") for name in WISHES)


def test_a_bert_of_24_layers_has_389_tensors_in_its_backbone(groups):
    assert len(groups.backbone) == 389
    assert {len(groups.tensors[f"encoder.{i}"]) for i in range(24)} == {16}


def expected_groups(name, n_epochs):
    """Return the groups that the table says train in each epoch."""
    first, *changes = TRAINS[name]
    expected = [first] * n_epochs
    for epoch, trains in zip(changes[::2], changes[1::2], strict=True):
        expected[epoch - 1 :] = [trains] * (n_epochs + 1 - epoch)
    return expected


def grown(name, step, groups):
    """Return the head and what so many plateaus have added, from the output side down."""
    n_tensors = min(step * GROWS[name], 389)
    return groups.backbone[389 - n_tensors :] + whole(HEAD, groups)


@pytest.mark.parametrize("name", TRAINS)
def test_each_epoch_trains_exactly_what_the_study_says(name, groups):
    # Losses that always fall: only the epoch decides.
    trained = run_through(name, [1 / epoch for epoch in range(1, 12)], groups)

    assert trained == [whole(names, groups) for names in expected_groups(name, 12)]


@pytest.mark.parametrize("name", GROWS)
def test_each_plateau_unfreezes_the_same_share_more_from_the_output_down(name, groups):
    # The best is at epoch 2; epoch 3 improves nothing, so from epoch 4 on more trains. Epoch 5
    # improves, so 6 trains what 5 trained. Epoch 12 is the fifth without improvement in a row.
    losses = [0.6, 0.5, 0.55, 0.54, 0.44, 0.43, 0.42, 0.57, 0.5, 0.48, 0.46, 0.45]
    steps = [0, 0, 0, 1, 2, 2, 2, 2, 3, 4, 5, 6]

    trained = run_through(name, losses, groups)

    assert len(trained) == 12, "five epochs without improvement over the run end it"
    assert trained == [grown(name, step, groups) for step in steps]


def test_hn_pt_04_has_unfrozen_everything_after_five_plateaus(groups):
    stage = build_schedule(read_experiment("hn-pt-04")).stages[1]

    n_grown = [len(trainable_tensors(stage, groups, stage_round=i)) - 4 for i in range(1, 6)]

    assert n_grown == [97, 194, 291, 388, 389]
    assert can_grow(stage, groups, stage_round=4)
    assert not can_grow(stage, groups, stage_round=5)


def test_on_batterybert_its_entries_train_layers_of_the_same_fraction():
    groups = layer_groups(tiny_model(pooling="pooler", n_layers=12))
    expected = {"hn-bt-05.3.2": layers(1, 2), "bt-weighted-loss": layers(9, 10)}

    for name, trains in expected.items():
        stage = build_schedule(read_experiment(name)).stages[1]
        tensors = trainable_tensors(stage, groups, stage_round=1)
        assert tensors == whole(trains | HEAD, groups)


@pytest.mark.parametrize("name", [name for name in OF_STUDY if not name.startswith("wish-")])
def test_reference_entries_follow_the_common_recipe(name, groups):
    spec = read_experiment(name)
    settings, schedule = build_settings(spec, seed=1), build_schedule(spec)
    is_weighted = name.endswith("weighted-loss")

    assert (settings.batch_size, settings.accumulate) == (8, 1)
    assert settings.sampling == ("uniform" if is_weighted else "balanced")
    assert settings.loss.class_weights == ((1.0, 2.0) if is_weighted else None)
    assert settings.loss.focal_gamma == settings.loss.label_smoothing == 0
    stopping = settings.stopping
    assert (stopping.metric, stopping.patience) == ("validation_loss", 5)
    assert (stopping.patience_scope, stopping.patience_ends) == ("run", "run")
    assert spec.encoder.pooling == "pooler"
    checkpoint = "batterydata/batterybert-cased" if "bt-" in name else "anferico/bert-for-patents"
    assert spec.encoder.reference_checkpoint == checkpoint
    for stage in schedule.stages:
        rates = group_rates(stage, groups)
        assert rates["classifier"].rate == rates["pooler"].rate == 1e-3
        assert not rates["classifier"].reduced
    if len(schedule.stages) > 1 and name != "hn-pt-03":
        layer = rates["encoder.23"]
        assert (layer.rate, layer.floor, layer.reduced) == (1e-4, 1e-5, True)


def test_hn_pt_03_trains_everything_at_the_rate_of_the_classifier(groups):
    rates = group_rates(build_schedule(read_experiment("hn-pt-03")).stages[1], groups)

    assert {rate.rate for rate in rates.values()} == {1e-3}
    assert not any(rate.reduced for rate in rates.values())


def test_layer_rates_fall_from_the_output_to_a_tenth_at_the_input(groups):
    stage = build_schedule(read_experiment("wish-layer-rates")).stages[1]
    rates = {name: rate.rate for name, rate in group_rates(stage, groups).items()}

    assert rates["encoder.23"] == 1e-5
    assert rates["encoder.0"] == pytest.approx(1e-6, rel=0.15)
    assert rates["classifier"] == rates["pooler"] == 1e-3


def test_the_ensemble_that_warns_and_its_remedy_differ_in_their_scores_only():
    told, remedy = (
        build_classifier(read_experiment(f"hn-ensemble-{scores}"), seed=3).get_params()
        for scores in ("in-sample", "out-of-fold")
    )

    assert list(told.pop("bases")) == list(remedy.pop("bases")) == ["bag-of-words", "hn-pt-05.5.2"]
    assert (told.pop("scores"), remedy.pop("scores")) == ("in-sample", "out-of-fold")
    assert told == remedy == {"meta": "xgboost", "n_folds": 5, "seed": 3}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A folder with a BERT of 24 layers at a width of 16, with a pooler."""
    folder = tmp_path_factory.mktemp("bert-24")
    tiny_encoder(n_layers=24).save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return str(folder)


def n_parameters(tensors):
    """Return how many numbers these tensors of the encoder of 24 layers hold."""
    sizes = {n: p.numel() for n, p in tiny_model(pooling="pooler", n_layers=24).named_parameters()}
    return sum(sizes[tensor] for tensor in tensors)


def small(name):
    """Return an entry that runs for nine epochs, whatever its validation loss does."""
    spec = read_experiment(name)
    stopping = spec.training.stopping.model_copy(update={"patience": "never"})
    changed = {"max_epochs": 9, "stopping": stopping}
    return spec.model_copy(update={"training": spec.training.model_copy(update=changed)})


def fitted(spec, checkpoint):
    overrides = Overrides(checkpoint=checkpoint, max_tokens=16, device="cpu", precision="32")
    texts, labels = tiny_texts(24, prevalence=0.4)
    validation = LabelledTexts(*tiny_texts(12, prevalence=0.4, seed=1))
    return build_classifier(spec, seed=1, overrides=overrides).fit(
        texts, labels, validation=validation
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ENCODERS)
def test_every_encoder_of_the_catalogue_runs_on_24_layers(name, checkpoint, groups):
    history = fitted(small(name), checkpoint).result_.history

    assert all(np.isfinite(record.validation["loss"]) for record in history)
    n_trained = [record.trainable_parameters for record in history]
    if name in TRAINS:
        expected = [whole(names, groups) for names in expected_groups(name, 9)]
        assert n_trained == [n_parameters(tensors) for tensors in expected]
    elif name in GROWS:
        # A round of the growing stage, the schedule's second, is a plateau.
        steps = [record.stage_index * record.stage_round for record in history]
        assert n_trained == [n_parameters(grown(name, step, groups)) for step in steps]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["best", "hn-ensemble-in-sample", "hn-ensemble-out-of-fold"])
def test_every_stack_of_the_catalogue_runs_on_24_layers(name, checkpoint):
    spec = read_experiment(name)
    if spec.stacking.scores == "in-sample":
        with pytest.warns(PatsieveWarning, match="in-sample"):
            classifier = fitted(spec, checkpoint)
    else:
        classifier = fitted(spec, checkpoint)

    probabilities = classifier.predict_proba(["nickel cathode", "wooden chair"])
    assert np.isfinite(probabilities).all()
    assert list(classifier.bases_) == list(spec.stacking.bases)


@pytest.mark.slow
def test_the_frozen_encoder_of_the_catalogue_runs_on_24_layers(checkpoint):
    probabilities = fitted(read_experiment("embedding"), checkpoint).predict_proba(["cathode", ""])
    assert np.isfinite(probabilities).all()


def test_best_learns_from_all_records_and_its_stack_is_not_shown_the_answers():
    spec = read_experiment("best")
    classifier = build_classifier(spec, seed=3)

    assert spec.estimate == "out-of-fold"
    assert not needs_validation(spec)
    assert (classifier.scores, classifier.meta) == ("out-of-fold", "chosen")
    kinds = [read_experiment(name).kind for name in classifier.bases]
    assert kinds == ["bag-of-words", "encoder", "encoder"]


def test_the_recipe_at_half_the_cost_differs_from_ours_in_its_frozen_layers_alone(groups):
    whole, upper, mean = (
        read_experiment(name)
        for name in ("recommended", "recommended-upper", "recommended-upper-mean")
    )
    lowest = {"embeddings", *(f"encoder.{n}" for n in range(8))}
    trains = set(trainable_tensors(build_schedule(upper).stages[0], groups, stage_round=1))

    assert trains == {
        tensor
        for group, tensors in groups.tensors.items()
        if group not in lowest | {"pooler"}
        for tensor in tensors
    }
    assert (upper.encoder, upper.training) == (whole.encoder, whole.training)
    assert (mean.stages, mean.training) == (upper.stages, upper.training)
    assert (mean.encoder.pooling, upper.encoder.pooling) == ("mean", "fields")
    [of_whole], [of_upper] = whole.stages, upper.stages
    changed = {"name": of_whole.name, "train": of_whole.train}
    assert of_upper.model_copy(update=changed) == of_whole
