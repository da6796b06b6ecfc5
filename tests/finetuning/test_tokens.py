"""Texts as packed token ids."""

import numpy as np
import pytest

from patsieve.finetuning.tokens import tokenize
from tiny_encoders import packed, tiny_tokenizer, vocabulary

TEXTS = ["nickel cathode", "", "pump", "the valve of a pump with a hinge", "Ünknown nickel"]


@pytest.fixture(scope="module")
def tokenizer():
    return tiny_tokenizer()


def test_ids_are_packed_with_special_tokens_and_without_padding(tokenizer):
    known = vocabulary()

    tokens = tokenize(tokenizer, TEXTS, max_tokens=20)

    assert len(tokens) == 5
    assert tokens.lengths.tolist() == [4, 2, 3, 10, 4]
    first = tokens.ids[tokens.offsets[0] : tokens.offsets[1]]
    assert first.tolist() == [2, known["nickel"], known["cathode"], 3]
    last = tokens.ids[tokens.offsets[4] : tokens.offsets[5]]
    assert last.tolist() == [2, known["[UNK]"], known["nickel"], 3]


def test_long_texts_are_cut_at_their_end_and_counted(tokenizer):
    tokens = tokenize(tokenizer, TEXTS, max_tokens=4)

    assert tokens.lengths.tolist() == [4, 2, 3, 4, 4]
    assert tokens.n_truncated == 1
    assert tokens.ids[tokens.offsets[4] - 1] == 3  # the separator stays


def test_texts_are_the_same_however_many_are_tokenized_at_once(tokenizer):
    at_once = tokenize(tokenizer, TEXTS, max_tokens=4)

    in_pairs = tokenize(tokenizer, TEXTS, max_tokens=4, chunk_texts=2)

    assert in_pairs.ids.tolist() == at_once.ids.tolist()
    assert in_pairs.offsets.tolist() == at_once.offsets.tolist()
    assert in_pairs.n_truncated == at_once.n_truncated


def test_no_texts_are_no_tokens(tokenizer):
    tokens = tokenize(tokenizer, [], max_tokens=8)

    assert len(tokens) == 0
    assert tokens.ids.dtype == np.int32


def test_a_batch_is_padded_at_the_end_to_a_multiple_of_eight():
    long = [2, *range(7, 20), 3]
    tokens = packed([[2, 7, 3], [2, 3], long], pad_id=5)

    ids, mask = tokens.batch(np.array([1, 0]))

    assert ids.tolist() == [[2, 3, *[5] * 6], [2, 7, 3, *[5] * 5]]
    assert mask.tolist() == [[1, 1, *[0] * 6], [1, 1, 1, *[0] * 5]]


def test_no_batch_is_longer_than_the_longest_text():
    # Which may be as long as the encoder can read.
    tokens = packed([[2, 7, 3], [2, 3], [2, 8, 9, 3]], pad_id=5)

    ids, _ = tokens.batch(np.array([1, 0]))

    assert ids.tolist() == [[2, 3, 5, 5], [2, 7, 3, 5]]


def test_selected_texts_keep_the_order_asked_for():
    tokens = packed([[2, 7, 3], [2, 3], [2, 8, 9, 3]], pad_id=5)

    chosen = tokens.select(np.array([2, 0]))

    assert chosen.ids.tolist() == [2, 8, 9, 3, 2, 7, 3]
    assert chosen.offsets.tolist() == [0, 4, 7]
    assert chosen.pad_id == 5
    assert len(tokens.select(np.array([], dtype=np.intp))) == 0
