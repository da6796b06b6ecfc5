"""A study: runs share what they have in common, and end as they would have alone."""

import json
import shutil

import numpy as np
import pytest

from patsieve.errors import UsageError
from patsieve.experiments.memory_tracker import MemoryTracker
from patsieve.experiments.study import study
from patsieve.experiments.study_request import StudyRequest, select_experiments
from patsieve.finetuning.events import Callback
from tiny_encoders import tiny_encoder, tiny_texts, tiny_tokenizer

HEAD = """
summary = "tiny"
kind = "encoder"
[encoder]
max_tokens = 32
[training]
batch_size = 16
max_epochs = {epochs}
sampling = "balanced"
[training.stopping]
patience = "never"
[[stages]]
name = "head"
train = ["classifier"]
learning_rate = 3e-2
"""
TOP = """
[[stages]]
name = "top"
train = ["classifier", "encoder.2"]
from_epoch = 3
learning_rate = 1e-2
"""
EXPERIMENTS = {
    "head": HEAD.format(epochs=4),
    "top": HEAD.format(epochs=4) + TOP,
    # The last of three layers by another name: the same run as "top".
    "top-again": HEAD.format(epochs=4) + TOP.replace("encoder.2", "encoder[67%:100%]"),
}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """A folder with a labelled file, a tiny checkpoint and three experiments."""
    folder = tmp_path_factory.mktemp("study")
    texts, labels = tiny_texts(120, prevalence=0.4, seed=1)
    lines = [f'{label},"{text}"' for text, label in zip(texts, labels, strict=True)]
    (folder / "labelled.csv").write_text("label,abstract\n" + "\n".join(lines), encoding="utf-8")
    tiny_encoder().save_pretrained(folder / "checkpoint")
    tiny_tokenizer().save_pretrained(folder / "checkpoint")
    for name, text in EXPERIMENTS.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def request(here, out, *names, **more):
    return StudyRequest(
        source=here / "labelled.csv",
        experiments=tuple(str(here / f"{name}.toml") for name in names),
        out=out,
        checkpoint=str(here / "checkpoint"),
        device="cpu",
        precision="32",
        **({"seeds": (1, 2)} | more),
    )


def run(asked, **more):
    trackers = (MemoryTracker(), MemoryTracker())
    told = []
    outcome = study(asked, say=told.append, trackers=trackers, **more)
    return outcome, trackers, told


