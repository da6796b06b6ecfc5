"""A demo writes over what it has written, and over nothing else."""

import json
from contextlib import suppress

import pytest

from patsieve.errors import UsageError
from patsieve.experiments.demo_folder import DemoFolder


@pytest.fixture
def folder(tmp_path):
    return DemoFolder(tmp_path / "demo", ("old", "new"))


def write(folder, path, text="by the demo"):
    with folder.writing(path) as own:
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(text, encoding="utf-8")


def write_bundle(folder, name="old"):
    with folder.writing(folder.bundles[name]) as own:
        (own / "model").mkdir(parents=True)
        (own / "model" / "weights").write_bytes(b"\x00\x01")
        (own / "manifest.json").write_text("{}", encoding="utf-8")


def interrupted():
    """Swallow what the user's Ctrl-C raises."""
    return suppress(KeyboardInterrupt)


def test_an_empty_place_holds_nothing_to_lose(folder):
    assert folder.check() == []
    assert not folder.path.exists()


def test_what_the_demo_wrote_may_be_written_again(folder):
    write(folder, folder.labelled)
    write_bundle(folder)

    assert folder.check() == [folder.labelled, folder.bundles["old"]]


def test_files_of_the_user_beside_are_of_no_concern(folder):
    write(folder, folder.labelled)
    (folder.path / "notes.txt").write_text("mine", encoding="utf-8")

    assert folder.check() == [folder.labelled]


def test_a_file_that_no_demo_wrote_is_refused(folder):
    folder.path.mkdir()
    folder.labelled.write_text("my own labels", encoding="utf-8")

    with pytest.raises(UsageError, match=r"labelled\.csv, which it has not written.*move it away"):
        folder.check()
    assert folder.labelled.read_text(encoding="utf-8") == "my own labels"


def test_a_ranking_that_was_worked_in_is_refused(folder):
    write(folder, folder.ranked_xlsx)
    write(folder, folder.report)
    folder.ranked_xlsx.write_text("by the demo, with remarks", encoding="utf-8")

    with pytest.raises(UsageError, match=r"write over \S*ranked\.xlsx, which .* changed since"):
        folder.check()


@pytest.mark.parametrize("name", ["manifest.json", "model/weights", "model/mine.txt"])
def test_a_bundle_that_was_changed_or_added_to_is_refused(folder, name):
    write_bundle(folder)
    (folder.bundles["old"] / name).write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match="models/old"):
        folder.check()


def test_after_an_interruption_the_unfinished_may_be_written_again(folder):
    with interrupted(), folder.writing(folder.labelled) as path:
        path.write_text("half of", encoding="utf-8")
        raise KeyboardInterrupt

    assert folder.check() == [folder.labelled]


def test_an_interrupted_run_of_the_demo_may_go(folder):
    with interrupted(), folder.writing(folder.bundles["new"]) as path:
        (path.with_name("new.run") / "epoch-0001").mkdir(parents=True)
        raise KeyboardInterrupt

    assert folder.check() == []


def test_an_interrupted_run_of_the_user_is_refused(folder):
    write_bundle(folder, "new")
    run = folder.bundles["new"].with_name("new.run")
    run.mkdir()

    with pytest.raises(UsageError, match=r"new\.run"):
        folder.check()


@pytest.mark.parametrize("text", ["{", "[]", '"labelled.csv"'])
def test_a_ledger_that_cannot_be_read_makes_nothing_the_demos_own(folder, text):
    write(folder, folder.labelled)
    [ledger] = folder.path.glob(".*.json")
    assert set(json.loads(ledger.read_text(encoding="utf-8"))) == {"labelled.csv"}
    ledger.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=r"labelled\.csv"):
        folder.check()


def test_the_runs_are_tracked_beside_the_files(tmp_path):
    assert DemoFolder(tmp_path, ()).tracking_uri == f"sqlite:///{tmp_path}/mlflow.db"
