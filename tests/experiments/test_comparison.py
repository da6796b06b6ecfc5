"""Systems are found, paired and compared; the verdict is told in a sentence."""

import json

import numpy as np
import pytest
from scored_files import probabilities, truth, write_experiment, write_rows, write_table

from patsieve.corpus.load import LoadOptions
from patsieve.errors import DataError, LabelError, UnreadableFileError, UsageError
from patsieve.experiments.comparison.compare import compare, compare_systems
from patsieve.experiments.comparison.forest import forest_figure
from patsieve.experiments.comparison.members import CompareRequest
from patsieve.experiments.comparison.words import (
    told_difference,
    told_mcnemar,
    told_over_sets,
    told_seeds,
    told_verdict,
)
from patsieve.metrics.differences import Difference
from patsieve.metrics.holm import holm
from patsieve.metrics.ranking import average_precision

DRAWS = 200


def compared(*members, **more):
    return compare(CompareRequest(tuple(map(str, members)), n_draws=DRAWS, **more))


@pytest.fixture
def folder(tmp_path):
    """Tables of a good, a bad and an equally bad experiment, three seeds each."""
    for name, separation in (("good", 4.0), ("bad", 1.0), ("poor", 1.1)):
        write_experiment(tmp_path / "oof", name, separation)
    return tmp_path / "oof"


def only_pair(comparison):
    [of_set] = comparison.sets
    [pair] = of_set.pairs
    return pair


def test_a_prefix_takes_all_seeds_and_values_are_means_over_them(folder):
    pair = only_pair(compared(folder / "good", folder / "bad"))

    labels, _ = truth()
    values = [
        average_precision(labels, probabilities(labels, 4.0, 100 * seed + 40)) for seed in (1, 2, 3)
    ]
    assert (pair.first, pair.second, pair.seeds) == ("good", "bad", (1, 2, 3))
    assert pair.first_values["average_precision"] == pytest.approx(np.mean(values))
    assert pair.headline.value == pytest.approx(
        pair.first_values["average_precision"] - pair.second_values["average_precision"]
    )
    assert pair.better == "good"


@pytest.mark.parametrize("ending", ["-seed*.csv", "-seed[123].csv", ""])
def test_a_pattern_names_the_same_tables(folder, ending):
    pair = only_pair(compared(f"{folder}/good{ending}", folder / "bad"))

    assert pair.seeds == (1, 2, 3)


def test_single_tables_need_no_common_seed(folder):
    pair = only_pair(compared(folder / "good-seed1.csv", folder / "bad-seed2.csv"))

    assert pair.seeds == ()
    assert "One run of each" in told_seeds(pair)


def test_only_common_seeds_are_paired(folder):
    write_experiment(folder, "late", 1.0, seeds=(3, 4))

    assert only_pair(compared(folder / "good", folder / "late")).seeds == (3,)


def test_experiments_without_a_common_seed_are_refused(folder):
    write_experiment(folder, "late", 1.0, seeds=(4, 5))

    with pytest.raises(DataError, match="no seed in common: 1, 2, 3 and 4, 5"):
        compared(folder / "good", folder / "late")


def test_an_outside_system_meets_every_seed_with_its_ranking(folder, tmp_path):
    labels, _ = truth()
    scores = 100 * probabilities(labels, 0.5, 9)
    rows = [(f"US-{1000000 + i}-B2", score) for i, score in enumerate(scores)]
    old = write_rows(tmp_path / "old.csv", ("publication number", "score"), rows)

    pair = only_pair(compared(folder / "good", old))

    assert set(pair.differences) == {"average_precision", "wss_at_95"}
    assert pair.mcnemar is None
    assert pair.second_values["average_precision"] == pytest.approx(
        average_precision(labels, scores)
    )
    assert "rankings alone" in told_mcnemar(pair)
    assert told_seeds(pair).endswith("; old has none and is taken as it is.")


def test_columns_of_one_file_are_systems(tmp_path):
    labels, families = truth()
    rows = zip(
        families,
        labels,
        probabilities(labels, 4.0, 1),
        5 * probabilities(labels, 0.5, 2),
        strict=True,
    )
    path = write_rows(tmp_path / "t.csv", ("family_id", "verdict", "new", "old"), rows)
    load = LoadOptions(columns={"label": "verdict"})

    [of_set] = compared(path, load=load, columns=("new", "old")).sets

    assert of_set.systems == ("new", "old")
    # Family id 0 is unknown to patent databases: its two records count for themselves.
    assert (of_set.n_records, of_set.n_families) == (120, 61)
    assert of_set.pairs[0].better == "new"


