"""A search: chosen on validation records, tested once, and broken off without a trace."""

import csv
import json
import shutil

import pytest

from patsieve.errors import LearningError, UsageError
from patsieve.experiments.memory_tracker import MemoryTracker
from patsieve.experiments.request import TrainRequest
from patsieve.experiments.run import train
from patsieve.experiments.spec import read_experiment
from patsieve.finetuning.events import Callback
from tuned_patents import START, request, search, write_here


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    return write_here(tmp_path_factory.mktemp("tune"))


@pytest.fixture(scope="module")
def whole(here, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "search"
    return (*search(request(here, out)), out)


def without_seconds(records):
    return [{**each.as_json(), "seconds": 0} for each in records]


class StopAt(Callback):
    """Breaks a search off in a certain epoch, counted over all of its trials."""

    def __init__(self, epoch):
        self.left = epoch

    def on_epoch_end(self, state):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


def test_the_winner_is_the_best_on_validation(whole):
    outcome, *_ = whole

    values = [each.value for each in outcome.records if each.state == "complete"]
    assert outcome.best.value == max(values)
    assert outcome.records[0].number == 0
    assert len({json.dumps(each.parameters, sort_keys=True) for each in outcome.records}) == 9


def test_unpromising_trials_are_pruned_and_told_so(whole):
    outcome, (_, trials), told, _ = whole

    pruned = [each for each in outcome.records if each.state == "pruned"]
    assert pruned
    assert all(each.value is None and 2 <= each.epochs < 4 for each in pruned)
    assert sum("worse than the median" in sentence for sentence in told) == len(pruned)
    assert sum(run.metrics["pruned"] == [(None, 1.0)] for run in trials.runs) == len(pruned)


def test_the_value_of_a_trial_is_that_of_the_weights_it_ended_with(whole):
    for each in whole[0].records:
        if each.state == "complete":
            assert any(abs(value - each.value) < 1e-6 for value in each.course.values())


def test_frozen_layers_are_computed_once_for_all_trials(here, tmp_path):
    class Look(Callback):
        def __init__(self):
            self.kept = []

        def on_run_end(self, state):
            blocks = (tmp_path / "search" / "shared" / "activations").rglob("*")
            self.kept.append(frozenset(path for path in blocks if path.is_dir()))

    look = Look()

    search(request(here, tmp_path / "search", trials=3), callbacks=[look])

    assert look.kept[0]
    assert look.kept[0] <= look.kept[1] <= look.kept[2]


def test_the_folder_holds_what_was_found_and_nothing_else(whole):
    outcome, _, _, out = whole

    names = sorted(path.name for path in out.iterdir())
    assert names == ["best.toml", "search.json", "trials.csv", "trials.jsonl"]
    with (out / "trials.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [row["state"] for row in rows] == [each.state for each in outcome.records]
    assert [row["value"] for row in rows] == [
        "" if each.value is None else str(each.value) for each in outcome.records
    ]
    assert rows[0]["layers"] == "16-23 of 24"


def test_every_trial_is_tracked_below_the_search(whole):
    outcome, (parent, trials), _, _ = whole

    assert [run.name for run in trials.runs] == [f"trial-{number}" for number in range(9)]
    assert {run.status for run in (*parent.runs, *trials.runs)} == {"FINISHED"}
    assert set(parent.runs[0].files) == {"trials.csv", "best.toml"}
    found = parent.runs[0].metrics["best_validation_average_precision"]
    assert found == [(None, outcome.best.value)]
    for run, record in zip(trials.runs, outcome.records, strict=True):
        assert len(run.metrics["validation_loss"]) == record.epochs


def test_other_test_records_change_neither_trials_nor_winner(here, whole, tmp_path):
    rows = (here / "labelled.csv").read_text(encoding="utf-8").splitlines()
    turned = [f"{1 - int(row[0])}{row[1:]} pump" if ",test," in row else row for row in rows[1:]]
    changed = tmp_path / "labelled.csv"
    changed.write_text("\n".join([rows[0], *turned]), encoding="utf-8")

    outcome, *_ = search(request(here, tmp_path / "search", source=changed))

    assert without_seconds(outcome.records) == without_seconds(whole[0].records)
    assert outcome.best.number == whole[0].best.number
    assert outcome.tested["best"] != whole[0].tested["best"]


def test_nothing_is_known_of_the_test_records_before_the_last_trial_has_ended(here, tmp_path):
    out = tmp_path / "search"
    with pytest.raises(KeyboardInterrupt):
        search(request(here, out, trials=2), callbacks=[StopAt(8)])

    assert "tested" not in json.loads((out / "search.json").read_text(encoding="utf-8"))
    outcome, _, told = search(request(here, out, trials=2))
    assert sum("the test records" in sentence for sentence in told) == 1
    assert told[-1].startswith("testing start and best")
    assert outcome.tested["start"]["n_records"] == 16


@pytest.mark.parametrize("epoch", [2, 15, pytest.param(23, marks=pytest.mark.slow)])
def test_a_search_broken_off_goes_on_to_the_same_trials(epoch, here, whole, tmp_path):
    asked = request(here, tmp_path / "search")
    with pytest.raises(KeyboardInterrupt):
        search(asked, callbacks=[StopAt(epoch)])

    outcome, (_, trials), _ = search(asked)

    assert without_seconds(outcome.records) == without_seconds(whole[0].records)
    assert outcome.tested == whole[0].tested
    assert len(trials.runs) == 9 - (epoch - 1) // 4


def test_a_search_that_is_complete_runs_and_tests_nothing_again(here, whole):
    outcome, (_, trials), told = search(request(here, whole[3]))

    assert trials.runs == []
    assert not any(sentence.startswith("testing") for sentence in told)
    assert outcome.as_json() == whole[0].as_json()


def test_after_the_test_no_further_trial_is_run(here, whole):
    with pytest.raises(UsageError, match="ended after 9 trials with its one look at the test"):
        search(request(here, whole[3], trials=10))


def test_what_was_broken_off_may_go_on_with_more_trials(here, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        search(request(here, tmp_path / "search", trials=2), callbacks=[StopAt(3)])

    outcome, *_ = search(request(here, tmp_path / "search", trials=3))

    assert len(outcome.records) == 3


def test_when_time_is_up_no_trial_begins_but_the_first(here, tmp_path):
    outcome, _, told = search(request(here, tmp_path / "search", minutes=1e-6))

    assert len(outcome.records) == 1
    assert outcome.best is outcome.records[0]
    assert "time is up after 1 of 9 trials" in told
    assert outcome.differences["average_precision"].value == 0
    best = read_experiment(str(outcome.best_file))
    assert best.stages == read_experiment(str(here / "start.toml")).stages


@pytest.mark.parametrize(
    ("more", "other"),
    [
        ({"seed": 2}, "split and another metric, seed or machine setting"),
        ({"metric": "validation_loss"}, "metric, seed or machine setting"),
        ({"max_tokens": 16}, "starting experiment"),
        ({"split_column": None}, "split"),
    ],
)
def test_another_search_is_not_mixed_in(here, whole, more, other):
    with pytest.raises(UsageError, match=f"holds a search with another {other}; choose another"):
        search(request(here, whole[3], **more))


def test_another_start_or_other_records_are_refused(here, whole, tmp_path):
    start = tmp_path / "start.toml"
    start.write_text(START.replace("max_epochs = 4", "max_epochs = 5"), encoding="utf-8")
    with pytest.raises(UsageError, match="another starting experiment; choose another --out"):
        search(request(here, whole[3], experiment=str(start)))

    fewer = tmp_path / "labelled.csv"
    rows = (here / "labelled.csv").read_text(encoding="utf-8").splitlines()
    fewer.write_text("\n".join(rows[:-1]), encoding="utf-8")
    with pytest.raises(UsageError, match="another set of records; choose another --out"):
        search(request(here, whole[3], source=fewer))


def test_a_folder_with_something_else_is_left_alone(here, tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")

    with pytest.raises(UsageError, match="holds no search; choose another --out"):
        search(request(here, tmp_path))

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_damaged_trials_are_told_and_not_lost(here, whole, tmp_path):
    out = tmp_path / "search"
    shutil.copytree(whole[3], out)
    (out / "trials.jsonl").write_text("{", encoding="utf-8")

    with pytest.raises(UsageError, match=r"trials\.jsonl is not what a search wrote there"):
        search(request(here, out))

    assert (out / "trials.jsonl").read_text(encoding="utf-8") == "{"


def test_the_best_experiment_trains_to_the_value_that_was_found(here, whole, tmp_path):
    outcome, _, _, out = whole

    trained = train(
        TrainRequest(
            source=here / "labelled.csv",
            experiment=str(out / "best.toml"),
            out=tmp_path / "bundle",
            device="cpu",
            precision="32",
            split_column="part",
        ),
        say=lambda sentence: None,
        tracker=MemoryTracker(),
    )

    assert trained.experiment == "start-tuned"
    best = trained.history[trained.training["best_epoch"] - 1]
    assert best.validation["average_precision"] == pytest.approx(outcome.best.value, abs=1e-6)
    found = outcome.tested["best"]["average_precision"]["value"]
    assert trained.test_metrics["average_precision"]["value"] == pytest.approx(found, abs=1e-6)


class RunAway(Callback):
    """Lets the training of a certain trial leave the numbers."""

    def __init__(self, trial):
        self.left = trial

    def on_run_begin(self, state):
        self.left -= 1

    def on_epoch_end(self, state):
        if self.left < 0:
            self.left = 1000
            raise LearningError("the weights are no numbers")


def test_a_trial_that_runs_away_fails_and_the_search_goes_on(here, tmp_path):
    outcome, (_, trials), told = search(
        request(here, tmp_path / "search", trials=3), callbacks=[RunAway(1)]
    )

    assert [each.state for each in outcome.records] == ["complete", "failed", "complete"]
    assert outcome.records[1].reason == "the weights are no numbers"
    assert trials.runs[1].metrics["failed"] == [(None, 1.0)]
    assert any(sentence.startswith("failed after") for sentence in told)


def test_a_start_that_runs_away_is_an_error(here, tmp_path):
    with pytest.raises(LearningError, match="no numbers"):
        search(request(here, tmp_path / "search", trials=3), callbacks=[RunAway(0)])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"trials": 0}, "a search needs at least 1 trial, not 0"),
        ({"minutes": 0.0}, "a search needs more than 0 minutes"),
        ({"metric": "validation_luck"}, "there is no metric 'validation_luck'; there are valid"),
        ({"experiment": "bag-of-words"}, "bag-of-words is of kind 'bag-of-words'; a search goes"),
    ],
)
def test_what_cannot_be_searched_is_told_in_one_sentence(here, tmp_path, more, said):
    with pytest.raises(UsageError, match=said):
        search(request(here, tmp_path / "search", **more))

    assert not (tmp_path / "search").exists()
