"""What people are told of a promise, word by word."""

import numpy as np

from patsieve.screening.certificate import certify_recall
from patsieve.screening.certificate_check import CertificateCheck
from patsieve.screening.certificate_words import (
    certificate_sentences,
    check_sentence,
    evidence_sentence,
)

RISING = np.arange(1, 101) / 200
LABELS = np.repeat([1, 0], 100)
SCORES = np.concatenate([RISING, np.zeros(100)])
CERTIFICATE = certify_recall(LABELS, SCORES, 0.95)


def test_a_promise_about_any_file():
    assert certificate_sentences(CERTIFICATE) == [
        "reading from probability 0.010 on finds at least 95 % of the relevant records (95 % "
        "confidence) in files whose relevant patents are like the labelled ones",
        "100 relevant records, not trained on, carry it: 1 may be missed, 1 is; recall 99 % "
        "(94.6 to 100 %)",
        "of the labelled pile 49.5 % (42.4 to 56.6 %) is read; without a promise 47.5 %, from "
        "probability 0.030 on",
        "with about 1,348 relevant records to carry it, the promise would cost little more "
        "reading than none",
        "it does not hold for",
        *(f"- {limit}" for limit in CERTIFICATE.limits),
    ]


def test_a_promise_about_a_file_that_was_scored():
    told = certificate_sentences(CERTIFICATE, n_read=340, n_records=1118)

    assert told[0] == (
        "reading the first 340 of 1,118 finds at least 95 % of the relevant records (95 % "
        "confidence) if the relevant ones in this file are like the labelled ones"
    )


def test_a_promise_about_families_says_so():
    families = np.concatenate([np.repeat(np.arange(80), 2)[:100], np.arange(100, 200)])

    told = certificate_sentences(
        certify_recall(LABELS, SCORES, 0.9, confidence=0.9, families=families)
    )

    assert "at least 90 % of the relevant families (90 % confidence)" in told[0]
    assert "a family counts as found if all its relevant members are" in told


def test_a_refusal_is_loud_and_says_what_it_takes():
    refused = certify_recall(LABELS, SCORES, 0.99)

    assert certificate_sentences(refused, n_read=7, n_records=50) == [
        "NO PROMISE: 100 relevant families, not trained on, are too few for a recall of 99 % at "
        "95 % confidence, even if none is missed; it takes 299",
        "199 more relevant families: about 398 more labelled records, if relevant ones stay as "
        "common",
        "reading the first 7 of 50 is an estimate: 99 of the 100 labelled ones are found, recall "
        "99 % (94.6 to 100 %)",
        "with about 6,990 relevant records to carry it, a promise would cost little more reading "
        "than none",
    ]


def test_a_refusal_that_labels_cannot_cure_names_no_number():
    told = certificate_sentences(certify_recall(LABELS, SCORES, 1.0))

    assert told[0] == "NO PROMISE: no number of labels can promise a recall of 100 %"
    assert len(told) == 2


def test_a_refusal_because_the_scores_know_nothing():
    told = certificate_sentences(certify_recall(LABELS, np.full(200, 0.4), 0.95))

    assert told[0] == (
        "NO PROMISE: the scores do not tell relevant from irrelevant patents well enough: for a "
        "recall of 95 % at 95 % confidence 100 % of the labelled pile would be read (up to "
        "100 %), no less than at random"
    )


def test_a_promise_that_new_labels_contradict_is_loud():
    told = check_sentence(CertificateCheck(20, 4, 0.9286, True), CERTIFICATE)

    assert told == (
        "THE PROMISE DOES NOT HOLD HERE: 16 of 20 relevant families here that are new to the "
        "bundle are found whole, a recall of at most 92.9 % (95 % confidence); these patents are "
        "unlike those that it rests on, or it is the one promise in 20 that is not kept"
    )


def test_a_promise_that_new_labels_bear_out():
    told = check_sentence(CertificateCheck(20, 1, 0.997, False), CERTIFICATE)

    assert told == (
        "19 of 20 relevant families here that are new to the bundle are found whole, which does "
        "not contradict the promise of 95 %"
    )


def test_a_promise_that_nothing_new_can_check():
    assert check_sentence(CertificateCheck(0, 0, 1.0, False), CERTIFICATE) == (
        "no relevant record here is new to the bundle, so the promise cannot be checked"
    )


def test_what_labelled_records_show():
    assert evidence_sentence(CERTIFICATE.evidence) == (
        "on 200 labelled records that were not trained on: precision 100 % (96.3 to 100 %), "
        "recall 99 % (94.6 to 100 %), 49.5 % (42.4 to 56.6 %) of them read"
    )
