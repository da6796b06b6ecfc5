"""A calibrator on top of a classifier: learnt on validation records, kept with it, in its order."""

import json

import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.base import BaseEstimator

from patsieve.errors import BundleError, LabelError, UsageError
from patsieve.finetuning.losses import prior_log_odds_shift
from patsieve.metrics.calibration import brier_score, expected_calibration_error
from patsieve.models.base import LabelledTexts
from patsieve.models.calibrated import CalibratedClassifier


class Claims(BaseEstimator):
    """Reads log-odds off the text and overstates them."""

    kind = "claims"

    def __init__(self, stretch=3.0):
        self.stretch = stretch

    def listen(self, *callbacks, run_folder=None):
        self.heard_by, self.run_folder = callbacks, run_folder
        return self

    def fit(self, X, y, *, families=None, validation=None):
        self.learnt = (list(X), np.asarray(y), families, validation)
        self.prevalence = float(np.mean(y))
        return self

    def predict_proba(self, X):
        # The texts say how much they speak for relevance; the prior is that of training.
        evidence = np.array([float(text) for text in X])
        relevant = expit(self.stretch * (evidence + logit(self.prevalence)))
        return np.column_stack([1 - relevant, relevant])

    def save(self, folder):
        (folder / "prevalence.json").write_text(json.dumps(self.prevalence), encoding="utf-8")

    @classmethod
    def load(cls, folder):
        claims = cls()
        claims.prevalence = json.loads((folder / "prevalence.json").read_text(encoding="utf-8"))
        return claims


def records(n, seed=0, *, prevalence=0.3):
    rng = np.random.default_rng(seed)
    labels = (rng.random(n) < prevalence).astype(np.int64)
    # Two normal distributions at a distance of 3 make this the log of their ratio.
    evidence = 3 * rng.normal(np.where(labels == 1, 1.5, -1.5), 1)
    return [f"{value:.6f}" for value in evidence], labels


TEXTS, LABELS = records(400)
VALIDATION = LabelledTexts(*records(400, seed=1))
NEW_TEXTS, NEW_LABELS = records(5000, seed=2)


def load_base(kind, folder):
    assert kind == "claims"
    return Claims.load(folder)


def fitted(stretch=3.0, **more):
    model = CalibratedClassifier(lambda: Claims(stretch), seed=1)
    return model.fit(TEXTS, LABELS, validation=VALIDATION, **more)


def test_what_was_overstated_is_put_right_in_the_same_order():
    model = fitted()

    before = model.base_.predict_proba(NEW_TEXTS)[:, 1]
    after = model.predict_proba(NEW_TEXTS)[:, 1]

    assert model.changes_something
    assert brier_score(NEW_LABELS, after) < brier_score(NEW_LABELS, before) - 0.002
    assert expected_calibration_error(NEW_LABELS, after) < 0.02
    assert (np.argsort(before, kind="stable") == np.argsort(after, kind="stable")).all()


def test_what_was_right_is_left_alone():
    model = fitted(stretch=1.0)

    assert not model.changes_something
    np.testing.assert_allclose(
        model.predict_proba(NEW_TEXTS), model.base_.predict_proba(NEW_TEXTS), atol=1e-12
    )


def test_the_calibrator_learns_from_the_validation_records_only():
    model = fitted()

    other = CalibratedClassifier(Claims, seed=1).fit(TEXTS, LABELS[::-1], validation=VALIDATION)

    # The prevalence is the same, and that is all that this base learns.
    assert other.calibrator_ == model.calibrator_


def test_probabilities_are_at_the_prevalence_of_the_training_records():
    # Validation records of the same two kinds, of which twice as many are relevant.
    richer = LabelledTexts(*records(2000, seed=1, prevalence=0.6))

    model = CalibratedClassifier(Claims, seed=1).fit(TEXTS, LABELS, validation=richer)

    at_training = model.predict_proba(NEW_TEXTS)[:, 1]
    assert at_training.mean() == pytest.approx(0.3, abs=0.03)
    assert expected_calibration_error(NEW_LABELS, at_training) < 0.03


