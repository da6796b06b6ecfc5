"""Altered versions of training texts: what may change, what never does, and from which draws."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patsieve.finetuning.augmentation import (
    Augmentation,
    augmented_texts,
    mask_tokens,
    sentences,
)
from tiny_encoders import packed

TITLE = "Nickel cathode"
ABSTRACT = "A cathode is made. It holds nickel. It lasts long. It is cheap."
CLAIMS = "1. A cathode. 2. The cathode of claim 1, e.g. layered. 3. A cell."
TEXT = f"{TITLE}\n{ABSTRACT}\n{CLAIMS}"
EVERYTHING = Augmentation(
    drop_fields=0.5, shuffle_fields=0.5, drop_sentences=0.5, shuffle_sentences=0.5
)


def altered(text=TEXT, *, view=0, seed=1, n=200, **chances):
    return augmented_texts([text] * n, Augmentation(**chances), view=view, seed=seed)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("", []),
        ("no full stop", ["no full stop"]),
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("See FIG. 2. It shows a cell.", ["See FIG. 2.", "It shows a cell."]),
        ("Smith et al. Describe it.", ["Smith et al. Describe it."]),
        ("It melts at 3. 5 is too hot.", ["It melts at 3.", "5 is too hot."]),
        ("About 0.8 mol. of Ni, i.e. much.", ["About 0.8 mol. of Ni, i.e. much."]),
        ("1. A cell. 2. A cell of claim 1.", ["1. A cell.", "2. A cell of claim 1."]),
        ('He said "go." Then left.', ['He said "go."', "Then left."]),
        ("Invented by J. Smith. Useful.", ["Invented by J. Smith.", "Useful."]),
        ("第一。第二。", ["第一。", "第二。"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(field, expected):
    assert sentences(field) == expected


@given(st.text(alphabet='Ab1.!? ()"e', max_size=40))
@settings(max_examples=200)
def test_no_character_is_lost_between_sentences(field):
    assert "".join("".join(sentences(field)).split()) == "".join(field.split())


def test_without_chances_texts_stay_as_they_are():
    assert altered(n=3) == [TEXT] * 3


@pytest.mark.parametrize("view", range(4))
def test_something_of_every_text_always_remains(view):
    chances = {"drop_fields": 0.99, "drop_sentences": 0.99}
    for text in altered(view=view, **chances):
        assert len(sentences(text)) >= 1
        assert text.strip()


def test_dropped_fields_leave_the_others_whole_and_in_order():
    seen = Counter(altered(drop_fields=0.5, n=2000))
    lines = {tuple(text.split("\n")) for text in seen}

    assert lines == {
        (TITLE,),
        (ABSTRACT,),
        (CLAIMS,),
        (TITLE, ABSTRACT),
        (TITLE, CLAIMS),
        (ABSTRACT, CLAIMS),
        (TITLE, ABSTRACT, CLAIMS),
    }
    # Half of the times it is kept; of the eighth in which all would go, it stays in a third.
    titled = sum(n for text, n in seen.items() if text.startswith(TITLE))
    assert titled / 2000 == pytest.approx(13 / 24, abs=0.04)


def test_reordered_fields_are_the_same_fields():
    seen = Counter(altered(shuffle_fields=0.5, n=1200))

    assert {tuple(sorted(text.split("\n"))) for text in seen} == {(CLAIMS, ABSTRACT, TITLE)}
    # Half stay as they are, and a sixth of the reordered ones come out so too.
    assert seen[TEXT] / 1200 == pytest.approx(7 / 12, abs=0.05)
    assert len(seen) == 6


def test_dropped_sentences_leave_every_field_one():
    for text in altered(drop_sentences=0.9):
        title, abstract, claims = text.split("\n")
        assert title == TITLE
        assert abstract
        assert set(sentences(abstract)) <= set(sentences(ABSTRACT))
        assert set(sentences(claims)) <= set(sentences(CLAIMS))


def test_reordered_sentences_stay_in_their_field():
    changed = 0
    for text in altered(shuffle_sentences=0.5):
        title, abstract, claims = text.split("\n")
        assert title == TITLE
        assert sorted(sentences(abstract)) == sorted(sentences(ABSTRACT))
        assert sorted(sentences(claims)) == sorted(sentences(CLAIMS))
        changed += abstract != ABSTRACT
    # Half are due, and 23 of 24 orders of four sentences are others.
    assert changed / 200 == pytest.approx(23 / 48, abs=0.12)


def test_a_version_is_a_function_of_seed_view_and_position():
    texts = [TEXT] * 50
    first = augmented_texts(texts, EVERYTHING, view=1, seed=3)

    assert augmented_texts(texts, EVERYTHING, view=1, seed=3) == first
    assert augmented_texts(texts[:20], EVERYTHING, view=1, seed=3) == first[:20]
    assert augmented_texts(texts, EVERYTHING, view=2, seed=3) != first
    assert augmented_texts(texts, EVERYTHING, view=1, seed=4) != first
    assert len(set(first)) > 10


def test_one_alteration_leaves_the_draws_of_the_others_alone():
    alone = altered(drop_fields=0.5)
    both = altered(drop_fields=0.5, shuffle_fields=0.9)

    assert [sorted(text.split("\n")) for text in both] == [
        sorted(text.split("\n")) for text in alone
    ]


def test_a_text_without_anything_in_it_stays_so():
    assert augmented_texts(["", "\n"], EVERYTHING, view=0, seed=0) == ["", "\n"]


def test_epochs_take_turns_with_the_views():
    settings = Augmentation(mask_tokens=0.1, views=3)

    assert [settings.view_of(epoch) for epoch in range(1, 8)] == [0, 1, 2, 0, 1, 2, 0]
    assert not settings.alters_texts


def masked(rows, share=0.5, *, view=0, seed=0):
    texts = packed(rows)
    return texts, mask_tokens(texts, share, mask_id=4, special_ids={0, 2, 3}, view=view, seed=seed)


def test_special_tokens_are_never_masked_and_lengths_stay():
    texts, changed = masked([[2, *range(10, 60), 3, 7, 3]] * 40)
    special = np.isin(texts.ids, [0, 2, 3])

    assert (changed.ids[special] == texts.ids[special]).all()
    hidden = changed.ids != texts.ids
    assert set(changed.ids[hidden].tolist()) == {4}
    assert hidden.sum() / (~special).sum() == pytest.approx(0.5, abs=0.05)
    assert (changed.offsets == texts.offsets).all()
    assert (changed.ids.dtype, changed.pad_id) == (texts.ids.dtype, texts.pad_id)


def test_masking_leaves_the_given_texts_alone():
    texts, changed = masked([[2, 10, 11, 12, 3]] * 20)

    assert changed.ids is not texts.ids
    assert texts.ids.tolist() == [2, 10, 11, 12, 3] * 20


def test_masks_are_a_function_of_seed_view_and_position():
    rows = [[2, *range(10, 40), 3]] * 6
    first = masked(rows)[1].ids

    assert (masked(rows)[1].ids == first).all()
    assert (masked(rows[:2])[1].ids == first[:64]).all()
    assert (masked(rows, view=1)[1].ids != first).any()
    assert (masked(rows, seed=1)[1].ids != first).any()
    assert (first[:32] != first[32:64]).any()


def test_no_share_masks_nothing_and_no_texts_are_no_trouble():
    texts, changed = masked([[2, 10, 3]], share=0.0)

    assert changed is texts
    none = packed([[]]).select(np.array([], dtype=np.intp))
    assert len(mask_tokens(none, 0.5, mask_id=4, special_ids={2}, view=0, seed=0)) == 0
