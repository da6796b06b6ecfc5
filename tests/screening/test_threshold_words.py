"""What people are told of a threshold, whatever it is for."""

import numpy as np

from patsieve.screening.certificate_words import certificate_sentences, evidence_sentence
from patsieve.screening.chosen import ChosenThreshold, LabelledScores, choose
from patsieve.screening.purpose import Purpose
from patsieve.screening.threshold_words import threshold_sentences

# From the top: two relevant ones, two irrelevant ones with a relevant one between.
SCORES = LabelledScores(
    np.array([1, 1, 0, 1, 0]), np.array([0.9, 0.8, 0.6, 0.4, 0.1]), np.arange(5)
)


def test_a_threshold_that_was_set_has_nothing_to_tell():
    assert threshold_sentences(ChosenThreshold(0.5)) == []


def test_what_labels_show_of_a_threshold_that_was_learned():
    chosen = choose(Purpose("max-f1", None), SCORES)

    assert threshold_sentences(chosen) == [evidence_sentence(chosen.evidence)]


def test_a_precision_that_nothing_reaches_comes_first():
    labels = np.array([0, 1, 0, 1, 0])
    unclear = LabelledScores(labels, SCORES.probabilities, np.arange(5))

    told = threshold_sentences(choose(Purpose("precision", 0.9), unclear))

    assert told[0] == (
        "NOT REACHED: no threshold has a precision of 0.9 on the labelled records; the best is "
        "0.500, from probability 0.400 on"
    )
    assert len(told) == 2


def test_costs_come_last():
    told = threshold_sentences(choose(Purpose("cost", 4.0, cost_read=1.0), SCORES))

    # Read from 0.25 on: four of five at 1 each, none missed.
    assert told[-1] == (
        "costs a record there: 0.800 (1.000 if all are read, 2.400 if none); 0.800 with the "
        "threshold 0.400, which one could only know afterwards"
    )


def test_limits_of_a_promise_can_be_told_elsewhere():
    labels = np.repeat([1, 0], 100)
    scores = LabelledScores(
        labels, np.concatenate([np.arange(1, 101) / 200, np.zeros(100)]), np.arange(200)
    )
    chosen = choose(Purpose("recall", 0.9), scores)

    every = certificate_sentences(chosen.certificate)
    assert threshold_sentences(chosen) == every
    assert (
        threshold_sentences(chosen, with_limits=False)
        == (every[: every.index("it does not hold for")])
    )
