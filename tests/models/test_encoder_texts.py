"""How much of a text an encoder reads, told in characters."""

import numpy as np
import pytest

from patsieve.models.encoder_texts import fields_apart, read_lengths, tokenized
from tiny_encoders import tiny_tokenizer


@pytest.fixture(scope="module")
def tokenizer():
    return tiny_tokenizer()


def test_an_empty_line_is_no_field(tokenizer):
    assert fields_apart(["nickel\n\ncathode", "\ncathode", ""], tokenizer) == [
        "nickel [SEP] cathode",
        "cathode",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "max_tokens", "read"),
    [
        ("nickel cathode", 16, "nickel cathode"),
        ("nickel cathode pump valve", 4, "nickel cathode"),
        ("nickel cathode\npump valve", 6, "nickel cathode\npump"),
        ("nickel cathode\npump valve", 5, "nickel cathode\n"),
        ("nickel\n\npump valve", 5, "nickel\n\npump"),
        ("", 4, ""),
    ],
)
def test_the_part_that_is_read_is_told(tokenizer, text, max_tokens, read):
    (length,) = read_lengths([text], tokenizer, max_tokens=max_tokens)

    assert text[:length] == read


@pytest.mark.parametrize("max_tokens", [3, 4, 5, 6, 7, 8, 40])
def test_the_part_alone_gives_the_same_tokens(tokenizer, max_tokens):
    text = "nickel cathode\npump valve hinge\nlithium oxide"
    (length,) = read_lengths([text], tokenizer, max_tokens=max_tokens)

    whole = tokenized([text], tokenizer, max_tokens=max_tokens)
    part = tokenized([text[:length]], tokenizer, max_tokens=max_tokens)
    n_tokens = len(part.ids)
    assert len(whole.ids) - n_tokens in (0, 1)  # a separator at the very end is no text
    np.testing.assert_array_equal(whole.ids[: n_tokens - 1], part.ids[:-1])


def test_no_texts_have_no_lengths(tokenizer):
    assert read_lengths([], tokenizer, max_tokens=4).shape == (0,)
