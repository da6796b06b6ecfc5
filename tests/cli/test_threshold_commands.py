"""Thresholds by purpose and the certificate, through `train`, `score` and `evaluate`."""

import csv
import json

import pytest

from patsieve.cli.main import main
from patsieve.corpus.synthetic import write_patents
from patsieve.screening.certificate import RecallCertificate, certificate_from_json

# The 160 records that calibrate the bundle carry this much, but not that.
PROMISED = ("--recall", "0.8")
TOO_MUCH = ("--recall", "0.99")


def trained(labelled_file, folder, *options):
    return main(
        [
            *("train", str(labelled_file), "--experiment", "bag-of-words"),
            *("--out", str(folder), "--no-tracking", *options),
        ]
    )


@pytest.fixture(scope="module")
def promising(labelled_file, tmp_path_factory):
    """A bundle with a certificate."""
    folder = tmp_path_factory.mktemp("promising") / "bow"
    assert trained(labelled_file, folder, *PROMISED) == 0
    return folder


@pytest.fixture(scope="module")
def other_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("other") / "other.csv"
    write_patents(path, 80, seed=9, prevalence=0.3)
    return path


def scored(bundle, source, out, *options):
    return main(["score", str(bundle), str(source), "--out", str(out), *options])


def n_called(path):
    with path.open(encoding="utf-8", newline="") as file:
        return sum(row["decision"] == "relevant" for row in csv.DictReader(file))


def test_training_prints_the_promise_and_keeps_it_in_the_bundle(labelled_file, tmp_path, capsys):
    assert trained(labelled_file, tmp_path / "bow", *PROMISED) == 0

    out, err = capsys.readouterr()
    assert "on finds at least 80 % of the relevant families (95 % confidence) in files" in out
    assert "NO PROMISE" not in out + err
    manifest = json.loads((tmp_path / "bow" / "manifest.json").read_text())
    certificate = certificate_from_json(manifest["certificate"])
    assert isinstance(certificate, RecallCertificate)
    assert certificate.threshold == manifest["threshold"]["value"]
    assert certificate.cross_fitted
    kept = manifest["calibration"]
    assert len(kept["families"]) == len(kept["labels"]) == certificate.evidence.n_records
    assert len(set(kept["families"])) == certificate.evidence.n_families


def test_training_says_before_and_after_that_there_is_no_promise(labelled_file, tmp_path, capsys):
    assert trained(labelled_file, tmp_path / "bow", *TOO_MUCH) == 0

    out, err = capsys.readouterr()
    assert "warning: NO PROMISE: " in err
    assert "NO PROMISE: " in out
    assert json.loads((tmp_path / "bow" / "manifest.json").read_text())["certificate"] is not None


def test_who_insists_on_a_certificate_is_refused_before_training(labelled_file, tmp_path, capsys):
    assert trained(labelled_file, tmp_path / "bow", *TOO_MUCH, "--certified") == 1

    err = capsys.readouterr().err
    assert "patsieve: NO PROMISE: " in err
    assert "it takes 299" in err
    assert not (tmp_path / "bow").exists()


def test_training_tells_programs_the_same(labelled_file, tmp_path, capsys):
    assert trained(labelled_file, tmp_path / "a", *PROMISED, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["certificate"]["given"] is True
    assert told["certificate"]["threshold"] == told["test_metrics"]["threshold"]

    assert trained(labelled_file, tmp_path / "b", *TOO_MUCH, "--json") == 0
    out, err = capsys.readouterr()
    told = json.loads(out)["certificate"]
    assert (told["given"], told["shortage"]["families_needed"]) == (False, 299)
    assert err.count("warning: NO PROMISE: ") == 2

    assert trained(labelled_file, tmp_path / "c", "--json") == 0
    assert json.loads(capsys.readouterr().out)["certificate"] is None


def test_scoring_says_how_many_to_read_for_the_promise(promising, week_file, tmp_path, capsys):
    out = tmp_path / "ranked.csv"

    assert scored(promising, week_file, out) == 0

    told = capsys.readouterr().out
    assert (
        f"reading the first {n_called(out)} of 50 finds at least 80 % of the relevant families"
        in told
    )
    assert "if the relevant ones in this file are like the labelled ones" in told
    assert "- another field, another search or another time" in told


def test_a_promise_for_a_bundle_made_without_one(trained_once, week_file, tmp_path, capsys):
    out = tmp_path / "ranked.csv"

    assert scored(trained_once, week_file, out, *PROMISED, "--json") == 0

    told = json.loads(capsys.readouterr().out)
    assert told["certificate"]["given"] is True
    assert told["certificate"]["threshold"] == told["threshold"]
    assert told["n_relevant"] == n_called(out)


def test_the_promise_is_the_same_at_training_and_at_scoring(
    promising, trained_once, week_file, tmp_path, capsys
):
    told = []
    for bundle, options in ((promising, ()), (trained_once, PROMISED)):
        assert scored(bundle, week_file, tmp_path / "ranked.csv", *options, "--json") == 0
        told.append(json.loads(capsys.readouterr().out))

    assert told[0]["certificate"] == told[1]["certificate"]
    assert told[0]["n_relevant"] == told[1]["n_relevant"]


def test_a_higher_confidence_reads_more(trained_once, week_file, tmp_path, capsys):
    told = []
    for confidence in ("0.5", "0.9"):
        options = (*PROMISED, "--confidence", confidence, "--json")
        assert scored(trained_once, week_file, tmp_path / "ranked.csv", *options) == 0
        told.append(json.loads(capsys.readouterr().out))

    assert [each["certificate"]["confidence"] for each in told] == [0.5, 0.9]
    assert told[0]["threshold"] > told[1]["threshold"]


def test_scoring_without_a_promise_ranks_all_the_same_and_says_so(
    trained_once, week_file, tmp_path, capsys
):
    out = tmp_path / "ranked.csv"

    assert scored(trained_once, week_file, out, *TOO_MUCH) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith("NO PROMISE: ")
    assert out.exists()


def test_scoring_insists_on_a_promise_before_it_reads(trained_once, week_file, tmp_path, capsys):
    out = tmp_path / "ranked.csv"

    assert scored(trained_once, week_file, out, *TOO_MUCH, "--certified") == 1

    assert capsys.readouterr().err.startswith("patsieve: NO PROMISE: ")
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--precision", "0.6"), "labelled records that were not trained on: precision "),
        (("--max-f1",), "labelled records that were not trained on: precision "),
        (("--max-mcc",), "labelled records that were not trained on: precision "),
        (("--cost-miss", "20"), "costs a record there: "),
        (("--cost-miss", "20", "--cost-read", "2"), "(2.000 if all are read, "),
    ],
)
@pytest.mark.parametrize("command", ["score", "evaluate"])
def test_every_purpose_says_what_the_labels_show(
    trained_once, other_file, tmp_path, capsys, command, options, said
):
    arguments = ["--out", str(tmp_path / "ranked.csv")] if command == "score" else []

    assert main([command, str(trained_once), str(other_file), *arguments, *options]) == 0

    assert said in capsys.readouterr().out


