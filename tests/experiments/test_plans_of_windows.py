"""Dry runs and forecasts of experiments that read texts in windows count all of their tokens."""

import numpy as np
import pytest
from known_pace import KnownPace

from patsieve.cli.present_schedule import print_plan
from patsieve.corpus.load import LoadOptions
from patsieve.errors import UsageError
from patsieve.experiments.build import Overrides, build_classifier, build_text_recipe
from patsieve.experiments.dry_run import plan_schedule
from patsieve.experiments.fitting import fit_on
from patsieve.experiments.partition import SplitRequest, load_partition
from patsieve.experiments.spec import parse_experiment
from patsieve.experiments.study_forecast import StudyForecast
from patsieve.experiments.study_request import StudyRequest
from patsieve.experiments.text_lengths import assumed_lengths, measured_lengths
from patsieve.finetuning.windows import tokenize_windows
from tiny_encoders import (
    COMMON_WORDS,
    OTHER_WORDS,
    RELEVANT_WORDS,
    save_checkpoint,
    tiny_tokenizer,
)

MAX_TOKENS, OVERLAP, MOST = 16, 4, 5
WIDTH = 16


def experiment(name, windows="mean", **training):
    table = ""
    if windows:
        table = (
            f'[encoder.windows]\noverlap = {OVERLAP}\nmax_windows = {MOST}\npooling = "{windows}"\n'
        )
    settings = "".join(f"{key} = {value}\n" for key, value in training.items())
    text = (
        'summary = "x"\nkind = "encoder"\n[text]\nfields = ["title", "description"]\n'
        f"[encoder]\nmax_tokens = {MAX_TOKENS}\n{table}"
        f"[training]\nmax_epochs = 4\n{settings}"
        '[training.stopping]\npatience = "never"\n'
        '[[stages]]\nname = "head"\ntrain = ["classifier"]\nlearning_rate = 1e-2\n'
        '[[stages]]\nname = "top"\ntrain = ["classifier", "encoder.2"]\nfrom_epoch = 3\n'
        "learning_rate = 1e-3\n"
    )
    return parse_experiment(text, name=name, source=name)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return save_checkpoint(tmp_path_factory.mktemp("checkpoint"))


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    """Records of one to more windows than are read."""
    random = np.random.default_rng(3)
    lines = ["label,title,description"]
    for number in range(80):
        own = (OTHER_WORDS, RELEVANT_WORDS)[number % 2]
        words = random.choice([*own, *COMMON_WORDS], size=int(random.integers(3, 90)))
        lines.append(f"{number % 2},Device word{number},{' '.join(words)}")
    path = tmp_path_factory.mktemp("data") / "labelled.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def plan_of(spec, labelled, checkpoint, pace=None):
    given = Overrides(checkpoint=checkpoint, device="cpu", precision="32")
    texts, _ = measured_lengths(spec, labelled, LoadOptions(), overrides=given)
    pace = KnownPace() if pace is None else pace
    return plan_schedule(spec, texts=texts, overrides=given, pace=pace), texts


@pytest.mark.parametrize("n_tokens", [5, 16, 17, 26, 27, 37, 56, 57, 90])
def test_assumed_windows_are_those_of_a_text_of_so_many_tokens(checkpoint, n_tokens):
    spec = experiment("mine")
    cut = tokenize_windows(
        tiny_tokenizer(),
        [" ".join(["pump"] * (n_tokens - 2))],
        max_tokens=MAX_TOKENS,
        overlap=OVERLAP,
        most=MOST,
    )

    found = assumed_lengths(
        spec, n_records=10, mean_tokens=n_tokens, overrides=Overrides(checkpoint=checkpoint)
    )

    n_training = len(found.training)
    assert found.training.windows.tolist() == cut.windows.lengths.tolist() * n_training
    assert found.training.counts.tolist() == cut.counts.tolist() * n_training
    is_cut = 1 if cut.n_truncated else 0
    assert found.n_truncated == is_cut * (n_training + len(found.validation))


def test_assumed_texts_that_are_all_cut_are_no_more_than_all(checkpoint):
    spec = experiment("mine", windows=None)
    given = Overrides(checkpoint=checkpoint)
    texts = assumed_lengths(spec, n_records=100, mean_tokens=50, overrides=given)

    plan = plan_schedule(spec, texts=texts, overrides=given, pace=KnownPace())

    assert plan.texts["truncated"] == 1.0


def test_an_overlap_that_the_asked_length_does_not_allow_is_refused(checkpoint):
    given = Overrides(checkpoint=checkpoint, max_tokens=7)

    with pytest.raises(UsageError, match="windows of 7 tokens cannot overlap by 4"):
        assumed_lengths(experiment("mine"), n_records=10, mean_tokens=50, overrides=given)


