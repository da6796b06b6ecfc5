"""In which language a text is, as far as its script and its commonest words tell.

Good enough to say "a third of these abstracts is German"; a short text without articles and
prepositions stays undecided rather than being guessed.
"""

import re
from collections import Counter
from collections.abc import Mapping

LANGUAGES: Mapping[str, str] = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian",
    "pt": "Portuguese", "nl": "Dutch", "ja": "Japanese", "ko": "Korean", "zh": "Chinese",
    "ru": "Russian",
}  # fmt: skip
"""What can be recognised, and how it is called."""

# Articles, prepositions and the words with which patents begin.
_COMMON_WORDS = {
    "en": "the of and for with an by is from to which having method thereof comprising using",
    "de": "der die das und mit für ein eine einer zur zum von nach wobei verfahren ist auf bei",
    "fr": "le la les des du et pour un une avec dans dont procédé dispositif est au par sur",
    "es": "el los las del y para con una en que procedimiento método se por un su",
    "it": "il lo gli della del di e per con una nel procedimento metodo dei che un da",
    "pt": "o os as do da dos e para com uma em que processo método por ao um de",
    "nl": "de het een van en voor met werkwijze inrichting waarbij is op bij te uit",
}
_LANGUAGES_OF_WORD = {
    word: tuple(name for name, others in _COMMON_WORDS.items() if word in others.split())
    for words in _COMMON_WORDS.values()
    for word in words.split()
}
_WORD = re.compile(r"[^\W\d_]+")
# Chinese characters stand in Japanese texts too, with Japanese ones between them.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]"), 0.05),
    ("ko", re.compile(r"[\uac00-\ud7a3]"), 0.3),
    ("zh", re.compile(r"[\u4e00-\u9fff]"), 0.3),
    ("ru", re.compile(r"[\u0400-\u04ff]"), 0.5),
)
_MOST_CHARACTERS = 600
_FEWEST_WORDS = 2


def language_of(text: str) -> str:
    """Return the code of the language of a text (ISO 639-1), empty where it stays undecided.

    A language needs two of its common words, and more than any other has.

    Examples
    --------
    >>> language_of("Verfahren zur Herstellung einer Kathode"), language_of("Pizza box")
    ('de', '')
    """
    begin = text[:_MOST_CHARACTERS]
    if not begin.isascii():
        n_letters = sum(map(str.isalpha, begin))
        for language, letter, share in _SCRIPTS:
            if n_letters and len(letter.findall(begin)) >= share * n_letters:
                return language
    counts: Counter[str] = Counter()
    for word in _WORD.findall(begin.casefold()):
        counts.update(_LANGUAGES_OF_WORD.get(word, ()))
    (first, most), (_, next_most) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    return first if most >= _FEWEST_WORDS and most > next_most else ""
