"""What a threshold comes with, from records or from a bundle."""

import numpy as np
import pytest

from patsieve.errors import BundleError, LabelError
from patsieve.screening.bundle import load_bundle
from patsieve.screening.certificate import (
    CertificateRefused,
    RecallCertificate,
    certify_recall,
)
from patsieve.screening.chosen import LabelledScores, choose, choose_for_bundle
from patsieve.screening.purpose import Purpose

LABELS = np.repeat([1, 0], 100)
SCORES = np.concatenate([np.linspace(0.1, 0.9, 100), np.linspace(0.0, 0.3, 100)])
KEPT = LabelledScores(LABELS, SCORES, np.arange(200))


def kept_by_a_bundle(families=True):
    kept = {"labels": LABELS.tolist(), "probabilities": SCORES.tolist()}
    return {**kept, "families": list(range(200))} if families else kept


def test_a_recall_comes_with_its_certificate():
    chosen = choose(Purpose("recall", 0.95), KEPT)

    assert chosen.certificate == certify_recall(LABELS, SCORES, 0.95)
    assert chosen.value == chosen.certificate.threshold
    assert chosen.evidence == chosen.certificate.evidence
    assert chosen.as_json()["certificate"]["given"] is True


def test_a_recall_that_cannot_be_promised_comes_without():
    chosen = choose(Purpose("recall", 0.99), KEPT)

    assert isinstance(chosen.certificate, CertificateRefused)
    assert chosen.value == chosen.certificate.threshold
    assert chosen.as_json()["certificate"]["given"] is False


def test_who_insists_on_a_certificate_gets_an_error():
    with pytest.raises(LabelError, match=r"^NO PROMISE: 100 relevant families.* it takes 299$"):
        choose(Purpose("recall", 0.99, certified=True), KEPT)
    assert choose(Purpose("recall", 0.95, certified=True), KEPT).certificate is not None


def test_the_confidence_is_the_purposes():
    certificate = choose(Purpose("recall", 0.95, confidence=0.99), KEPT).certificate

    assert (certificate.confidence, certificate.allowed_misses) == (0.99, 0)


def test_a_precision_comes_with_what_the_records_show():
    chosen = choose(Purpose("precision", 0.8), KEPT)

    assert chosen.certificate is None
    assert chosen.unreached is None
    assert chosen.evidence.precision.value >= 0.8
    assert chosen.evidence.precision.low < 0.8


def test_a_precision_that_no_threshold_reaches_is_said():
    hopeless = LabelledScores(np.array([0, 1, 0]), np.array([0.9, 0.8, 0.7]), np.arange(3))

    chosen = choose(Purpose("precision", 0.9), hopeless)

    assert (chosen.unreached, chosen.value, chosen.evidence.precision.value) == (0.9, 0.8, 0.5)


def test_costs_come_with_a_report():
    chosen = choose(Purpose("cost", 4), KEPT)

    assert chosen.value == chosen.costs.threshold == 0.25
    assert chosen.as_json()["costs"]["cost_miss"] == 4


@pytest.mark.parametrize("kind", ["max-f1", "max-mcc"])
def test_a_maximum_comes_with_what_the_records_show(kind):
    chosen = choose(Purpose(kind, None), KEPT)

    assert chosen.evidence.threshold == chosen.value


def test_a_probability_promises_and_shows_nothing():
    chosen = choose(Purpose("fixed", 0.3), KEPT)

    assert (chosen.value, chosen.as_json()) == (
        0.3,
        {"certificate": None, "evidence": None, "costs": None},
    )


def test_a_bundle_keeps_the_certificate_that_it_was_made_with(save):
    certificate = certify_recall(LABELS, SCORES, 0.95, cross_fitted=True)
    bundle = load_bundle(save(certificate=certificate.as_json()))

    chosen = choose_for_bundle(bundle, None)

    assert chosen.certificate == certificate
    assert chosen.value == bundle.manifest.threshold.value


def test_another_recall_is_certified_by_the_scores_that_a_bundle_keeps(save):
    bundle = load_bundle(save(calibration=kept_by_a_bundle(), cross_fitted=True))

    chosen = choose_for_bundle(bundle, Purpose("recall", 0.9))

    assert chosen.certificate == certify_recall(LABELS, SCORES, 0.9, cross_fitted=True)


def test_what_was_held_out_is_compared_with_what_was_trained_on(save):
    # 200 records beside the 27 that the model has learnt from.
    bundle = load_bundle(save(calibration=kept_by_a_bundle(), cross_fitted=False))

    refused = choose_for_bundle(bundle, Purpose("recall", 0.99)).certificate

    assert refused == certify_recall(LABELS, SCORES, 0.99, held_out_share=200 / 227)
    assert not refused.cross_fitted


def test_a_bundle_that_knows_no_families_promises_nothing(save):
    # Members of one family are no independent witnesses: the promise could be too high.
    bundle = load_bundle(save(calibration=kept_by_a_bundle(families=False)))

    refused = choose_for_bundle(bundle, Purpose("recall", 0.95)).certificate

    assert isinstance(refused, CertificateRefused)
    assert refused.threshold == certify_recall(LABELS, SCORES, 0.95).plain.threshold
    assert "does not say which of its labelled records are of one family" in refused.reason
    assert choose_for_bundle(bundle, Purpose("max-f1", None)).evidence is not None


def test_a_bundle_without_scores_knows_only_what_needs_none(save):
    bundle = load_bundle(save(calibration=None))

    assert choose_for_bundle(bundle, Purpose("cost", 20)).value == 0.05
    assert choose_for_bundle(bundle, Purpose("budget", 7)).budget == 7
    with pytest.raises(BundleError, match=r"keeps no scores .* 'precision 0.8'; give a prob"):
        choose_for_bundle(bundle, Purpose("precision", 0.8))


def test_families_bind_records_together(save):
    families = [*np.repeat(np.arange(50), 2).tolist(), *range(50, 150)]
    bundle = load_bundle(save(calibration={**kept_by_a_bundle(), "families": families}))

    # 50 relevant families are too few for what 100 relevant records could carry.
    assert isinstance(
        choose_for_bundle(bundle, Purpose("recall", 0.95)).certificate, CertificateRefused
    )
    assert isinstance(
        choose_for_bundle(bundle, Purpose("recall", 0.9)).certificate, RecallCertificate
    )
