"""What bundles say of themselves, made up: real numbers of scores that nobody trained."""

import json

import numpy as np

from patsieve.metrics.evaluation import evaluate_scores
from patsieve.metrics.reliability import reliability_bins
from patsieve.screening.certificate import certify_recall
from patsieve.screening.manifest import DataFacts, Manifest, ThresholdFacts

N_TEST, N_CALIBRATION = 120, 300


def scores(n_records, seed):
    """Return labels (a third relevant), probabilities and families of two records each."""
    random = np.random.default_rng(seed)
    labels = (np.arange(n_records) % 3 == 0).astype(int)
    probabilities = np.clip(random.normal(0.25 + 0.5 * labels, 0.15), 0.01, 0.99)
    return labels, probabilities, np.arange(n_records) // 2


def made_metrics(threshold=0.5, n_records=N_TEST):
    labels, probabilities, families = scores(n_records, seed=1)
    evaluation = evaluate_scores(
        labels, probabilities, threshold=threshold, families=families, n_resamples=50
    )
    return json.loads(json.dumps(evaluation.as_json()))


def made_certificate(recall=0.9):
    labels, probabilities, families = scores(N_CALIBRATION, seed=2)
    found = certify_recall(labels, probabilities, recall, families=families, cross_fitted=True)
    return json.loads(json.dumps(found.as_json()))


def made_calibration():
    labels, probabilities, families = scores(N_CALIBRATION, seed=2)
    return {
        "labels": labels.astype(float).tolist(),
        "probabilities": probabilities.tolist(),
        "families": families.astype(float).tolist(),
    }


def made_manifest(**changes):
    """Return what a bag of words says of itself, with a threshold of 0.5 and no promise."""
    facts = {
        "libraries": {"numpy": "2.3.1", "scikit-learn": "1.8.0"},
        "created": "2026-01-02T03:04:05+00:00",
        "kind": "bag-of-words",
        "experiment": {
            "name": "bag-of-words",
            "summary": "Words and a line.",
            "kind": "bag-of-words",
            "notes": ["Study: 78."],
        },
        "seed": 7,
        "commit": "c0ffee",
        "data": DataFacts(
            file="labelled.csv",
            digest="d1" * 32,
            n_records=N_CALIBRATION,
            n_relevant=N_CALIBRATION // 3,
            prevalence=1 / 3,
        ),
        "text_fields": ("title", "claims"),
        "threshold": ThresholdFacts(value=0.5, purpose="probability 0.5"),
        "test_metrics": made_metrics(),
        "calibration": made_calibration(),
        "cross_fitted": True,
        "notes": ("left out 2 records with a blank label",),
    }
    return Manifest(**{**facts, **changes})


def made_training(**changes):
    """Return how the training of a bag of words went."""
    labels, probabilities, families = scores(N_TEST, seed=1)
    bins = reliability_bins(labels, probabilities, families=families, n_simulations=50)
    sizes = {
        "training": {"n_records": 220, "n_relevant": 73, "n_families": 110},
        "validation": {"n_records": 80, "n_relevant": 27, "n_families": 40},
        "test": {"n_records": 120, "n_relevant": 40, "n_families": 60},
        "all": {"n_records": 420, "n_relevant": 140, "n_families": 210},
    }
    facts = {
        "split": {"by": "family", "named": None, "seed": 7, "parts": sizes},
        "reliability": [vars(one) for one in bins],
    }
    return {**facts, **changes}


def encoder_experiment():
    return {
        "name": "two-stages",
        "summary": "Head first.",
        "kind": "encoder",
        "stages": [
            {"name": "head", "train": ["classifier"], "learning_rate": 0.001},
            {
                "name": "top",
                "train": ["classifier", "encoder.5"],
                "learning_rate": 1e-05,
                "learning_rates": {"classifier": 0.0005},
                "from_epoch": 3,
                "on_plateau": 2,
                "repeat": True,
                "grow_percent": 2.5,
            },
        ],
    }


def stack_experiment(meta="chosen"):
    return {
        "name": "best",
        "summary": "All together.",
        "kind": "stacking",
        "stacking": {
            "bases": ["bag-of-words", "/secret/place/titles.toml"],
            "meta": meta,
            "scores": "out-of-fold",
            "n_folds": 3,
        },
    }
