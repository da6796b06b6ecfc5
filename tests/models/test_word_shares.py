"""What words add to a score is all that the score is made of."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.records import PatentRecord
from patsieve.corpus.text import RecordText
from patsieve.metrics.log_odds import log_odds
from patsieve.models.bag_of_words import BagOfWordsClassifier
from patsieve.models.terms import places_of_words, words_of, words_with_places

TEXTS = [
    *(f"Nickel cathode {i}\nA cathode of layered nickel oxide, number {i}." for i in range(8)),
    *(f"Wooden chair {i}\nA chair of oak with a hinge, number {i}." for i in range(12)),
]
LABELS = np.array([1] * 8 + [0] * 12)


@pytest.fixture(scope="module")
def model():
    return BagOfWordsClassifier(seed=1).fit(TEXTS, LABELS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "A microelectrode of nickel",
        "Nickel chair\noak cathode cathode\nlayered",
        *TEXTS[:2],
    ],
)
def test_shares_and_constant_sum_to_the_log_odds(model, text):
    (shares,) = model.word_shares([text])

    expected = log_odds(model.predict_proba([text])[:, 1])[0]
    assert shares.total == pytest.approx(expected, abs=1e-6)


def test_symbols_have_their_share():
    def text(subject, symbol):
        return RecordText(subject, PatentRecord(1, title=subject, cpc_symbols=(symbol,)))

    texts = [text(f"Device {i}", "H01M4/525" if i % 2 else "A47C3/00") for i in range(20)]
    model = BagOfWordsClassifier(symbols_weight=0.5).fit(texts, np.arange(20) % 2)
    (shares,) = model.word_shares(texts[1:2])

    assert shares.words["H01M"] > 0 < shares.words["H01M4/525"]
    expected = log_odds(model.predict_proba(texts[1:2])[:, 1])[0]
    assert shares.total == pytest.approx(expected, abs=1e-6)


@given(st.lists(st.sampled_from(["nickel", "nickels", "chair", "oak", "\n", "cathode", "zzz"])))
def test_they_do_so_for_any_text(model, words):
    text = " ".join(words)
    (shares,) = model.word_shares([text])

    expected = log_odds(model.predict_proba([text])[:, 1])[0]
    assert shares.total == pytest.approx(expected, abs=1e-6)


def test_what_tells_the_classes_apart_has_their_sign(model):
    (shares,) = model.word_shares(["A nickel cathode beside an oak chair"])

    assert shares.words["nickel"] > 0 > shares.words["chair"]
    assert set(shares.words) <= {"nickel", "cathode", "beside", "an", "oak", "chair"}


def test_a_word_that_training_never_saw_speaks_by_its_fragments(model):
    (shares,) = model.word_shares(["nickelate"])

    assert shares.words["nickelate"] > 0


def test_a_word_in_the_title_counts_there_too(model):
    (in_title, below) = model.word_shares(["nickel oak\nchair", "oak\nnickel chair"])

    assert in_title.words["nickel"] > below.words["nickel"]


def test_no_texts_have_no_shares(model):
    assert model.word_shares([]) == []


@given(st.text(max_size=60))
def test_places_are_given_for_the_words_that_are_counted(text):
    found = list(words_with_places(text))

    assert [word for word, _, _ in found] == words_of(text)
    assert all(0 <= start < end <= len(text) for _, start, end in found)


def test_places_are_those_of_the_words():
    text = "A Nickel-Oxide, LiNi₀.₈O₂"

    assert [(word, text[a:b]) for word, a, b in words_with_places(text)][:2] == [
        ("nickel", "Nickel"),
        ("oxide", "Oxide"),
    ]
    assert ("lini0", "LiNi₀.₈O₂") in [(word, text[a:b]) for word, a, b in words_with_places(text)]


def test_a_word_has_all_its_places():
    assert places_of_words("A cell. The Cell and the anode") == {
        "cell": ((2, 6), (12, 16)),
        "the": ((8, 11), (21, 24)),
        "and": ((17, 20),),
        "anode": ((25, 30),),
    }
