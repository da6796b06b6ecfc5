"""A difference between models is measured on the same records, and doubted by family."""

import numpy as np
import pytest

from patsieve.experiments.paired import is_told_apart, paired_differences
from patsieve.metrics.classification import decide, mcc
from patsieve.metrics.differences import compare_scores, difference
from patsieve.metrics.intervals import Estimate
from patsieve.metrics.ranking import average_precision
from patsieve.metrics.scored import REACH, Scored

LABELS = np.array([1, 0, 1, 0, 0, 1, 0, 0])
GOOD = np.array([0.9, 0.2, 0.8, 0.3, 0.4, 0.7, 0.1, 0.1])
BAD = np.array([0.1, 0.9, 0.3, 0.2, 0.6, 0.5, 0.6, 0.6])


def compared(baseline, candidate, *, families=None, labels=LABELS, **more):
    return paired_differences(
        labels, families, Scored(baseline, 0.5), Scored(candidate, 0.5), **more
    )


def noisy(labels, sharpness, seed):
    """Probabilities that follow the labels more or less closely."""
    noise = np.random.default_rng(seed).random(len(labels))
    return sharpness * labels + (1 - sharpness) * noise


def test_the_value_is_the_difference_of_the_two_metrics():
    found = compared(BAD, GOOD)

    assert found["average_precision"].value == pytest.approx(
        average_precision(LABELS, GOOD) - average_precision(LABELS, BAD)
    )
    assert found["mcc"].value == pytest.approx(
        mcc(LABELS, decide(GOOD, 0.5)) - mcc(LABELS, decide(BAD, 0.5))
    )


def test_a_perfect_ranking_beats_its_reverse_by_a_known_amount():
    # Relevant at ranks 3 and 4 of 4: (1/3 + 2/4) / 2 = 5/12.
    found = compared([0.1, 0.2, 0.8, 0.9], [0.9, 0.8, 0.2, 0.1], labels=np.array([1, 1, 0, 0]))

    assert found["average_precision"].value == pytest.approx(1 - 5 / 12)
    assert found["mcc"].value == pytest.approx(1 - -1)


def test_each_model_decides_by_its_own_threshold():
    found = paired_differences(LABELS, None, Scored(GOOD, 0.5), Scored(GOOD - 0.1, 0.4))

    assert found["mcc"] == Estimate(0.0, 0.0, 0.0)


def test_a_model_is_not_told_apart_from_itself():
    found = compared(BAD, BAD)

    assert found["average_precision"] == Estimate(0.0, 0.0, 0.0)
    assert not is_told_apart(found["average_precision"])


def test_exchanging_the_models_turns_the_sign():
    forth, back = compared(BAD, GOOD), compared(GOOD, BAD)

    for metric, there in forth.items():
        assert back[metric].value == -there.value
        assert back[metric].low == pytest.approx(-there.high)
        assert back[metric].high == pytest.approx(-there.low)


def test_the_interval_is_that_of_a_comparison():
    labels = np.tile([1, 0, 0], 12)
    families = np.arange(36) // 2
    old, new = noisy(labels, 0.2, 1), noisy(labels, 0.3, 2)

    draws = compare_scores(
        labels, families, Scored(new, 0.5), Scored(old, 0.5), seed=5, n_draws=200
    )
    found = compared(old, new, labels=labels, families=families, seed=5, n_draws=200)

    for metric, each in found.items():
        long = difference(draws[metric], reach=REACH[metric], seed=5)
        assert each == Estimate(long.value, long.low, long.high)


def test_pairing_tells_apart_what_separate_intervals_would_not():
    labels = (np.random.default_rng(0).random(400) < 0.3).astype(int)
    old = noisy(labels, 0.15, 1)
    # A little better on every record, where the noise of both is the same.
    new = old + 0.03 * labels * (1 - old)

    found = compared(old, new, labels=labels)["average_precision"]
    assert is_told_apart(found)
    assert found.high - found.low < 0.05


def test_twins_make_the_interval_wider():
    labels = np.tile([1, 0, 0, 0], 30)
    old, new = noisy(labels, 0.2, 3), noisy(labels, 0.25, 4)
    doubled = {
        "labels": np.tile(labels, 2),
        "baseline": np.tile(old, 2),
        "candidate": np.tile(new, 2),
    }

    def width(families):
        found = compared(**doubled, families=families)["average_precision"]
        return found.high - found.low

    assert width(np.tile(np.arange(120), 2)) > 1.2 * width(None)


@pytest.mark.parametrize(
    ("difference", "told_apart"),
    [
        (Estimate(0.1, 0.01, 0.2), True),
        (Estimate(-0.1, -0.2, -0.01), True),
        (Estimate(0.1, 0.0, 0.2), False),
        (Estimate(-0.1, -0.2, 0.0), False),
        (Estimate(0.1, -0.1, 0.2), False),
    ],
)
def test_models_are_told_apart_if_the_interval_leaves_out_zero(difference, told_apart):
    assert is_told_apart(difference) is told_apart


def test_probabilities_out_of_range_are_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        compared(BAD, GOOD + 1)
