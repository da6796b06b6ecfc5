"""Near-duplicates with opposite labels: exactly those that a plain comparison finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.near_duplicates import opposite_near_duplicates

TWENTY = " ".join(f"word{i}" for i in range(20))


def pairs_of(texts, labels, **options):
    found = opposite_near_duplicates(texts, np.array(labels), **options)
    return [(pair.relevant, pair.irrelevant, pair.similarity) for pair in found]


def test_similarity_is_the_share_of_three_word_sequences_in_common():
    # 20 words make 18 sequences. Another last word changes one of them: 17 of 19.
    changed = TWENTY.replace("word19", "other")

    assert pairs_of([TWENTY, changed], [1, 0]) == [(0, 1, pytest.approx(17 / 19))]


def test_case_and_punctuation_do_not_count():
    shouted = TWENTY.upper().replace(" ", ", ")

    assert pairs_of([shouted, TWENTY], [0, 1]) == [(1, 0, 1.0)]


def test_texts_of_one_label_do_not_contradict_each_other():
    assert pairs_of([TWENTY, TWENTY], [1, 1]) == []


def test_a_pair_just_as_similar_as_asked_for_counts():
    # 12 of 24 sequences: the last 6 of 18 differ.
    half = " ".join(TWENTY.split()[:14] + [f"new{i}" for i in range(6)])

    assert [similarity for *_, similarity in pairs_of([TWENTY, half], [1, 0])] == [0.5]
    assert pairs_of([TWENTY, half], [1, 0], least_similarity=0.51) == []


def test_short_texts_are_alike_by_chance_and_do_not_count():
    assert pairs_of(["see the description"] * 2, [1, 0]) == []
    eleven = " ".join(TWENTY.split()[:11])
    twelve = " ".join(TWENTY.split()[:12])
    assert pairs_of([eleven, eleven], [1, 0]) == []
    assert pairs_of([twelve, twelve], [1, 0]) == [(0, 1, 1.0)]


def test_what_stands_beyond_512_words_does_not_count():
    long = " ".join(f"word{i}" for i in range(512))

    assert pairs_of([f"{long} one end", f"{long} another end"], [1, 0]) == [(0, 1, 1.0)]


def test_empty_texts_and_none_at_all_have_no_duplicates():
    assert pairs_of(["", TWENTY], [1, 0]) == []
    assert pairs_of([], []) == []


def test_the_most_similar_come_first():
    words = TWENTY.split()
    texts = [TWENTY, " ".join([*words[:-2], "a", "b"]), " ".join([*words[:-1], "a"])]

    assert [pair[:2] for pair in pairs_of(texts, [1, 0, 0])] == [(0, 2), (0, 1)]


@pytest.mark.parametrize("similarity", [0, 1.1, float("nan")])
def test_an_impossible_similarity_is_refused(similarity):
    with pytest.raises(ValueError, match="least_similarity"):
        opposite_near_duplicates([TWENTY], np.array([1]), least_similarity=similarity)


def test_labels_must_be_as_many_as_texts():
    with pytest.raises(ValueError, match="1 texts but 2 labels"):
        opposite_near_duplicates([TWENTY], np.array([1, 0]))


# Few words in few places, so that texts overlap in every degree, ties included.
TEXTS = st.lists(
    st.lists(st.sampled_from("abcd"), min_size=0, max_size=40).map(" ".join), max_size=12
)


@given(TEXTS, st.randoms(use_true_random=False), st.sampled_from([0.2, 0.5, 0.55, 0.8, 1.0]))
def test_it_finds_what_comparing_every_pair_finds(texts, random, least):
    labels = [random.randint(0, 1) for _ in texts]
    sets = [set(zip(w, w[1:], w[2:], strict=False)) for w in map(str.split, texts)]
    expected = {
        (i, j): len(sets[i] & sets[j]) / len(sets[i] | sets[j])
        for i in range(len(texts))
        for j in range(len(texts))
        if labels[i] == 1
        and labels[j] == 0
        and min(len(sets[i]), len(sets[j])) >= 10
        and len(sets[i] & sets[j]) >= least * len(sets[i] | sets[j])
    }

    found = opposite_near_duplicates(
        texts, np.array(labels, dtype=np.int64), least_similarity=least
    )

    assert {(pair.relevant, pair.irrelevant): pair.similarity for pair in found} == expected
