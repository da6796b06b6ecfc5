"""A fine-tuned encoder that reads long texts to their end."""

import json
from functools import partial

import numpy as np
import pytest

from patsieve.errors import UsageError
from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.augmentation import Augmentation
from patsieve.finetuning.schedule import EarlyStopping, UnfreezingSchedule
from patsieve.finetuning.settings import TrainingSettings
from patsieve.finetuning.window_settings import WINDOW_POOLINGS, Windows
from patsieve.models.base import LabelledTexts
from patsieve.models.encoder import EncoderClassifier
from patsieve.models.encoder_texts import views_of
from patsieve.models.stacking import StackingClassifier
from patsieve.screening import bundle
from tiny_encoders import (
    COMMON_WORDS,
    OTHER_WORDS,
    RELEVANT_WORDS,
    save_checkpoint,
    stage,
    tiny_texts,
    tiny_tokenizer,
)

MAX_TOKENS = 16
HEAD_THEN_ALL = UnfreezingSchedule(
    (
        stage("head", ["classifier"], learning_rate=0.05),
        stage("all", ["all"], from_epoch=3, learning_rate=2e-3),
    )
)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return save_checkpoint(tmp_path_factory.mktemp("checkpoint"))


def made(checkpoint, windows=None, *, max_epochs=4, **more):
    settings = TrainingSettings(
        max_epochs=max_epochs, batch_size=8, stopping=EarlyStopping(patience=None), seed=3
    )
    more = {"max_tokens": MAX_TOKENS, "device": "cpu", "precision": "32"} | more
    return EncoderClassifier(
        HEAD_THEN_ALL, settings, checkpoint=checkpoint, windows=windows, **more
    )


def long_patents(n_records, seed):
    """Return texts that are all the same but for one sentence, deep in a long description."""
    random = np.random.default_rng(seed)
    labels = np.arange(n_records) % 2
    words = np.random.default_rng(5).choice(COMMON_WORDS, size=44).tolist()
    texts = []
    for label in labels:
        words[28:40] = random.choice((OTHER_WORDS, RELEVANT_WORDS)[label], size=12).tolist()
        texts.append("a device\n" + " ".join(words))
    return texts, labels


LONG, LABELS = long_patents(40, seed=1)
NEW, NEW_LABELS = long_patents(21, seed=2)


def fitted(model):
    return model.fit(LONG, LABELS, validation=LabelledTexts(NEW, NEW_LABELS))


def share_of_right_pairs(model):
    """Return how often a new relevant text stands above an irrelevant one; .5 is chance."""
    found = model.predict_proba(NEW)[:, 1]
    above = found[NEW_LABELS == 1][:, None] - found[NEW_LABELS == 0][None, :]
    # What differs in its last digits alone is the same.
    return np.mean((above > 1e-6) + 0.5 * (np.abs(above) <= 1e-6))


@pytest.mark.parametrize("pooling", WINDOW_POOLINGS)
def test_a_sentence_deep_in_a_description_is_found_with_windows_only(checkpoint, pooling):
    windows = Windows(overlap=4, pooling=pooling, max_windows=8)

    assert share_of_right_pairs(fitted(made(checkpoint, windows, max_epochs=8))) > 0.9
    # The beginnings are all the same.
    assert share_of_right_pairs(fitted(made(checkpoint))) == 0.5


@pytest.mark.parametrize("pooling", ["mean", "max"])
def test_texts_of_one_window_get_the_scores_that_they_have_without_windows(checkpoint, pooling):
    texts, labels = tiny_texts(40, prevalence=0.4, seed=2)
    plain = made(checkpoint, max_tokens=32).fit(texts, labels)
    model = made(checkpoint, Windows(pooling=pooling, overlap=8), max_tokens=32).fit(texts, labels)

    assert plain.n_truncated_ == model.n_truncated_ == 0
    np.testing.assert_allclose(model.predict_proba(texts), plain.predict_proba(texts), atol=1e-5)


@pytest.mark.parametrize("pooling", WINDOW_POOLINGS)
def test_it_reads_back_as_it_was_saved(checkpoint, tmp_path, pooling):
    model = fitted(made(checkpoint, Windows(overlap=4, pooling=pooling, max_windows=3)))
    model.save(tmp_path)

    again = EncoderClassifier.load(tmp_path)

    assert (again.windows, again.kind) == (model.windows, model.kind)
    np.testing.assert_array_equal(again.predict_proba(NEW), model.predict_proba(NEW))
    np.testing.assert_array_equal(again.read_lengths(NEW), model.read_lengths(NEW))


def test_without_windows_the_saved_form_is_the_old_one(checkpoint, tmp_path):
    model = fitted(made(checkpoint))
    model.save(tmp_path)

    facts = json.loads((tmp_path / "head.json").read_text(encoding="utf-8"))
    assert list(facts) == ["pooling", "max_tokens", "prior_shift", "precision"]
    assert model.kind == "encoder"


def test_a_version_from_before_windows_does_not_know_their_kind(checkpoint, tmp_path):
    model = fitted(made(checkpoint, Windows(overlap=4)))

    # Such versions knew the kinds that have the same name as an experiment's, and "calibrated".
    assert model.kind == "windowed-encoder"
    assert bundle._CLASSIFIERS[model.kind] == bundle._CLASSIFIERS["encoder"]


