"""What a threshold can be for, in words and in numbers, and what it cannot be for."""

import math

import pytest

from patsieve.errors import UsageError
from patsieve.screening.purpose import Purpose, percent, purpose_from_words, purpose_of


@pytest.mark.parametrize(
    ("options", "purpose", "words"),
    [
        ({"threshold": 0.0}, Purpose("fixed", 0.0), "probability 0.0"),
        ({"recall": 0.95}, Purpose("recall", 0.95), "recall 0.95"),
        ({"precision": 0.8}, Purpose("precision", 0.8), "precision 0.8"),
        ({"budget": 100}, Purpose("budget", 100), "budget of 100 records"),
        ({"cost_miss": 20}, Purpose("cost", 20), "least cost: 20 a miss, 1.0 a read"),
        ({"max_f1": True}, Purpose("max-f1", None), "largest F1 of the relevant class"),
        ({"max_mcc": True}, Purpose("max-mcc", None), "largest MCC"),
    ],
)
def test_options_name_a_purpose(options, purpose, words):
    assert purpose_of(**options) == purpose
    assert str(purpose) == words
    assert purpose_from_words(words) == purpose


@pytest.mark.parametrize("words", ["", "recall", "budget of 2.5 records", "to be on the safe side"])
def test_words_that_nobody_writes_are_no_purpose(words):
    assert purpose_from_words(words) is None


def test_without_options_there_is_no_purpose():
    assert purpose_of() is None


def test_what_belongs_to_a_purpose_goes_with_it():
    assert purpose_of(recall=0.9, confidence=0.99, certified=True) == Purpose(
        "recall", 0.9, confidence=0.99, certified=True
    )
    assert purpose_of(cost_miss=20, cost_read=2) == Purpose("cost", 20, cost_read=2)


def test_a_record_is_worth_reading_from_the_quotient_of_costs_on():
    assert Purpose("cost", 20).known_threshold == 0.05
    assert Purpose("cost", 3, cost_read=1.5).known_threshold == 0.5


def test_only_a_probability_and_costs_are_thresholds_by_themselves():
    assert Purpose("fixed", 0.0).known_threshold == 0.0
    assert [
        Purpose(kind, target).known_threshold
        for kind, target in (("recall", 0.9), ("precision", 0.9), ("budget", 3), ("max-f1", None))
    ] == [None] * 4


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("fixed", 1.5), "the threshold is 1.5; it must lie between 0 and 1"),
        (("recall", 0.0), "the recall to reach is 0; it must be above 0, at most 1"),
        (("recall", math.nan), "the recall to reach is nan; it must be above 0, at most 1"),
        (("precision", 1.1), "the precision to reach is 1.1; it must be above 0, at most 1"),
        (("budget", 0.5), "the budget is 0.5 records; it must be a whole number from 1"),
        (("budget", None), "a threshold of kind 'budget' needs a target"),
        (("max-f1", 0.5), "a threshold for max-f1 has no target; 0.5 is given"),
        (("cost", 0.0), "a miss costs 0 and a read 1; both must be above 0"),
        (("cost", math.inf), "a miss costs inf and a read 1; both must be above 0"),
        (
            ("cost", 1.0),
            "a miss costs 1 and a read 1; if a miss costs no more than a read, nothing is worth "
            "reading",
        ),
        (
            ("recall", 0.9, 0.3),
            "the confidence is 0.3; it must be at least 0.5 and below 1: a promise that is "
            "broken more often than kept is none",
        ),
        (
            ("recall", 0.9, 1.0),
            "the confidence is 1; it must be at least 0.5 and below 1: a promise that is broken "
            "more often than kept is none",
        ),
    ],
)
def test_an_impossible_purpose_is_refused(values, message):
    with pytest.raises(UsageError) as refusal:
        Purpose(*values)

    assert str(refusal.value) == message


def test_a_share_is_not_rounded_up_to_certainty():
    assert [percent(share) for share in (0.95, 0.29, 0.9999, 1.0)] == [
        "95 %",
        "29 %",
        "99.99 %",
        "100 %",
    ]
