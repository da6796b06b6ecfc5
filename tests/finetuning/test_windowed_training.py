"""Fine-tuning on texts in windows: a record is drawn, learnt from and scored as one."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from patsieve.errors import ResumeError
from patsieve.finetuning.events import Callback
from patsieve.finetuning.inference import LabelledTokens, model_inputs, predict_logits
from patsieve.finetuning.losses import ClassificationLoss
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.pretrained import PretrainedEncoder
from patsieve.finetuning.settings import TrainingSettings
from patsieve.finetuning.window_pooling import pool_windows
from patsieve.finetuning.window_settings import WINDOW_POOLINGS
from patsieve.finetuning.windows import WindowedTexts
from tiny_encoders import (
    COMMON_WORDS,
    OTHER_WORDS,
    RELEVANT_WORDS,
    losses,
    packed,
    stage,
    tiny_encoder,
    tiny_model,
    tiny_tokenizer,
    tiny_tokens,
    train,
    vocabulary,
    weights,
)

CPU = torch.device("cpu")
WINDOW = 12


def windowed_model(pooling="mean", *, read="mean", head_dropout=0.1, **shape):
    return EncoderWithHead(
        tiny_encoder(**shape),
        pooling=read,
        separator_id=3 if read == "fields" else None,
        window_pooling=pooling,
        dropout=head_dropout,
    )


def one_each(texts):
    """Return texts that all are one window."""
    n_texts = len(texts)
    return WindowedTexts(
        texts, np.ones(n_texts, np.int64), np.zeros(n_texts, np.int64), np.ones(n_texts, bool)
    )


def in_windows(rows_of_texts):
    """Return texts whose windows are given as token ids."""
    n_texts = len(rows_of_texts)
    return WindowedTexts(
        packed([row for rows in rows_of_texts for row in rows]),
        np.array([len(rows) for rows in rows_of_texts]),
        np.zeros(n_texts, np.int64),
        np.ones(n_texts, bool),
    )


def long_tokens(n_records, seed):
    """Return records of one to four windows; only the last window tells the label."""
    random = np.random.default_rng(seed)
    known = vocabulary()
    labels = np.arange(n_records) % 2
    texts = []
    for label in labels:
        rows = []
        n_windows = int(random.integers(1, 5))
        for number in range(n_windows):
            is_last = number == n_windows - 1
            pool = (OTHER_WORDS, RELEVANT_WORDS)[label] if is_last else COMMON_WORDS
            n_words = int(random.integers(3, WINDOW - 1)) if is_last else WINDOW - 2
            rows.append([2, *(known[word] for word in random.choice(pool, n_words)), 3])
        texts.append(rows)
    return LabelledTokens(in_windows(texts), labels)


LONG, CHECKED = long_tokens(40, seed=1), long_tokens(21, seed=2)


# --- pooling ---------------------------------------------------------------------------------

VECTORS = torch.tensor([[1.0, -2.0], [3.0, -6.0], [5.0, -7.0]])


@pytest.mark.parametrize(
    ("pooling", "expected"),
    [
        ("mean", [[2.0, -4.0], [5.0, -7.0]]),
        ("max", [[3.0, -2.0], [5.0, -7.0]]),
        ("learned", [[1.0, -2.0, 2.0, -4.0, 3.0, -2.0], [5.0, -7.0] * 3]),
    ],
)
def test_windows_are_pooled_as_worked_by_hand(pooling, expected):
    assert pool_windows(VECTORS, torch.tensor([2, 1]), pooling).tolist() == expected


@pytest.mark.parametrize("pooling", WINDOW_POOLINGS)
def test_padding_between_records_of_unlike_numbers_of_windows_changes_nothing(pooling):
    vectors = torch.randn((10, 4), generator=torch.Generator().manual_seed(1))
    counts = torch.tensor([1, 6, 3])

    together = pool_windows(vectors, counts, pooling)

    for number, own in enumerate(vectors.split(counts.tolist())):
        torch.testing.assert_close(
            together[number], pool_windows(own, torch.tensor([len(own)]), pooling)[0]
        )


def test_windows_with_the_same_largest_value_share_its_gradient():
    vectors = torch.tensor([[1.0], [1.0], [0.0]], requires_grad=True)

    pool_windows(vectors, torch.tensor([3]), "max").sum().backward()

    assert vectors.grad.flatten().tolist() == [0.5, 0.5, 0.0]


# --- one window ------------------------------------------------------------------------------


@pytest.mark.parametrize("read", ["mean", "cls", "pooler", "fields"])
@pytest.mark.parametrize("pooling", ["mean", "max"])
def test_texts_of_one_window_have_the_logits_that_they_have_without_windows(pooling, read):
    texts = tiny_tokens(30, seed=5).texts
    more = {"separator_id": 3} if read == "fields" else {}
    plain = EncoderWithHead(tiny_encoder(), pooling=read, **more).eval()
    model = windowed_model(pooling, read=read).eval()

    found = predict_logits(model, one_each(texts), device=CPU)

    np.testing.assert_allclose(found, predict_logits(plain, texts, device=CPU), atol=1e-5)


def test_learned_pooling_reads_one_window_three_times():
    texts = tiny_tokens(6, seed=5).texts
    plain, model = tiny_model().eval(), windowed_model("learned").eval()
    with torch.no_grad():
        model.classifier.weight.copy_(plain.classifier.weight.repeat(1, 3) / 3)

    found = predict_logits(model, one_each(texts), device=CPU)

    np.testing.assert_allclose(found, predict_logits(plain, texts, device=CPU), atol=1e-5)


@pytest.mark.parametrize("pooling", ["mean", "max"])
@pytest.mark.parametrize("cache", [True, False])
def test_texts_of_one_window_are_learnt_as_without_windows(pooling, cache):
    training, validation = tiny_tokens(40, seed=1), tiny_tokens(20, seed=2)
    stages = (
        stage("head", ["classifier"], learning_rate=0.05, dropout=0.1),
        stage("top", ["classifier", "encoder.2"], from_epoch=3, dropout=0.1),
    )
    more = {"max_epochs": 4, "cache": cache, "sampling": "balanced"}

    plain = train(tiny_model(), *stages, training=training, validation=validation, **more)
    found = train(
        windowed_model(pooling),
        *stages,
        training=LabelledTokens(one_each(training.texts), training.labels),
        validation=LabelledTokens(one_each(validation.texts), validation.labels),
        **more,
    )

    assert losses(found) == losses(plain)
    assert losses(found, "validation") == pytest.approx(losses(plain, "validation"), abs=1e-6)


# --- several windows -------------------------------------------------------------------------


def logits_of(model, texts, indices):
    return model(**model_inputs(texts, np.array(indices), None, CPU))


@pytest.mark.parametrize("read", ["mean", "cls", "pooler", "fields"])
@pytest.mark.parametrize("pooling", WINDOW_POOLINGS)
def test_neither_order_nor_neighbours_of_a_record_change_its_logits(pooling, read):
    model = windowed_model(pooling, read=read).eval()
    indices = [3, 0, 11, 7, 5]
    together = logits_of(model, LONG.texts, indices)

    alone = torch.cat([logits_of(model, LONG.texts, [i]) for i in indices])
    turned = logits_of(model, LONG.texts, indices[::-1]).flip(0)

    assert len(set(LONG.texts.counts[indices].tolist())) > 2
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)
    torch.testing.assert_close(together, turned, atol=1e-5, rtol=0)


@pytest.mark.parametrize("read", ["mean", "pooler"])
@pytest.mark.parametrize("pooling", WINDOW_POOLINGS)
def test_scores_are_those_of_the_batches_in_training(pooling, read):
    model = windowed_model(pooling, read=read).eval()
    everything = np.arange(len(LONG.texts))

    found = predict_logits(model, LONG.texts, device=CPU)

    expected = logits_of(model, LONG.texts, everything).detach().numpy()
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_scoring_reads_no_more_windows_at_once_than_fit(monkeypatch):
    from patsieve.finetuning import inference

    monkeypatch.setattr(inference, "tokens_at_once", lambda device: 3 * WINDOW)
    monkeypatch.setattr(inference, "_WINDOWS_AT_ONCE", 5)
    model, seen = windowed_model().eval(), []

    def forward(**inputs):
        seen.append({name: len(value) for name, value in inputs.items() if name != "headless"})
        return model(**inputs)

    found = predict_logits(forward, LONG.texts, device=CPU)

    assert max(each.get("input_ids", 0) for each in seen) <= 3 * WINDOW // 5
    assert max(each["pooled"] for each in seen if "pooled" in each) == 5
    np.testing.assert_allclose(found, predict_logits(model, LONG.texts, device=CPU), atol=1e-5)


def test_no_text_has_no_logits():
    model = windowed_model().eval()

    assert predict_logits(model, one_each(LONG.texts.windows.select([])), device=CPU).shape == (
        0,
        2,
    )


def gradient_of(model, rows):
    """Return the loss of a record, and the gradients of word embeddings by token."""
    model.zero_grad()
    texts = in_windows([rows, [[2, 40, 3]]])
    loss = ClassificationLoss()(logits_of(model, texts, [0, 1]), torch.tensor([1, 0]))
    loss.backward()
    return loss.item(), model.encoder.embeddings.word_embeddings.weight.grad.clone()


@pytest.mark.parametrize("pooling", WINDOW_POOLINGS)
def test_every_window_moves_the_loss_and_gets_a_gradient(pooling):
    model = windowed_model(pooling).eval()
    loss, gradient = gradient_of(model, [[2, 50, 51, 3], [2, 90, 91, 3], [2, 70, 3]])
    other_loss, _ = gradient_of(model, [[2, 50, 51, 3], [2, 90, 92, 3], [2, 70, 3]])

    assert all(gradient[token].abs().max() > 0 for token in (50, 51, 90, 91, 70, 40))
    assert gradient[92].abs().max() == 0
    assert abs(loss - other_loss) > 1e-5


# --- the frozen-prefix cache -----------------------------------------------------------------

COURSES = {
    "head first, then upper layers": (
        stage("head", ["classifier"], learning_rate=0.05),
        stage("top", ["classifier", "encoder.2"], from_epoch=3, learning_rate=1e-3),
        stage("lower", ["classifier", "encoder.1-2"], from_epoch=5, learning_rate=1e-3),
    ),
    "all frozen": (stage("head", ["classifier"], learning_rate=0.05),),
}


@pytest.mark.parametrize("read", ["mean", "pooler"])
@pytest.mark.parametrize("pooling", WINDOW_POOLINGS)
@pytest.mark.parametrize("course", COURSES)
def test_cached_training_takes_the_same_course(course, pooling, read):
    results = [
        train(
            windowed_model(pooling, read=read),
            *COURSES[course],
            training=LONG,
            validation=CHECKED,
            cache=cache,
            max_epochs=6,
        )
        for cache in (True, False)
    ]

    cached, plain = results
    assert losses(cached) == pytest.approx(losses(plain), abs=1e-5)
    assert losses(cached, "validation") == pytest.approx(losses(plain, "validation"), abs=1e-5)
    assert plain.cache_bytes == 0
    n_windows = sum(len(part.texts.windows) for part in (LONG, CHECKED))
    n_tokens = sum(len(part.texts.windows.ids) for part in (LONG, CHECKED))
    stored = n_windows if course == "all frozen" else n_windows + n_tokens
    assert cached.cache_bytes >= stored * 16 * 4


def test_what_stands_in_the_last_window_is_learnt():
    result = train(windowed_model("max"), training=LONG, validation=CHECKED, max_epochs=8)

    assert result.history[-1].validation["accuracy"] > 0.9


class StopBefore(Callback):
    """Ends the process's work before an epoch, as a kill would."""

    def __init__(self, epoch):
        self.epoch = epoch

    def on_epoch_begin(self, state):
        if state.epoch == self.epoch:
            raise KeyboardInterrupt


