"""Scoring where relevant records are rarer: what moves, what stays, what is doubted."""

import csv

import numpy as np
import pytest
from scipy.special import expit, logit

from patsieve.errors import BundleError, DataError, UsageError
from patsieve.metrics.log_odds import at_prevalence
from patsieve.metrics.prevalence import grid_counts
from patsieve.models.platt import Platt
from patsieve.screening.bundle import ThresholdFacts, load_bundle
from patsieve.screening.prevalence import Move, keeps_its_value
from patsieve.screening.prevalence_estimate import estimate_from_counts, estimate_of_file
from patsieve.screening.score import score_file
from patsieve.screening.threshold import Purpose

ROWS = [(thing, "") for thing in ("oak chair", "nickel cathode", "nickel chair", "", "oak")] * 30


@pytest.fixture
def source(write_csv):
    return write_csv(("title", "abstract"), ROWS)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "ranked.csv"


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [float(row["probability"] or "nan") for row in rows], [row["decision"] for row in rows]


def evidence(n_records, prevalence, rng, *, distance=3.0):
    """Log likelihood ratios of two classes that overlap, and the labels."""
    labels = (rng.random(n_records) < prevalence).astype(np.int64)
    return distance * rng.normal(np.where(labels == 1, 1, -1) * distance / 2, 1), labels


def labelled(n_records=600, seed=0):
    """Labels and calibrated probabilities of records of which 30 % are relevant."""
    scores, labels = evidence(n_records, 0.3, np.random.default_rng(seed))
    return labels, expit(scores + logit(0.3))


def test_probabilities_move_and_the_order_stays(bundle, source, out):
    score_file(bundle, source, out)
    before, _ = read(out)

    summary = score_file(bundle, source, out, prevalence=0.05)

    after, _ = read(out)
    expected = at_prevalence(np.array(before), known=1 / 3, wanted=0.05)
    np.testing.assert_allclose(after, expected, equal_nan=True)
    assert summary.prevalence == 0.05
    assert summary.prevalence_estimate is None


def test_a_threshold_that_is_a_probability_stays_one(bundle, source, out):
    summary = score_file(bundle, source, out, prevalence=0.01, purpose=Purpose("fixed", 0.4))

    probabilities, decisions = read(out)
    assert summary.threshold == 0.4
    assert decisions == [
        "no text" if np.isnan(p) else "relevant" if p >= 0.4 else "irrelevant"
        for p in probabilities
    ]


def test_a_threshold_for_recall_moves_with_the_records(bundle, source, out):
    purpose = Purpose("recall", 1.0)
    plain = score_file(bundle, source, out, purpose=purpose)
    _, before = read(out)

    moved = score_file(bundle, source, out, purpose=purpose, prevalence=0.01)

    assert read(out)[1] == before
    assert "relevant" in before
    expected = at_prevalence(plain.threshold, known=1 / 3, wanted=0.01)
    assert moved.threshold == pytest.approx(expected)


def test_a_budget_is_a_budget_at_any_prevalence(bundle, source, out):
    summary = score_file(bundle, source, out, purpose=Purpose("budget", 7), prevalence=0.01)

    assert summary.n_relevant == 7


def test_what_labels_show_of_a_threshold_by_costs_is_of_the_records_that_it_calls(
    save, source, out
):
    labels, probabilities = labelled()
    calibration = {"labels": labels.tolist(), "probabilities": probabilities.tolist()}
    bundle = load_bundle(save(calibration=calibration))
    known = bundle.manifest.data.prevalence
    plain = score_file(bundle, source, out, purpose=Purpose("cost", 20))
    rarer = score_file(bundle, source, out, purpose=Purpose("cost", 20), prevalence=0.05)

    assert (plain.threshold, rarer.threshold) == (0.05, 0.05)
    there = at_prevalence(0.05, known=0.05, wanted=known)
    assert rarer.chosen.evidence.threshold == pytest.approx(there)
    assert rarer.chosen.evidence.n_read == int((probabilities >= there).sum())
    assert rarer.chosen.evidence.recall.value < plain.chosen.evidence.recall.value
    # A record costs something else where relevant ones are rarer.
    assert plain.chosen.costs is not None
    assert rarer.chosen.costs is None


@pytest.mark.parametrize(
    ("purpose", "value", "stays"),
    [
        ("probability 0.3", 0.3, True),
        (str(Purpose("cost", 20)), 0.05, True),
        ("recall 0.95", 0.3, False),
        ("largest MCC", 0.5, False),
    ],
)
def test_only_a_threshold_that_says_how_likely_a_record_must_be_keeps_its_value(
    purpose, value, stays
):
    assert keeps_its_value(ThresholdFacts(value=value, purpose=purpose)) is stays