def test_a_dry_run_counts_the_tokens_of_all_windows(labelled, checkpoint):
    windowed, texts = plan_of(experiment("long"), labelled, checkpoint)
    plain, _ = plan_of(experiment("short", windows=None), labelled, checkpoint)

    assert texts.training.counts.max() == MOST
    assert windowed.texts["training"] == plain.texts["training"] == len(texts.training)
    assert windowed.texts["mean_windows"] == pytest.approx(texts.training.counts.mean())
    assert plain.texts["mean_windows"] == 1
    assert texts.training.per_text.sum() == texts.training.windows.sum()
    assert windowed.texts["mean_tokens"] == pytest.approx(texts.training.per_text.mean())
    n_tokens = texts.training.windows.sum() + texts.validation.windows.sum()
    n_windows = len(texts.training.windows) + len(texts.validation.windows)
    assert windowed.phases[1].cache_bytes == n_tokens * WIDTH * 4
    assert windowed.phases[0].cache_bytes == (n_tokens + n_windows) * WIDTH * 4
    assert windowed.scoring.operations > 2 * plain.scoring.operations
    assert windowed.phases[1].epoch.operations > 2 * plain.phases[1].epoch.operations
    assert windowed.phases[1].memory.activations > 2 * plain.phases[1].memory.activations
    assert 0 < windowed.texts["truncated"] < plain.texts["truncated"]


def test_the_forecast_cache_is_the_one_that_a_run_makes(labelled, checkpoint):
    spec = experiment("mine", batch_size=4)
    plan, _ = plan_of(spec, labelled, checkpoint)
    partition = load_partition(labelled, LoadOptions(), SplitRequest())
    model = build_classifier(
        spec, seed=1, overrides=Overrides(checkpoint=checkpoint, device="cpu", precision="32")
    )

    fit_on(model, partition, build_text_recipe(spec))

    assert model.result_.cache_bytes == plan.largest_cache
    assert model.n_truncated_ == round(
        plan.texts["truncated"] * (len(partition.training) + len(partition.validation))
    )


def test_fewer_records_a_batch_need_less_memory(labelled, checkpoint):
    large, _ = plan_of(experiment("large", batch_size=16), labelled, checkpoint)
    small, _ = plan_of(experiment("small", batch_size=2, accumulate=8), labelled, checkpoint)

    assert small.phases[1].memory.activations < large.phases[1].memory.activations / 4


def test_this_machine_is_measured_at_as_many_windows_as_batches_hold(labelled, checkpoint):
    pace = KnownPace()
    _, texts = plan_of(experiment("mine", batch_size=8), labelled, checkpoint, pace)

    (n_texts,) = {sizes.n_texts for sizes in pace.sizes}
    assert n_texts == pytest.approx(8 * texts.training.counts.mean(), rel=0.4)


def test_the_wider_head_of_learned_pooling_is_counted(labelled, checkpoint):
    plan, _ = plan_of(experiment("mine", windows="learned"), labelled, checkpoint)

    assert plan.phases[0].n_trainable == 3 * WIDTH * 2 + 2


def test_how_many_windows_a_text_has_is_shown(labelled, checkpoint, capsys):
    windowed, texts = plan_of(experiment("long"), labelled, checkpoint)
    plain, _ = plan_of(experiment("short", windows=None), labelled, checkpoint)

    print_plan(windowed)
    assert f"in {texts.training.counts.mean():.1f} windows on average" in capsys.readouterr().out
    print_plan(plain)
    assert "windows" not in capsys.readouterr().out


def test_a_study_s_forecast_computes_each_window_once(labelled, checkpoint):
    request = StudyRequest(
        source=labelled,
        experiments=("mean", "max"),
        out=labelled.parent,
        seeds=(1,),
        checkpoint=checkpoint,
        device="cpu",
        precision="32",
    )
    mean, largest, plain = (
        experiment(name, windows=name if name != "plain" else None)
        for name in ("mean", "max", "plain")
    )
    partition = load_partition(labelled, LoadOptions(), SplitRequest())
    forecast = StudyForecast(request, KnownPace())
    head = [(0, 1)]

    first = forecast.of_run(mean, head, partition, shared=0)
    other_pooling = forecast.of_run(largest, head, partition, shared=0)
    # The beginning of a text is its first window.
    beginning = forecast.of_run(plain, head, partition, shared=0)
    fresh = StudyForecast(request, KnownPace()).of_run(plain, head, partition, shared=0)

    assert first > 2 * fresh > 0
    n_steps = -(-len(partition.training) // 16)
    assert other_pooling == beginning == pytest.approx(n_steps * 0.001, rel=1e-6)
