"""Thresholds with a promise: worked by hand, as tight as can be, and refused where too few."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.errors import LabelError, UsageError
from patsieve.metrics.intervals import clopper_pearson
from patsieve.screening.certificate import (
    CROSS_FITTED,
    CertificateRefused,
    RecallCertificate,
    certificate_from_json,
    certify_recall,
)

RISING = np.arange(1, 101) / 200


def with_irrelevant(relevant):
    """Add as many irrelevant records, all at 0."""
    scores = np.concatenate([relevant, np.zeros(len(relevant))])
    return np.repeat([1, 0], len(relevant)), scores


def test_of_100_relevant_records_one_may_be_missed():
    labels, scores = with_irrelevant(RISING)

    certificate = certify_recall(labels, scores, 0.95)

    # The lowest of them, at .005, is missed.
    assert certificate.threshold == 0.01
    assert certificate.allowed_misses == 1
    assert certificate.evidence.n_families_missed == 1
    assert certificate.lower_bound == clopper_pearson(99, 100, side="lower")[0] >= 0.95
    assert certificate.evidence.recall.value == 0.99


def test_it_says_what_it_costs_beside_a_threshold_without_a_promise():
    labels, scores = with_irrelevant(RISING)

    certificate = certify_recall(labels, scores, 0.95)

    # 99 relevant ones are read and no irrelevant one; 95 without a promise.
    assert certificate.evidence.n_read == 99
    assert certificate.evidence.reads.value == 99 / 200
    assert (certificate.plain.threshold, certificate.plain.n_found) == (0.03, 95)
    assert certificate.plain.n_read == 95
    # It would take this many to be content with missing four of five as many as are missed now.
    assert certificate.families_for_plain == 1348


@pytest.mark.parametrize(("n", "misses"), [(60, 0), (100, 1), (200, 4), (300, 8), (500, 16)])
def test_the_threshold_is_the_score_of_the_next_one(n, misses):
    relevant = np.linspace(0.1, 0.9, n)
    labels, scores = with_irrelevant(relevant)

    assert certify_recall(labels, scores, 0.95).threshold == relevant[misses]


def test_a_tie_is_found_as_a_whole():
    # 5 of 100 may not be missed, so neither may one of the five at the bottom.
    relevant = np.concatenate([np.full(5, 0.3), np.full(95, 0.8)])
    labels, scores = with_irrelevant(relevant)

    certificate = certify_recall(labels, scores, 0.95)

    assert certificate.threshold == 0.3
    assert certificate.evidence.n_families_missed == 0


def test_a_family_counts_once_and_is_missed_with_any_of_its_relevant_members():
    # 100 families of two relevant records; only the weaker member counts.
    labels, scores = with_irrelevant(np.concatenate([RISING, np.full(100, 0.9)]))
    families = np.concatenate([np.tile(np.arange(100), 2), np.arange(100, 300)])

    certificate = certify_recall(labels, scores, 0.95, families=families)

    assert certificate.allowed_misses == 1
    assert certificate.threshold == 0.01
    assert certificate.evidence.n_relevant_families == 100
    assert certificate.evidence.n_relevant == 200


def test_irrelevant_members_of_a_family_do_not_count():
    labels = np.concatenate([np.ones(60), np.zeros(60)])
    scores = np.concatenate([np.full(60, 0.7), np.full(60, 0.1)])

    certificate = certify_recall(labels, scores, 0.95, families=np.tile(np.arange(60), 2))

    assert certificate.threshold == 0.7


def test_a_large_family_is_not_given_up_for_the_sake_of_the_bound():
    # One family of 20 may be missed among 100, but then the labels show a recall of 99/119.
    labels, scores = with_irrelevant(np.concatenate([np.full(20, 0.1), np.full(99, 0.8)]))
    families = np.concatenate([np.zeros(20), np.arange(1, 219)])

    certificate = certify_recall(labels, scores, 0.95, families=families)

    assert certificate.allowed_misses == 1
    assert certificate.threshold == certificate.plain.threshold == 0.1


SCORES = st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0]) | st.floats(0, 1)


@given(
    st.lists(SCORES, min_size=1, max_size=120),
    st.sampled_from([0.5, 0.8, 0.9, 0.95]),
    st.sampled_from([0.5, 0.8, 0.95]),
)
def test_the_bound_holds_and_fails_at_the_next_higher_threshold(scores, recall, confidence):
    values = np.array(scores)
    # Many irrelevant records far below, so that the promise is worth something.
    certificate = certify_recall(
        np.repeat([1, 0], [len(values), 400]),
        np.concatenate([values / 2 + 0.5, np.zeros(400)]),
        recall,
        confidence=confidence,
    )
    values = values / 2 + 0.5

    def bound(threshold):
        found = int((values >= threshold).sum())
        return clopper_pearson(found, len(values), confidence=confidence, side="lower")[0]

    if isinstance(certificate, RecallCertificate):
        assert bound(certificate.threshold) >= recall - 1e-9
        assert certificate.lower_bound >= recall - 1e-9
        assert bound(np.nextafter(certificate.threshold, 2)) < recall
        assert certificate.threshold <= certificate.plain.threshold
    else:
        assert bound(0.0) < recall


@given(
    st.lists(st.tuples(st.integers(0, 30), SCORES), min_size=30, max_size=120),
    st.sampled_from([0.5, 0.8]),
)
def test_with_families_too_the_next_higher_threshold_does_not_do(members, recall):
    families, scores = map(np.array, zip(*members, strict=True))
    scores = scores / 2 + 0.5

    certificate = certify_recall(
        np.repeat([1, 0], [len(scores), 400]),
        np.concatenate([scores, np.zeros(400)]),
        recall,
        families=np.concatenate([families, 100 + np.arange(400)]),
    )

    if isinstance(certificate, RecallCertificate):
        higher = np.nextafter(certificate.threshold, 2)
        whole = [scores[families == family].min() >= higher for family in np.unique(families)]
        bound, _ = clopper_pearson(sum(whole), len(whole), side="lower")
        assert bound < recall or (scores >= higher).mean() < recall


def test_58_are_too_few_and_it_says_how_many_it_takes():
    labels, scores = with_irrelevant(RISING[:58])

    refused = certify_recall(labels, scores, 0.95)

    assert isinstance(refused, CertificateRefused)
    # The plain threshold: 56 of 58 are found.
    assert refused.threshold == RISING[2]
    assert refused.shortage.families_needed == 59
    # Every second record is relevant.
    assert (refused.shortage.more_families, refused.shortage.more_labels) == (1, 2)
    assert refused.reason == (
        "58 relevant families, not trained on, are too few for a recall of 95 % at 95 % "
        "confidence, even if none is missed; it takes 59"
    )


def test_records_are_missing_at_the_present_prevalence_and_share():
    labels = np.repeat([1, 0], [10, 90])
    scores = np.linspace(0.9, 0.1, 100)

    refused = certify_recall(labels, scores, 0.95, held_out_share=0.2)

    # 49 families, one in ten of the records, a fifth of the records held out.
    assert refused.shortage.more_labels == 49 * 10 * 5
    assert refused.shortage.remedy == (
        "49 more relevant families: about 2,450 more labelled records, if relevant ones stay as "
        "common"
    )


def chance(seed, n_records):
    """Labels and scores that have nothing to do with one another."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 2, n_records), rng.random(n_records)


