"""Recall at a depth, with its interval: hand-worked, and the same as the metrics say."""

import numpy as np
import pytest

from patsieve.metrics.gain import gain_curve
from patsieve.metrics.intervals import clopper_pearson
from patsieve.metrics.ranking import recall_at_k

RANDOM = np.random.default_rng(4)
LABELS = (RANDOM.random(300) < 0.3).astype(np.int64)
SCORES = LABELS + RANDOM.normal(0, 0.8, 300)


def test_recall_by_hand():
    # From the top: relevant, irrelevant, relevant, irrelevant.
    curve = gain_curve([1, 0, 1, 0], [4, 3, 2, 1], (0, 0.25, 0.5, 0.75, 1))

    assert curve.n_read == (0, 1, 2, 3, 4)
    assert [estimate.value for estimate in curve.recall] == [0, 0.5, 0.5, 1, 1]
    assert (curve.n_records, curve.n_relevant) == (4, 2)


def test_in_a_tie_the_irrelevant_are_read_first():
    curve = gain_curve([1, 0, 1, 0], [1, 1, 1, 1], (0.5, 0.75))

    assert [estimate.value for estimate in curve.recall] == [0, 0.5]


def test_it_is_the_recall_at_k():
    curve = gain_curve(LABELS, SCORES, (0.1, 0.37, 0.8))

    for n_read, estimate in zip(curve.n_read, curve.recall, strict=True):
        assert estimate.value == pytest.approx(recall_at_k(LABELS, SCORES, n_read))
        assert estimate.low < estimate.value < estimate.high


def test_reading_nothing_or_all_leaves_no_doubt():
    nothing, everything = gain_curve(LABELS, SCORES, (0, 1)).recall

    assert (nothing.low, nothing.value, nothing.high) == (0, 0, 0)
    assert (everything.low, everything.value, everything.high) == (1, 1, 1)


def test_having_found_all_before_the_end_proves_as_much_as_there_are_families():
    labels = np.repeat([1, 0], 20)
    families = np.repeat(np.arange(20), 2)
    [found] = gain_curve(labels, -np.arange(40), (0.5,), families=families).recall

    assert found.value == 1
    # 20 relevant records in 10 families.
    assert found.low == pytest.approx(clopper_pearson(10, 10)[0])


def test_families_that_stand_together_widen_the_interval():
    [alone] = gain_curve(np.repeat(LABELS, 5), np.repeat(SCORES, 5), (0.3,)).recall
    codes = np.repeat(np.arange(300), 5)
    [together] = gain_curve(
        np.repeat(LABELS, 5), np.repeat(SCORES, 5), (0.3,), families=codes
    ).recall

    assert together.high - together.low > 1.8 * (alone.high - alone.low)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_an_impossible_share_is_refused(share):
    with pytest.raises(ValueError, match="share of the list"):
        gain_curve([1, 0], [1, 0], (share,))
