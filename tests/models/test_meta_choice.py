"""The choice of a meta-classifier: what is tried on whom, and what is said of it."""

import json

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import brier_score_loss, log_loss

from patsieve.corpus.splits import family_folds
from patsieve.errors import LabelError
from patsieve.models.meta import LogisticMeta
from patsieve.models.meta_choice import MetaChoice, choose_meta, cross_fitted, fit_meta


def records(seed, *, n=400, slopes=(2.0, 2.0), noise=(1.0, 1.0)):
    """Two bases that read a hint of the label each, and how sure they are of it."""
    rng = np.random.default_rng(seed)
    labels = (np.arange(n) % 5 < 2).astype(np.int64)
    hints = (2 * labels - 1)[:, None] + rng.normal(0, noise, (n, 2))
    return expit(hints * np.array(slopes)), labels, np.arange(n) // 2


def test_what_is_said_of_each_is_what_it_does_on_families_left_out():
    probabilities, labels, families = records(0)
    choice = choose_meta(probabilities, labels, families, seed=3)

    held_out = np.empty(len(labels))
    for training, test in family_folds(labels, families, n_folds=5, seed=3):
        meta = LogisticMeta().fit(probabilities[training], labels[training])
        held_out[test] = meta.predict(probabilities[test])
    said = choice.tried["logistic"]
    assert said.log_loss == pytest.approx(log_loss(labels, held_out))
    assert said.brier == pytest.approx(brier_score_loss(labels, held_out))
    assert set(choice.tried) == {"average", "logistic", "xgboost"}


def test_a_base_that_says_nothing_is_outvoted_and_the_sentence_says_by_how_much():
    # One base reads the label well but timidly, the other is sure of nothing but noise.
    probabilities, labels, families = records(1, slopes=(0.5, 3.0), noise=(0.7, 4.0))
    choice = choose_meta(probabilities, labels, families, seed=0)

    assert choice.name == "logistic"
    average, logistic = choice.tried["average"].log_loss, choice.tried["logistic"].log_loss
    assert logistic < average
    assert f"{logistic:.3f}" in choice.reason
    assert f"{average:.3f} by the average" in choice.reason


def test_of_equal_ones_the_one_that_learns_least_is_taken():
    probabilities, labels, families = records(2)
    choice = choose_meta(
        probabilities, labels, families, seed=0, candidates=("logistic", "average", "logistic")
    )
    assert list(choice.tried) == ["logistic", "average"]

    same = np.full((len(labels), 2), labels.mean())
    choice = choose_meta(same, labels, families, seed=0, candidates=("average", "average"))
    assert choice.name == "average"


def test_where_one_base_is_two_the_other_by_a_rule_only_trees_can_follow_they_are_taken():
    # Relevant if exactly one of the bases says so: no weighing of votes can tell.
    rng = np.random.default_rng(4)
    votes = rng.integers(0, 2, (600, 2))
    labels = (votes[:, 0] != votes[:, 1]).astype(np.int64)
    probabilities = np.where(votes == 1, 0.8, 0.2) + rng.normal(0, 0.02, votes.shape)

    assert choose_meta(probabilities, labels, np.arange(600), seed=0).name == "xgboost"


def test_one_family_of_a_class_is_too_few_to_try_anything_on():
    probabilities, labels, _ = records(5, n=20)
    families = np.where(labels == 1, 99, np.arange(20))
    choice = choose_meta(probabilities, labels, families, seed=0)

    assert choice.name == "average"
    assert choice.tried == {}
    assert "too few families" in choice.reason
    with pytest.raises(LabelError):
        cross_fitted(None, probabilities, labels, families, seed=0)


def test_who_is_cross_fitted_has_not_seen_the_family_neither_has_the_choice():
    probabilities, labels, families = records(6, n=100)
    before = cross_fitted(None, probabilities, labels, families, seed=0)

    # In one fold the bases say of every record what they said of the fold's last one first.
    _, own = family_folds(labels, families, n_folds=5, seed=0)[2]
    turned = probabilities.copy()
    turned[own] = turned[own][::-1]
    after = cross_fitted(None, turned, labels, families, seed=0)

    # The same meta-classifier says so of them: it has learnt nothing of this fold. Others have.
    np.testing.assert_array_equal(after[own], before[own][::-1])
    assert (np.delete(after, own) != np.delete(before, own)).any()


def test_a_named_meta_classifier_is_not_chosen():
    probabilities, labels, families = records(7)
    meta, choice = fit_meta("logistic", probabilities, labels, families, seed=0)

    assert choice is None
    own = LogisticMeta().fit(probabilities, labels)
    np.testing.assert_array_equal(meta.predict(probabilities), own.predict(probabilities))


def test_a_choice_reads_back_from_json():
    choice = choose_meta(*records(8), seed=0)
    assert MetaChoice.from_json(json.loads(json.dumps(choice.as_json()))) == choice
