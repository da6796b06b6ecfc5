"""What an experiment file may say, and what is said of one that cannot be run."""

import pytest

from patsieve.errors import SpecificationError, UsageError
from patsieve.experiments.build import build_classifier, build_schedule, build_settings
from patsieve.experiments.spec import (
    catalogue,
    catalogue_names,
    catalogue_text,
    parse_experiment,
    read_experiment,
)

MINIMAL = """
summary = "a head on a frozen encoder"
kind = "encoder"

[[stages]]
name = "head"
train = ["classifier"]
learning_rate = 1e-3
"""


def parsed(text):
    return parse_experiment(text, name="mine", source="mine.toml")


@pytest.mark.parametrize("name", catalogue_names())
def test_every_experiment_of_the_catalogue_can_be_built(name):
    spec = read_experiment(name)

    assert spec.name == name
    assert build_classifier(spec, seed=3).kind == spec.kind


def test_the_catalogue_holds_the_baseline_the_reference_and_our_recipe():
    assert {"bag-of-words", "hn-pt-02", "hn-pt-05.5.2", "recommended"} <= {
        spec.name for spec in catalogue()
    }


def test_a_printed_experiment_reads_back_as_the_same_experiment(tmp_path):
    file = tmp_path / "hn-pt-05.5.2.toml"
    file.write_text(catalogue_text("hn-pt-05.5.2"), encoding="utf-8")

    assert read_experiment(str(file)) == read_experiment("hn-pt-05.5.2")


def test_the_best_single_model_of_the_study_is_what_the_study_says():
    spec = read_experiment("hn-pt-05.5.2")
    head, top = build_schedule(spec).stages
    settings = build_settings(spec, seed=1)

    assert head.train == ("classifier", "pooler")
    assert head.learning_rate == 1e-3
    assert top.from_epoch == 6
    assert top.train == ("classifier", "pooler", "encoder[18-20 of 24]")
    assert top.learning_rates == {"encoder": 1e-4}
    assert top.reducer.floor == 1e-5
    assert (settings.batch_size, settings.sampling) == (8, "balanced")
    assert (settings.stopping.patience, settings.stopping.patience_scope) == (5, "run")


def test_all_mistakes_of_a_file_are_named_at_once():
    text = MINIMAL.replace('kind = "encoder"', 'kind = "encoders"\ncolour = "red"').replace(
        "1e-3", "-1"
    )

    with pytest.raises(SpecificationError) as caught:
        parsed(text)

    message = str(caught.value)
    assert message.startswith("experiment mine.toml: ")
    assert "kind is 'encoders', but: Input should be 'bag-of-words', 'embedding'," in message
    assert "colour is not known here" in message
    assert "stages.0.learning_rate is -1, but: Input should be greater than 0" in message


def test_a_file_that_is_not_toml_is_refused_with_the_place():
    with pytest.raises(SpecificationError, match=r"mine\.toml is not valid TOML: .*line 1"):
        parsed("summary = \nkind = 1")


def test_an_encoder_without_stages_is_refused():
    with pytest.raises(SpecificationError, match=r"needs at least one \[\[stages\]\] table"):
        parsed('summary = "nothing"\nkind = "encoder"\n')


def test_a_layer_group_of_no_known_form_is_refused_before_any_data_are_read():
    spec = parsed(MINIMAL.replace('"classifier"', '"encodr.3"'))

    with pytest.raises(UsageError, match=r"'head' names 'encodr\.3', which is no layer group"):
        build_classifier(spec, seed=1)


def test_an_unknown_experiment_is_refused_with_those_that_there_are():
    with pytest.raises(UsageError, match="there is no experiment 'zebra'; there are bag-of"):
        read_experiment("zebra")


def test_a_missing_file_is_refused():
    with pytest.raises(UsageError, match=r"nowhere\.toml cannot be read: No such file"):
        read_experiment("nowhere.toml")


def test_never_is_a_patience():
    text = MINIMAL.replace("[[stages]]", '[training.stopping]\npatience = "never"\n\n[[stages]]')

    assert build_settings(parsed(text), seed=1).stopping.patience is None


def test_zero_is_a_value_and_not_the_default():
    text = MINIMAL + "weight_decay = 0.0\ndropout = 0.0\n"
    stage = build_schedule(parsed(text)).stages[0]

    assert stage.weight_decay == 0.0
    assert stage.dropout == 0.0
