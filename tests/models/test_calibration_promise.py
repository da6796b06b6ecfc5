"""What calibration promises, judged on folds that neither model nor calibrator has seen."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from patsieve.corpus.splits import family_folds
from patsieve.finetuning.losses import prior_log_odds_shift
from patsieve.metrics.calibration import brier_score, check_calibration
from patsieve.models.calibrator_choice import choose_calibrator

N_FEATURES = 40


def records(n_records, seed, *, noise=False):
    """Features and labels, three records to a family; with `noise` the labels mean nothing."""
    rng = np.random.default_rng(seed)
    n_families = n_records // 3
    centers = rng.normal(size=(n_families, N_FEATURES))
    meaning = np.zeros(N_FEATURES) if noise else np.linspace(0.8, 0.0, N_FEATURES)
    relevant = rng.random(n_families) < expit(centers @ meaning - 1.5)
    families = np.repeat(np.arange(n_families), 3)
    features = centers[families] + rng.normal(0, 0.1, (n_records, N_FEATURES))
    return features, relevant[families].astype(np.int64), families


def balanced_draw(labels, rng):
    """Positions of as many records, of both classes equally many."""
    half = len(labels) // 2
    classes = [np.flatnonzero(labels == c) for c in (0, 1)]
    return np.concatenate([rng.choice(own, size=half) for own in classes])


def out_of_fold_log_odds(features, labels, families, *, sampling):
    """Log-odds by models that over-fit, brought back to the real prevalence."""
    rng = np.random.default_rng(0)
    scores = np.empty(len(labels))
    for training, test in family_folds(labels, families, n_folds=5, seed=1):
        drawn = training
        if sampling == "balanced":
            drawn = training[balanced_draw(labels[training], rng)]
        model = LogisticRegression(C=30.0, max_iter=1000).fit(features[drawn], labels[drawn])
        shift = prior_log_odds_shift(labels[training], sampling=sampling, class_weights=None)
        scores[test] = model.decision_function(features[test]) - shift
    return scores


def calibrated(scores, labels, families):
    """Probabilities by calibrators that were chosen and fitted on other folds."""
    found = np.empty(len(labels))
    for training, test in family_folds(labels, families, n_folds=5, seed=2):
        choice = choose_calibrator(scores[training], labels[training], families[training], seed=1)
        found[test] = choice.calibrator.probabilities(scores[test])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("sampling", ["uniform", "balanced"])
def test_unseen_folds_find_no_more_error_than_chance_and_no_worse_brier(sampling):
    verdicts = []
    for seed in range(8):
        features, labels, families = records(900, seed)
        scores = out_of_fold_log_odds(features, labels, families, sampling=sampling)
        before, after = expit(scores), calibrated(scores, labels, families)

        # These models are too sure of themselves: there is something to put right.
        assert not check_calibration(labels, before, families=families).is_consistent
        assert brier_score(labels, after) < brier_score(labels, before)
        check = check_calibration(labels, after, families=families)
        assert check.error < 1.15 * check.percentile_95
        verdicts.append(check.is_consistent)

    # Even true probabilities are found wanting in one of twenty cases, and these were learnt
    # from 240 families.
    assert sum(verdicts) >= 6


@pytest.mark.parametrize("sampling", ["uniform", "balanced"])
def test_random_labels_give_the_brier_score_of_the_prevalence(sampling):
    features, labels, families = records(1500, 0, noise=True)
    scores = out_of_fold_log_odds(features, labels, families, sampling=sampling)

    after = calibrated(scores, labels, families)

    prevalence = labels.mean()
    assert brier_score(labels, after) == pytest.approx(prevalence * (1 - prevalence), abs=0.005)
    assert np.std(after) < 0.07
