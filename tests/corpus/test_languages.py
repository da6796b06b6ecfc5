import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.languages import _WORD, LANGUAGES, _words, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A cathode with a layer of nickel and a method for the making of it.", "en"),
        ("Verfahren zur Herstellung einer Kathode für eine Batterie", "de"),
        ("Procédé de fabrication d'une cathode pour une batterie au lithium", "fr"),
        ("Procedimiento para la fabricación de un cátodo y una batería", "es"),
        ("Werkwijze voor het vervaardigen van een kathode", "nl"),
        ("リチウム二次電池用正極活物質及びその製造方法を提供する。", "ja"),
        ("本发明公开了一种高镍正极材料的制备方法", "zh"),
        ("리튬 이차전지용 양극 활물질 및 그 제조방법", "ko"),
        ("Катод литиевого аккумулятора", "ru"),
        ("LiNi0.8Co0.1Mn0.1O2", ""),
        ("Pizza box", ""),
        ("", ""),
    ],
)
def test_languages_of_titles_and_abstracts(text, language):
    assert language_of(text) == language


def test_a_few_greek_letters_do_not_make_greek():
    assert language_of("The α-phase of a cathode for the cell of µm size") == "en"


@given(st.text(max_size=50))
def test_every_answer_has_a_name_or_is_undecided(text):
    assert language_of(text) in {"", *LANGUAGES}


@given(st.text(st.characters(codec="ascii"), max_size=60))
def test_words_of_ascii_are_those_of_any_text(text):
    assert _words(text) == _WORD.findall(text)
