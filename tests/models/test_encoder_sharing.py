"""What an encoder classifier trains on in turn, and what it shares with other runs."""

import numpy as np
import pytest

from patsieve.finetuning.activation_store import ActivationStore
from patsieve.finetuning.augmentation import Augmentation
from patsieve.finetuning.inference import LabelledTokens
from patsieve.finetuning.schedule import EarlyStopping, UnfreezingSchedule
from patsieve.finetuning.settings import TrainingSettings
from patsieve.models.base import LabelledTexts
from patsieve.models.encoder import EncoderClassifier
from patsieve.models.encoder_texts import views_of
from tiny_encoders import stage, tiny_encoder, tiny_texts, tiny_tokenizer, tiny_tokens

HEAD_THEN_TOP = UnfreezingSchedule(
    (
        stage("head", ["classifier"], learning_rate=0.05),
        stage("top", ["classifier", "encoder.2"], from_epoch=4),
    )
)


@pytest.fixture
def checkpoint(tmp_path):
    folder = tmp_path / "checkpoint"
    tiny_encoder().save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return str(folder)


def classifier(checkpoint, *, max_epochs=5, **more):
    settings = TrainingSettings(
        max_epochs=max_epochs, batch_size=8, stopping=EarlyStopping(patience=None), seed=3
    )
    return EncoderClassifier(
        HEAD_THEN_TOP, settings, checkpoint=checkpoint, precision="32", device="cpu", **more
    )


def fitted(model):
    texts, labels = tiny_texts(40, seed=1)
    validation = LabelledTexts(*tiny_texts(20, seed=2))
    return model.fit(texts, labels, validation=validation)


def scores(model):
    return model.predict_proba(tiny_texts(10, seed=4)[0])


def test_epochs_take_turns_with_the_views():
    plain, first, second = (tiny_tokens(4, seed=seed).texts for seed in range(3))
    training = LabelledTokens(plain, np.array([0, 1, 0, 1]), views=(first, second))

    turns = [training.in_epoch(epoch).texts for epoch in (1, 2, 3)]

    assert turns[0] is first
    assert turns[1] is second
    assert turns[2] is first
    assert LabelledTokens(plain, training.labels).in_epoch(5).texts is plain


def test_every_view_is_altered_otherwise_and_none_without_augmentation():
    texts = ["nickel cathode\nthe lithium oxide. the pump with a valve. said gear."] * 3
    tokenizer = tiny_tokenizer()
    altered = Augmentation(drop_sentences=0.5, mask_tokens=0.2, views=3)

    views = views_of(texts, tokenizer, altered, max_tokens=32, seed=1)

    assert len({view.ids.tobytes() for view in views}) == 3
    assert any(tokenizer.mask_token_id in view.ids for view in views)
    assert views_of(texts, tokenizer, None, max_tokens=32, seed=1) == ()


def test_altered_texts_change_what_is_learnt_and_not_how_texts_are_scored(checkpoint):
    plain = fitted(classifier(checkpoint))
    altered = fitted(classifier(checkpoint, augmentation=Augmentation(mask_tokens=0.3)))
    never = fitted(classifier(checkpoint, augmentation=Augmentation(mask_tokens=0.0)))

    assert scores(altered) != pytest.approx(scores(plain))
    # Alterations that alter nothing leave everything as it was.
    assert np.array_equal(scores(never), scores(plain))


def test_what_is_shared_changes_no_score(checkpoint, tmp_path):
    alone = fitted(classifier(checkpoint))
    store = ActivationStore(tmp_path / "activations", max_bytes=10**9)

    shared = [
        fitted(
            classifier(checkpoint, max_epochs=epochs).share(
                first_stages=tmp_path / "starts", activations=store
            )
        )
        for epochs in (3, 5)
    ]

    assert shared[1].result_.shared_epochs == 3
    assert np.array_equal(scores(shared[1]), scores(alone))
