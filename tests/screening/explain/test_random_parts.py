"""Random parts are as long as the named ones, whole, and not the same."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.read_text import ReadText
from patsieve.corpus.records import PatentRecord
from patsieve.corpus.text import TextRecipe
from patsieve.screening.explain.random_parts import RandomParts

RECORD = PatentRecord(
    row=1,
    title="Nickel cathode",
    abstract="The cathode holds nickel. It is coated with carbon. The chair is made of old oak.",
)


def read(record=RECORD):
    return ReadText(record, TextRecipe())


def parts_of(text, kind, end=10_000):
    return RandomParts(text, kind, end=end)


def stretch_of(text, passage):
    start = text.text.index(passage)
    return start, start + len(passage)


def told(text, part):
    return [text.text[start:end] for start, end in part]


def test_sentences_are_drawn_whole_and_about_as_long():
    text = read()
    parts = parts_of(text, "sentence")
    named = (stretch_of(text, "It is coated with carbon."),)

    draws = parts.like(named, np.random.default_rng(1), n_draws=200)

    found = {tuple(told(text, drawn)) for drawn in draws}
    # Five words are named, so four to seven are as long.
    assert found == {
        ("The cathode holds nickel.",),
        ("The chair is made of old oak.",),
        ("Nickel cathode", "The cathode holds nickel."),
        ("Nickel cathode", "It is coated with carbon."),
    }


def test_a_word_is_drawn_with_all_its_places():
    text = read()
    parts = parts_of(text, "word")
    named = tuple(stretch_of(text, word) for word in ("coated", "with"))

    draws = parts.like(named, np.random.default_rng(1), n_draws=1000)

    found = {tuple(word.lower() for word in told(text, drawn)) for drawn in draws}
    assert ("cathode", "cathode") in found
    assert ("nickel", "nickel") in found
    assert ("carbon", "chair") in found
    assert ("coated", "with") not in found
    assert all(len(drawn) == 2 for drawn in found)


def test_where_nothing_is_as_long_nothing_is_drawn():
    text = read()
    named = (stretch_of(text, "Nickel cathode"),)

    # Two words: every sentence but the title has four or more.
    drawn = parts_of(text, "sentence").like(named, np.random.default_rng(1), n_draws=3)

    assert drawn == []


def test_the_only_sentence_has_no_other_one():
    text = read(PatentRecord(row=1, title="Nickel cathode"))

    assert parts_of(text, "sentence").like(((0, 14),), np.random.default_rng(1), n_draws=3) == []


def test_what_is_not_read_is_not_drawn():
    text = read()
    end = stretch_of(text, "The chair")[0]
    named = (stretch_of(text, "It is coated with carbon."),)

    draws = parts_of(text, "sentence", end).like(named, np.random.default_rng(1), n_draws=100)

    assert all("chair" not in passage for drawn in draws for passage in told(text, drawn))


@given(st.lists(st.integers(3, 12), min_size=2, max_size=12), st.integers(0, 999), st.data())
def test_draws_are_never_the_named_parts_and_never_much_longer_or_shorter(lengths, seed, data):
    sentences = [f"{'Ab ' * (length - 1)}ab." for length in lengths]
    text = read(PatentRecord(row=1, abstract=" ".join(sentences)))
    parts = parts_of(text, "sentence")
    named = tuple(data.draw(st.sets(st.sampled_from(text.sentences()), min_size=1)))

    draws = parts.like(named, np.random.default_rng(seed), n_draws=3)

    wanted = parts.n_words(named)
    assert len(draws) in (0, 3)
    for drawn in draws:
        assert wanted / 1.5 <= parts.n_words(drawn) <= wanted * 1.5
        assert set(drawn) <= set(text.sentences())
        assert set(drawn) != set(named)
        assert list(drawn) == sorted(drawn)
