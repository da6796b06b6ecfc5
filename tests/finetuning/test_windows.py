"""Windows cover a text, overlap as asked, and leave a short text as it is."""

from itertools import pairwise

import numpy as np
import pytest

from patsieve.errors import CheckpointError
from patsieve.finetuning.tokens import tokenize
from patsieve.finetuning.windows import tokenize_windows
from tiny_encoders import tiny_tokenizer

CLS, SEP = 2, 3
LONG = " ".join(f"word{number}" for number in range(50))


@pytest.fixture(scope="module")
def tokenizer():
    return tiny_tokenizer()


def contents(cut, text=0):
    """Return the tokens of each window of a text, without the special ones around them."""
    first = int(cut.counts[:text].sum())
    rows = []
    for window in range(first, first + int(cut.counts[text])):
        ids = cut.windows.ids[cut.windows.offsets[window] : cut.windows.offsets[window + 1]]
        assert (ids[0], ids[-1]) == (CLS, SEP)
        rows.append(ids[1:-1].tolist())
    return rows


@pytest.mark.parametrize(("max_tokens", "overlap"), [(12, 0), (12, 3), (12, 6), (9, 4), (51, 10)])
def test_windows_cover_every_token_and_overlap_as_asked(tokenizer, max_tokens, overlap):
    cut = tokenize_windows(tokenizer, [LONG], max_tokens=max_tokens, overlap=overlap, most=99)
    windows = contents(cut)
    whole = tokenize(tokenizer, [LONG], max_tokens=99).ids[1:-1].tolist()

    rebuilt = windows[0]
    for before, window in pairwise(windows):
        assert before[len(before) - overlap :] == window[:overlap]
        rebuilt = rebuilt + window[overlap:]
    assert len(windows) > 1
    assert rebuilt == whole
    assert max(map(len, windows)) == max_tokens - 2
    assert cut.windows.n_truncated == 0
    assert cut.is_whole.all()


def test_a_text_that_fits_is_tokenized_as_ever(tokenizer):
    texts = ["nickel cathode", "", "pump"]
    cut = tokenize_windows(tokenizer, texts, max_tokens=8, overlap=2, most=3)
    plain = tokenize(tokenizer, texts, max_tokens=8)

    assert cut.counts.tolist() == [1, 1, 1]
    np.testing.assert_array_equal(cut.windows.ids, plain.ids)
    np.testing.assert_array_equal(cut.windows.offsets, plain.offsets)


def test_the_first_window_is_what_is_read_without_windows(tokenizer):
    cut = tokenize_windows(tokenizer, [LONG], max_tokens=12, overlap=4, most=99)

    assert contents(cut)[0] == tokenize(tokenizer, [LONG], max_tokens=12).ids[1:-1].tolist()


def test_what_lies_behind_the_most_windows_is_not_read_and_counted(tokenizer):
    texts = ["pump", LONG, "nickel cathode"]
    cut = tokenize_windows(tokenizer, texts, max_tokens=12, overlap=2, most=2)

    assert cut.counts.tolist() == [1, 2, 1]
    assert cut.windows.n_truncated == 1
    assert cut.is_whole.tolist() == [True, False, True]
    # Ten words, and eight more.
    assert LONG[: cut.read_characters[1]].endswith("word17")


def test_a_text_is_cut_alike_whatever_stands_beside_it(tokenizer):
    alone = tokenize_windows(tokenizer, [LONG], max_tokens=12, overlap=2, most=9)
    among = tokenize_windows(tokenizer, ["pump"] * 70 + [LONG], max_tokens=12, overlap=2, most=9)

    assert contents(among, 70) == contents(alone)


def test_no_text_has_no_window(tokenizer):
    cut = tokenize_windows(tokenizer, [], max_tokens=12, overlap=2, most=9)

    assert (len(cut), len(cut.windows)) == (0, 0)


def test_a_tokenizer_that_cannot_tell_places_is_refused():
    class SlowTokenizer:
        is_fast = False

    with pytest.raises(CheckpointError, match=r"fast kind .*this checkpoint has a SlowTokenizer"):
        tokenize_windows(SlowTokenizer(), ["pump"], max_tokens=12, overlap=2, most=9)