def test_the_threshold_that_a_bundle_keeps_moves_if_it_is_for_recall(save, source, out):
    facts = ThresholdFacts(value=0.4, purpose=str(Purpose("recall", 0.95)))
    bundle = load_bundle(save(threshold=facts))

    summary = score_file(bundle, source, out, prevalence=0.1)

    assert summary.threshold == pytest.approx(at_prevalence(0.4, known=1 / 3, wanted=0.1))


def test_an_estimate_is_used_and_told(save, source, out):
    labels, probabilities = labelled()
    kept = {"labels": labels.tolist(), "probabilities": probabilities.tolist()}
    bundle = load_bundle(save(calibration=kept))

    summary = score_file(bundle, source, out, prevalence="estimate")

    estimate = summary.prevalence_estimate
    assert summary.prevalence == estimate.value
    # 30 of the 150 records have no text.
    assert estimate.n_records == 120
    assert estimate.low <= estimate.value <= estimate.high
    assert summary.as_json()["prevalence_estimate"]["value"] == estimate.value
    assert Move.to(bundle, None)(0.3) == 0.3


@pytest.mark.parametrize("kept", [None, {"labels": [1.0, 1.0], "probabilities": [0.5, 0.6]}])
def test_an_estimate_needs_scores_to_be_judged_by(save, source, out, kept):
    bundle = load_bundle(save(calibration=kept))

    with pytest.raises(BundleError, match="keeps no scores of labelled records to judge"):
        score_file(bundle, source, out, prevalence="estimate")
    assert not out.exists()


@pytest.mark.parametrize("prevalence", [0.0, 1.0, 5.0])
def test_a_prevalence_that_is_none_is_refused_before_scoring(bundle, source, out, prevalence):
    with pytest.raises(UsageError, match=r"it must lie between 0 and 1, like 0\.05"):
        score_file(bundle, source, out, prevalence=prevalence)


def test_nothing_to_read_gives_no_estimate(bundle):
    with pytest.raises(DataError, match="no record with a text to estimate a prevalence from"):
        estimate_of_file(bundle, grid_counts(np.empty(0)))


@pytest.mark.parametrize("prevalence", [0.05, 0.3, 0.8])
def test_a_file_of_the_same_kind_is_estimated_without_doubts(prevalence):
    scores, drawn = evidence(2000, prevalence, np.random.default_rng(5))

    found = estimate_from_counts(
        grid_counts(expit(scores + logit(0.3))), *labelled(), known=0.3, seed=1
    )

    assert found.doubts == ()
    assert found.value == pytest.approx(drawn.mean(), abs=0.02)
    assert found.low < found.value < found.high
    assert found.high - found.low < 0.1


def test_a_file_of_another_kind_is_noticed():
    # Neither like the relevant nor like the irrelevant: all in the middle.
    scores = np.random.default_rng(0).normal(0, 0.5, 2000)

    found = estimate_from_counts(grid_counts(expit(scores + logit(0.3))), *labelled(), known=0.3)

    assert "seems to be of another kind" in found.doubts[0]


def test_few_records_few_labels_and_a_wide_interval_are_said():
    labels, probabilities = labelled(60)
    scores, _ = evidence(12, 0.3, np.random.default_rng(0), distance=1.0)

    found = estimate_from_counts(
        grid_counts(expit(scores + logit(0.3))), labels, probabilities, known=0.3
    )

    said = " | ".join(found.doubts)
    assert "12 records are few" in said
    assert "calibrated by 60 records only" in said
    assert "is possible" in said


def test_no_relevant_record_leaves_a_prevalence_above_zero():
    found = estimate_from_counts(grid_counts(np.full(200, 0.001)), *labelled(), known=0.3)

    assert found.value == 0.5 / 200
    assert found.low == 0.0


def test_the_same_seed_gives_the_same_interval():
    counts = grid_counts(expit(evidence(300, 0.1, np.random.default_rng(0))[0]))

    first, second = (estimate_from_counts(counts, *labelled(), known=0.3, seed=4) for _ in "ab")

    assert first == second


@pytest.mark.slow
def test_the_interval_holds_the_true_prevalence_about_as_often_as_it_says():
    held = misfits = 0
    for seed in range(80):
        rng = np.random.default_rng(seed)
        scores, labels = evidence(500, 0.3, rng)
        line = Platt.fit(scores, labels)
        new, _ = evidence(800, 0.1, rng)
        found = estimate_from_counts(
            grid_counts(line.probabilities(new)),
            labels,
            line.probabilities(scores),
            known=float(labels.mean()),
            seed=seed,
            n_resamples=100,
        )
        held += found.low <= 0.1 <= found.high
        misfits += any("another kind" in doubt for doubt in found.doubts)

    # 76 of 80 on average, with a standard deviation of 2; misfits are one in a hundred.
    assert held >= 70
    assert misfits <= 4
