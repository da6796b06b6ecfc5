"""The choice of a calibrator: no harm where there is nothing to mend, help where there is."""

import numpy as np
import pytest
from scipy.special import expit

from patsieve.errors import LabelError
from patsieve.metrics.calibration import brier_score
from patsieve.models.beta import BetaCalibration
from patsieve.models.calibrator_choice import choose_calibrator


def labelled(n, seed=0, *, prevalence=0.3, distance=3.0):
    """True log-odds of records of two classes that overlap, and their labels."""
    rng = np.random.default_rng(seed)
    labels = (rng.random(n) < prevalence).astype(np.int64)
    places = rng.normal(np.where(labels == 1, distance / 2, -distance / 2), 1)
    return distance * places + np.log(prevalence / (1 - prevalence)), labels


def chosen(scores, labels, families=None):
    return choose_calibrator(scores, labels, families, seed=1).calibrator.name


@pytest.mark.parametrize("n_records", [40, 150, 500, 1500])
def test_true_probabilities_are_left_alone(n_records):
    scores, labels = labelled(n_records)

    choice = choose_calibrator(scores, labels, seed=1)

    assert choice.calibrator.name == "identity"
    assert choice.reason.startswith("probabilities are left as they are")


def test_calibrators_are_judged_on_records_that_they_did_not_learn_from():
    losses = choose_calibrator(*labelled(1500), seed=1).losses

    # Nothing is better than the truth, unless it has seen the labels.
    assert losses["isotonic"].log_loss > losses["identity"].log_loss


@pytest.mark.parametrize("n_records", [150, 500, 1500])
def test_timid_probabilities_are_spread(n_records):
    scores, labels = labelled(n_records)

    choice = choose_calibrator(scores / 3, labels, seed=1)

    assert choice.calibrator.name == "platt"
    assert choice.calibrator.slope == pytest.approx(3, rel=0.4)
    assert choice.losses["platt"].brier < choice.losses["identity"].brier
    assert f"held-out parts of {n_records} records" in choice.reason


def test_certainty_without_grounds_is_taken_back():
    scores, labels = labelled(1500)

    choice = choose_calibrator(3 * scores, labels, seed=1)

    assert choice.calibrator.name == "platt"
    assert choice.calibrator.slope == pytest.approx(1 / 3, rel=0.2)


def test_lopsided_probabilities_take_beta():
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 2.5, 3000)
    truth = BetaCalibration(a=0.2, b=3.0, c=0.0).probabilities(scores)

    assert chosen(scores, (rng.random(3000) < truth).astype(np.int64)) == "beta"


def test_steps_take_isotonic_where_records_are_many():
    rng = np.random.default_rng(0)
    scores = rng.uniform(-3, 3, 6000)
    truth = np.select([scores < -1, scores < 1], [0.02, 0.5], 0.98)
    labels = (rng.random(6000) < truth).astype(np.int64)

    assert chosen(scores, labels) == "isotonic"
    few = slice(0, 900)
    assert "isotonic" not in choose_calibrator(scores[few], labels[few], seed=1).losses


def test_too_few_of_the_rarer_class_change_nothing_and_it_is_said():
    scores, labels = labelled(200, prevalence=0.07)
    assert labels.sum() < 20

    choice = choose_calibrator(scores / 5, labels, seed=1)

    assert choice.calibrator.name == "identity"
    assert choice.losses == {}
    assert f"200 records, {labels.sum()} of them relevant, are too few" in choice.reason


def test_records_of_one_family_count_as_one():
    scores, labels = labelled(30, prevalence=0.5)
    scores, labels = np.repeat(scores, 10), np.repeat(labels, 10)

    assert choose_calibrator(scores / 3, labels, seed=1).losses != {}
    assert choose_calibrator(scores / 3, labels, np.repeat(np.arange(30), 10), seed=1).losses == {}


def test_copies_in_a_family_do_not_make_a_difference_surer():
    scores, labels = labelled(150, seed=3)
    scores, labels = np.repeat(1.2 * scores, 20), np.repeat(labels, 20)

    as_families = choose_calibrator(scores, labels, np.repeat(np.arange(150), 20), seed=1)
    taken_apart = choose_calibrator(scores, labels, seed=1)

    widest = [max(loss.doubt for loss in c.losses.values()) for c in (as_families, taken_apart)]
    assert widest[0] > 2 * widest[1]


def test_the_same_seed_makes_the_same_choice():
    scores, labels = labelled(400)

    assert choose_calibrator(scores, labels, seed=5) == choose_calibrator(scores, labels, seed=5)


def test_plain_values_say_what_was_tried():
    scores, labels = labelled(400)

    facts = choose_calibrator(scores / 3, labels, seed=1).as_json()

    assert facts["calibrator"] in facts["losses"]
    assert set(facts["losses"]) == {"identity", "platt", "beta"}
    assert facts["losses"]["platt"]["log_loss"] < facts["losses"]["identity"]["log_loss"]


def test_one_class_is_not_enough():
    with pytest.raises(LabelError, match="all 50 records to calibrate by are irrelevant"):
        choose_calibrator(np.zeros(50), np.zeros(50, dtype=np.int64))


@pytest.mark.parametrize("stretch", [0.4, 1.0, 1.3, 2.0])
def test_a_validation_set_of_a_hundred_is_not_made_worse(stretch):
    # The size of an encoder's validation set: the mean over many draws may not be worse.
    new_scores, new_labels = labelled(20_000, seed=99)
    before = brier_score(new_labels, expit(stretch * new_scores))

    changes = []
    for seed in range(40):
        scores, labels = labelled(100, seed=seed)
        choice = choose_calibrator(stretch * scores, labels, seed=seed)
        after = brier_score(new_labels, choice.calibrator.probabilities(stretch * new_scores))
        changes.append(after - before)

    assert np.mean(changes) < 1e-4
    assert max(changes) < 0.005
    if stretch == 0.4:
        assert np.mean(changes) < -0.005
