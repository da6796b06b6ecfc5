"""Labels that say nothing of the patents: nobody may look better than chance, or be promised."""

import json

import numpy as np
import pytest

import tiny_encoders
from patsieve.corpus.load import load_corpus
from patsieve.corpus.synthetic import write_patents
from patsieve.experiments.build import Overrides, build_classifier, build_text_recipe
from patsieve.experiments.out_of_fold import out_of_fold_probabilities
from patsieve.experiments.spec import parse_experiment
from patsieve.metrics.classification import decide, mcc
from patsieve.metrics.ranking import average_precision
from patsieve.models.base import CrossFitted
from patsieve.screening.certificate import CertificateRefused, certify_recall

N_RECORDS = 400
EMBEDDING = 'summary = "frozen"\nkind = "embedding"\n[encoder]\nmax_tokens = 32\n'
STACK = 'summary = "both"\nkind = "stacking"\n[stacking]\nbases = {}\nmeta = "chosen"\n'
WORDS = 'summary = "words"\nkind = "bag-of-words"\n'


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """Texts, families, and labels that are dealt to whole families at random."""
    path = tmp_path_factory.mktemp("patents") / "labelled.csv"
    write_patents(path, N_RECORDS, seed=5, prevalence=0.3)
    corpus = load_corpus(path)
    names, family = np.unique(corpus.families, return_inverse=True)
    dealt = (np.random.default_rng(11).random(len(names)) < 0.3).astype(np.int64)
    return corpus, dealt[family]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoder")
    tiny_encoders.tiny_encoder(n_layers=2).save_pretrained(folder / "checkpoint")
    tiny_encoders.tiny_tokenizer().save_pretrained(folder / "checkpoint")
    (folder / "embedding.toml").write_text(EMBEDDING, encoding="utf-8")
    return folder


def chances_reach(labels, *, n=2000):
    """Return between which values random scores' average precision lies 998 times of 1,000."""
    random = np.random.default_rng(0)
    drawn = [average_precision(labels, random.random(len(labels))) for _ in range(n)]
    return np.quantile(drawn, [0.001, 0.999])


@pytest.mark.parametrize("kind", ["bag-of-words", "embedding", "stacking"])
def test_random_labels_give_chance_and_no_promise(kind, records, folder):
    corpus, labels = records
    bases = json.dumps(["bag-of-words", str(folder / "embedding.toml")])
    text = {"bag-of-words": WORDS, "embedding": EMBEDDING, "stacking": STACK.format(bases)}[kind]
    spec = parse_experiment(text, name=kind, source=kind)
    overrides = Overrides(checkpoint=str(folder / "checkpoint"), device="cpu", precision="32")
    texts = build_text_recipe(spec).compose_all(corpus)

    def build():
        return build_classifier(spec, seed=1, overrides=overrides)

    if kind == "stacking":
        # What a stack says of itself must not be better than it is either.
        model = build().fit(texts, labels, families=corpus.families)
        assert isinstance(model, CrossFitted)
        probabilities = model.out_of_fold_
    else:
        probabilities = out_of_fold_probabilities(
            build, texts, labels, corpus.families, n_folds=5, seed=1
        )

    low, high = chances_reach(labels)
    assert low < average_precision(labels, probabilities) < high
    called = decide(probabilities, float(np.quantile(probabilities, 0.7)))
    assert abs(mcc(labels, called)) < 3 / np.sqrt(len(np.unique(corpus.families)))
    promise = certify_recall(labels, probabilities, 0.9, families=corpus.families)
    assert isinstance(promise, CertificateRefused)