def test_without_validation_records_some_are_set_aside_by_family():
    families = np.arange(len(TEXTS)) // 2

    model = CalibratedClassifier(Claims, validation_fraction=0.25, seed=1).fit(
        TEXTS, LABELS, families=families
    )

    texts, labels, kept_families, aside = model.base_.learnt
    assert len(aside.texts) == pytest.approx(100, abs=6)
    assert len(texts) + len(aside.texts) == len(TEXTS)
    assert len(texts) == len(labels) == len(kept_families)
    assert set(kept_families) & set(aside.families) == set()
    assert set(texts) & set(aside.texts) == set()


def test_the_base_is_steered_by_the_same_records_and_heard_of():
    callback = object()

    model = CalibratedClassifier(Claims).listen(callback, run_folder="there")
    model.fit(TEXTS, LABELS, validation=VALIDATION)

    assert model.base_.learnt[3] is VALIDATION
    assert (model.base_.heard_by, model.base_.run_folder) == ((callback,), "there")


def test_a_trained_classifier_is_calibrated_by_scores_that_it_gave():
    base = Claims().fit(TEXTS, LABELS)
    scores = base.predict_proba(VALIDATION.texts)[:, 1]

    model = CalibratedClassifier.on_top_of(
        base, scores, VALIDATION.labels, prevalence=base.prevalence, seed=1
    )

    assert model.calibrator_ == fitted().calibrator_
    np.testing.assert_array_equal(
        model.put_right(scores), model.predict_proba(VALIDATION.texts)[:, 1]
    )


def test_balanced_draws_are_undone_and_what_is_left_is_calibrated():
    # What training on balanced draws would say, its prior taken off as the encoder does, and
    # overstated on top of that.
    shift = prior_log_odds_shift(LABELS, sampling="balanced", class_weights=None)
    assert shift == pytest.approx(-logit(LABELS.mean()))

    def probabilities(texts):
        evidence = np.array([float(text) for text in texts])
        return expit(2 * (evidence + logit(LABELS.mean()) + shift) - shift)

    scores = probabilities(VALIDATION.texts)
    model = CalibratedClassifier.on_top_of(
        Claims(), scores, VALIDATION.labels, prevalence=float(LABELS.mean()), seed=1
    )

    before = probabilities(NEW_TEXTS)
    after = model.put_right(before)
    assert brier_score(NEW_LABELS, after) < brier_score(NEW_LABELS, before)
    assert expected_calibration_error(NEW_LABELS, after) < 0.02


def test_what_was_saved_is_the_base_as_ever_with_json_beside_it(tmp_path):
    model = fitted()
    model.save(tmp_path)

    loaded = CalibratedClassifier.load(tmp_path, load_base=load_base)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "calibrated.json",
        "calibrator.json",
        "prevalence.json",
    ]
    assert loaded.calibrator_ == model.calibrator_
    np.testing.assert_array_equal(loaded.predict_proba(NEW_TEXTS), model.predict_proba(NEW_TEXTS))


def test_another_format_is_refused(tmp_path):
    fitted().save(tmp_path)
    facts = json.loads((tmp_path / "calibrated.json").read_text(encoding="utf-8"))
    (tmp_path / "calibrated.json").write_text(json.dumps({**facts, "format": 9}), encoding="utf-8")

    with pytest.raises(BundleError, match="has format 9; this version of patsieve reads format 1"):
        CalibratedClassifier.load(tmp_path, load_base=load_base)


def test_somebody_has_to_say_how_the_base_is_loaded(tmp_path):
    fitted().save(tmp_path)

    with pytest.raises(BundleError, match="calibrates a classifier of kind 'claims', and nothing"):
        CalibratedClassifier.load(tmp_path)


def test_what_was_loaded_cannot_be_trained(tmp_path):
    fitted().save(tmp_path)
    loaded = CalibratedClassifier.load(tmp_path, load_base=load_base)

    with pytest.raises(UsageError, match="cannot be trained anew"):
        loaded.fit(TEXTS, LABELS)


def test_validation_records_of_one_class_are_refused():
    one_class = LabelledTexts(TEXTS, np.zeros(len(TEXTS), dtype=np.int64))

    with pytest.raises(LabelError, match="calibrates by relevant and irrelevant records"):
        CalibratedClassifier(Claims).fit(TEXTS, LABELS, validation=one_class)
