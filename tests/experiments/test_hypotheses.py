"""The verdicts: all three outcomes for each hypothesis, and what must not sway them."""

import json
import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from planted_hypotheses import BY_NUMBER
from planted_runs import course, over_seeds, planted, study

from patsieve.errors import DataError
from patsieve.experiments.hypotheses import HYPOTHESES, MULTIPLICITY, Outcome, judge
from patsieve.experiments.hypotheses.evidence import Evidence, Quantity
from patsieve.experiments.hypotheses.quantities import (
    TEST_RANKING,
    has_collapsed,
    minority_advantage,
    share_of_false_alarms,
    skill_of,
)
from patsieve.experiments.hypotheses.verdict import all_of, decide
from patsieve.experiments.seed_means import SeedMean
from patsieve.experiments.study_run import Decisions

PAGE = Path(__file__).parents[2] / "docs" / "explanation-hypotheses.md"


@cache
def planted_study(number, outcome):
    return BY_NUMBER[number](outcome)


@cache
def planted_verdict(number, outcome):
    return verdict(number, planted_study(number, outcome))


def verdict(number, runs):
    return judge(runs)[number - 1]


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("number", BY_NUMBER)
def test_planted_results_get_their_verdict(number, outcome):
    found = planted_verdict(number, outcome)

    assert found.outcome is outcome, found.sentence
    assert found.numbers, "decided, or left open, by what was measured and not by what is missing"
    assert " seeds)" in found.sentence


def test_there_are_ten_in_order():
    assert [found.number for found in judge({})] == list(range(1, 11))


def test_without_runs_nothing_is_decided_and_each_verdict_says_which_run_would():
    for found in judge({}):
        assert found.outcome is Outcome.NOT_DECIDED
        assert found.numbers == {}
        assert all(name in found.sentence for name in found.needs)


@pytest.mark.parametrize("number", BY_NUMBER)
def test_every_needed_experiment_is_needed(number):
    runs = dict(planted_study(number, Outcome.CONFIRMED))
    for name in HYPOTHESES[number - 1].needs:
        found = verdict(number, {each: runs[each] for each in runs if each != name})

        assert found.outcome is Outcome.NOT_DECIDED
        assert f"{name} was not run" in found.sentence


@pytest.mark.parametrize("number", BY_NUMBER)
@pytest.mark.parametrize("outcome", [Outcome.CONFIRMED, Outcome.REFUTED])
def test_one_seed_decides_nothing(number, outcome):
    runs = {name: of_name[:1] for name, of_name in planted_study(number, outcome).items()}

    found = verdict(number, runs)
    assert found.outcome is Outcome.NOT_DECIDED
    assert "fewer than two seeds" in found.sentence


@pytest.mark.parametrize("number", [1, 4, 5, 6, 7, 8, 9])
def test_seeds_that_the_runs_do_not_share_decide_nothing(number):
    runs = dict(planted_study(number, Outcome.CONFIRMED))
    name = HYPOTHESES[number - 1].needs[0]
    runs[name] = [replace(run, seed=run.seed + 10) for run in runs[name]]

    assert verdict(number, runs).outcome is Outcome.NOT_DECIDED


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("number", BY_NUMBER)
def test_neither_the_order_of_runs_nor_other_experiments_sway_a_verdict(number, outcome):
    runs = planted_study(number, outcome)
    shuffled = {name: runs[name][::-1] for name in reversed(runs)}
    shuffled["my-own"] = over_seeds("my-own", lambda _: {"separation": 3.0})

    before, after = planted_verdict(number, outcome), verdict(number, shuffled)
    assert after.outcome is before.outcome
    assert after.numbers == pytest.approx(dict(before.numbers), abs=1e-9)


@pytest.mark.parametrize("number", BY_NUMBER)
def test_a_verdict_is_plain_json(number):
    plain = planted_verdict(number, Outcome.CONFIRMED).as_json()

    read = json.loads(json.dumps(plain, allow_nan=False))
    assert read == plain
    assert read["outcome"] == "confirmed"
    assert list(read) == ["number", "statement", "outcome", "sentence", "numbers", "needs", "rule"]
    assert all(math.isfinite(value) for value in read["numbers"].values())