def course(pooling, **more):
    model = windowed_model(pooling)
    stages = COURSES["head first, then upper layers"]
    settings = {"training": LONG, "validation": CHECKED, "max_epochs": 6} | more
    return train(model, *stages, **settings), model


@pytest.mark.parametrize("pooling", ["mean", "learned"])
@pytest.mark.parametrize("epoch", [2, 4])
def test_a_run_that_is_resumed_ends_as_if_it_had_not_stopped(tmp_path, pooling, epoch):
    whole, model = course(pooling)
    with pytest.raises(KeyboardInterrupt):
        course(pooling, run_folder=tmp_path, callbacks=[StopBefore(epoch)])

    resumed, other = course(pooling, run_folder=tmp_path)

    assert losses(resumed) == losses(whole)
    for name, value in weights(model).items():
        assert torch.equal(value, weights(other)[name]), name


def test_a_run_does_not_go_on_from_one_whose_windows_are_pooled_otherwise(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        course("mean", run_folder=tmp_path, callbacks=[StopBefore(2)])

    with pytest.raises(ResumeError):
        course("max", run_folder=tmp_path)


def test_a_run_does_not_go_on_from_one_whose_windows_belong_to_other_records(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        course("mean", run_folder=tmp_path, callbacks=[StopBefore(2)])
    counts = LONG.texts.counts[::-1].copy()
    moved = LabelledTokens(replace(LONG.texts, counts=counts), LONG.labels)

    with pytest.raises(ResumeError):
        course("mean", run_folder=tmp_path, training=moved)


# --- draws, weights, views -------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {"sampling": "balanced"},
        {"loss": ClassificationLoss(class_weights=(1.0, 2.0))},
        {"accumulate": 3, "batch_size": 4},
    ],
)
def test_balanced_draws_class_weights_and_accumulation_are_those_of_records(more):
    cached, _ = course("mean", **more)
    plain, _ = course("mean", cache=False, **more)

    assert losses(cached) == pytest.approx(losses(plain), abs=1e-5)
    assert all(np.isfinite(losses(cached)))


