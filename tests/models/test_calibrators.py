"""What every calibrator promises, and each one's own form recovered from its own data."""

import json

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from patsieve.errors import BundleError, LabelError
from patsieve.models.beta import BetaCalibration
from patsieve.models.calibration import (
    CALIBRATORS,
    Identity,
    read_calibrator,
    write_calibrator,
)
from patsieve.models.isotonic import Isotonic
from patsieve.models.platt import Platt

N_RECORDS = 20_000

# Of each, one whose form generated data shall have.
TRUTHS = {
    "identity": Identity(),
    "platt": Platt(slope=0.4, intercept=-0.7),
    "beta": BetaCalibration(a=0.5, b=2.0, c=0.3),
    "isotonic": Isotonic(
        scores=(-2.0, -1.9, 0.5, 0.6, 2.0, 2.1), shares=(0.02, 0.2, 0.2, 0.5, 0.5, 0.9), reach=10.0
    ),
}


def generated(truth, n=N_RECORDS, seed=0):
    """Scores, labels drawn from the probabilities that `truth` gives them, and these."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(-0.5, 2, size=n)
    probabilities = truth.probabilities(scores)
    return scores, (rng.random(n) < probabilities).astype(np.int64), probabilities


@pytest.fixture(params=sorted(CALIBRATORS))
def name(request):
    return request.param


@pytest.fixture
def calibrator(name):
    return CALIBRATORS[name]


def test_each_has_a_truth_to_be_tried_on():
    assert set(TRUTHS) == set(CALIBRATORS)
    assert all(kind.name == name for name, kind in CALIBRATORS.items())


def test_known_probabilities_are_recovered_from_data_of_its_own_form(name, calibrator):
    scores, labels, probabilities = generated(TRUTHS[name])

    found = calibrator.fit(scores, labels).probabilities(scores)

    # A share of 1,000 of the records has a standard error of at most .016.
    in_order = np.argsort(scores)
    for records in np.split(in_order, 20):
        assert found[records].mean() == pytest.approx(probabilities[records].mean(), abs=0.05)
    assert np.sqrt(np.mean((found - probabilities) ** 2)) < 0.02


@pytest.mark.parametrize("name", ["platt", "beta"])
def test_known_parameters_are_recovered_within_four_standard_errors(name):
    truth = TRUTHS[name]
    found = [
        list(CALIBRATORS[name].fit(*generated(truth, 4000, seed)[:2]).as_json().values())
        for seed in range(10)
    ]

    mean, spread = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
    assert (np.abs(mean - list(truth.as_json().values())) < 4 * spread + 0.01).all()


def test_random_labels_give_the_prevalence_and_its_brier_score(name, calibrator):
    if name == "identity":
        return
    rng = np.random.default_rng(0)
    scores, labels = rng.normal(0, 4, 5000), (rng.random(5000) < 0.3).astype(np.int64)

    fitted = calibrator.fit(scores, labels)

    new_labels = (rng.random(5000) < 0.3).astype(np.int64)
    brier = np.mean((fitted.probabilities(rng.normal(0, 4, 5000)) - new_labels) ** 2)
    assert brier == pytest.approx(0.3 * 0.7, abs=0.01)


@settings(deadline=None, max_examples=50)
@given(
    rows=st.lists(st.tuples(st.floats(-30, 30), st.integers(0, 1)), min_size=2, max_size=40).filter(
        lambda rows: len({label for _, label in rows}) == 2
    ),
    new=st.lists(st.floats(-36, 36), min_size=2, max_size=20),
)
@example(rows=[(2.2e-65, 1), (-10.0, 0), (-9.15625, 0)], new=[0.0, 9.6e-28])
@pytest.mark.parametrize("name", sorted(CALIBRATORS))
def test_the_order_never_turns_round_and_nothing_is_certain(name, rows, new):
    scores, labels = (np.array(column) for column in zip(*rows, strict=True))

    fitted = CALIBRATORS[name].fit(scores, labels)

    found = fitted.probabilities(np.sort(np.array(new)))
    assert (np.diff(found) >= 0).all()
    assert ((fitted.probabilities(scores) > 0) & (fitted.probabilities(scores) < 1)).all()


def test_scores_that_can_be_told_apart_stay_so(calibrator):
    scores, labels, _ = generated(TRUTHS["platt"], 300)

    found = calibrator.fit(scores, labels).probabilities(np.linspace(-8, 8, 1001))

    assert (np.diff(found) > 0).all()


def test_scores_worse_than_chance_keep_their_order(calibrator):
    scores, labels, _ = generated(TRUTHS["platt"], 300)

    found = calibrator.fit(scores, 1 - labels).probabilities(np.linspace(-8, 8, 101))

    assert (np.diff(found) > 0).all()


def test_scores_that_separate_the_classes_prove_no_certainty(name, calibrator):
    if name == "identity":
        return
    scores, labels = np.array([-3.0, -2.0, 2.0, 3.0]), np.array([0, 0, 1, 1])

    found = calibrator.fit(scores, labels).probabilities(scores)

    # Platt's targets are 1/4 and 3/4.
    assert found.min() > 0.1
    assert found.max() < 0.9


def test_what_was_written_gives_the_same_probabilities(calibrator, tmp_path):
    scores, labels, _ = generated(TRUTHS["platt"], 200)
    fitted = calibrator.fit(scores, labels)

    write_calibrator(tmp_path / "calibrator.json", fitted)
    read = read_calibrator(tmp_path / "calibrator.json")

    assert read == fitted
    np.testing.assert_array_equal(read.probabilities(scores), fitted.probabilities(scores))


def test_another_format_is_refused(tmp_path):
    path = tmp_path / "calibrator.json"
    path.write_text(json.dumps({"format": 2, "name": "platt"}), encoding="utf-8")

    with pytest.raises(BundleError, match="has format 2; this version of patsieve reads format 1"):
        read_calibrator(path)


def test_a_calibrator_that_is_not_known_is_refused_with_those_that_are(tmp_path):
    path = tmp_path / "calibrator.json"
    path.write_text(json.dumps({"format": 1, "name": "spline"}), encoding="utf-8")

    with pytest.raises(BundleError, match="'spline'; known here are identity, platt, beta, iso"):
        read_calibrator(path)


@pytest.mark.parametrize(("label", "word"), [(0, "irrelevant"), (1, "relevant")])
def test_one_class_is_not_enough(calibrator, label, word):
    with pytest.raises(LabelError, match=f"all 3 records to calibrate by are {word}; it takes"):
        calibrator.fit(np.zeros(3), np.full(3, label))


def test_a_score_without_a_place_is_refused(calibrator):
    with pytest.raises(ValueError, match="scores must be finite"):
        calibrator.fit(np.array([0.0, np.inf]), np.array([0, 1]))


def test_no_scores_get_no_probabilities(calibrator):
    fitted = calibrator.fit(np.array([0.0, 1.0, 2.0]), np.array([0, 1, 1]))

    assert fitted.probabilities(np.empty(0)).shape == (0,)


def test_beta_is_the_formula_of_its_authors():
    claimed = np.array([0.1, 0.5, 0.8])

    found = BetaCalibration(a=0.5, b=2.0, c=0.3).probabilities(logit(claimed))

    # 1 / (1 + 1 / (e^c s^a / (1 - s)^b)), equation 9 of Kull et al.
    odds = np.exp(0.3) * claimed**0.5 / (1 - claimed) ** 2.0
    np.testing.assert_allclose(found, 1 / (1 + 1 / odds))


def test_beta_with_equal_ends_is_platts():
    scores = np.linspace(-5, 5, 11)

    np.testing.assert_allclose(
        BetaCalibration(a=0.7, b=0.7, c=-0.2).probabilities(scores),
        Platt(slope=0.7, intercept=-0.2).probabilities(scores),
    )


def test_beta_agrees_with_a_logistic_regression_of_scikit_learn():
    scores, labels, _ = generated(TRUTHS["beta"], 500)
    claimed = expit(scores)
    n_relevant = labels.sum()
    low, high = 1 / (500 - n_relevant + 2), (n_relevant + 1) / (n_relevant + 2)
    target = np.where(labels == 1, high, low)
    # A share as a target: each record is relevant with this weight, irrelevant with the rest.
    features = np.column_stack([np.log(claimed), -np.log(1 - claimed)])
    regression = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000).fit(
        np.vstack([features, features]),
        np.repeat([1, 0], 500),
        sample_weight=np.concatenate([target, 1 - target]),
    )

    found = BetaCalibration.fit(scores, labels)

    expected = [*regression.coef_[0], regression.intercept_[0]]
    np.testing.assert_allclose([found.a, found.b, found.c], expected, atol=1e-4)


def test_isotonic_shares_are_those_of_scikit_learn_but_for_the_tilt():
    scores, labels, _ = generated(TRUTHS["isotonic"], 800)

    found = Isotonic.fit(scores, labels).probabilities(scores)

    steps = IsotonicRegression(out_of_bounds="clip").fit(scores, labels).predict(scores)
    inside = (steps > 0) & (steps < 1)
    np.testing.assert_allclose(found[inside], steps[inside], atol=0.0025)
    assert len(np.unique(found)) == len(np.unique(scores))


def test_isotonic_steps_worked_by_hand():
    # Pools the 1 and the 0 in the middle into a share of 1/2; the ends become Platt's 1/5, 4/5.
    fitted = Isotonic.fit(np.array([-2.0, -1, 0, 1, 2, 3]), np.array([0, 0, 1, 0, 1, 1]))

    assert fitted.scores == (-2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
    assert fitted.shares == pytest.approx((0.2, 0.2, 0.5, 0.5, 0.8, 0.8))
    # Log-odds 0 of the step, and a hundredth of 1 / 3 of the way to the largest score.
    assert fitted.probabilities(np.array([1.0]))[0] == pytest.approx(expit(0.01 / 3))