@pytest.fixture(scope="module")
def whole(here, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "study"
    return (*run(request(here, out, *EXPERIMENTS)), out)


def scores(outcome):
    return {
        (name, one.seed): one.test_probabilities
        for name, runs in outcome.result.runs.items()
        for one in runs
    }


def test_a_run_in_a_study_ends_as_it_would_have_alone(here, whole, tmp_path):
    together = scores(whole[0])

    for name in ("head", "top"):
        alone, _, _ = run(request(here, tmp_path / name, name))
        for key, probabilities in scores(alone).items():
            np.testing.assert_allclose(together[key], probabilities, rtol=0, atol=1e-6)


def test_runs_that_begin_alike_share_their_first_epochs(whole):
    shared = {
        name: [one.facts["shared_epochs"] for one in runs]
        for name, runs in whole[0].result.runs.items()
    }

    assert shared == {"head": [0, 0], "top": [2, 2]}


def test_what_is_the_same_run_is_run_once_and_said(whole):
    outcome, _, told, _ = whole

    assert outcome.result.twins == {"top-again": "top"}
    assert any("top-again is the same run as top" in sentence for sentence in told)


def test_every_run_is_tracked_with_the_numbers_of_the_report(whole):
    outcome, (parent, children), _, out = whole

    assert [one.status for one in (*parent.runs, *children.runs)] == ["FINISHED"] * 5
    assert "report.html" in parent.runs[0].files
    tracked = {one.name: one.metrics for one in children.runs}
    for name, runs in outcome.result.runs.items():
        for one in runs:
            metrics = tracked[f"{name}-seed{one.seed}"]
            assert metrics["final_test_average_precision"] == [
                (None, one.test["average_precision"])
            ]
            assert len(metrics["validation_loss"]) == len(one.history) == 4
    assert (out / "report.html").is_file()


def test_runs_of_a_seed_share_their_test_records_and_seeds_do_not(whole):
    runs = whole[0].result.runs

    first, second = ([runs[name][seed] for name in ("head", "top")] for seed in (0, 1))
    for one, other in (first, second):
        assert np.array_equal(one.test_families, other.test_families)
    assert not np.array_equal(first[0].test_families, second[0].test_families)


def test_scratch_is_gone_when_a_study_is_complete(whole):
    assert sorted(path.name for path in whole[3].iterdir() if path.is_dir()) == ["runs"]


class StopAt(Callback):
    """Breaks a study off in a certain epoch, counted over all of its runs."""

    def __init__(self, epoch):
        self.left = epoch

    def on_epoch_end(self, state):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("epoch", [1, 6, 7, 11])
def test_a_study_broken_off_goes_on_to_the_same_numbers(epoch, here, whole, tmp_path):
    asked = request(here, tmp_path / "study", *EXPERIMENTS)
    with pytest.raises(KeyboardInterrupt):
        run(asked, callbacks=[StopAt(epoch)])

    outcome, (_, children), _ = run(asked)

    done_before = 4 - len(children.runs)
    assert done_before == (epoch - 1) // 4 if epoch < 5 else done_before >= 1
    for key, probabilities in scores(whole[0]).items():
        np.testing.assert_allclose(scores(outcome)[key], probabilities, rtol=0, atol=1e-6)


def test_a_study_that_is_complete_runs_nothing_again(here, whole):
    outcome, (_, children), told = run(request(here, whole[3], *EXPERIMENTS))

    assert children.runs == []
    assert not any("run 1 of" in sentence for sentence in told)
    for key, probabilities in scores(whole[0]).items():
        assert np.array_equal(scores(outcome)[key], probabilities)


def test_a_changed_experiment_is_run_again_and_the_others_are_not(here, whole, tmp_path):
    out = tmp_path / "study"
    shutil.copytree(whole[3], out)
    changed = tmp_path / "head.toml"
    changed.write_text(EXPERIMENTS["head"].replace("3e-2", "1e-2"), encoding="utf-8")
    asked = request(here, out, *EXPERIMENTS)
    asked = StudyRequest(**(vars(asked) | {"experiments": (str(changed), *asked.experiments[1:])}))

    _, (_, children), _ = run(asked)

    assert [one.name for one in children.runs] == ["head-seed1", "head-seed2"]


def test_a_damaged_run_is_run_again(here, whole, tmp_path):
    out = tmp_path / "study"
    shutil.copytree(whole[3], out)
    file = out / "runs" / "head-seed2.json"
    file.write_text(file.read_text(encoding="utf-8")[:1000], encoding="utf-8")

    _, (_, children), _ = run(request(here, out, *EXPERIMENTS))

    assert [one.name for one in children.runs] == ["head-seed2"]


def test_a_study_of_other_settings_is_not_mixed_in(here, whole):
    with pytest.raises(UsageError, match="holds a study of other data, another split or other"):
        run(request(here, whole[3], *EXPERIMENTS, max_tokens=16))


def test_a_test_file_that_has_changed_makes_another_study(here, tmp_path):
    rows = (here / "labelled.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "training.csv").write_text("\n".join(rows[:80]), encoding="utf-8")
    test = tmp_path / "test.csv"
    asked = request(here, tmp_path / "study", "head", seeds=(1,), test_file=test)
    asked = StudyRequest(**(vars(asked) | {"source": tmp_path / "training.csv"}))
    test.write_text("\n".join([rows[0], *rows[80:]]), encoding="utf-8")
    run(asked)

    test.write_text("\n".join([rows[0], *rows[85:]]), encoding="utf-8")

    with pytest.raises(UsageError, match="holds a study of other data"):
        run(asked)


def test_an_encoder_without_a_pooler_can_be_studied(here, tmp_path):
    tiny_encoder("distilbert").save_pretrained(tmp_path / "checkpoint")
    tiny_tokenizer().save_pretrained(tmp_path / "checkpoint")
    asked = request(here, tmp_path / "study", "top", "top-again", seeds=(1,))
    checkpoint = str(tmp_path / "checkpoint")

    outcome, _, _ = run(StudyRequest(**(vars(asked) | {"checkpoint": checkpoint})))

    assert outcome.result.twins == {"top-again": "top"}


def test_a_folder_with_something_else_is_left_alone(here, tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")

    with pytest.raises(UsageError, match="holds no study; choose another --out"):
        run(request(here, tmp_path, "head"))

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_run_reads_back_as_it_was_written(whole):
    file = whole[3] / "runs" / "top-seed1.json"
    kept = json.loads(file.read_text(encoding="utf-8"))["run"]

    assert whole[0].result.runs["top"][0].as_json() == kept


def test_patterns_name_experiments_of_the_catalogue_each_once():
    names = [spec.name for spec in select_experiments(("hn-pt-05.5*", "hn-pt-05.5", "hn-pt-02"))]

    assert names == ["hn-pt-05.5", "hn-pt-05.5.1", "hn-pt-05.5.2", "hn-pt-05.5.3", "hn-pt-02"]
    with pytest.raises(UsageError, match="no experiment matches 'hn-xx"):
        select_experiments(("hn-xx-*",))


def test_two_files_of_one_name_are_refused(here, tmp_path):
    (tmp_path / "head.toml").write_text(EXPERIMENTS["head"], encoding="utf-8")

    with pytest.raises(UsageError, match="are both called 'head'"):
        select_experiments((str(here / "head.toml"), str(tmp_path / "head.toml")))


# --- folds -----------------------------------------------------------------------------------


def test_over_the_folds_every_record_is_tested_once(here, tmp_path):
    outcome, _, said = run(request(here, tmp_path / "study", "head", seeds=(7,), folds=3))
    runs = outcome.result.runs["head"]

    assert [each.seed for each in runs] == [1, 2, 3]
    tested = np.concatenate([each.test_families for each in runs])
    assert sorted(tested.tolist()) == list(range(120))
    assert {len(each.test_labels) for each in runs} == {40}
    assert any("head, fold 2 (run 2 of 3" in sentence for sentence in said)
    assert "every record is tested once" in outcome.report.read_text(encoding="utf-8")
    assert (tmp_path / "study" / "runs" / "head-fold3.json").is_file()
    assert "--seeds 7 --folds 3" in outcome.result.settings["command"]


def test_folds_are_drawn_by_one_seed_and_are_the_only_split(here, tmp_path):
    with pytest.raises(UsageError, match="drawn by one seed; 2 are given"):
        request(here, tmp_path / "study", "head", seeds=(1, 2), folds=3)
    with pytest.raises(UsageError, match="folds are a way to split the records"):
        request(here, tmp_path / "study", "head", seeds=(1,), folds=3, split_by_date=True)
