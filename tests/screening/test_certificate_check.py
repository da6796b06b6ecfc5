"""A promise held against newly labelled records."""

import numpy as np
import pytest

from patsieve.metrics.intervals import clopper_pearson
from patsieve.screening.certificate import certify_recall
from patsieve.screening.certificate_check import check_certificate

CERTIFICATE = certify_recall(
    np.repeat([1, 0], 100), np.concatenate([np.linspace(0.01, 1, 100), np.zeros(100)]), 0.95
)


def check(scores, families=None):
    families = np.arange(len(scores)) if families is None else np.array(families)
    return check_certificate(CERTIFICATE, np.ones(len(scores)), np.array(scores), families)


def test_what_is_below_the_threshold_is_missed():
    assert CERTIFICATE.threshold == 0.02

    found = check([0.02, 0.9, 0.8])

    assert (found.n_families, found.n_missed, found.contradicted) == (3, 0, False)
    assert found.at_most == 1.0


def test_too_many_misses_contradict_the_promise():
    # 3 of 20 missed: a recall of .95 would lead to that in 7.5 of 100 cases; 4 of 20 in 1.6.
    assert not check([0.001] * 3 + [0.5] * 17).contradicted
    found = check([0.001] * 4 + [0.5] * 16)

    assert found.contradicted
    assert found.at_most == pytest.approx(1 - clopper_pearson(4, 20, side="lower")[0])
    assert found.at_most < 0.95


def test_families_are_counted_once():
    found = check([0.001, 0.001, 0.5, 0.6], [1, 1, 2, 3])

    assert (found.n_families, found.n_missed) == (3, 1)


def test_without_records_nothing_is_contradicted():
    found = check([])

    assert (found.n_families, found.at_most, found.contradicted) == (0, 1.0, False)