def test_a_batch_in_parts_takes_the_step_of_the_whole():
    only = stage(train=["all"], learning_rate=1e-3)
    more = {"training": LONG, "validation": CHECKED, "max_epochs": 2}

    # All records in one step, so that it does not matter which batch they are in.
    whole = train(windowed_model(), only, batch_size=40, **more)
    parts = train(windowed_model(), only, batch_size=10, accumulate=4, **more)

    assert losses(parts) == pytest.approx(losses(whole), abs=1e-5)


def test_records_of_one_window_are_not_padded_to_the_length_of_full_windows():
    settings = TrainingSettings(batch_size=8)
    sampler = settings.sampler(LONG.texts.lengths, LONG.labels)

    batches = [LONG.texts.counts[batch] for batch in sampler.batches(1)]

    assert LONG.texts.lengths.tolist() == [
        int(part.sum())
        for part in np.split(LONG.texts.windows.lengths, np.cumsum(LONG.texts.counts)[:-1])
    ]
    # At most one batch holds records of one window beside others.
    assert sum(1 in counts and counts.max() > 1 for counts in batches) <= 1


def test_epochs_take_turns_with_views_in_windows():
    views = tuple(long_tokens(40, seed=seed).texts for seed in (1, 7))
    training = LabelledTokens(LONG.texts, LONG.labels, views=views)
    alike = LabelledTokens(LONG.texts, LONG.labels, views=(views[0],))

    plain, once, twice = (
        losses(course("mean", training=each, max_epochs=2)[0]) for each in (LONG, alike, training)
    )

    assert once == plain
    assert twice[0] == plain[0]
    assert twice[1] != plain[1]


# --- a checkpoint's own head -----------------------------------------------------------------


@pytest.mark.parametrize("pooling", WINDOW_POOLINGS)
def test_a_checkpoint_s_own_head_judges_one_window_as_it_did(pooling):
    head = {"weight": torch.randn(2, 16), "bias": torch.tensor([0.3, -0.2])}
    texts = tiny_tokens(6, seed=5).texts

    def made(window_pooling):
        loaded = PretrainedEncoder("tiny", tiny_encoder(), tiny_tokenizer(), (), head, 64)
        more = {"pooling": "pooler", "dropout": 0.0, "seed": 0}
        return EncoderWithHead.from_pretrained(loaded, window_pooling=window_pooling, **more).eval()

    plain = predict_logits(made(None), texts, device=CPU)
    found = predict_logits(made(pooling), one_each(texts), device=CPU)

    np.testing.assert_allclose(found, plain, atol=1e-5)
