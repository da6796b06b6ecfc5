"""The tables of a study say what was measured, averaged and rounded by one rule."""

import csv
import statistics

import pytest
from planted_runs import planted
from planted_study import planted_run, planted_study

from patsieve.experiments.reported_figures import reported_epochs, reported_figures
from patsieve.experiments.spec import catalogue, read_experiment
from patsieve.experiments.study_csv import write_results, write_summary
from patsieve.experiments.study_numbers import (
    listed,
    measures_of,
    most_trainable,
    quantity,
    signed,
    spread_of,
    written,
)
from patsieve.experiments.study_run import Decisions
from patsieve.experiments.study_tables import (
    comparison_rows,
    in_order,
    onset_rows,
    twins_of,
)

ENTRIES = ("wish-focal-loss", "hn-pt-05.3.2", "hn-bt-05.3.2", "bag-of-words", "hn-pt-01")


@pytest.fixture(scope="module")
def study():
    return planted_study(ENTRIES)


@pytest.fixture(scope="module")
def tables(study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    write_results(folder / "results.csv", study)
    write_summary(folder / "summary.csv", study)
    return {name: rows_of(folder / f"{name}.csv") for name in ("results", "summary")}


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_mean_has_the_deviation_of_its_sample():
    spread = spread_of([0.8, 0.9, 1.0])

    assert (spread.mean, spread.sd, spread.n) == (pytest.approx(0.9), pytest.approx(0.1), 3)
    assert str(spread) == "0.900 ± 0.100"


def test_a_single_value_has_no_deviation():
    assert str(spread_of([0.8125])) == "0.812"


def test_what_is_unknown_or_not_finite_is_no_value():
    assert spread_of([None, float("nan"), float("inf")]) is None
    assert str(spread_of([None, 0.5])) == "0.500"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.12345, "0.123"), (-0.5, "−0.500"), (-0.0001, "0.000"), (1234.5, "1,234.500")],
)
def test_numbers_have_three_decimals_and_no_signed_zero(value, text):
    assert written(value) == text


def test_what_is_not_finite_is_a_dash():
    assert written(float("nan")) == written(None) == "–"


def test_a_difference_shows_its_sign_unless_it_rounds_to_nothing():
    assert [signed(value) for value in (0.2, -0.2, 0.0004, -0.0004)] == [
        "+0.200",
        "−0.200",
        "0.000",
        "0.000",
    ]


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.00 k"),
        (9996, "10.0 k"),
        (99_960, "100 k"),
        (999_499, "999 k"),
        (999_600, "1.00 M"),
        (22_713_216, "22.7 M"),
        (3.4e9, "3.40 G"),
    ],
)
def test_counts_have_three_digits(count, text):
    assert quantity(count) == text


def test_equal_values_of_the_seeds_are_told_once():
    assert listed([12, 12, 12]) == "12"
    assert listed([12, 13, 11]) == "12, 13, 11"


def test_measures_are_those_that_the_reference_study_reported():
    run = planted("hn-pt-02")
    measured = measures_of(run, Decisions(tn=60, fp=20, fn=5, tp=15))

    assert measured["accuracy"] == measured["recall_weighted"] == pytest.approx(0.75)
    assert measured["tnr"] == pytest.approx(60 / 80)
    assert measured["tpr"] == pytest.approx(15 / 20)
    assert measured["precision_weighted"] == pytest.approx(0.8 * 60 / 65 + 0.2 * 15 / 35)
    assert measured["f1_weighted"] == pytest.approx(0.8 * 120 / 145 + 0.2 * 30 / 55)
    assert measured["mcc"] == pytest.approx((15 * 60 - 20 * 5) / (35 * 20 * 80 * 65) ** 0.5)
    assert measured["average_precision"] == run.test["average_precision"]


def test_the_parameters_are_those_of_the_epoch_that_trains_most():
    assert most_trainable(planted_run("hn-pt-05.5.2", 1)) == 5_448_000
    assert most_trainable(planted_run("bag-of-words", 1)) is None


def test_the_figures_of_the_study_are_read_from_the_notes():
    notes = read_experiment("hn-pt-05.5.2").notes

    assert reported_epochs(notes) == 12
    assert reported_figures(notes) == pytest.approx(
        {
            "accuracy": 0.83,
            "f1_weighted": 0.83,
            "precision_weighted": 0.84,
            "recall_weighted": 0.83,
            "average_precision": 0.67,
            "mcc": 0.58,
            "tnr": 0.86,
            "tpr": 0.75,
        }
    )


