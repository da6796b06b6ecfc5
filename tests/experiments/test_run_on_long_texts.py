"""Long descriptions from file to bundle to reasons: read in windows, the same before and after."""

import csv

import numpy as np
import pytest
from scipy.special import logit

from patsieve.corpus.load import load_corpus
from patsieve.experiments.memory_tracker import MemoryTracker
from patsieve.experiments.request import TrainRequest
from patsieve.experiments.run import train
from patsieve.screening.bundle import load_bundle
from patsieve.screening.explain.explain import explain_records
from tiny_encoders import (
    COMMON_WORDS,
    OTHER_WORDS,
    RELEVANT_WORDS,
    save_checkpoint,
)

N_RECORDS = 60
EXPERIMENT = """
summary = "a tiny encoder that reads descriptions"
kind = "KIND"

[text]
fields = ["title", "first_claim", "description"]
max_words = { description = 40 }

[encoder]
pooling = "fields"
max_tokens = 16

[encoder.windows]
overlap = 4
pooling = "max"
max_windows = 4
"""
FINE_TUNED = """
[training]
batch_size = 4
accumulate = 2
max_epochs = 12

[[stages]]
name = "head"
train = ["classifier"]
learning_rate = 5e-2

[[stages]]
name = "all"
train = ["all"]
from_epoch = 3
learning_rate = 5e-3
"""
EXPERIMENTS = {
    "embedding": EXPERIMENT.replace("KIND", "embedding"),
    "encoder": EXPERIMENT.replace("KIND", "encoder") + FINE_TUNED,
}


def long_patents(path):
    """Write patents whose label is told by one sentence, deep in the description."""
    random = np.random.default_rng(4)
    words = random.choice(COMMON_WORDS, size=60).tolist()
    words[19], words[32] = "device.", "The"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["family_id", "title", "claims", "description", "label"])
        for number in range(N_RECORDS):
            label = number % 2
            words[20:32] = random.choice((OTHER_WORDS, RELEVANT_WORDS)[label], size=12).tolist()
            words[20] = words[20].capitalize()
            words[31] += "."
            claims = "1. A device. 2. The device of claim 1 with a pump."
            rows.writerow([number + 1, f"Device word{number}", claims, " ".join(words), label])


@pytest.fixture(scope="module", params=EXPERIMENTS)
def run(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    (folder / "windows.toml").write_text(EXPERIMENTS[request.param], encoding="utf-8")
    long_patents(folder / "labelled.csv")
    told = []
    asked = TrainRequest(
        source=folder / "labelled.csv",
        experiment=str(folder / "windows.toml"),
        checkpoint=save_checkpoint(folder / "checkpoint"),
        out=folder / "bundle",
        device="cpu",
        precision="32",
        seed=1,
    )
    outcome = train(asked, say=told.append, tracker=MemoryTracker())
    return outcome, load_bundle(outcome.bundle), load_corpus(asked.source), told


def test_what_stands_deep_in_the_description_is_learnt(run):
    outcome, *_ = run

    assert outcome.evaluation.metrics["average_precision"].value > 0.8


def test_a_bundle_reads_as_it_was_trained(run):
    _, bundle, corpus, _ = run
    text = bundle.recipe.compose(corpus.records[0])

    assert text.split("\n")[1] == "1. A device."
    assert len(text.split("\n")[2].split()) == 40


def test_scores_from_the_bundle_are_those_of_the_model_before_it_was_saved(run):
    outcome, bundle, *_ = run
    judged = outcome.judged
    texts = bundle.recipe.compose_all(judged)

    np.testing.assert_allclose(
        bundle.classifier.predict_proba(texts)[:, 1], outcome.probabilities, atol=1e-6
    )


def test_what_was_cut_is_said(run):
    _, bundle, _, told = run

    assert any(line.endswith("were cut after 4 windows of 16 tokens") for line in told)
    assert bundle.manifest.text_max_words == {"description": 40}
    card = (bundle.folder / "model_card.md").read_text(encoding="utf-8")
    assert "48 of 48 (100 %), after 4 windows of 16 tokens" in card


def test_reasons_are_found_behind_the_first_window(run):
    _, bundle, corpus, _ = run
    records = [record for record in corpus.records if record.label == 1][:3]
    explained = explain_records(bundle, records)
    one_window = 16 * max(map(len, COMMON_WORDS))
    probabilities = bundle.classifier.predict_proba(bundle.recipe.compose_all(corpus))[1:6:2, 1]

    np.testing.assert_allclose([each.log_odds for each in explained], logit(probabilities))
    for record, found in zip(records, explained, strict=True):
        places = [place for reason in found.reasons for place in reason.places]
        assert any(p.field == "description" and p.end > one_window for p in places)
        for reason in found.reasons:
            for place in reason.places:
                assert getattr(record, place.field)[place.start : place.end] == reason.text
