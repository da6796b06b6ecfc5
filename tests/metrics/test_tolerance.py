"""How many misses a promise allows: worked by hand, by enumeration, and against scipy."""

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from patsieve.metrics.intervals import clopper_pearson
from patsieve.metrics.tolerance import (
    allowed_misses,
    allowed_misses_before_rest,
    fewest_relevant,
    relevant_for_share,
    weakest_members,
)

RECALLS = st.sampled_from([0.2, 0.5, 0.8, 0.9, 0.95, 0.99])
CONFIDENCES = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


def lower_bound(n, misses, confidence):
    return clopper_pearson(n - misses, n, confidence=confidence, side="lower")[0]


def test_the_known_numbers_for_95_and_95():
    # .95^59 = .0485 and .95^58 = .0510.
    assert {n: allowed_misses(n, 0.95) for n in (58, 59, 60, 100, 200, 300, 500)} == {
        58: None,
        59: 0,
        60: 0,
        100: 1,
        200: 4,
        300: 8,
        500: 16,
    }


@given(st.integers(1, 400), RECALLS, CONFIDENCES)
def test_the_allowed_misses_pass_the_exact_bound_and_one_more_fails_it(n, recall, confidence):
    misses = allowed_misses(n, recall, confidence=confidence)

    if misses is not None:
        assert lower_bound(n, misses, confidence) >= recall - 1e-9
    more = 0 if misses is None else misses + 1
    assert lower_bound(n, more, confidence) < recall


def test_without_relevant_records_nothing_is_promised():
    assert allowed_misses(0, 0.1) is None


def test_that_nothing_at_all_is_missed_is_never_promised():
    assert allowed_misses(1_000_000, 1.0) is None
    assert fewest_relevant(1.0) is None
    assert relevant_for_share(0.0, 1.0) is None


def test_a_doubt_that_is_met_exactly_is_met():
    # One of one found: a recall of .1 would do that once in ten times.
    assert allowed_misses(1, 0.1, confidence=0.9) == 0
    assert fewest_relevant(0.1, confidence=0.9) == 1


@given(RECALLS, CONFIDENCES)
def test_without_a_miss_the_number_needed_is_a_quotient_of_logarithms(recall, confidence):
    exact = math.log(1 - confidence) / math.log(recall)

    assert fewest_relevant(recall, confidence=confidence) == math.ceil(exact - 1e-9)


@given(st.integers(0, 30), RECALLS, CONFIDENCES)
def test_the_fewest_allow_the_misses_and_one_less_does_not(misses, recall, confidence):
    fewest = fewest_relevant(recall, misses=misses, confidence=confidence)

    assert allowed_misses(fewest, recall, confidence=confidence) >= misses
    before = allowed_misses(fewest - 1, recall, confidence=confidence)
    assert before is None or before < misses


@pytest.mark.parametrize(("share", "n"), [(0.0, 59), (0.01, 93), (0.02, 208)])
def test_more_records_allow_a_larger_share_to_be_missed(share, n):
    # 1 of 93 (.0107), 4 of ~181 (.022): the first number at which the share is reached.
    found = relevant_for_share(share, 0.95)

    assert allowed_misses(found, 0.95) / found >= share
    earlier = [allowed_misses(k, 0.95) for k in range(59, found)]
    assert all(m < share * k for k, m in zip(range(59, found), earlier, strict=True))
    assert found <= n


def test_the_share_allowed_never_reaches_what_is_promised():
    with pytest.raises(ValueError, match=r"a share of 0.05 missed leaves no recall of 0.95"):
        relevant_for_share(0.05, 0.95)


def kept_shares(n, n_rest, misses, needed):
    """Count, over every way to choose the part, how often enough of the rest is found."""
    kept = total = 0
    for part in combinations(range(n + n_rest), n):
        threshold = part[misses]
        rest = set(range(n + n_rest)) - set(part)
        kept += sum(rank >= threshold for rank in rest) >= needed
        total += 1
    return kept / total


@pytest.mark.parametrize(
    ("n", "n_rest", "recall", "confidence"),
    [(6, 5, 0.6, 0.8), (5, 6, 0.5, 0.9), (8, 3, 0.5, 0.7), (4, 8, 0.7, 0.5), (3, 3, 0.9, 0.95)],
)
def test_the_promise_about_a_rest_is_kept_as_often_as_counting_says(n, n_rest, recall, confidence):
    needed = math.ceil(recall * n_rest)

    misses = allowed_misses_before_rest(n, n_rest, recall, confidence=confidence)

    if misses is not None:
        assert kept_shares(n, n_rest, misses, needed) >= confidence
    more = 0 if misses is None else misses + 1
    assert more == n or kept_shares(n, n_rest, more, needed) < confidence


@given(st.integers(1, 150), st.integers(1, 150), RECALLS, CONFIDENCES)
def test_the_promise_about_a_rest_agrees_with_scipys_hypergeometric(n, n_rest, recall, confidence):
    may_miss = n_rest - math.ceil(round(recall * n_rest, 9))

    def doubt(misses):
        return hypergeom.cdf(misses, n + n_rest, n, misses + may_miss + 1)

    misses = allowed_misses_before_rest(n, n_rest, recall, confidence=confidence)

    if misses is not None:
        assert doubt(misses) <= (1 - confidence) * (1 + 1e-6)
    more = 0 if misses is None else misses + 1
    assert more == n or doubt(more) > (1 - confidence) * (1 - 1e-6)


@pytest.mark.parametrize("n", [58, 59, 93, 200, 300, 500])
def test_a_rest_without_end_is_a_population(n):
    assert allowed_misses_before_rest(n, 10**8, 0.95) == allowed_misses(n, 0.95)


def test_a_single_record_to_come_is_found_with_the_chance_of_its_rank():
    # It is below the fifth lowest of 100 in 5 of 101 cases.
    assert allowed_misses_before_rest(100, 1, 0.95) == 4


def test_a_family_is_as_weak_as_its_weakest_relevant_member():
    labels = [1, 1, 0, 1, 0, 1]
    scores = [0.9, 0.4, 0.1, 0.7, 0.2, 0.8]
    families = [7, 7, 7, 3, 5, 3]

    assert weakest_members(labels, scores, families).tolist() == [0.4, 0.7]
    assert weakest_members(labels, scores).tolist() == [0.4, 0.7, 0.8, 0.9]
    assert weakest_members([0, 0], [0.1, 0.2], [1, 2]).tolist() == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: allowed_misses(-1, 0.9), "n_relevant is -1"),
        (lambda: allowed_misses(10, 0.0), "recall is 0.0; it must be above 0"),
        (lambda: allowed_misses(10, 0.9, confidence=1.0), "confidence is 1.0"),
        (lambda: fewest_relevant(1.1), "recall is 1.1"),
        (lambda: fewest_relevant(0.9, misses=-1), "misses is -1"),
        (lambda: allowed_misses_before_rest(5, 0, 0.9), "5 records and 0 others cannot be"),
        (lambda: weakest_members([1, 0], [0.1, 0.2], [1]), "2 labels but 1 family codes"),
    ],
)
def test_what_cannot_be_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
