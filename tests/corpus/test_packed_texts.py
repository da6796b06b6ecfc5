import pytest

from patsieve.corpus.packed_texts import PackedTexts, RepeatedTexts


@pytest.mark.parametrize("kind", [PackedTexts, RepeatedTexts])
def test_texts_come_back_as_they_were(kind):
    given = ["EP1A1", "", "正極", "\ud800", "", "EP1A1"]
    texts = kind()

    for text in given:
        texts.add(text)

    assert [texts[place] for place in range(len(given))] == given


def test_a_text_that_comes_again_is_kept_once():
    texts = RepeatedTexts()

    for text in ("a.csv", "b.csv", "a.csv"):
        texts.add(text)

    assert (texts.distinct, list(texts.codes)) == (["a.csv", "b.csv"], [0, 1, 0])
