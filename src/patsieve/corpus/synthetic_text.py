"""Writing a made-up invention: what a family has in common, and how each publication says it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import final

from patsieve.corpus.synthetic_grammar import Grammar, speak
from patsieve.corpus.synthetic_voices import Voice

_ABSTRACT_WORDS = (45, 90)
_CLAIM_WORDS = (42, 70)
_MAX_WORDS = {"abstract": 175, "claim": 145}
_PLAIN_TITLES = 0.2
_COMPOSITION_IN_ABSTRACT = 0.4
_CONTRASTS = (0.2, 0.55, 0.25)  # none, one, two
_RELATED = 0.2
_ASIDES = 0.15
_SENTENCE_LEFT_OUT = 0.3
_OTHER_CLAIM = 0.2
_NUMBERED_CLAIMS = 0.5
_WITHOUT_ABSTRACT = 0.04
# How often the sentences of an abstract, and the limits of a claim, are of each sort.
_REMARKS = {"own remark": 5, "material remark": 2, "layered remark": 1, "cell remark": 1}
_LIMITS = {"own limit": 3, "material limit": 2, "cell limit": 1, "rival limit": 1}


@final
@dataclass(frozen=True, slots=True)
class Invention:
    """The text that the members of a family share; house words are not chosen yet.

    Attributes
    ----------
    title : str
    opening : dict of str to str
        What stands for ``[core]``, ``[short]``, ``[benefit]`` and ``[field]`` in an opening.
    sentences : tuple of str
        The rest of the abstract.
    claims : tuple of str
        One or two heads of a first claim, such as for the product and for its making.
    limits : tuple of str
        Further features; a grant has one more of them in its claim than the application.
    claim_words : int
        How long the first claim is to be, about.
    """

    title: str
    opening: dict[str, str]
    sentences: tuple[str, ...]
    claims: tuple[str, ...]
    limits: tuple[str, ...]
    claim_words: int


def write_invention(grammar: Grammar, facts: dict[str, str], rng: Random) -> Invention:
    """Make up an invention by the rules of a topic, from what `TopicTable.draw_facts` gives."""
    is_plain = "plain title" in grammar and rng.random() < _PLAIN_TITLES
    title = grammar.expand("{plain title}" if is_plain else "{title}", rng, facts)
    opening = {
        f"[{name}]": grammar.expand(f"{{{name}}}", rng, facts)
        for name in ("core", "short", "benefit", "field")
    }
    if rng.random() < _RELATED:
        opening["[core]"] += grammar.expand(", {relation}", rng, facts)
    sentences = [*_prior_art(grammar, rng, facts), *_some(_REMARKS, 8, grammar, rng, facts)]
    return Invention(
        title=title,
        opening=opening,
        sentences=(
            *_cut(sentences, opening["[core]"], rng),
            grammar.expand("{effect}", rng, facts),
        ),
        claims=tuple(grammar.expand_some("claim", 2, rng, facts)),
        limits=tuple(_some(_LIMITS, 6, grammar, rng, facts)),
        claim_words=rng.randint(*_CLAIM_WORDS),
    )


def write_publication(
    invention: Invention, voice: Voice, *, is_grant: bool, rng: Random
) -> tuple[str, str, str]:
    """Return title, abstract (sometimes empty) and first claim as one office publishes them."""
    words = voice.choose_words(rng)
    title = voice.title(invention.title, words, rng)
    abstract = _abstract(invention, voice, rng)
    claim = _claim(invention, is_grant, rng)
    return title, speak(abstract, words), speak(claim, words)


def _prior_art(grammar: Grammar, rng: Random, facts: dict[str, str]) -> list[str]:
    """Give the sentences on the composition and on what the invention is compared with."""
    count = rng.choices((0, 1, 2), _CONTRASTS)[0]
    sentences = list(grammar.expand_some("contrast", count, rng, facts))
    if rng.random() < _COMPOSITION_IN_ABSTRACT:
        sentences.append(grammar.expand("{composition}", rng, facts))
    if rng.random() < _ASIDES:
        sentences.append(grammar.expand("{aside}", rng, facts))
    return sentences


def _some(
    weights: Mapping[str, int], count: int, grammar: Grammar, rng: Random, facts: dict[str, str]
) -> list[str]:
    """Write out `count` phrases of the sorts in `weights`, in random order, none twice."""
    sorts = Counter(
        rng.choices(
            [sort for sort in weights if sort in grammar],
            [w for s, w in weights.items() if s in grammar],
            k=count,
        )
    )
    phrases = [
        phrase
        for sort, share in sorts.items()
        for phrase in grammar.expand_some(sort, share, rng, facts)
    ]
    rng.shuffle(phrases)
    return phrases


def _cut(sentences: list[str], core: str, rng: Random) -> list[str]:
    """Keep as many sentences as an abstract of a drawn length takes, in random order."""
    words = _count_words(core)
    target = rng.randint(*_ABSTRACT_WORDS)
    kept: list[str] = []
    for sentence in sentences:
        if words >= target:
            break
        words += _count_words(sentence)
        kept.append(sentence)
    rng.shuffle(kept)
    return kept


def _abstract(invention: Invention, voice: Voice, rng: Random) -> str:
    if rng.random() < _WITHOUT_ABSTRACT:
        return ""
    opening = rng.choice(voice.openings)
    for name, phrase in invention.opening.items():
        opening = opening.replace(name, phrase)
    sentences = list(invention.sentences)
    if len(sentences) > 4 and rng.random() < _SENTENCE_LEFT_OUT:
        del sentences[int(rng.random() * len(sentences))]
    parts = [opening, *sentences, rng.choice(voice.closings)]
    while sum(map(_count_words, parts)) > _MAX_WORDS["abstract"]:
        del parts[-2]
    return " ".join(part for part in parts if part)


def _claim(invention: Invention, is_grant: bool, rng: Random) -> str:
    heads = invention.claims
    head = heads[-1] if rng.random() < _OTHER_CLAIM else heads[0]
    words = _count_words(head)
    limits: list[str] = []
    for limit in invention.limits:
        if words >= invention.claim_words and len(limits) > is_grant:
            break
        words += _count_words(limit) + 1
        if words > _MAX_WORDS["claim"] - 5:
            break
        limits.append(limit)
    number = "1. " if rng.random() < _NUMBERED_CLAIMS else ""
    joined = "; and ".join(filter(None, ("; ".join(limits[:-1]), *limits[-1:])))
    return f"{number}{head}, {{~wherein}} {joined}." if joined else f"{number}{head}."


def _count_words(text: str) -> int:
    return text.count(" ") + 1
