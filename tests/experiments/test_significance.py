"""The matrix of paired differences: pairing, symmetry, Holm, McNemar, and what one seed can say."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from planted_runs import over_seeds, planted, study
from scipy import stats

from patsieve.errors import DataError
from patsieve.experiments.shared_resamples import SharedResamples
from patsieve.experiments.significance import METRICS, compare_all
from patsieve.metrics.differences import compare_scores
from patsieve.metrics.holm import holm
from patsieve.metrics.intervals import percentile_interval
from patsieve.metrics.scored import Scored


@cache
def three():
    """A weak, a good and an equally good experiment with three seeds each."""
    return study(
        weak=lambda place: {"separation": 1.0 + 0.02 * place},
        good=lambda place: {"separation": 2.5},
        twin=lambda place: {"separation": 2.5 + 0.001 * (place - 1)},
    )


@cache
def matrix():
    return compare_all(three())


def test_every_pair_is_compared_once():
    assert matrix().experiments == ("weak", "good", "twin")
    assert [(pair.first, pair.second) for pair in matrix().pairs] == [
        ("weak", "good"),
        ("weak", "twin"),
        ("good", "twin"),
    ]
    assert all(set(pair.differences) == set(METRICS) for pair in matrix().pairs)


def test_what_was_planted_is_told_apart_and_what_was_not_is_not():
    for metric in METRICS:
        assert matrix().between("good", "weak").differences[metric].low > 0
        same = matrix().between("good", "twin").differences[metric]
        assert same.low <= 0 <= same.high
        assert same.p_value > 0.2


def test_the_mean_is_that_of_the_reported_metrics():
    runs = three()
    expected = np.mean(
        [
            good.test["mcc"] - weak.test["mcc"]
            for good, weak in zip(runs["good"], runs["weak"], strict=True)
        ]
    )

    assert matrix().between("good", "weak").differences["mcc"].mean == pytest.approx(expected)


def test_the_other_way_round_the_signs_turn():
    forth, back = matrix().between("good", "weak"), matrix().between("weak", "good")

    for metric in METRICS:
        one, other = forth.differences[metric], back.differences[metric]
        assert (one.mean, one.low, one.high) == (-other.mean, -other.high, -other.low)
        assert one.adjusted_p_value == other.adjusted_p_value
    assert forth.mcnemar.only_first == back.mcnemar.only_second
    assert forth.mcnemar.p_value == back.mcnemar.p_value
    assert forth.reversed() == back


def test_the_order_of_experiments_and_seeds_changes_nothing():
    runs = {name: of_name[::-1] for name, of_name in reversed(three().items())}

    turned = compare_all(runs).between("good", "weak").differences["average_precision"]
    found = matrix().between("good", "weak").differences["average_precision"]
    assert vars(turned) == pytest.approx(vars(found), rel=1e-9)


def test_one_common_seed_gives_the_interval_of_the_family_bootstrap():
    one = {name: of_name[:1] for name, of_name in three().items()}
    [good], [weak] = one["good"], one["weak"]
    alone = compare_scores(
        good.test_labels,
        good.test_families,
        Scored(good.test_probabilities, 0.5),
        Scored(weak.test_probabilities, 0.5),
        n_draws=1000,
    )

    pair = compare_all(one).between("good", "weak")
    for metric in ("average_precision", "mcc"):
        found, draws = pair.differences[metric], alone[metric]
        drawn = percentile_interval(draws.value, draws.value + draws.resampled)
        assert (found.mean, found.low, found.high) == pytest.approx(
            (drawn.value, drawn.low, drawn.high)
        )
    assert pair.n_seeds == 1
    assert "without the scatter of training" in pair.note


def test_only_common_seeds_are_paired():
    runs = {**three(), "weak": three()["weak"][1:]}

    pair = compare_all(runs).between("good", "weak")
    assert (pair.n_seeds, pair.note) == (2, "")


def test_without_a_common_seed_there_is_nothing_to_pair():
    runs = {"a": [planted("a", 1)], "b": [planted("b", 2)]}

    pair = compare_all(runs).between("a", "b")
    assert (pair.n_seeds, pair.differences, pair.mcnemar) == (0, {}, None)
    assert pair.note == "no common seed"


def test_an_experiment_without_runs_is_left_out():
    assert compare_all({"a": [planted("a", 1)], "b": []}).experiments == ("a",)
    assert compare_all({}).pairs == ()


def test_an_experiment_is_not_told_apart_from_its_copy():
    runs = {"a": three()["good"], "b": [replace(run, experiment="b") for run in three()["good"]]}

    pair = compare_all(runs).between("a", "b")
    assert pair.differences["mcc"].p_value == 1
    assert pair.differences["mcc"].low == pair.differences["mcc"].high == 0
    assert pair.mcnemar.p_value == 1


def test_a_pair_that_does_not_exist_is_named():
    with pytest.raises(KeyError, match="no pair of good and best"):
        matrix().between("good", "best")


def test_adjusted_p_values_are_holms_over_the_pairs_of_a_metric():
    raw = [pair.differences["mcc"].p_value for pair in matrix().pairs]
    adjusted = [pair.differences["mcc"].adjusted_p_value for pair in matrix().pairs]

    assert adjusted == pytest.approx(holm(raw))
    assert all(after >= before for before, after in zip(raw, adjusted, strict=True))


def test_mcnemar_counts_records_that_only_one_decides_rightly():
    base = planted("a", 1, n_records=40)
    right = np.where(base.test_labels == 1, 0.9, 0.1)
    one, other = right.copy(), right.copy()
    one[:1] = 1 - one[:1]
    other[1:9] = 1 - other[1:9]
    runs = {
        "a": [replace(base, test_probabilities=one)],
        "b": [replace(base, experiment="b", test_probabilities=other)],
    }

    # Of nine, eight: 2 * (1 + 9) / 2**9.
    found = compare_all(runs).between("a", "b").mcnemar
    assert (found.only_first, found.only_second) == (8, 1)
    assert found.p_value == pytest.approx(20 / 512)
    assert found.p_value == pytest.approx(stats.binomtest(1, 9).pvalue)


def test_the_matrix_is_plain_json():
    runs = {**three(), "other": [planted("other", 9)]}

    plain = compare_all(runs).as_json()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    first = plain["pairs"][0]
    assert (first["first"], first["second"], first["n_seeds"]) == ("weak", "good", 3)
    assert set(first["mcc"]) == {"mean", "low", "high", "p_value", "adjusted_p_value"}


def test_two_runs_of_one_seed_are_refused():
    with pytest.raises(DataError, match="a has two runs with seed 1"):
        compare_all({"a": [planted("a", 1), planted("a", 1)]})


def test_test_records_of_one_family_tell_nothing():
    run = planted("a", 1)
    with pytest.raises(DataError, match="belong to one family"):
        SharedResamples([replace(run, test_families=np.zeros_like(run.test_families))])


def test_the_uncorrected_decisions_are_found_again_by_their_number():
    run = planted("a", 1, cut=-0.3)
    drawn = SharedResamples([run], n_resamples=2000).of(run)

    expected = [*vars(run.as_trained["test"]).values()]
    assert drawn.as_trained.mean(axis=0) == pytest.approx(expected, rel=0.05)
    assert drawn.corrected.mean(axis=0) == pytest.approx(
        [*vars(run.corrected["test"]).values()], rel=0.05
    )


def test_a_family_is_drawn_equally_often_under_every_seed():
    first = planted("a", 1)
    again = replace(first, seed=2)
    apart = replace(first, seed=2, test_families=first.test_families + 10_000)

    def correlation(second):
        resamples = SharedResamples([first, second])
        one, other = (resamples.of(run).average_precision for run in (first, second))
        return np.corrcoef(one, other)[0, 1]

    assert correlation(again) == pytest.approx(1)
    assert abs(correlation(apart)) < 0.15


def test_a_resample_without_a_class_under_some_seed_is_left_out():
    runs = over_seeds("a", lambda _: {"n_records": 40, "share_relevant": 0.1})
    resamples = SharedResamples(runs, n_resamples=300)

    drawn = [resamples.of(run) for run in runs]
    kept = {len(each.average_precision) for each in drawn}
    assert len(kept) == 1
    assert 0 < kept.pop() < 300
    assert all((each.corrected[:, 2:].sum(axis=1) > 0).all() for each in drawn)
