"""What a search may draw: always an experiment that runs, never the imbalance twice."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.experiments.build import build_schedule, build_settings
from patsieve.experiments.spec import catalogue, parse_experiment, read_experiment
from patsieve.experiments.spec_text import experiment_text
from patsieve.experiments.tune_record import TrialRecord, best_of, measure
from patsieve.experiments.tune_sampler import Sampler
from patsieve.experiments.tune_space import DEPTH, Choice, SearchSpace, layer_range, told_layers
from patsieve.experiments.tune_start import start_parameters

ENCODERS = [spec for spec in catalogue() if spec.kind == "encoder"]
GROUPS = ("embeddings", *(f"encoder.{layer}" for layer in range(24)), "pooler", "classifier")
SHALLOW = ("embeddings", *(f"encoder.{layer}" for layer in range(6)), "classifier")


def space_around(spec, *, n_relevant=30, n_records=200):
    start = start_parameters(spec, GROUPS)
    return SearchSpace.around(spec, start, n_relevant=n_relevant, n_records=n_records)


def drawn_by(space, data):
    def suggest(name, setting):
        if isinstance(setting, Choice):
            return data.draw(st.sampled_from(setting.values), label=name)
        if setting.whole:
            return data.draw(st.integers(int(setting.low), int(setting.high)), label=name)
        return data.draw(st.floats(setting.low, setting.high), label=name)

    return space.draw(suggest)


@given(data=st.data())
def test_whatever_is_drawn_runs_and_never_counts_the_imbalance_twice(data):
    base = data.draw(st.sampled_from(ENCODERS), label="base")
    space = space_around(base, n_relevant=data.draw(st.integers(1, 199), label="relevant"))

    drawn = drawn_by(space, data)
    spec = space.experiment(drawn, name="drawn")

    groups = GROUPS if base.encoder.pooling == "pooler" else SHALLOW
    schedule = build_schedule(spec)
    schedule.check(tuple(name for name in groups if name in GROUPS))
    settings = build_settings(spec, seed=1)
    settings.warn_of_double_counting()  # a warning is an error here
    weights = spec.training.loss.class_weights
    assert weights is None or (spec.training.sampling == "uniform" and not drawn.get("sampling"))
    assert weights is None or spec.training.loss.focal_gamma == 0
    assert spec.encoder == base.encoder
    assert spec.training.stopping == base.training.stopping
    # Every drawn number lies in its range after rounding, as Optuna demands.
    for name, value in drawn.items():
        setting = space.settings[name]
        if isinstance(setting, Choice):
            assert value in setting.values
        else:
            assert setting.low <= value <= setting.high
    assert parse_experiment(experiment_text(spec), name="x", source="x") == spec


@pytest.mark.parametrize("spec", ENCODERS, ids=lambda spec: spec.name)
def test_every_experiment_is_written_as_it_is(spec):
    text = experiment_text(spec, head=["one", ""], comments={"train": "said"})

    assert parse_experiment(text, name="x", source="x") == spec
    assert text.startswith("# one\n#\n\nname = ")


@pytest.mark.parametrize("spec", ENCODERS, ids=lambda spec: spec.name)
def test_the_space_holds_where_it_starts(spec):
    start = start_parameters(spec, GROUPS)
    space = space_around(spec)

    for name, value in start.items():
        setting = space.settings[name]
        fits = (
            value in setting.values
            if isinstance(setting, Choice)
            else setting.low <= value <= setting.high
        )
        assert fits, (name, value, setting)


@pytest.mark.parametrize(
    ("name", "layers", "more"),
    [
        ("hn-pt-05.5.2", "18-20 of 24", {"from_epoch": 6, "encoder_rate": 1e-4}),
        ("hn-pt-05.3", "0-7 of 24", {"embeddings": False}),
        ("wish-last-layer", "23 of 24", {}),
        ("recommended", "0-23 of 24", {"embeddings": True, "from_epoch": 1}),
        ("recommended", "0-23 of 24", {"classifier_rate": 1e-3, "encoder_rate": 5e-5}),
        ("wish-focal-loss", "18-20 of 24", {"loss": "focal", "focal_gamma": 2.0}),
        ("wish-class-weights", "18-20 of 24", {"loss": "class-weights", "relevant_weight": 3.0}),
        ("hn-pt-02", "", {"n_layers": 0, "classifier_rate": 1e-3}),
        ("wish-layer-by-layer", "", {"batch_size": 8, "sampling": "balanced"}),
    ],
)
def test_a_search_knows_what_it_starts_from(name, layers, more):
    found = start_parameters(read_experiment(name), GROUPS)

    assert told_layers(found) == layers
    assert {key: found[key] for key in more} == more


def test_what_the_search_cannot_say_it_does_not_claim():
    by_gradient = start_parameters(read_experiment("surgical"), GROUPS)
    layer_by_layer = start_parameters(read_experiment("wish-layer-by-layer"), GROUPS)

    for found in (by_gradient, layer_by_layer):
        assert not {"n_layers", "position", "from_epoch"} & set(found)


def test_a_start_that_counts_the_imbalance_twice_teaches_nothing_about_it():
    spec = read_experiment("wish-class-weights")
    twice = spec.model_copy(
        update={"training": spec.training.model_copy(update={"sampling": "balanced"})}
    )

    assert not {"loss", "sampling", "relevant_weight"} & set(start_parameters(twice, GROUPS))


def test_layers_keep_their_share_of_a_shallow_encoder():
    spec = parse_experiment(
        'summary = "s"\nkind = "encoder"\n[[stages]]\nname = "top"\n'
        'train = ["classifier", "encoder.4-5"]\nlearning_rate = 1e-3\n',
        name="top",
        source="top",
    )

    assert told_layers(start_parameters(spec, SHALLOW)) == "16-23 of 24"


@pytest.mark.parametrize(("position", "layers"), [(0.0, (0, 5)), (0.5, (9, 14)), (1.0, (18, 23))])
def test_position_moves_the_layers_from_input_to_output(position, layers):
    assert layer_range({"n_layers": 6, "position": position}) == layers
    assert layer_range({"n_layers": DEPTH}) == (0, DEPTH - 1)


def record(number, value, *, state="complete", course=None, parameters=None):
    return TrialRecord(number, state, parameters or {}, value, course or {}, 1, 1.0, "")


def test_the_best_is_the_earliest_of_equals_and_a_loss_is_better_when_lower():
    records = [record(0, 0.5), record(1, None, state="pruned"), record(2, 0.7), record(3, 0.7)]

    assert best_of(records, "validation_mcc").number == 2
    assert best_of(records, "validation_loss").number == 0
    assert best_of(records[1:2], "validation_mcc") is None


def test_a_proposal_hangs_on_seed_and_trials_alone():
    space = space_around(read_experiment("hn-pt-05.5.2"))

    def proposals(seed):
        sampler = Sampler(space, "validation_loss", seed=seed)
        records = [record(0, 0.5, parameters=start_parameters(space.base, GROUPS))]
        for number in range(1, 14):
            drawn = sampler.propose(records)
            value = None if number == 5 else abs(math.log10(drawn["classifier_rate"]) + 3)
            state = "pruned" if number == 5 else "complete"
            records.append(
                record(number, value, state=state, parameters=drawn, course={1: float(number)})
            )
        return [each.parameters for each in records], sampler, records

    first, sampler, records = proposals(1)
    assert proposals(1)[0] == first
    assert proposals(2)[0][1:] != first[1:]
    again = [TrialRecord.from_json(each.as_json()) for each in records]
    assert again == records
    assert sampler.propose(again[:9]) == first[9]


def test_a_trial_is_given_up_below_the_median_once_there_are_enough():
    space = space_around(read_experiment("hn-pt-05.5.2"))
    sampler = Sampler(space, "validation_mcc", seed=1)
    records = [record(n, 0.5, course={1: 0.1 * n, 2: 0.1 * n}) for n in range(4)]

    def gives_up(value, before):
        judge = sampler.judge(before)
        judge.hears(1, value)
        return judge.gives_up()

    assert gives_up(0.14, records)  # the median of 0, .1, .2 and .3 is .15
    assert not gives_up(0.16, records)
    assert not gives_up(0.0, records[:3])


def test_values_on_validation_records_are_measured_as_said():
    import numpy as np

    labels, probabilities = np.array([1, 0, 1, 0]), np.array([0.8, 0.6, 0.4, 0.2])

    # Read from the top: relevant, irrelevant, relevant, irrelevant: (1 + 2/3) / 2.
    assert measure("validation_average_precision", labels, probabilities) == pytest.approx(5 / 6)
    assert measure("validation_accuracy", labels, probabilities) == 0.5
    assert measure("validation_mcc", labels, probabilities) == 0.0
    assert measure("validation_f1_relevant", labels, probabilities) == 0.5
    assert measure("validation_loss", labels, probabilities) == pytest.approx(
        -(math.log(0.8) + math.log(0.4) + math.log(0.4) + math.log(0.8)) / 4
    )
