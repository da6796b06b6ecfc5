"""A frozen encoder that reads long texts to their end."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.errors import UsageError
from patsieve.finetuning.window_settings import WINDOW_POOLINGS, Windows
from patsieve.models.embedding import EmbeddingClassifier
from patsieve.models.windows import pooled_windows
from tiny_encoders import (
    COMMON_WORDS,
    OTHER_WORDS,
    RELEVANT_WORDS,
    save_checkpoint,
    tiny_texts,
)

MAX_TOKENS = 16
N_RECORDS = 60


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return save_checkpoint(tmp_path_factory.mktemp("checkpoint"))


def made(checkpoint, windows=None, **more):
    settings = {"max_tokens": MAX_TOKENS, "device": "cpu", "precision": "32"} | more
    return EmbeddingClassifier(checkpoint=checkpoint, windows=windows, **settings)


def long_patents():
    """Return texts that are all the same but for one sentence, deep in a long description."""
    random = np.random.default_rng(5)
    labels = np.arange(N_RECORDS) % 2
    words = random.choice(COMMON_WORDS, size=44).tolist()
    texts = []
    for label in labels:
        words[28:40] = random.choice((OTHER_WORDS, RELEVANT_WORDS)[label], size=12).tolist()
        texts.append("a device\n" + " ".join(words))
    return texts, labels


LONG, LABELS = long_patents()
LEARNT, NEW = slice(0, 40), slice(40, None)


def share_of_right_pairs(model):
    """Return how often a new relevant text stands above an irrelevant one; .5 is chance."""
    fitted = model.fit(LONG[LEARNT], LABELS[LEARNT])
    found, labels = fitted.predict_proba(LONG[NEW])[:, 1], LABELS[NEW]
    above = found[labels == 1][:, None] - found[labels == 0][None, :]
    return np.mean((above > 0) + 0.5 * (above == 0))


@pytest.mark.parametrize("pooling", WINDOW_POOLINGS)
def test_a_sentence_deep_in_a_description_is_found_with_windows_only(checkpoint, pooling):
    windows = Windows(overlap=4, pooling=pooling, max_windows=8)

    assert share_of_right_pairs(made(checkpoint, windows)) > 0.9
    # The beginnings are all the same.
    assert share_of_right_pairs(made(checkpoint)) == 0.5


@pytest.mark.parametrize("pooling", WINDOW_POOLINGS)
def test_texts_of_one_window_get_the_scores_that_they_have_without_windows(checkpoint, pooling):
    texts, labels = tiny_texts(60, prevalence=0.4, seed=2)
    plain = made(checkpoint, max_tokens=32).fit(texts, labels)
    model = made(checkpoint, Windows(pooling=pooling, overlap=8), max_tokens=32).fit(texts, labels)

    assert plain.n_truncated_ == model.n_truncated_ == 0
    np.testing.assert_allclose(model.predict_proba(texts), plain.predict_proba(texts), atol=2e-4)


@pytest.mark.parametrize("pooling", WINDOW_POOLINGS)
def test_it_reads_back_as_it_was_saved(checkpoint, tmp_path, pooling):
    model = made(checkpoint, Windows(overlap=4, pooling=pooling, max_windows=3)).fit(LONG, LABELS)
    model.save(tmp_path)
    again = EmbeddingClassifier.load(tmp_path)

    assert again.windows == model.windows
    np.testing.assert_array_equal(again.predict_proba(LONG), model.predict_proba(LONG))
    assert '"format": 2' in (tmp_path / "embedding.json").read_text(encoding="utf-8")


def test_without_windows_the_saved_form_is_the_old_one(checkpoint, tmp_path):
    made(checkpoint).fit(LONG, LABELS).save(tmp_path)

    facts = (tmp_path / "embedding.json").read_text(encoding="utf-8")
    assert '"format": 1' in facts
    assert "windows" not in facts


def test_scores_do_not_hang_on_the_texts_beside_them(checkpoint):
    model = made(checkpoint, Windows(overlap=4)).fit(LONG, LABELS)

    alone = np.vstack([model.predict_proba([text]) for text in LONG[:6]])
    np.testing.assert_allclose(alone, model.predict_proba(LONG[:6]), atol=1e-6)


def test_how_much_was_not_read_is_told(checkpoint):
    model = made(checkpoint, Windows(overlap=4, max_windows=3)).fit([*LONG, "pump"], [*LABELS, 0])
    model.predict_proba(["pump"])

    assert model.n_truncated_ == N_RECORDS
    lengths = model.read_lengths([LONG[0], "pump"])
    assert lengths[1] == len("pump")
    # Three windows of fourteen tokens, two overlaps of four; one token stands between the lines.
    assert LONG[0][: lengths[0]].split() == LONG[0].split()[: 14 + 10 + 10 - 1]


def test_the_part_that_is_read_alone_has_the_same_score(checkpoint):
    model = made(checkpoint, Windows(overlap=4, max_windows=3)).fit(LONG, LABELS)
    parts = [
        text[:length] for text, length in zip(LONG, model.read_lengths(LONG).tolist(), strict=True)
    ]

    np.testing.assert_allclose(model.predict_proba(parts), model.predict_proba(LONG), atol=1e-6)


def test_an_overlap_of_more_than_half_is_refused(checkpoint):
    with pytest.raises(UsageError, match="windows of 16 tokens cannot overlap by 9; at most half"):
        made(checkpoint, Windows(overlap=9)).fit(LONG, LABELS)


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"overlap": -1}, "overlap of windows is -1; it must be at least 0"),
        ({"max_windows": 0}, "max_windows is 0; it must be at least 1"),
        ({"pooling": "median"}, "'median'; possible are mean, max, learned"),
    ],
)
def test_impossible_windows_say_what_is_possible(settings, match):
    with pytest.raises(UsageError, match=match):
        Windows(**settings)


VECTORS = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])


@pytest.mark.parametrize(
    ("pooling", "first", "second"),
    [
        ("mean", np.array([1.6, 0.8]) / np.hypot(1.6, 0.8), [0, 1]),
        ("max", np.array([1.0, 0.8]) / np.hypot(1.0, 0.8), [0, 1]),
    ],
)
def test_windows_are_pooled_as_worked_by_hand(pooling, first, second):
    found = pooled_windows(VECTORS, np.array([2, 1]), pooling)

    np.testing.assert_allclose(found, [first, second])


def test_learned_pooling_puts_first_mean_and_largest_side_by_side():
    first, second = pooled_windows(VECTORS, np.array([2, 1]), "learned") * np.sqrt(3)

    np.testing.assert_allclose(first[:2], [1, 0])
    np.testing.assert_allclose(first[2:4], np.array([1.6, 0.8]) / np.hypot(1.6, 0.8))
    np.testing.assert_allclose(first[4:], np.array([1.0, 0.8]) / np.hypot(1.0, 0.8))
    np.testing.assert_allclose(second, [0, 1, 0, 1, 0, 1])


@given(st.lists(st.integers(1, 5), max_size=6), st.sampled_from(WINDOW_POOLINGS))
def test_whatever_is_pooled_has_length_one(counts, pooling):
    vectors = np.random.default_rng(sum(counts)).normal(size=(sum(counts), 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = pooled_windows(vectors, np.array(counts, dtype=np.int64), pooling)

    assert found.shape == (len(counts), 9 if pooling == "learned" else 3)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), np.ones(len(counts)))