def test_mcnemar_counts_families(tmp_path):
    labels = np.array([1, 1, 1, 1, 0, 0, 0, 0])
    families = np.array([0, 0, 1, 2, 3, 3, 4, 5])
    # The second misses both records of family 0 and calls one of family 3.
    first = np.where(labels, 0.9, 0.1)
    second = np.array([0.2, 0.3, 0.9, 0.8, 0.7, 0.1, 0.1, 0.1])
    for name, scores in (("one", first), ("two", second)):
        write_table(tmp_path / f"{name}.csv", scores, labels=labels, families=families)

    pair = only_pair(compared(tmp_path / "one.csv", tmp_path / "two.csv"))

    assert (pair.mcnemar.only_first, pair.mcnemar.only_second) == (2, 0)
    assert pair.mcnemar.p_value == pytest.approx(2 / 4)
    assert told_mcnemar(pair) == (
        "Decisions at 0.5: one alone decides 2 families rightly, two alone 0 (McNemar's exact "
        "test: p = 0.500)."
    )


def test_the_threshold_is_the_one_that_is_given(folder):
    pair = only_pair(compared(folder / "good", folder / "bad", threshold=0.0))

    # Everything is called relevant by both.
    assert pair.differences["f1_relevant"].value == 0.0
    assert pair.thresholds == (0.0, 0.0)


def test_several_pairs_are_corrected_for_their_number(folder):
    [of_set] = compared(folder / "good", folder / "bad", folder / "poor").sets

    assert [(pair.first, pair.second) for pair in of_set.pairs] == [
        ("good", "bad"),
        ("good", "poor"),
        ("bad", "poor"),
    ]
    assert [pair.better for pair in of_set.pairs] == ["good", "good", None]
    raw = [pair.headline.p_value for pair in of_set.pairs]
    assert [pair.adjusted_p_value for pair in of_set.pairs] == pytest.approx(holm(raw))


def test_folders_are_data_sets(tmp_path):
    for place, name in enumerate(("alpha", "beta")):
        write_experiment(tmp_path / name, "good", 4.0, seed=place)
        write_experiment(tmp_path / name, "bad", 1.0, seed=place)

    found = compared(tmp_path / "*" / "good", tmp_path / "*" / "bad")

    assert [of_set.name for of_set in found.sets] == ["alpha", "beta"]
    [over] = found.over_sets
    assert over.headline.value == pytest.approx(
        np.mean([of_set.pairs[0].headline.value for of_set in found.sets])
    )
    assert over.better == "good"
    assert (over.ahead.only_first, over.ahead.only_second) == (2, 0)
    assert told_over_sets(over).endswith("good is ahead on 2, bad on 0 of them.")
    widths = [of_set.pairs[0].headline for of_set in found.sets]
    assert over.headline.high - over.headline.low < min(each.high - each.low for each in widths)


def test_a_system_that_lacks_a_data_set_is_told(tmp_path):
    for name in ("alpha", "beta"):
        write_experiment(tmp_path / name, "good", 4.0)
    write_experiment(tmp_path / "alpha", "bad", 1.0)

    with pytest.raises(DataError, match="bad has no table for the data set 'beta'"):
        compared(tmp_path / "*" / "good", tmp_path / "*" / "bad")


def test_the_same_request_gives_the_same_numbers(folder):
    first, second = (compared(folder / "good", folder / "bad") for _ in range(2))

    assert first.as_json() == second.as_json()
    json.dumps(first.as_json(), allow_nan=False)


def test_systems_of_one_name_are_called_by_their_arguments(tmp_path):
    for run in ("new", "old"):
        write_experiment(tmp_path / run, "same", 1.0)

    pair = only_pair(compared(tmp_path / "new" / "same", tmp_path / "old" / "same"))

    assert pair.first == str(tmp_path / "new" / "same")
    assert pair.headline == Difference(0.0, 0.0, 0.0, 1.0)
    assert "No number of records" in told_verdict(pair)


@pytest.mark.parametrize(
    ("members", "error", "says"),
    [
        (("good",), UsageError, "only 'good' to compare"),
        (("good", "good"), UsageError, "named twice"),
        (("good", "nowhere"), UnreadableFileError, "no table, bundle or prefix of tables"),
        (("good", "*"), UsageError, "several experiments, 'bad', 'good', 'poor'"),
    ],
)
def test_what_cannot_be_found_is_refused(folder, members, error, says):
    with pytest.raises(error, match=says):
        compared(*(folder / member for member in members))


