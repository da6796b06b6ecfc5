"""`patsieve train` from the command line, with the model that trains in a second."""

import json

import pytest

from patsieve.cli.main import main


def train(labelled_file, folder, *options):
    return main(
        [
            *("train", str(labelled_file), "--experiment", "bag-of-words"),
            *("--out", str(folder), "--no-tracking", *options),
        ]
    )


def test_it_says_what_it_tested_and_where_the_bundle_is(labelled_file, tmp_path, capsys):
    folder = tmp_path / "bow"

    assert train(labelled_file, folder) == 0

    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith("40 records, 12 relevant; at threshold 0.500 ")
    assert lines[2].split() == ["metric", "value", "95", "%", "interval"]
    assert lines[-1] == f"bundle: {folder}"
    assert "bag-of-words on labelled.csv, seed 1; records (relevant): 160 training" in err
    assert (folder / "manifest.json").is_file()


def test_it_prints_one_json_object_when_asked(labelled_file, tmp_path, capsys):
    assert train(labelled_file, tmp_path / "bow", "--json", "--recall", "0.95") == 0

    told = json.loads(capsys.readouterr().out)
    assert told["experiment"] == "bag-of-words"
    assert told["bundle"] == str(tmp_path / "bow")
    assert set(told["test_metrics"]["mcc"]) == {"value", "low", "high"}
    assert told["test_metrics"]["threshold"] < 0.5


def test_a_bundle_is_not_replaced_unasked(labelled_file, bundle, capsys):
    assert train(labelled_file, bundle) == 2

    assert capsys.readouterr() == (
        "",
        f"patsieve: {bundle} is there already; choose another --out or say --overwrite\n",
    )


def test_a_bundle_is_replaced_when_asked(labelled_file, bundle):
    before = json.loads((bundle / "manifest.json").read_text())["created"]

    assert train(labelled_file, bundle, "--overwrite", "--seed", "2") == 0

    manifest = json.loads((bundle / "manifest.json").read_text())
    assert manifest["seed"] == 2
    assert manifest["created"] > before


def test_a_folder_that_is_no_bundle_is_never_replaced(labelled_file, tmp_path, capsys):
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter1.txt").write_text("years of work")

    assert train(labelled_file, folder, "--overwrite") != 0

    assert (folder / "chapter1.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--split-column", "part", "--split-by-date"),
            "--split-column and --split-by-date split the records in different ways",
        ),
        (("--tracking-uri", "sqlite:///x.db"), "--tracking-uri and --no-tracking say opposite"),
        (("--recall", "0.9", "--threshold", "0"), "--recall and --threshold set the threshold"),
    ],
)
def test_options_that_contradict_one_another_are_refused(
    labelled_file, tmp_path, capsys, options, said
):
    assert train(labelled_file, tmp_path / "bow", *options) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"patsieve: {said}")
    assert list(tmp_path.iterdir()) == []


def test_an_output_below_a_file_is_told_in_one_sentence(labelled_file, tmp_path, capsys):
    (tmp_path / "file").touch()

    assert train(labelled_file, tmp_path / "file" / "bow") == 1

    err = capsys.readouterr().err
    assert err.startswith(f"patsieve: cannot write {tmp_path}/file/bow: ")
    assert err.count("\n") == 1


def test_there_must_be_a_run_to_resume(labelled_file, tmp_path, capsys):
    assert train(labelled_file, tmp_path / "bow", "--resume") == 2

    assert capsys.readouterr().err == (
        f"patsieve: there is no interrupted run in {tmp_path}/bow.run to resume\n"
    )