@pytest.mark.parametrize(
    ("low", "high", "above", "below"),
    [
        (0.2, 0.3, "confirmed", "refuted"),
        (0.0, 0.1, "refuted", "not decided by this data"),
        (-0.3, -0.2, "refuted", "confirmed"),
        (0.05, 0.15, "not decided by this data", "not decided by this data"),
        (0.1, 0.1, "refuted", "refuted"),
        (0.1, 0.2, "not decided by this data", "refuted"),
    ],
)
def test_an_interval_decides_by_lying_wholly_on_one_side_of_the_limit(low, high, above, below):
    interval = SeedMean((low + high) / 2, low, high, 0.5, n_seeds=3)

    assert decide(interval, 0.1) == above
    assert decide(interval, 0.1, below=True) == below


def test_an_interval_of_one_seed_decides_nothing():
    assert decide(SeedMean(1.0, 0.9, 1.1, 0.0, n_seeds=1), 0.1) is Outcome.NOT_DECIDED
    assert decide(None, 0.1) is Outcome.NOT_DECIDED


@pytest.mark.parametrize(
    ("parts", "whole"), [("cc", "c"), ("cr", "r"), ("rn", "r"), ("cn", "n"), ("n", "n"), ("", "n")]
)
def test_all_parts_must_hold_and_one_that_does_not_refutes(parts, whole):
    meant = {"c": Outcome.CONFIRMED, "r": Outcome.REFUTED, "n": Outcome.NOT_DECIDED}

    assert all_of([meant[part] for part in parts]) is meant[whole]


def test_few_test_records_drown_what_the_seeds_agree_on():
    def interval(n_records, resampled):
        runs = study(
            hn_pt_01=lambda _: {"separation": 1.2, "n_records": n_records},
            hn_pt_02=lambda _: {"separation": 1.5, "n_records": n_records},
        )
        # Every seed finds .5 and .52, whatever their records say.
        agreed = {"hn-pt-01": 0.5, "hn-pt-02": 0.52}
        quantity = Quantity(lambda run: agreed[run.experiment], resampled)
        return Evidence(runs).average({"hn-pt-02": 1, "hn-pt-01": -1}, quantity)

    def by_records(run, drawn):
        value = {"hn-pt-01": 0.5, "hn-pt-02": 0.52}[run.experiment]
        return value + drawn.average_precision - run.test["average_precision"]

    assert interval(40, None).high == pytest.approx(0.02)
    few, many = interval(40, by_records), interval(1000, by_records)
    assert decide(few, 0.01) is Outcome.NOT_DECIDED
    assert decide(many, 0.01) is Outcome.CONFIRMED


def test_exchanging_two_experiments_turns_the_interval_round():
    runs = dict(planted_study(1, Outcome.CONFIRMED))
    forth, back = (
        Evidence(runs).average({"hn-pt-02": sign, "hn-pt-01": -sign}, TEST_RANKING)
        for sign in (1, -1)
    )

    assert (back.mean, back.low, back.high) == pytest.approx((-forth.mean, -forth.high, -forth.low))
    assert back.p_value == pytest.approx(forth.p_value)


def test_two_runs_of_one_seed_are_refused():
    runs = {"hn-pt-01": [planted("hn-pt-01", 1), planted("hn-pt-01", 1)]}

    with pytest.raises(DataError, match="hn-pt-01 has two runs with seed 1"):
        judge(runs)


def test_runs_of_one_seed_on_different_records_are_refused():
    runs = {"a": [planted("a", 1)], "b": [planted("b", 1, n_records=30)]}

    with pytest.raises(DataError, match="a and b were tested on different records under seed 1"):
        judge(runs)


def test_entries_that_became_the_same_run_are_not_compared():
    runs = dict(planted_study(9, Outcome.CONFIRMED))
    runs["hn-pt-05.5.2"] = [
        replace(run, experiment="hn-pt-05.5.2", seconds=0.0) for run in runs["hn-pt-05.5"]
    ]

    found = verdict(9, runs)
    assert found.outcome is Outcome.NOT_DECIDED
    assert "are the same run on this encoder" in found.sentence


