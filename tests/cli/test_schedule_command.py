"""`patsieve schedule show` from the command line: a dry run on the embedded encoder."""

import json
from xml.etree import ElementTree as ET

import pytest

from patsieve.cli.main import main
from patsieve.experiments.dry_run import plan_schedule
from patsieve.experiments.spec import read_experiment
from patsieve.experiments.text_lengths import assumed_lengths
from patsieve.finetuning.burst import Burst
from patsieve.finetuning.pace import EncoderPace, Pace, SavedBytes

PACE = EncoderPace(
    **{
        name: Pace({1e9: 0.1})
        for name in ("trained", "passed", "inference", "through", "embeddings", "through_inference")
    },
    step=1e-3,
    optimizer=1e-9,
    saved=SavedBytes(0, 1000, 0),
    saved_passed=SavedBytes(0, 500, 0),
)


@pytest.fixture(autouse=True)
def known_machine(monkeypatch):
    """Every machine is equally fast: what is measured is not what is tested here."""
    monkeypatch.setattr(Burst, "pace", lambda self, outline, sizes, *, dropout: PACE)


def test_the_stages_of_an_experiment_are_shown_with_what_they_train(capsys):
    assert main(["schedule", "show", "hn-pt-05.5.2"]) == 0

    out, err = capsys.readouterr()
    assert "assumed 1,000 records of 200 tokens each" in err
    assert "classifier, pooler at 1e-3; encoder.4 at 1e-4, at plateaus down to 1e-5" in out
    lines = out.splitlines()
    assert [line.split() for line in lines if line.startswith("encoder.4 ")] == [
        ["encoder.4", "·" * 5 + "▂" * 25]
    ]
    assert any(line.startswith("at the earliest, after epoch 6: ") for line in lines)


def test_on_24_layers_the_study_s_own_layers_train(capsys):
    assert main(["schedule", "show", "hn-pt-05.5.2", "--layers", "24", "--json"]) == 0

    plan = json.loads(capsys.readouterr().out)
    assert list(plan["phases"][1]["groups"]) == [
        *("encoder.18", "encoder.19", "encoder.20"),
        *("pooler", "classifier"),
    ]
    assert plan["phases"][1]["n_tensors"] == 3 * 16 + 4
    assert plan["phases"][1]["frozen_depth"] == 18
    # Training and validation texts, all of one length, 384 numbers of 4 bytes a token; while the
    # head trains, a vector a text besides.
    assert plan["phases"][1]["cache_bytes"] == 800 * 200 * 384 * 4
    assert plan["largest_cache"] == 800 * (200 + 1) * 384 * 4


def test_texts_are_counted_in_a_file(labelled_file, capsys):
    assert main(["schedule", "show", "recommended", "--data", str(labelled_file), "--json"]) == 0

    texts = json.loads(capsys.readouterr().out)["texts"]
    assert texts["training"] + texts["scored"] == 200
    assert 10 < texts["mean_tokens"] < 384


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_picture_is_drawn(suffix, tmp_path):
    path = tmp_path / f"schedule.{suffix}"

    assert main(["schedule", "show", "hn-pt-05.5.2", "--picture", str(path)]) == 0

    if suffix == "svg":
        words = "".join(ET.parse(path).getroot().itertext())
        assert "encoder.4" in words
        assert "the run ends after epoch 6 if nothing improves" in words
    else:
        assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["hn-pt-99"], 2, "there is no experiment 'hn-pt-99'"),
        (["bag-of-words"], 2, "which has no schedule"),
        (["recommended", "--picture", "x.gif"], 2, "a picture is a .png or .svg file"),
        (["recommended", "--checkpoint", "/nowhere/at/all"], 1, "checkpoint '/nowhere/at/all'"),
        (["recommended", "--data", "/nowhere.csv"], 1, "/nowhere.csv"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_sentence(arguments, code, sentence, capsys):
    assert main(["schedule", "show", *arguments]) == code

    err = capsys.readouterr().err.splitlines()[-1]
    assert err.startswith("patsieve: ")
    assert sentence in err


def test_a_group_that_the_encoder_does_not_have_is_named_with_those_it_has(tmp_path, capsys):
    path = tmp_path / "mine.toml"
    path.write_text(
        'summary = "x"\nkind = "encoder"\n[[stages]]\nname = "top"\n'
        'train = ["encoder.24"]\nlearning_rate = 1e-3\n',
        encoding="utf-8",
    )

    assert main(["schedule", "show", str(path)]) == 2

    assert "stage 'top' names 'encoder.24', which this encoder does not have" in (
        capsys.readouterr().err
    )


def test_a_run_costs_its_epochs_its_caches_and_its_scoring():
    spec = read_experiment("hn-pt-05.5.2")
    plan = plan_schedule(spec, texts=assumed_lengths(spec, n_records=100, mean_tokens=50))
    head, layers = plan.phases

    found = plan.cost_of([(0, 1), (0, 1), (1, 1), (1, 1)])

    expected = 2 * head.epoch.seconds + 2 * layers.epoch.seconds
    # What the layers start from is stored on the way to what the head reads.
    assert (head.frozen_depth, head.coming_depth) == (6, layers.frozen_depth) == (6, 4)
    expected += head.fill.seconds + plan.scoring.seconds
    assert found.seconds == pytest.approx(expected)
    alone = plan.cost_of([(1, 1)])
    assert alone.seconds == pytest.approx(
        layers.fill.seconds + layers.epoch.seconds + plan.scoring.seconds
    )
    assert plan.all_epochs.seconds > plan.earliest.seconds
