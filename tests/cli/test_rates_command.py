"""`patsieve schedule rates` on a tiny encoder; and how stages that choose look in a dry run."""

import json

import pytest
from test_schedule_command import PACE

from patsieve.cli.main import main
from patsieve.experiments.build import build_schedule
from patsieve.experiments.dry_run import plan_schedule
from patsieve.experiments.schedule_picture import schedule_figure
from patsieve.experiments.spec import parse_experiment, read_experiment
from patsieve.experiments.text_lengths import assumed_lengths
from tiny_encoders import tiny_encoder, tiny_tokenizer

STAGES = """
summary = "a head, then a layer"
kind = "encoder"

[training]
batch_size = 8

[[stages]]
name = "head"
train = ["classifier"]
learning_rate = 1e-3
max_epochs = 1

[[stages]]
name = "best"
train = ["classifier"]
learning_rate = 1e-4
"""


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoint")
    tiny_encoder(n_layers=2).save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder


@pytest.fixture
def rates(checkpoint, labelled_file, tmp_path):
    """Run the command on an experiment with a surgical second stage."""
    file = tmp_path / "mine.toml"
    file.write_text(STAGES + "surgical = 1\n", encoding="utf-8")
    given = ("--data", str(labelled_file), "--checkpoint", str(checkpoint), "--max-tokens", "32")
    return lambda *more: main(
        ["schedule", "rates", str(file), *given, "--precision", "32", "--steps", "20", *more]
    )


def test_a_rate_is_suggested_and_drawn(rates, tmp_path, capsys):
    picture = tmp_path / "rates.svg"

    assert rates("--highest", "10", "--picture", str(picture)) == 0

    out, err = capsys.readouterr()
    assert "mine, stage 'head': " in out
    assert "suggestion: " in out
    assert "in the experiment: 1.0e-03" in out
    assert "tried on the checkpoint" not in err
    assert "learning rate" in picture.read_text(encoding="utf-8")


def test_a_stage_that_chooses_says_what_it_chose(rates, capsys):
    assert rates("--stage", "best", "--json") == 0

    out, err = capsys.readouterr()
    told = json.loads(out)
    assert told["stage"] == "best"
    assert told["learning_rate"] == 1e-4
    assert len(told["rates"]) == len(told["losses"]) <= 20
    assert "as if nothing had trained before it" in err
    assert "stage 'best' chose by its gradients: classifier, " in err


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--stage", "top"), "experiment 'mine' has no stage 'top'; it has 'head', 'best'"),
        (("--lowest", "1", "--highest", "1"), "the first must be below the second"),
        (("--picture", "rates.pdf"), "a picture is a .png or .svg file, not 'rates.pdf'"),
    ],
)
def test_what_cannot_be_tried_is_refused(given, message, rates, capsys):
    assert rates(*given) == 2

    assert message in capsys.readouterr().err


def plan_of(spec):
    class Known:
        def pace(self, outline, sizes, *, dropout):
            return PACE

    texts = assumed_lengths(spec, n_records=100, mean_tokens=20)
    return plan_schedule(spec, texts=texts, pace=Known())


def test_a_plan_shows_the_dearest_that_a_stage_could_choose_and_says_so():
    plan = plan_of(read_experiment("surgical"))

    head, best = plan.phases
    assert (head.chosen, head.rates_by_gradient) == (0, False)
    assert (best.chosen, best.rates_by_gradient) == (3, True)
    assert list(best.groups) == ["embeddings", "encoder.0", "encoder.1", "classifier"]
    assert best.frozen_depth == 0
    assert [
        note for note in plan.assumptions if note.startswith("stage 'best layers' chooses")
    ] == [
        "stage 'best layers' chooses 3 layer groups by gradients when the stage begins; shown "
        "and counted is the dearest choice, nearest the input",
        "stage 'best layers' chooses its rates by gradients when the stage begins; shown are the "
        "highest that they can be",
    ]
    legend = [text.get_text() for text in schedule_figure(plan).legends[0].get_texts()]
    assert any("best layers: chosen by gradients when the stage begins" in text for text in legend)


def test_what_gradients_choose_decides_a_result_and_what_they_do_not_leaves_it_alone():
    def decisive(more):
        return parse_experiment(STAGES + more, name="mine", source="mine").decisive()

    unused = decisive("rates_by_gradient = false\n")

    assert unused == decisive("")
    assert "surgical" not in unused["stages"][1]
    assert decisive("surgical = 2\n") != unused
    assert decisive("rates_by_gradient = true\n") != unused


def test_the_catalogue_s_surgical_entry_chooses_beside_the_classifier():
    head, best = build_schedule(read_experiment("surgical")).stages

    assert (head.surgical, best.surgical, best.rates_by_gradient) == (None, 3, True)
    assert best.train == ("classifier",)
