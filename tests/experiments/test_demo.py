"""The demo from end to end, on a tiny encoder: what it leaves, what it says, what it spares."""

import csv
import json

import pytest
from python_calamine import CalamineWorkbook

import tiny_encoders
from patsieve.cli import demo as command_line
from patsieve.corpus.families import family_keys
from patsieve.corpus.load import load_corpus, stream_records
from patsieve.errors import OutputError, UsageError
from patsieve.experiments.demo import DemoRequest, run_demo
from patsieve.metrics.ranking import average_precision
from patsieve.screening.bundle import load_bundle, read_manifest

pytestmark = pytest.mark.slow

EXPERIMENT = """
summary = "two stages on a tiny encoder"
kind = "encoder"

[encoder]
checkpoint = "CHECKPOINT"
max_tokens = 32

[training]
batch_size = 16
max_epochs = 2

[training.stopping]
patience = "never"

[[stages]]
name = "head"
train = ["classifier"]
learning_rate = 1e-2

[[stages]]
name = "top"
train = ["classifier", "encoder[last half]"]
from_epoch = 2
learning_rate = 1e-3
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """An experiment file for an encoder that learns in a second."""
    folder = tmp_path_factory.mktemp("encoder")
    tiny_encoders.tiny_encoder(n_layers=2).save_pretrained(folder)
    tiny_encoders.tiny_tokenizer().save_pretrained(folder)
    path = tmp_path_factory.mktemp("experiment") / "tiny.toml"
    path.write_text(EXPERIMENT.replace("CHECKPOINT", folder.as_posix()), encoding="utf-8")
    return str(path)


def demonstrated(out, tiny, *, seed=1):
    said = []
    request = DemoRequest(
        out=out, records=240, new_records=60, seed=seed, experiments=("bag-of-words", tiny)
    )
    return run_demo(request, say=said.append), said


@pytest.fixture(scope="module")
def demo(tiny, tmp_path_factory):
    """A demo and what it said; tests leave its folder as it is."""
    return demonstrated(tmp_path_factory.mktemp("place") / "demo", tiny)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_everything_is_where_it_says(demo):
    outcome, _ = demo
    folder = outcome.folder

    assert {path.name for path in folder.path.iterdir() if not path.name.startswith(".")} == {
        *("labelled.csv", "this-week.csv", "ranked.csv", "ranked.xlsx", "report.html"),
        *("models", "mlflow.db", "mlartifacts"),
    }
    assert {path.name for path in (folder.path / "models").iterdir()} == {"bag-of-words", "tiny"}


def test_the_pile_has_no_labels_and_no_family_that_was_learnt(demo):
    folder = demo[0].folder
    new = stream_records(folder.new)
    learnt = {key for record in load_corpus(folder.labelled).records for key in family_keys(record)}

    assert "label" not in new.header
    assert not any(key in learnt for record in new for key in family_keys(record))


def test_both_models_are_tested_on_the_same_records(demo):
    one, other = demo[0].models

    assert one.partition.test.digest == other.partition.test.digest


def test_the_model_that_ranks_is_the_better_one_on_validation_records(demo):
    outcome, _ = demo
    best = max(outcome.validation, key=outcome.validation.__getitem__)

    assert outcome.chosen.experiment == best
    # The encoder's scores of the validation records can be computed again from its bundle.
    encoder = outcome.models[1]
    bundle = load_bundle(encoder.bundle)
    validation = encoder.partition.validation
    probabilities = bundle.classifier.predict_proba(bundle.recipe.compose_all(validation))[:, 1]
    assert outcome.validation["tiny"] == pytest.approx(
        average_precision(validation.labels, probabilities)
    )


def test_the_ranked_list_has_every_new_patent_once_best_first(demo):
    folder = demo[0].folder
    ranked = rows_of(folder.ranked_csv)
    probabilities = [float(row["probability"]) for row in ranked]

    assert [int(row["rank"]) for row in ranked] == list(range(1, 61))
    assert probabilities == sorted(probabilities, reverse=True)
    assert sorted(row["publication_number"] for row in ranked) == sorted(
        row["publication_number"] for row in rows_of(folder.new)
    )


def test_the_worksheet_holds_the_same_list(demo):
    folder = demo[0].folder
    header, *rows = CalamineWorkbook.from_path(folder.ranked_xlsx).get_sheet_by_index(0).to_python()
    numbers = [row[header.index("publication_number")] for row in rows]

    assert numbers == [row["publication_number"] for row in rows_of(folder.ranked_csv)]


def test_the_truth_of_the_pile_is_known_to_the_demo_alone(demo):
    pile = demo[0].pile

    assert len(pile.patents) == 60
    assert pile.n_relevant == round(0.08 * 60)


def test_the_bundles_can_be_scored_with(demo):
    for bundle in demo[0].folder.bundles.values():
        assert read_manifest(bundle).data.file == "labelled.csv"
        load_bundle(bundle)


def test_each_step_is_told(demo):
    _, said = demo

    assert said[0].startswith("everything goes to ")
    assert [line[:3] for line in said if line[1:3] == "/5"] == ["1/5", "2/5", "3/5", "4/5", "5/5"]


def test_the_report_holds_the_result(demo):
    outcome, _ = demo
    page = outcome.folder.report.read_text(encoding="utf-8")

    assert outcome.pile.patents[0].publication_number in page
    assert "How tiny was trained" in page


def test_a_second_demo_repeats_the_first_and_spares_what_is_not_its_own(demo, tiny):
    outcome, _ = demo
    notes = outcome.folder.path / "my-notes.txt"
    notes.write_text("mine", encoding="utf-8")
    before = {path: path.read_bytes() for path in outcome.folder.own if path.is_file()}

    again, said = demonstrated(outcome.folder.path, tiny)

    assert said[0].startswith(f"{outcome.folder.path} is there from an earlier demo: labelled.csv,")
    assert again.differences == outcome.differences
    assert {path for path, content in before.items() if path.read_bytes() != content} <= {
        # A worksheet says when it was made.
        outcome.folder.ranked_xlsx
    }
    assert notes.read_text(encoding="utf-8") == "mine"
    notes.unlink()


def test_nothing_is_done_where_something_would_be_lost(tiny, tmp_path):
    mine = tmp_path / "labelled.csv"
    mine.write_text("title,label\nmy own,1\n", encoding="utf-8")

    with pytest.raises(UsageError, match=r"labelled\.csv"):
        demonstrated(tmp_path, tiny)
    assert [path.name for path in tmp_path.iterdir()] == ["labelled.csv"]
    assert mine.read_text(encoding="utf-8") == "title,label\nmy own,1\n"


def test_a_folder_that_cannot_be_made_is_told(tiny, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    with pytest.raises(OutputError, match="a part of the path is a file"):
        demonstrated(tmp_path / "file" / "demo", tiny)


def test_the_command_says_the_result_where_it_is_and_what_to_do_next(demo, monkeypatch, capsys):
    outcome, _ = demo
    monkeypatch.setattr("patsieve.experiments.demo.run_demo", lambda *_, **__: outcome)

    command_line.command.main(["--out", str(outcome.folder.path)], standalone_mode=False)

    printed = capsys.readouterr().out
    assert " ".join(outcome.sentences[0].split()) in " ".join(printed.split())
    for path in (outcome.folder.report, outcome.folder.ranked_xlsx, outcome.folder.tracking):
        assert str(path) in printed
    for _, command in outcome.next_steps:
        assert command.partition(" ")[2] in printed


def test_the_ledger_names_what_the_demo_wrote(demo):
    folder = demo[0].folder
    [ledger] = folder.path.glob(".*.json")

    written = json.loads(ledger.read_text(encoding="utf-8"))
    assert set(written) == {path.relative_to(folder.path).as_posix() for path in folder.own}
    assert all(written.values())
