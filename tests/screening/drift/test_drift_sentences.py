"""An alarm takes the promise back; no alarm says what was looked at and what may be missed."""

from dataclasses import replace

import numpy as np
import pytest

from patsieve.screening.certificate import RecallCertificate, certify_recall
from patsieve.screening.chosen import ChosenThreshold
from patsieve.screening.drift.check import Comparison, DriftReport
from patsieve.screening.drift.sentences import drift_sentences
from patsieve.screening.prevalence_estimate import PrevalenceEstimate

LIKE = Comparison("scores", 1, 240, 0.06, 0.14)
UNLIKE = Comparison("words", 1, 240, 0.41, 0.12)
ESTIMATE = PrevalenceEstimate(0.051, 0.02, 0.09, 240, ())


def report(*comparisons, **changes):
    made = DriftReport(240, 1, comparisons, (), ESTIMATE)
    return replace(made, **changes)


@pytest.fixture
def promised():
    scores = np.linspace(0.01, 0.99, 300)
    certificate = certify_recall((scores > 0.6).astype(int), scores, 0.95)
    assert isinstance(certificate, RecallCertificate)
    return ChosenThreshold(certificate.threshold, certificate=certificate)


def test_an_alarm_says_first_that_the_promise_holds_no_longer_and_why(promised):
    first, *_ = drift_sentences(report(LIKE, UNLIKE), promised)

    assert first == (
        "THE PROMISE OF 95 % RECALL NO LONGER HOLDS: this week's patents differ from those that "
        "it was made on: more of their words are unknown to it (words of 240 families: 0.41 "
        "apart, up to 0.12 is put down to chance); label some of them and train again"
    )


def test_beside_an_alarm_no_share_of_relevant_ones_is_told(promised):
    assert not any("are relevant" in told for told in drift_sentences(report(UNLIKE), promised))


def test_without_a_promise_probabilities_and_threshold_are_doubted():
    first, *_ = drift_sentences(report(UNLIKE), ChosenThreshold(0.5))

    assert first.startswith("DRIFT: this week's patents differ")
    assert "do not rely on its probabilities and its threshold" in first


def test_weeks_that_differ_only_together_are_called_so(promised):
    slow = replace(UNLIKE, n_weeks=9, n_families=2100)

    first, *_ = drift_sentences(report(LIKE, slow), promised)

    assert "the patents of 9 weeks together differ" in first
    assert "words of 2,100 families in 9 weeks" in first


def test_a_quiet_week_says_what_was_compared_and_that_less_goes_unseen():
    told = drift_sentences(report(LIKE, replace(UNLIKE, distance=0.02)), ChosenThreshold(0.5))

    assert told[0].startswith("drift: none seen; 240 new families could be of the kind")
    assert "one week without drift in 100 raises an alarm, at most" in told[1]
    assert "goes unseen" in told[1]
    assert told[2].startswith("about 5.1 % of the new families are relevant, 2 % to 9 %")


def test_many_looks_are_owned_up_to():
    told = drift_sentences(report(LIKE, n_looks=12), ChosenThreshold(0.5))

    assert "in the 12 weeks" in told[1]
    assert "up to 12 %" in told[1]


def test_a_doubtful_share_is_doubted():
    doubtful = replace(ESTIMATE, doubts=("30 records are few",))

    told = drift_sentences(report(LIKE, prevalence=doubtful), ChosenThreshold(0.5))

    assert told[-1] == "do not rely on that share: 30 records are few"


def test_what_was_not_checked_is_said():
    told = drift_sentences(report(LIKE, unchecked=("no words",)), ChosenThreshold(0.5))

    assert "drift is not checked in full: no words" in told


def test_nothing_new_is_nothing_to_compare():
    told = drift_sentences(DriftReport(0, 3, (), (), None), ChosenThreshold(0.5))

    assert len(told) == 1
    assert "nothing to compare" in told[0]