@pytest.mark.parametrize(
    ("decisions", "skill"),
    [
        (Decisions(tn=0, fp=50, fn=0, tp=50), 0.0),
        (Decisions(tn=73, fp=0, fn=27, tp=0), 0.0),
        (Decisions(tn=45, fp=5, fn=20, tp=30), 0.5),
        (Decisions(tn=0, fp=10, fn=10, tp=0), -1.0),
    ],
)
def test_a_constant_answer_has_no_skill(decisions, skill):
    assert skill_of(decisions) == pytest.approx(skill)


def decided(run, **counts):
    return replace(run, as_trained={"test": Decisions(**counts)})


def test_calling_hardly_any_relevant_record_relevant_is_a_collapse():
    assert has_collapsed(decided(planted("a"), tn=300, fp=0, fn=96, tp=4))
    assert not has_collapsed(decided(planted("a"), tn=290, fp=10, fn=60, tp=40))


def test_a_perfect_classifier_of_rare_patents_has_not_collapsed():
    assert not has_collapsed(decided(planted("a"), tn=384, fp=0, fn=0, tp=16))


def test_a_collapse_after_the_tested_epoch_is_seen():
    run = planted("a", history=course(validation=[0.5] * 5, training=[0.5] * 5, last_mcc=0.0))

    assert skill_of(run.as_trained["test"]) > 0.5
    assert has_collapsed(run)


def test_a_run_that_ended_before_it_unfroze_says_nothing_about_unfreezing():
    runs = dict(planted_study(3, Outcome.REFUTED))
    runs["hn-pt-04"] = [replace(run, history=run.history[:3]) for run in runs["hn-pt-04"]]
    runs["hn-pt-05"] = planted_study(3, Outcome.CONFIRMED)["hn-pt-05"]

    found = verdict(3, runs)
    assert found.outcome is Outcome.NOT_DECIDED
    assert "two of the 3 seeds of hn-pt-04: the others ended before they unfroze" in found.sentence


def test_seeds_whose_runs_ended_too_early_are_left_out():
    runs = dict(planted_study(9, Outcome.CONFIRMED))
    first, *others = runs["hn-pt-05.5"]
    runs["hn-pt-05.5"] = [replace(first, history=first.history[:4]), *others]

    assert verdict(9, runs).numbers["unsteadiness_seeds"] == 2


def test_the_minority_is_the_smaller_class_whichever_it_is():
    few_relevant = Decisions(tn=60, fp=20, fn=2, tp=18)
    few_irrelevant = Decisions(tn=18, fp=2, fn=20, tp=60)

    assert minority_advantage(few_relevant) == pytest.approx(0.9 - 0.75)
    assert minority_advantage(few_irrelevant) == pytest.approx(0.9 - 0.75)
    assert minority_advantage(Decisions(tn=5, fp=5, fn=1, tp=9)) is None


def test_without_errors_nobody_knows_where_they_fall():
    assert share_of_false_alarms(Decisions(tn=5, fp=0, fn=0, tp=5)) is None
    assert share_of_false_alarms(Decisions(tn=5, fp=3, fn=1, tp=5)) == 0.75


def test_the_pooler_must_help_on_what_was_learnt_from_too():
    runs = dict(planted_study(1, Outcome.CONFIRMED))
    runs["hn-pt-02"] = [
        replace(run, training={"average_precision": 0.6}) for run in runs["hn-pt-02"]
    ]

    assert verdict(1, runs).outcome is Outcome.REFUTED


def test_eight_layers_that_do_not_collapse_are_told():
    found = planted_verdict(3, Outcome.CONFIRMED)

    assert "A third of the layers, freed at once, did not collapse" in found.sentence
    assert found.numbers["collapsed_hn-pt-04"] == 3
    assert found.numbers["collapsed_hn-pt-05.3"] == 0


