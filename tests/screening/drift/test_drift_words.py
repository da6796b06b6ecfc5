"""Unknown words are counted, each once, without keeping any."""

import numpy as np
import pytest

from patsieve.screening.drift.words import N_BITS, KnownWords, hundredths, word_places


def known(*texts):
    bits = np.zeros(N_BITS, dtype=bool)
    for text in texts:
        bits[word_places(text)] = True
    return KnownWords(bits)


def test_a_word_counts_once_whatever_its_case():
    assert len(word_places("Nickel nickel NICKEL cathode")) == 2


def test_numbers_and_short_words_do_not_count():
    assert len(word_places("0.5 of 12 Li in x2y a1b2")) == 0


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("nickel cathode", 0),
        ("nickel chair", 50),
        ("oak chair", 100),
        ("nickel cathode chair", 33),
        ("12 of", None),
        ("", None),
    ],
)
def test_the_share_of_unknown_words_is_told_in_hundredths(text, share):
    assert known("a nickel cathode").unknown_share(text) == share


def test_words_come_back_as_they_were_kept():
    words = known("nickel cathode", "Kathode für Akkus")

    again = KnownWords.from_text(words.as_text())

    np.testing.assert_array_equal(again.bits, words.bits)


@pytest.mark.parametrize("text", ["", "AAAA", "no base64!"])
def test_what_are_no_words_is_refused(text):
    with pytest.raises(ValueError):
        KnownWords.from_text(text)


def test_shares_are_rounded():
    assert [hundredths(n, 3) for n in range(4)] == [0, 33, 67, 100]
