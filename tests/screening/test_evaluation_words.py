"""How measured values are written, wherever they stand."""

import math

import pytest

from patsieve.screening.evaluation_words import calibration_sentence, number


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0.000"), (0.9666, "0.967"), (1, "1.000"), (None, "–"), (math.nan, "–")],
)
def test_a_number_has_three_decimals_or_is_a_dash(value, shown):
    assert number(value) == shown


@pytest.mark.parametrize(
    ("value", "is_consistent", "sentence"),
    [
        (0.031, True, "calibration: 0.031 off, no more than chance explains (up to 0.052 here)"),
        (
            0.071,
            False,
            "calibration: 0.071 off, more than chance explains (up to 0.052 here): do not take "
            "the probabilities at their word",
        ),
    ],
)
def test_a_sentence_says_whether_probabilities_can_be_believed(value, is_consistent, sentence):
    check = {"value": value, "percentile_95": 0.052, "is_consistent": is_consistent}

    assert calibration_sentence(check) == sentence