def test_a_stack_of_encoders_with_and_without_windows_reads_back(checkpoint, tmp_path):
    bases = {
        "beginnings": partial(made, checkpoint, max_epochs=1),
        "windows": partial(made, checkpoint, Windows(overlap=4), max_epochs=1),
    }
    stack = StackingClassifier(bases, meta="average", n_folds=2)
    stack.fit(LONG, LABELS, validation=LabelledTexts(NEW, NEW_LABELS)).save(tmp_path)

    again = bundle._load("stacking", tmp_path)

    assert [base.kind for base in again.bases_.values()] == ["encoder", "windowed-encoder"]
    np.testing.assert_array_equal(again.predict_proba(NEW), stack.predict_proba(NEW))


def test_scores_do_not_hang_on_the_texts_beside_them(checkpoint):
    model = fitted(made(checkpoint, Windows(overlap=4)))

    texts = [*NEW[:4], "pump", "a device\nof nickel"]
    alone = np.vstack([model.predict_proba([text]) for text in texts])
    np.testing.assert_allclose(alone, model.predict_proba(texts), atol=1e-6)


def test_how_much_was_not_read_is_told(checkpoint):
    model = fitted(made(checkpoint, Windows(overlap=4, max_windows=3), max_epochs=1))

    assert model.n_truncated_ == len(LONG) + len(NEW)
    assert model.reach == "3 windows of 16 tokens"
    lengths = model.read_lengths([LONG[0], "pump"])
    assert lengths[1] == len("pump")
    # Three windows of fourteen tokens, two overlaps of four; one token stands between the lines.
    assert LONG[0][: lengths[0]].split() == LONG[0].split()[: 14 + 10 + 10 - 1]
    np.testing.assert_allclose(
        model.predict_proba([LONG[0][: lengths[0]]]), model.predict_proba([LONG[0]]), atol=1e-6
    )


@pytest.mark.parametrize("pooling", WINDOW_POOLINGS)
def test_nearness_counts_what_stands_behind_the_first_window(checkpoint, pooling):
    model = fitted(made(checkpoint, Windows(overlap=4, pooling=pooling), max_epochs=1))
    same_beginning = [NEW[0], NEW[1], "pump"]

    found = model.similarities(same_beginning, same_beginning)

    np.testing.assert_allclose(np.diag(found), 1.0)
    assert found[0, 1] < 1 - 1e-4
    assert model.similarities([], NEW).shape == (0, len(NEW))
    beginnings = fitted(made(checkpoint, max_epochs=1)).similarities(NEW[:1], NEW[1:2])
    np.testing.assert_allclose(beginnings, 1.0)


def test_what_is_shared_changes_no_score(checkpoint, tmp_path):
    windows = Windows(overlap=4, pooling="learned")
    alone = fitted(made(checkpoint, windows))
    store = ActivationStore(tmp_path / "activations", max_bytes=10**9)

    shared = [
        fitted(
            made(checkpoint, windows, max_epochs=epochs).share(
                first_stages=tmp_path / "starts", activations=store
            )
        )
        for epochs in (2, 4)
    ]

    assert shared[1].result_.shared_epochs == 2
    np.testing.assert_array_equal(shared[1].predict_proba(NEW), alone.predict_proba(NEW))


def test_runs_that_pool_windows_otherwise_share_activations_but_no_epochs(checkpoint, tmp_path):
    told = []
    store = ActivationStore(tmp_path / "activations", max_bytes=10**9, say=told.append)

    def run(pooling):
        model = made(checkpoint, Windows(overlap=4, pooling=pooling), max_epochs=2)
        return fitted(model.share(first_stages=tmp_path / "starts", activations=store))

    run("mean")
    told.clear()
    second = run("max")

    assert second.result_.shared_epochs == 0
    assert told
    assert all(" 0 of " in sentence for sentence in told)


def test_altered_texts_are_cut_into_windows_and_masked():
    texts = ["a device\n" + " ".join(f"word{number}" for number in range(40)), "pump"]
    tokenizer = tiny_tokenizer()
    altered = Augmentation(mask_tokens=0.3, drop_fields=0.4, views=3)

    views = views_of(texts, tokenizer, altered, max_tokens=16, seed=1, windows=Windows(overlap=4))

    assert len({view.windows.ids.tobytes() for view in views}) == 3
    assert all(len(view) == len(texts) for view in views)
    assert max(view.counts.max() for view in views) > 2
    assert any(tokenizer.mask_token_id in view.windows.ids for view in views)


def test_altered_texts_train(checkpoint):
    windows = Windows(overlap=4)
    altered = made(checkpoint, windows, augmentation=Augmentation(mask_tokens=0.3, views=2))
    never = made(checkpoint, windows, augmentation=Augmentation(mask_tokens=0.0, views=2))
    plain = fitted(made(checkpoint, windows)).predict_proba(NEW)

    assert fitted(altered).predict_proba(NEW) != pytest.approx(plain)
    np.testing.assert_array_equal(fitted(never).predict_proba(NEW), plain)


def test_windows_that_overlap_by_more_than_half_are_refused(checkpoint):
    with pytest.raises(UsageError, match="windows of 16 tokens cannot overlap by 9; at most half"):
        fitted(made(checkpoint, Windows(overlap=9)))
