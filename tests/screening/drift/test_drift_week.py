"""Weeks are counted, kept and added up."""

import numpy as np

from patsieve.metrics.prevalence import grid_counts
from patsieve.screening.drift.week import WeekCounts


def week(*families):
    counts = WeekCounts()
    for probability, share in families:
        counts.add(probability, share)
    return counts


def test_a_new_week_is_empty():
    week((0.5, 3))

    assert WeekCounts().n_families == 0


def test_a_family_without_words_has_a_score_only():
    counts = week((0.9, 12), (0.1, None), (0.1, 12))

    assert counts.n_families == 3
    assert (counts.unknown.sum(), counts.unknown[12]) == (2, 2)
    np.testing.assert_array_equal(counts.scores, grid_counts(np.array([0.9, 0.1, 0.1])))


def test_a_week_comes_back_as_it_was_kept():
    counts = week((0.0, 0), (1.0, 100), (0.3, 7), (0.3, 7))

    again = WeekCounts.from_json(counts.as_json())

    np.testing.assert_array_equal(again.scores, counts.scores)
    np.testing.assert_array_equal(again.unknown, counts.unknown)


def test_weeks_together_are_their_sum_and_stay_what_they_were():
    one, other = week((0.2, 1)), week((0.2, 1), (0.8, None))

    whole = WeekCounts.together([one, other])

    assert (whole.n_families, one.n_families, other.n_families) == (3, 1, 2)
    assert whole.unknown[1] == 2
