"""A planted drift is raised, another prevalence is none, and false alarms are as rare as stated."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binom

from patsieve.metrics.prevalence import grid_counts
from patsieve.screening.bundle import load_bundle
from patsieve.screening.drift.check import FALSE_ALARMS, check_drift, compare_weeks
from patsieve.screening.drift.reference import DriftReference
from patsieve.screening.drift.week import WeekCounts
from patsieve.screening.drift.words import N_BITS, SHARES, KnownWords


class Topic:
    """Log-odds of relevant and irrelevant records, and shares of unknown words, as normals."""

    def __init__(self, relevant=2.0, irrelevant=-2.0, unknown=12.0):
        self.middles = (irrelevant, relevant)
        # Relevant records use a few words more that others do not.
        self.unknown = (unknown, unknown + 3)

    def draw(self, random, n_records, prevalence):
        labels = (random.random(n_records) < prevalence).astype(int)
        scores = random.normal(np.array(self.middles)[labels], 1.5)
        shares = random.normal(np.array(self.unknown)[labels], 5)
        return labels, expit(scores), np.clip(np.rint(shares), 0, 100).astype(int)

    def week(self, random, n_records, prevalence):
        _, probabilities, shares = self.draw(random, n_records, prevalence)
        return WeekCounts(grid_counts(probabilities), np.bincount(shares, minlength=SHARES))

    def known(self, random, n_records=600, prevalence=0.35):
        labels, probabilities, shares = self.draw(random, n_records, prevalence)
        return {
            "scores": tuple(grid_counts(probabilities[labels == label]) for label in (0, 1)),
            "words": tuple(
                np.bincount(shares[labels == label], minlength=SHARES) for label in (0, 1)
            ),
        }


OWN, OTHER = Topic(), Topic(irrelevant=-5, unknown=35)


def found(week, earlier=(), seed=0):
    random = np.random.default_rng(seed)
    return compare_weeks(OWN.known(random), week, earlier, n_resamples=1000)


def differing(comparisons):
    return {(each.trait, each.n_weeks) for each in comparisons if each.differs}


@pytest.mark.parametrize("prevalence", [0.0, 0.02, 0.35, 0.9])
def test_another_prevalence_is_no_drift(prevalence):
    week = OWN.week(np.random.default_rng(7), 500, prevalence)

    assert differing(found(week)) == set()


def test_patents_of_another_topic_are_raised_by_scores_and_by_words():
    week = OTHER.week(np.random.default_rng(7), 200, 0.05)

    assert differing(found(week)) == {("scores", 1), ("words", 1)}


def test_a_week_of_which_a_half_is_of_another_topic_is_raised():
    random = np.random.default_rng(7)
    week = WeekCounts.together([OWN.week(random, 150, 0.1), OTHER.week(random, 150, 0.0)])

    assert ("words", 1) in differing(found(week))


def test_thirty_records_of_another_topic_are_enough():
    week = OTHER.week(np.random.default_rng(7), 30, 0.0)

    assert differing(found(week))


def test_fewer_new_words_than_among_the_labelled_are_no_drift():
    week = Topic(unknown=2.0).week(np.random.default_rng(7), 300, 0.2)

    assert differing(found(week)) == set()


def test_weeks_that_are_too_small_to_tell_are_looked_at_together():
    random = np.random.default_rng(7)
    drifted = Topic(unknown=18)
    weeks = [drifted.week(random, 25, 0.1) for _ in range(12)]

    comparisons = found(weeks[-1], weeks[:-1])

    assert differing(comparisons) == {("words", 12)}
    assert {each.n_families for each in comparisons} == {25, 300}


def test_what_is_not_known_is_not_compared():
    random = np.random.default_rng(0)
    known = OWN.known(random) | {"words": None}

    comparisons = compare_weeks(known, OWN.week(random, 50, 0.1), n_resamples=50)

    assert [each.trait for each in comparisons] == ["scores"]


def test_an_empty_week_is_not_compared():
    assert found(WeekCounts()) == ()


@pytest.fixture
def labelled(save):
    """A bundle with the scores of 400 labelled records, two to a family."""
    labels, probabilities, _ = OWN.draw(np.random.default_rng(3), 400, 0.3)
    calibration = {
        "labels": np.repeat(labels, 2).tolist(),
        "probabilities": np.repeat(probabilities, 2).tolist(),
        "families": np.repeat(np.arange(400.0), 2).tolist(),
    }
    return load_bundle(save(calibration=calibration))


def reference():
    counts = np.bincount([10, 12, 15], minlength=SHARES)
    return DriftReference(KnownWords(np.zeros(N_BITS, dtype=bool)), 50 * counts, 30 * counts)


def test_a_bundle_is_compared_with_by_one_record_a_family(labelled):
    week = OWN.week(np.random.default_rng(5), 100, 0.1)

    report = check_drift(labelled, None, week)

    once = check_drift(labelled, None, week).comparisons[0]
    assert [each.trait for each in report.comparisons] == ["scores"]
    # With twice as many witnesses chance would be taken to do less.
    assert once.allowed > 0.15
    assert report.unchecked[0].startswith("the bundle is from before the words")


def test_a_report_says_how_likely_a_false_alarm_was_so_far(labelled):
    week = OWN.week(np.random.default_rng(5), 100, 0.1)

    report = check_drift(labelled, reference(), week, n_looks=12)

    assert report.chance_of_a_false_alarm == pytest.approx(0.12)
    assert report.prevalence is not None
    assert report.prevalence.n_records == 100
    assert report.as_json()["n_looks"] == 12


def test_a_bundle_without_scores_says_so(save):
    report = check_drift(load_bundle(save(calibration=None)), None, WeekCounts())

    assert (report.comparisons, report.prevalence, report.is_raised) == ((), None, False)
    assert len(report.unchecked) == 2


@pytest.mark.slow
@pytest.mark.parametrize("n_records", [30, 300])
def test_a_week_without_drift_raises_an_alarm_in_one_of_a_hundred_at_most(n_records):
    n_weeks = 200
    alarms = 0
    for seed in range(n_weeks):
        random = np.random.default_rng([n_records, seed])
        known = OWN.known(random)
        weeks = [OWN.week(random, n_records, random.uniform(0, 0.2)) for _ in range(3)]
        comparisons = compare_weeks(known, weeks[-1], weeks[:-1], n_resamples=800)
        alarms += bool(differing(comparisons))

    assert alarms <= binom.ppf(0.999, n_weeks, FALSE_ALARMS)
