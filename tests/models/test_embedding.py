"""A frozen encoder with a linear head."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from patsieve.errors import BundleError, LabelError
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.models.embedding import EmbeddingClassifier
from tiny_encoders import save_checkpoint, tiny_texts


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return save_checkpoint(tmp_path_factory.mktemp("checkpoint"))


TEXTS, LABELS = tiny_texts(90, prevalence=0.4, seed=2)
LABELS = np.asarray(LABELS)


def made(checkpoint, **more):
    settings = {"max_tokens": 32, "device": "cpu", "precision": "32"} | more
    return EmbeddingClassifier(checkpoint=checkpoint, **settings)


def test_it_is_logistic_regression_on_vectors_of_length_one(checkpoint):
    model = made(checkpoint, pooling="mean").fit(TEXTS, LABELS)
    vectors = model._vectors(TEXTS, None)

    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0)
    own = LogisticRegression(C=model.head_.strength, max_iter=2000).fit(vectors, LABELS)
    np.testing.assert_allclose(
        model.predict_proba(TEXTS)[:, 1], own.predict_proba(vectors)[:, 1], atol=1e-9
    )


def test_it_ranks_what_it_has_not_seen(checkpoint):
    model = made(checkpoint).fit(TEXTS[:60], LABELS[:60])
    probabilities = model.predict_proba(TEXTS[60:])[:, 1]

    relevant, irrelevant = probabilities[LABELS[60:] == 1], probabilities[LABELS[60:] == 0]
    assert np.mean(relevant[:, None] > irrelevant[None, :]) > 0.8


def test_it_reads_back_as_it_was_saved(checkpoint, tmp_path):
    model = made(checkpoint).fit(TEXTS, LABELS)
    (tmp_path / "model").mkdir()
    model.save(tmp_path / "model")
    again = EmbeddingClassifier.load(tmp_path / "model")

    np.testing.assert_array_equal(again.predict_proba(TEXTS), model.predict_proba(TEXTS))
    assert again.head_.strength == model.head_.strength


def test_another_format_is_refused_by_name(checkpoint, tmp_path):
    model = made(checkpoint).fit(TEXTS, LABELS)
    model.save(tmp_path)
    file = tmp_path / "embedding.json"
    file.write_text(file.read_text().replace('"format": 1', '"format": 99'), encoding="utf-8")

    with pytest.raises(BundleError, match="format 99"):
        EmbeddingClassifier.load(tmp_path)


def test_what_the_encoder_says_is_shared(checkpoint, tmp_path):
    store = ActivationStore(tmp_path / "store", max_bytes=10**8, say=lambda sentence: None)
    alone = made(checkpoint).fit(TEXTS, LABELS)
    shared = made(checkpoint).share(activations=store).fit(TEXTS, LABELS)

    assert list((tmp_path / "store").rglob("*.data"))
    np.testing.assert_allclose(shared.predict_proba(TEXTS), alone.predict_proba(TEXTS), atol=1e-5)


def test_one_class_is_nothing_to_learn_from(checkpoint):
    with pytest.raises(LabelError, match="some of each"):
        made(checkpoint).fit(TEXTS, np.ones(len(TEXTS), dtype=int))


def test_a_single_family_of_a_class_leaves_the_penalty_as_it_is(checkpoint):
    families = np.where(LABELS == 1, 1000, np.arange(len(LABELS)))
    assert made(checkpoint).fit(TEXTS, LABELS, families=families).head_.strength == 10.0


def test_no_text_has_no_probability(checkpoint):
    assert made(checkpoint).fit(TEXTS, LABELS).predict_proba([]).shape == (0, 2)
