"""Pooling: what the classifier reads of a text."""

import pytest
import torch

from patsieve.errors import CheckpointError
from patsieve.finetuning.model import EncoderWithHead
from patsieve.finetuning.pooling import field_weights, pool
from patsieve.finetuning.pretrained import load_pretrained
from patsieve.models.encoder import EncoderClassifier
from tiny_encoders import tiny_encoder, tiny_tokenizer

CLS, SEP, PAD = 2, 3, 0
#        title (CLS, word, SEP)   abstract (three words, SEP)  padding
IDS = [[CLS, 7, SEP, 8, 9, 10, SEP, PAD]]
MASK = [[1, 1, 1, 1, 1, 1, 1, 0]]


@pytest.fixture
def folder(tmp_path):
    """Give a folder with a tiny checkpoint."""
    folder = tmp_path / "checkpoint"
    tiny_encoder().save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder


def ids_and_mask() -> tuple[torch.Tensor, torch.Tensor]:
    return torch.tensor(IDS), torch.tensor(MASK)


def test_a_short_title_weighs_as_much_as_a_longer_abstract():
    weights = field_weights(*ids_and_mask(), SEP)

    assert weights.tolist() == [pytest.approx([1 / 3] * 3 + [1 / 4] * 4 + [0.0])]


def test_pooling_by_fields_is_the_mean_of_the_fields_means():
    ids, mask = ids_and_mask()
    states = torch.arange(8.0).reshape(1, 8, 1)

    pooled = pool(states, mask, ids, pooling="fields", separator_id=SEP)

    # Title: mean of 0, 1, 2; abstract: mean of 3, 4, 5, 6.
    assert pooled.item() == pytest.approx((1.0 + 4.5) / 2)


def test_a_text_of_one_field_is_pooled_as_by_the_mean():
    ids = torch.tensor([[CLS, 7, 8, 9, SEP, PAD, PAD]])
    mask = torch.tensor([[1, 1, 1, 1, 1, 0, 0]])
    states = torch.randn(1, 7, 4, generator=torch.Generator().manual_seed(1))

    by_fields = pool(states, mask, ids, pooling="fields", separator_id=SEP)
    by_tokens = pool(states, mask, ids, pooling="mean", separator_id=SEP)

    torch.testing.assert_close(by_fields, by_tokens)


def test_padding_does_not_move_a_text():
    ids, mask = ids_and_mask()
    states = torch.randn(1, 8, 4, generator=torch.Generator().manual_seed(1))
    # A padding token that looks like a separator ends no field.
    padded = torch.cat([ids, torch.full((1, 3), SEP)], 1)
    more = torch.cat([mask, torch.zeros(1, 3, dtype=torch.long)], 1)
    wider = torch.cat([states, torch.full((1, 3, 4), 99.0)], 1)

    torch.testing.assert_close(
        pool(wider, more, padded, pooling="fields", separator_id=SEP),
        pool(states, mask, ids, pooling="fields", separator_id=SEP),
    )


def test_the_model_pools_by_fields_and_its_gradient_reaches_every_field():
    model = EncoderWithHead(tiny_encoder(), pooling="fields", separator_id=SEP, dropout=0.0)
    ids, mask = ids_and_mask()

    model(input_ids=ids, attention_mask=mask)[0, 1].backward()

    gradient = model.encoder.embeddings.word_embeddings.weight.grad
    assert gradient[7].abs().sum() > 0  # a word of the title
    assert gradient[9].abs().sum() > 0  # a word of the abstract


def test_a_classifier_that_pools_by_fields_scores_alike_when_loaded(tmp_path, folder):
    texts = ["nickel cathode\nthe lithium oxide of said device", "pump\na valve with gear"] * 12
    labels = [1, 0] * 12
    classifier = EncoderClassifier(checkpoint=str(folder), pooling="fields", precision="32")
    classifier.fit(texts, labels)
    classifier.save(tmp_path)

    loaded = EncoderClassifier.load(tmp_path)

    assert loaded.predict_proba(texts) == pytest.approx(classifier.predict_proba(texts))
    by_mean = EncoderClassifier(checkpoint=str(folder), pooling="mean", precision="32")
    assert by_mean.fit(texts, labels).predict_proba(texts) != pytest.approx(
        classifier.predict_proba(texts)
    )


def test_fields_need_a_tokenizer_that_can_tell_them_apart(folder):
    file = folder / "tokenizer_config.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"sep_token"', '"unused"'))

    with pytest.raises(CheckpointError, match="no separator token to tell fields by"):
        load_pretrained(str(folder), pooling="fields")