@pytest.mark.parametrize(
    ("labels", "families", "error", "says"),
    [
        ([1, 1, 1, 1], [0, 1, 2, 3], LabelError, "all of the 4 records"),
        ([0, 0, 0, 0], [0, 1, 2, 3], LabelError, "none of the 4 records"),
        ([1, 0, 1, 0], [5, 5, 5, 5], DataError, "belong to one family"),
        ([1, 1, 0, 0], [5, 5, 6, 7], DataError, "belong to one family"),
    ],
)
def test_records_that_cannot_carry_a_comparison_are_refused(
    tmp_path, labels, families, error, says
):
    for name in ("one", "two"):
        scores = np.linspace(0, 1, 4)
        write_table(tmp_path / f"{name}.csv", scores, labels=labels, families=families)

    with pytest.raises(error, match=says):
        compared(tmp_path / "one.csv", tmp_path / "two.csv")


def test_arrays_are_compared_as_their_tables_are(folder):
    labels, families = truth()
    rows = {
        name: [probabilities(labels, separation, 100 * seed + by) for seed in (1, 2, 3)]
        for name, separation, by in (("good", 4.0, 40), ("bad", 1.0, 10))
    }

    [by_array] = compare_systems(labels, rows, families=families, n_draws=DRAWS).pairs

    assert by_array.as_json() == only_pair(compared(folder / "good", folder / "bad")).as_json()


def test_one_array_alone_cannot_be_compared():
    with pytest.raises(UsageError, match="1 system cannot be compared"):
        compare_systems([1, 0], {"one": [1, 2]})
    with pytest.raises(ValueError, match="4 labels but 3 scores"):
        compare_systems([1, 0, 1, 0], {"one": [1, 2, 3, 4], "two": [1, 2, 3]})


def test_more_pairs_take_more_draws_so_that_holm_can_be_passed():
    labels = np.tile([1, 0, 0], 20)
    scores = {f"blind {k}": np.arange(60) % (k + 7) for k in range(8)}

    found = compare_systems(labels, {"perfect": 5 * labels, **scores}, n_draws=10)

    # 36 pairs: .05 / 36 is out of reach of 10 draws.
    best = [pair for pair in found.pairs if pair.first == "perfect"]
    assert len(found.pairs) == 36
    assert {pair.better for pair in best} == {"perfect"}


def test_the_verdict_names_the_better_one_first(folder):
    forth = told_verdict(only_pair(compared(folder / "good", folder / "bad")))
    back = told_verdict(only_pair(compared(folder / "bad", folder / "good")))

    assert forth.startswith("good ranks better than bad: average precision 0.")
    assert forth == back


def test_what_cannot_be_told_apart_is_told_with_what_it_would_take(folder):
    told = told_verdict(only_pair(compared(folder / "bad-seed1.csv", folder / "poor-seed1.csv")))

    assert told.startswith("bad and poor cannot be told apart with this test set: average")
    assert "you would need about " in told
    assert "With these 120 records a true difference of 0." in told


def test_where_seeds_scatter_too_much_more_of_them_are_asked_for(folder):
    told = told_verdict(only_pair(compared(folder / "bad", folder / "poor")))

    assert "The seeds scatter too much for any number of records" in told
    assert "you would need at least " in told


@pytest.mark.parametrize(
    ("difference", "told"),
    [
        (Difference(0.009, 0.002, 0.017, 0.01), "0.009 (0.002 to 0.017)"),
        (Difference(-0.1, -0.25, 0.0, 0.06), "−0.100 (−0.250 to 0.000)"),
        # As many decimals as it takes to see that 0 is left out.
        (Difference(0.01, 0.0002, 0.02, 0.04), "0.0100 (0.0002 to 0.0200)"),
        (Difference(0.0, 0.0, 0.0, 1.0), "0.000 (0.000 to 0.000)"),
    ],
)
def test_a_difference_is_told_so_that_its_side_of_zero_is_seen(difference, told):
    assert told_difference(difference) == told


def test_the_picture_has_a_row_for_each_set_and_their_mean(tmp_path):
    for place, name in enumerate(("alpha", "beta")):
        write_experiment(tmp_path / name, "good", 4.0, seed=place)
        write_experiment(tmp_path / name, "bad", 1.0, seed=place)

    [axes] = forest_figure(compared(tmp_path / "*" / "good", tmp_path / "*" / "bad")).axes

    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "alpha",
        "beta",
        "mean of the sets",
    ]
    assert axes.get_title(loc="left").startswith("good against bad: ")
    assert axes.get_xlabel().endswith("right of 0: good is better")


def test_the_picture_has_a_row_for_each_pair(folder):
    [axes] = forest_figure(compared(folder / "good", folder / "bad", folder / "poor")).axes

    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["good − bad", "good − poor", "bad − poor"]
    assert axes.get_title(loc="left") == "2 of 3 comparisons tell which is better"
