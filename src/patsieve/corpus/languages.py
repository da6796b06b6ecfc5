"""In which language a text is, as far as its script and its commonest words tell.

Good enough to say "a third of these abstracts is German"; a short text without articles and
prepositions stays undecided rather than being guessed.
"""

import re
from collections import Counter
from collections.abc import Mapping
from itertools import chain

from patsieve.corpus.records import PatentRecord

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
_NO_LETTERS = {code: " " for code in range(128) if not chr(code).isalpha()}
_WORD = re.compile(r"[^\W\d_]+")
# Chinese characters stand in Japanese texts too, with Japanese ones between them.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]"), 0.05),
    ("ko", re.compile(r"[\uac00-\ud7a3]"), 0.3),
    ("zh", re.compile(r"[\u4e00-\u9fff]"), 0.3),
    ("ru", re.compile(r"[\u0400-\u04ff]"), 0.5),
)
_ANY_SCRIPT = re.compile("|".join(letter.pattern for _, letter, _ in _SCRIPTS))
_MOST_CHARACTERS = 600
_FEWEST_WORDS = 2


def language_of_record(record: PatentRecord) -> str | None:
    """Return in which language a record is, by its abstract, or else its title or its claims.

    Empty where that stays undecided; None where it has none of the three.
    """
    text = record.abstract or record.title or record.claims
    return language_of(text) if text else None


def language_of(text: str) -> str:
    """Return the code of the language of a text (ISO 639-1), empty where it stays undecided.

    A language needs two of its common words, and more than any other has.

    Examples
    --------
    >>> language_of("Verfahren zur Herstellung einer Kathode"), language_of("Pizza box")
    ('de', '')
    """
    begin = text[:_MOST_CHARACTERS]
    if not begin.isascii() and _ANY_SCRIPT.search(begin) is not None:
        n_letters = sum(map(str.isalpha, begin))
        for language, letter, share in _SCRIPTS:
            if n_letters and len(letter.findall(begin)) >= share * n_letters:
                return language
    found = map(_LANGUAGES_OF_WORD.get, _words(begin.casefold()))
    counts = Counter(chain.from_iterable(filter(None, found)))
    most = max(counts.values(), default=0)
    likeliest = [language for language, count in counts.items() if count == most]
    return likeliest[0] if most >= _FEWEST_WORDS and len(likeliest) == 1 else ""


def _words(text: str) -> list[str]:
    # Most texts are plain ASCII, which is split in half the time.
    return text.translate(_NO_LETTERS).split() if text.isascii() else _WORD.findall(text)
