"""`patsieve card`, and the card that `patsieve train` puts into every bundle."""

import json

import pytest

from html_page import HtmlPage
from patsieve.cli.main import main
from patsieve.screening.bundle import load_bundle


@pytest.fixture(scope="module")
def trained(labelled_file, tmp_path_factory):
    """A bundle with a promise, and the folder for what training prints."""
    folder = tmp_path_factory.mktemp("carded") / "bow"
    options = ("--experiment", "bag-of-words", "--no-tracking", "--recall", "0.8")
    assert main(["train", str(labelled_file), "--out", str(folder), *options]) == 0
    return folder


def test_every_number_of_the_card_is_one_that_training_prints(labelled_file, tmp_path, capsys):
    folder = tmp_path / "bow"
    options = ("--experiment", "bag-of-words", "--no-tracking", "--json", "--recall", "0.8")
    assert main(["train", str(labelled_file), "--out", str(folder), *options]) == 0
    told = json.loads(capsys.readouterr().out)
    page = HtmlPage((folder / "model_card.html").read_text(encoding="utf-8"))
    rows = {row[0]: row[1:] for row in page.rows}

    names = {
        "average precision": "average_precision",
        "ROC AUC": "roc_auc",
        "work saved at 95 % recall": "wss_at_95",
        "MCC": "mcc",
        "F1, relevant class": "f1_relevant",
        "precision, relevant class": "precision_relevant",
        "recall, relevant class": "recall_relevant",
        "accuracy": "accuracy",
        "F1, weighted": "f1_weighted",
        "Brier score": "brier",
        "expected calibration error": "expected_calibration_error",
    }
    for label, name in names.items():
        [cells] = [cells for first, cells in rows.items() if first.startswith(f"{label} ")]
        low, _, high = cells[1].partition(" to ")
        found = told["test_metrics"][name]
        for cell, key in ((cells[0], "value"), (low, "low"), (high, "high")):
            assert float(cell.replace("−", "-")) == pytest.approx(found[key], abs=0.0005), name
    for part, sizes in told["training"]["split"]["parts"].items():
        assert rows[part][:2] == [f"{sizes['n_records']}", f"{sizes['n_relevant']}"]
        assert rows[part][3] == f"{sizes['n_families']}"
    for one in told["training"]["reliability"]:
        cells = rows[f"{one['start']:.1f} to {one['end']:.1f}"]
        assert cells[0] == f"{one['n_relevant']} of {one['n_records']}"
        assert float(cells[1]) == pytest.approx(one["claimed"], abs=0.0005)
    certificate = told["certificate"]
    assert f"from probability {certificate['threshold']:.3f} on" in page.text.lower()
    assert f"{certificate['evidence']['n_relevant_families']} relevant families" in page.text
    (tn, fp), (fn, tp) = told["test_metrics"]["confusion_matrix"]
    for words in (f"calls {tp} relevant and misses {fn};", f"leaves {tn} aside and calls {fp} "):
        assert words in page.text


def test_a_bundle_is_loaded_with_its_card(trained):
    files = load_bundle(trained).manifest.files

    assert {"model_card.md", "model_card.html"} <= files.keys()


def test_the_card_is_printed_as_markdown(trained, capsys):
    assert main(["card", str(trained)]) == 0

    out, err = capsys.readouterr()
    assert out == (trained / "model_card.md").read_text(encoding="utf-8")
    assert out.startswith("# Model card: bag-of-words\n")
    assert err == ""


def test_the_card_is_printed_as_html_when_asked(trained, capsys):
    assert main(["card", str(trained), "--format", "html"]) == 0

    assert capsys.readouterr().out == (trained / "model_card.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ((), ["model_card.md", "model_card.html"]),
        (("--format", "md"), ["model_card.md"]),
        (("--format", "html"), ["model_card.html"]),
    ],
)
def test_the_card_is_written_where_it_is_wanted(trained, tmp_path, capsys, options, names):
    assert main(["card", str(trained), "--out", str(tmp_path / "cards"), *options]) == 0

    assert capsys.readouterr().out.splitlines() == [str(tmp_path / "cards" / n) for n in names]
    assert sorted(path.name for path in (tmp_path / "cards").iterdir()) == sorted(names)


def test_the_bundle_itself_is_left_alone(trained, capsys):
    assert main(["card", str(trained), "--out", str(trained)]) == 2

    assert capsys.readouterr().err.startswith(f"patsieve: {trained} is in the bundle {trained}, ")
    load_bundle(trained)


def test_there_must_be_a_bundle(tmp_path, capsys):
    assert main(["card", str(tmp_path / "none")]) == 1

    assert capsys.readouterr() == (
        "",
        f"patsieve: there is no bundle at {tmp_path}/none; a bundle is a folder\n",
    )
