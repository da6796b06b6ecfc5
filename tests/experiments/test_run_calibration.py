"""A run calibrates what it trained where that helps, and the bundle keeps it."""

import json

import numpy as np
import pytest

from patsieve.corpus.synthetic import write_patents
from patsieve.experiments.request import TrainRequest
from patsieve.experiments.run import train
from patsieve.experiments.tracking import NoTracker
from patsieve.metrics.calibration import brier_score
from patsieve.models.calibrated import CalibratedClassifier
from patsieve.screening.bundle import load_bundle

BASES = ("one", "two")
BASE = 'summary = "a base"\nkind = "bag-of-words"\n'
# Its trees believe what the bases have learnt by heart: certain, and often wrong.
CERTAIN = """
summary = "a stack that was shown the answers"
kind = "stacking"

[stacking]
bases = {bases}
meta = "xgboost"
scores = "in-sample"
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """Return the outcome of a run that is too sure of itself, and what it said."""
    folder = tmp_path_factory.mktemp("stack")
    write_patents(folder / "labelled.csv", 900, seed=2, prevalence=0.4, label_noise=0.25)
    bases = [folder / f"{name}.toml" for name in BASES]
    for base in bases:
        base.write_text(BASE, encoding="utf-8")
    experiment = folder / "certain.toml"
    listed = json.dumps([str(base) for base in bases])
    experiment.write_text(CERTAIN.format(bases=listed), encoding="utf-8")
    request = TrainRequest(
        source=folder / "labelled.csv", experiment=str(experiment), out=folder / "model"
    )
    told = []
    with pytest.warns(UserWarning, match="in-sample scores"):
        outcome = train(request, say=told.append, tracker=NoTracker())
    return outcome, told


def test_a_run_that_is_too_sure_is_calibrated_and_says_so(stack):
    outcome, told = stack

    facts = outcome.training["calibration"]
    assert facts["calibrator"] == "platt"
    assert [sentence for sentence in told if sentence == facts["reason"]]
    assert facts["losses"]["platt"]["brier"] < facts["losses"]["identity"]["brier"]


def test_the_bundle_keeps_the_calibrator_and_scores_as_the_run_did(stack):
    outcome, _ = stack
    bundle = load_bundle(outcome.bundle)
    texts = bundle.recipe.compose_all(outcome.partition.test)

    assert bundle.manifest.kind == "calibrated"
    assert isinstance(bundle.classifier, CalibratedClassifier)
    probabilities = bundle.classifier.predict_proba(texts)[:, 1]
    np.testing.assert_allclose(probabilities, outcome.probabilities, atol=1e-9)

    before = bundle.classifier.base_.predict_proba(texts)[:, 1]
    labels = outcome.partition.test.labels
    assert brier_score(labels, probabilities) < brier_score(labels, before)
    assert (np.argsort(before, kind="stable") == np.argsort(probabilities, kind="stable")).all()


def test_scores_kept_for_other_thresholds_are_calibrated_too(stack):
    outcome, _ = stack
    bundle = load_bundle(outcome.bundle)
    validation = outcome.partition.validation

    found = bundle.classifier.predict_proba(bundle.recipe.compose_all(validation))[:, 1]

    np.testing.assert_allclose(bundle.manifest.calibration["probabilities"], found, atol=1e-9)
    assert bundle.manifest.calibration["labels"] == validation.labels.tolist()