def test_figures_of_one_class_do_not_stand_among_those_of_both():
    figures = reported_figures(read_experiment("hn-ensemble-in-sample").notes)

    assert figures["accuracy"] == pytest.approx(0.82)
    assert not {"f1_weighted", "precision_weighted", "recall_weighted"} & set(figures)


def test_every_reference_entry_with_an_accuracy_in_its_notes_has_figures():
    told = {spec.name for spec in catalogue() if "accuracy 8" in " ".join(spec.notes)}

    assert len(told) >= 8
    assert all(reported_figures(read_experiment(name).notes)["accuracy"] >= 0.8 for name in told)


def test_rows_stand_by_group_and_name(study):
    names = {origin: [row.name for row in rows] for origin, rows in comparison_rows(study).items()}

    assert list(names.items()) == [
        ("reference", ["hn-bt-05.3.2", "hn-pt-01", "hn-pt-05.3.2"]),
        ("wish", ["wish-focal-loss"]),
        ("ours", ["bag-of-words"]),
    ]


def test_a_twin_has_the_numbers_of_what_it_is_the_same_as(study):
    twin, _, original = comparison_rows(study)["reference"]

    assert twin.twin_of == "hn-pt-05.3.2"
    assert twin.as_trained == original.as_trained
    assert twins_of(study) == {"hn-pt-05.3.2": ["hn-bt-05.3.2"]}
    assert "hn-bt-05.3.2" not in dict(in_order(study))


def test_a_row_is_the_mean_over_the_seeds(study):
    [row] = comparison_rows(study)["wish"]
    runs = study.runs["wish-focal-loss"]
    accuracies = [run.as_trained["test"].accuracy for run in runs]

    assert row.as_trained["accuracy"].mean == pytest.approx(statistics.mean(accuracies))
    assert row.as_trained["accuracy"].sd == pytest.approx(statistics.stdev(accuracies))
    assert row.seconds.mean == pytest.approx(statistics.mean(run.seconds for run in runs))
    assert row.seeds == (1, 2, 3)


def test_onsets_are_told_of_what_has_epochs(study):
    rows = {row.name: row for row in onset_rows(study)}

    assert "bag-of-words" not in rows
    assert "hn-bt-05.3.2" not in rows
    assert [onset.epoch for onset in rows["wish-focal-loss"].onsets] == [8, 8, 8]
    assert rows["wish-focal-loss"].epochs == "8, 8, 8"


def test_every_run_has_a_row_with_its_numbers_in_full(study, tables):
    rows = tables["results"]

    assert len(rows) == 15
    for row in rows:
        original = study.twins.get(row["experiment"], row["experiment"])
        [run] = [r for r in study.runs[original] if r.seed == int(row["seed"])]
        assert float(row["test_mcc"]) == run.test["mcc"]
        assert float(row["validation_loss"]) == run.validation["loss"]
        assert float(row["as_trained_tnr"]) == run.as_trained["test"].true_negative_rate
        assert float(row["corrected_accuracy"]) == run.corrected["test"].accuracy
        assert int(row["corrected_tp"]) == run.corrected["test"].tp
        assert int(row["epochs"]) == len(run.history)
        assert float(row["seconds"]) == run.seconds
    assert {row["twin_of"] for row in rows if row["experiment"] == "hn-bt-05.3.2"} == {
        "hn-pt-05.3.2"
    }


def test_the_summary_averages_the_rows_of_an_experiment(tables):
    by_name = {row["experiment"]: row for row in tables["summary"]}
    values = [
        float(row["test_average_precision"])
        for row in tables["results"]
        if row["experiment"] == "hn-pt-01"
    ]

    assert list(by_name) == list(ENTRIES)
    row = by_name["hn-pt-01"]
    assert row["n_seeds"] == "3"
    assert float(row["test_average_precision_mean"]) == pytest.approx(statistics.mean(values))
    assert float(row["test_average_precision_sd"]) == pytest.approx(statistics.stdev(values))
    assert "seed_mean" not in row


def test_one_seed_leaves_its_deviation_empty(tmp_path):
    write_summary(tmp_path / "summary.csv", planted_study(("bag-of-words",), seeds=(1,)))
    [row] = rows_of(tmp_path / "summary.csv")

    assert row["test_mcc_sd"] == row["trainable_parameters_mean"] == ""
    assert float(row["test_mcc_mean"]) > 0
