"""Which terms are counted, and that a text's counts are its own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from patsieve.models.terms import Vocabulary

TEXTS = (
    "Nickel-rich cathode; the cathode comprises nickel.",
    "A cathode of LiNi0.8 and a separator",
    "The separators of a wooden chair",
)


def counts_by_term(vocabulary: Vocabulary, text: str) -> dict[str, int]:
    counted = vocabulary.count([text])
    words = zip(vocabulary.words, counted.words.toarray()[0].astype(int).tolist(), strict=True)
    fragments = zip(
        vocabulary.fragments, counted.fragments.toarray()[0].astype(int).tolist(), strict=True
    )
    return {term: n for term, n in (*words, *fragments) if n}


def test_a_word_is_taken_if_it_stands_in_enough_texts_however_often_in_one():
    vocabulary = Vocabulary.learn(TEXTS, fewest_texts=2)

    # "nickel" occurs twice, but in the first text only; single characters are no words.
    assert vocabulary.words == ("cathode", "of", "the")


def test_a_fragment_joins_words_of_one_stem():
    vocabulary = Vocabulary.learn(TEXTS, fewest_texts=2)

    assert " sep" in vocabulary.fragments
    assert "ator" in vocabulary.fragments
    assert "tor " not in vocabulary.fragments


def test_words_and_fragments_are_counted_as_often_as_they_stand_there():
    vocabulary = Vocabulary(words=("nickel", "oxide"), fragments=(" nic", "ide ", "kels"))

    assert counts_by_term(vocabulary, "Nickel oxide, nickels, fluoride") == {
        "nickel": 1,
        "oxide": 1,
        " nic": 2,
        "ide ": 2,
        "kels": 1,
    }


def test_subscripts_and_full_width_letters_are_read_as_plain_ones():
    vocabulary = Vocabulary(words=("linio2",), fragments=())

    assert counts_by_term(vocabulary, "LiNiO₂ ＬｉＮｉＯ２ linio2") == {"linio2": 3}


def test_chinese_is_reached_by_fragments():
    vocabulary = Vocabulary.learn(["高镍正极材料的制备", "一种高镍正极材料"], fewest_texts=2)

    assert vocabulary.fragments == ("极材料的", "正极材料", "镍正极材", "高镍正极")[1:]


@pytest.mark.parametrize("texts", [[""], [" .;-"], ["", "a b c"]])
def test_texts_without_words_have_no_terms(texts):
    vocabulary = Vocabulary.learn(texts, fewest_texts=1)

    assert vocabulary == Vocabulary(words=(), fragments=())
    assert vocabulary.count(texts).words.shape == (len(texts), 0)
    assert vocabulary.count(texts).fragments.shape == (len(texts), 0)


def test_no_text_has_no_counts():
    vocabulary = Vocabulary.learn(TEXTS, fewest_texts=1)

    assert vocabulary.count([]).words.shape == (0, len(vocabulary.words))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(alphabet="abcä \n.", max_size=40), min_size=1, max_size=8))
def test_words_are_those_of_scikit_learn(texts):
    vocabulary = Vocabulary.learn(texts, fewest_texts=1)

    peer = CountVectorizer(vocabulary={word: i for i, word in enumerate(vocabulary.words)} or ["x"])
    if vocabulary.words:
        expected = peer.transform(texts).toarray()
        np.testing.assert_array_equal(vocabulary.count(texts).words.toarray(), expected)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(alphabet="abc ", max_size=30), min_size=1, max_size=8))
def test_a_text_has_the_same_counts_in_any_company(texts):
    vocabulary = Vocabulary.learn(["abc ab cab", "ab cab bca"], fewest_texts=1)

    together = vocabulary.count(texts)

    for i, text in enumerate(texts):
        alone = vocabulary.count([text])
        for kind in ("words", "fragments"):
            row, own = getattr(together, kind)[i], getattr(alone, kind)
            assert row.indices.tolist() == own.indices.tolist()
            assert row.data.tolist() == own.data.tolist()