def test_costs_give_the_threshold_themselves(trained_once, week_file, tmp_path, capsys):
    options = ("--cost-miss", "20", "--cost-read", "5", "--json")

    assert scored(trained_once, week_file, tmp_path / "ranked.csv", *options) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["threshold"] == told["costs"]["threshold"] == 0.25
    assert told["certificate"] is None


def test_a_precision_out_of_reach_is_said_loudly(bundle, week_file, tmp_path, capsys):
    # Worthless labels: the best of their scores belong to irrelevant records.
    from patsieve.screening.bundle import load_bundle, read_manifest

    manifest = read_manifest(bundle)
    kept = manifest.calibration
    flipped = [1 - label for label in kept["labels"]]
    changed = manifest.model_copy(update={"calibration": {**kept, "labels": flipped}}).sealed()
    (bundle / "manifest.json").write_text(changed.model_dump_json(), encoding="utf-8")
    load_bundle(bundle)
    out = tmp_path / "ranked.csv"

    assert scored(bundle, week_file, out, "--precision", "0.999") == 0
    assert "NOT REACHED: no threshold has a precision of 0.999" in capsys.readouterr().out

    assert scored(bundle, week_file, out, "--precision", "0.999", "--json") == 0
    assert "warning: NOT REACHED: " in capsys.readouterr().err


def test_evaluating_holds_the_promise_against_new_labels(promising, other_file, capsys):
    assert main(["evaluate", str(promising), str(other_file)]) == 0
    printed = capsys.readouterr().out
    assert "relevant families here that are new to the bundle are found whole" in printed

    assert main(["evaluate", str(promising), str(other_file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["certificate"]["given"] is True
    assert told["certificate_check"]["n_families"] > 10
    assert f"{told['certificate_check']['n_families']} relevant families here" in printed


def test_evaluating_on_what_was_trained_on_checks_nothing_by_it(promising, labelled_file, capsys):
    assert main(["evaluate", str(promising), str(labelled_file), "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    manifest = json.loads((promising / "manifest.json").read_text())
    # Only the families of the 40 test records are new to the bundle.
    assert 0 < told["certificate_check"]["n_families"] <= manifest["test_metrics"]["n_relevant"]


def test_evaluating_for_another_purpose_does_not_learn_it_from_the_file(
    trained_once, other_file, week_file, tmp_path, capsys
):
    assert main(["evaluate", str(trained_once), str(other_file), "--max-mcc", "--json"]) == 0
    evaluated = json.loads(capsys.readouterr().out)
    assert scored(trained_once, week_file, tmp_path / "r.csv", "--max-mcc", "--json") == 0

    assert evaluated["threshold"] == json.loads(capsys.readouterr().out)["threshold"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--recall", "nan"), "the recall to reach is nan; it must be above 0, at most 1"),
        (("--recall", "2"), "Invalid value for '--recall': 2.0 is not in the range 0<x<=1"),
        (("--precision", "0"), "Invalid value for '--precision': "),
        (("--cost-miss", "1"), "a miss costs 1 and a read 1; if a miss costs no more than a read"),
        (("--cost-miss", "inf"), "a miss costs inf and a read 1; both must be above 0"),
        (("--cost-read", "1"), "--cost-read belongs to --cost-miss, which is not given"),
        (("--confidence", "0.9"), "--confidence belongs to --recall, which is not given"),
        (("--max-f1", "--budget", "3"), "--budget and --max-f1 set the threshold in different"),
    ],
)
@pytest.mark.parametrize("command", ["train", "score", "evaluate"])
def test_a_wrong_purpose_is_one_sentence(
    trained_once, labelled_file, tmp_path, capsys, command, options, said
):
    arguments = {
        "train": [str(labelled_file), "--experiment", "bag-of-words", "--out", f"{tmp_path}/x"],
        "score": [str(trained_once), str(labelled_file), "--out", f"{tmp_path}/x.csv"],
        "evaluate": [str(trained_once), str(labelled_file)],
    }[command]

    assert main([command, *arguments, *options]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"patsieve: {said}")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
