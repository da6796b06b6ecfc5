"""What an experiment file may say, and what is said of one that cannot be run."""

import pytest

from patsieve.corpus.text import TextRecipe
from patsieve.errors import SpecificationError, UsageError
from patsieve.experiments.build import (
    build_classifier,
    build_schedule,
    build_settings,
    build_text_recipe,
)
from patsieve.experiments.spec import (
    bases_as_stacked,
    catalogue,
    catalogue_names,
    catalogue_text,
    parse_experiment,
    read_experiment,
)
from patsieve.finetuning.window_settings import Windows

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


EMBEDDING = 'summary = "mine"\nkind = "embedding"\n'
WORDS = 'summary = "mine"\nkind = "bag-of-words"\n'


def test_windows_reach_the_classifier():
    spec = parsed(
        EMBEDDING + '[encoder]\nmax_tokens = 256\n[encoder.windows]\noverlap = 32\npooling = "max"'
    )

    assert build_classifier(spec, seed=1).windows == Windows(32, "max", 16)


def test_the_selection_of_text_reaches_the_recipe():
    spec = parsed(
        WORDS + "[text]\nfields = ['title', 'independent_claims', 'description']\n"
        "max_characters = 5000\nmax_words = { description = 300 }\nsymbols = true"
    )

    fields = ("title", "independent_claims", "description")
    assert build_text_recipe(spec) == TextRecipe(fields, 5000, {"description": 300})
    assert build_classifier(spec, seed=1).symbols_weight > 0


def test_a_stack_gives_its_bases_its_own_text():
    spec = parsed(
        'summary = "mine"\nkind = "stacking"\n[text]\nsymbols = true\n'
        "[stacking]\nbases = ['bag-of-words', 'embedding']"
    )
    words, embedding = bases_as_stacked(spec)

    assert words.text.symbols
    assert build_classifier(spec, seed=1).bases["bag-of-words"]().symbols_weight > 0
    assert embedding.kind == "embedding"


@pytest.mark.parametrize("kind", [EMBEDDING, WORDS])
def test_what_is_said_of_text_as_it_would_be_anyway_decides_nothing_new(kind):
    said = parsed(kind + "[text]\nmax_characters = 20000\nmax_words = {}\nsymbols = false")

    assert said.decisive() == parsed(kind).decisive()
    assert parsed(kind + "[text]\nmax_characters = 99").decisive() != said.decisive()
    assert said.decisive()["text"] == {"fields": ["title", "abstract", "claims"]}


def test_windows_decide():
    with_windows = parsed(EMBEDDING + "[encoder.windows]")

    assert with_windows.decisive() != parsed(EMBEDDING).decisive()
    assert "windows" not in parsed(EMBEDDING).decisive()["encoder"]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (WORDS + "[encoder.windows]", "is for kinds encoder and embedding, not for 'bag-of-words'"),
        (
            EMBEDDING + "[encoder]\nmax_tokens = 64\n[encoder.windows]\noverlap = 33",
            "windows of 64 tokens cannot overlap by 33; at most half of them, 32, may be",
        ),
        (EMBEDDING + "[text]\nsymbols = true", "symbols are counted by kind 'bag-of-words'"),
        (WORDS + "[text]\nfields = ['claims', 'first_claim']", "hold the same claims"),
        (WORDS + "[text]\nmax_words = { description = 9 }", "'description', which is not read"),
        (WORDS + "[text]\nmax_words = { claims = 0 }", r"text.max_words.claims is 0"),
    ],
)
def test_impossible_selections_of_text_are_refused(text, match):
    with pytest.raises(SpecificationError, match=match):
        parsed(text)


def test_symbols_need_a_bag_of_words_in_the_stack():
    spec = parsed(
        'summary = "mine"\nkind = "stacking"\n[text]\nsymbols = true\n'
        "[stacking]\nbases = ['embedding', 'recommended']"
    )

    with pytest.raises(SpecificationError, match="the stack has none; its bases are embedding"):
        bases_as_stacked(spec)