@pytest.mark.parametrize("key", ["overfitting_middle_output", "onset_delay", "disruption"])
def test_the_order_of_the_thirds_is_measured_part_by_part(key):
    numbers = planted_verdict(4, Outcome.CONFIRMED).numbers

    assert numbers[f"{key}_low"] > numbers[f"{key}_limit"]


def test_the_corrected_decisions_stand_beside_the_paradox():
    numbers = planted_verdict(5, Outcome.CONFIRMED).numbers

    assert numbers["advantage"] > 0 > numbers["corrected_advantage"]


def test_without_a_minority_there_is_no_verdict_on_it():
    runs = dict(planted_study(5, Outcome.CONFIRMED))
    halves = {name: [as_halves(run) for run in of_name] for name, of_name in runs.items()}

    assert "neither is the minority" in verdict(5, halves).sentence


def as_halves(run):
    chosen = [*(run.test_labels == 1).nonzero()[0][:50], *(run.test_labels == 0).nonzero()[0][:50]]
    return replace(
        run,
        test_labels=run.test_labels[chosen],
        test_probabilities=run.test_probabilities[chosen],
        test_families=run.test_families[chosen],
    )


def test_the_best_base_is_chosen_by_validation():
    runs = dict(planted_study(6, Outcome.CONFIRMED))
    assert "best base, hn-pt-05.5.2" in verdict(6, runs).sentence

    runs["bag-of-words"] = [
        replace(run, validation={"mcc": 0.9}, test={**run.test, "mcc": 0.1})
        for run in runs["bag-of-words"]
    ]
    assert "best base, bag-of-words" in verdict(6, runs).sentence


@pytest.mark.parametrize(
    ("facts", "why"), [({"checkpoint": "minilm"}, "ran on one checkpoint"), ({}, "not recorded")]
)
def test_one_checkpoint_cannot_beat_itself(facts, why):
    runs = {
        name: [replace(run, facts=facts) for run in of_name]
        for name, of_name in planted_study(7, Outcome.CONFIRMED).items()
    }

    found = verdict(7, runs)
    assert found.outcome is Outcome.NOT_DECIDED
    assert why in found.sentence


def test_a_checkpoint_that_loses_with_one_loss_refutes():
    runs = dict(planted_study(7, Outcome.CONFIRMED))
    runs["pt-weighted-loss"], runs["bt-weighted-loss"] = (
        runs["bt-weighted-loss"],
        runs["pt-weighted-loss"],
    )
    swapped = {
        name: [replace(run, experiment=name) for run in of_name] for name, of_name in runs.items()
    }

    assert verdict(7, swapped).outcome is Outcome.REFUTED


def test_a_steady_rise_is_steady():
    rising = course(validation=[0.5, 0.5, 0.5, 0.6, 0.7, 0.8, 0.9], training=[0.4] * 7)
    runs = dict(planted_study(9, Outcome.CONFIRMED))
    runs["hn-pt-05.5"] = [replace(run, history=rising) for run in runs["hn-pt-05.5"]]

    assert verdict(9, runs).outcome is Outcome.REFUTED


def test_a_model_whose_errors_fall_elsewhere_is_named():
    runs = dict(planted_study(10, Outcome.CONFIRMED))
    runs["hn-pt-05.4"] = over_seeds("hn-pt-05.4", lambda _: {"cut": 2.0})

    assert "More errors fall in class 1 with hn-pt-05.4." in verdict(10, runs).sentence


def test_a_new_model_that_lacks_a_seed_is_left_out():
    runs = dict(planted_study(10, Outcome.CONFIRMED))
    runs["hn-pt-05.4"] = [planted("hn-pt-05.4", 1)]

    found = verdict(10, runs)
    assert found.outcome is Outcome.CONFIRMED
    assert "share_hn-pt-05.4" not in found.numbers


def test_the_page_holds_every_rule_as_it_is_applied():
    page = " ".join(PAGE.read_text(encoding="utf-8").split())

    for each in HYPOTHESES:
        needs = ", ".join(f"`{name}`" for name in each.needs)
        assert f"## {each.number}. {each.statement} {each.rule} Needs: {needs}." in page
    assert MULTIPLICITY in page
