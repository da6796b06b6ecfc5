"""Systems that change places: what a toss does to each of them, and who goes together."""

from itertools import product

import numpy as np
import pytest

from patsieve.metrics.ranking import average_precision, work_saved_over_sampling
from patsieve.metrics.scored import HEADLINES, RANKING, Scored, checked
from patsieve.metrics.swaps import coin_tosses, swapped_differences

LABELS = np.array([1, 0, 1, 0, 0])
FIRST = np.array([0.9, 0.8, 0.7, 0.2, 0.1])
SECOND = np.array([0.3, 0.9, 0.6, 0.5, 0.4])


def differences(first, second, tosses, metrics=HEADLINES, threshold=0.5):
    systems = (checked(LABELS, Scored(each, threshold)) for each in (first, second))
    return swapped_differences(*systems, metrics, iter([np.array(tosses)]))


def test_nobody_changes_places_or_everybody_does():
    found = differences(FIRST, SECOND, [[0] * 5, [1] * 5])

    truth = average_precision(LABELS, FIRST) - average_precision(LABELS, SECOND)
    assert found["average_precision"] == pytest.approx([truth, -truth])
    saved = work_saved_over_sampling(LABELS, FIRST) - work_saved_over_sampling(LABELS, SECOND)
    assert found["wss_at_95"] == pytest.approx([saved, -saved])


def test_a_toss_by_hand():
    # Ranks of the first: 5 4 3 2 1, of the second: 1 5 4 3 2. Record 2 (irrelevant, 4 and 5)
    # changes places. The first then has 5 5 3 2 1: its relevant records end the ties at
    # 1/2 and 2/3; the second has 1 4 4 3 2: at 1/2 and 2/5.
    found = differences(FIRST, SECOND, [[0, 1, 0, 0, 0]])

    expected = (1 / 2 + 2 / 3) / 2 - (1 / 2 + 2 / 5) / 2
    assert found["average_precision"] == pytest.approx([expected])
    # Decisions and squared errors move with the record: the first calls 1, 2 and 3 as before,
    # the second 2, 3 and 4, of which 3 is relevant.
    assert found["f1_relevant"] == pytest.approx([2 * 2 / (2 * 2 + 1) - 2 * 1 / (2 * 1 + 2 + 1)])
    first, second = (
        np.where([0, 1, 0, 0, 0], SECOND, FIRST),
        np.where([0, 1, 0, 0, 0], FIRST, SECOND),
    )
    brier = np.mean((first - LABELS) ** 2) - np.mean((second - LABELS) ** 2)
    assert found["brier"] == pytest.approx([brier])


def test_exchanging_the_systems_turns_every_sign():
    every = list(product([0, 1], repeat=5))

    forth, back = differences(FIRST, SECOND, every), differences(SECOND, FIRST, every)

    for name in HEADLINES:
        assert forth[name] == pytest.approx(-back[name])


def test_scales_do_not_matter_to_the_ranking():
    every = list(product([0, 1], repeat=5))

    plain = differences(FIRST, SECOND, every, RANKING)
    scaled = differences(1000 * FIRST - 7, np.exp(SECOND), every, RANKING, threshold=None)

    for name in RANKING:
        assert scaled[name] == pytest.approx(plain[name])


def test_a_constant_score_stays_a_constant_score():
    constant = np.full(5, 0.5)

    assert differences(constant, constant, [[0, 1, 1, 0, 1]])["average_precision"] == [0.0]


def test_families_go_together():
    families = np.array([7, 3, 7, 3, 3])

    tosses = np.concatenate(list(coin_tosses(families, seed=0, n_tosses=200)))

    assert tosses.shape == (200, 5)
    assert {tuple(toss) for toss in tosses} == {
        (0, 0, 0, 0, 0),
        (1, 0, 1, 0, 0),
        (0, 1, 0, 1, 1),
        (1, 1, 1, 1, 1),
    }
    assert tosses[:, 0].mean() == pytest.approx(0.5, abs=0.1)


def test_many_records_come_in_blocks_that_make_up_the_whole():
    families = np.arange(300_000)

    shapes = [toss.shape for toss in coin_tosses(families, seed=0, n_tosses=3)]

    assert shapes == [(1, 300_000)] * 3