@pytest.mark.parametrize("n_records", [100, 200, 1000, 4000])
def test_scores_that_know_nothing_get_no_promise(n_records):
    for seed in range(25):
        assert isinstance(certify_recall(*chance(seed, n_records), 0.95), CertificateRefused)


def test_a_promise_no_better_than_reading_at_random_is_refused_with_its_price():
    refused = certify_recall(*chance(0, 1000), 0.95)

    assert refused.shortage is None
    assert refused.would_read.high >= 0.95
    assert refused.threshold > 0
    assert refused.reason.startswith("the scores do not tell relevant from irrelevant patents")
    assert refused.reason.endswith("no less than at random")
    assert certificate_from_json(json.loads(json.dumps(refused.as_json()))) == refused


def test_where_every_score_is_the_same_there_is_no_promise():
    labels, _ = with_irrelevant(RISING)

    refused = certify_recall(labels, np.full(200, 0.4), 0.95)

    assert refused.would_read.value == 1.0


def test_nobody_can_promise_to_miss_nothing():
    refused = certify_recall(np.ones(1000), np.linspace(0, 1, 1000), 1.0)

    assert refused.threshold == 0.0
    assert refused.shortage.families_needed is None
    assert refused.reason == "no number of labels can promise a recall of 100 %"
    assert refused.shortage.remedy == ""
    assert refused.families_for_plain is None


def test_a_lower_confidence_or_recall_asks_for_fewer():
    labels, scores = with_irrelevant(RISING[:30])

    assert isinstance(certify_recall(labels, scores, 0.95), CertificateRefused)
    assert isinstance(certify_recall(labels, scores, 0.9), RecallCertificate)
    assert isinstance(certify_recall(labels, scores, 0.95, confidence=0.75), RecallCertificate)


def test_the_limits_of_the_promise_are_part_of_it():
    labels, scores = with_irrelevant(RISING)

    held_out = certify_recall(labels, scores, 0.95)
    crossed = certify_recall(labels, scores, 0.95, cross_fitted=True)

    assert any("another field" in limit for limit in held_out.limits)
    assert CROSS_FITTED not in held_out.limits
    assert CROSS_FITTED in crossed.limits


@pytest.mark.parametrize("n", [10, 100])
@pytest.mark.parametrize("recall", [0.95, 1.0])
def test_it_comes_back_from_json(n, recall):
    labels, scores = with_irrelevant(RISING[:n])
    certificate = certify_recall(labels, scores, recall, cross_fitted=True)

    plain = json.loads(json.dumps(certificate.as_json()))

    assert certificate_from_json(plain) == certificate
    assert plain["given"] is isinstance(certificate, RecallCertificate)


def test_without_a_relevant_record_there_is_nothing_to_choose_by():
    with pytest.raises(LabelError, match="none of the 2 records to choose a threshold by"):
        certify_recall([0, 0], [0.1, 0.2], 0.9)


@pytest.mark.parametrize(("recall", "confidence"), [(0.0, 0.95), (1.1, 0.95), (0.9, 0.2)])
def test_what_cannot_be_promised_is_refused(recall, confidence):
    with pytest.raises(UsageError):
        certify_recall([1, 0], [0.1, 0.2], recall, confidence=confidence)
