"""A small phrase grammar: templates with slots, written out with a seeded generator.

What the phrases say is in the modules beside this one; here is only how a slot is filled:

- ``{coat}`` takes one of the alternatives of the rule ``coat``, afresh at each use;
- ``{=coat}`` takes one the first time and keeps it, so that a text speaks of one coating;
- ``{0.30..0.80}`` draws a number, both ends included, with as many decimals as are written;
  ``{700..850/10}`` draws in steps of 10;
- ``{~cathode}`` stays as it is: a house word, left to the voice of each publication.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TypeAlias, final

Rules: TypeAlias = Mapping[str, Sequence[str]]

_SLOT = re.compile(r"\{([^{}~]+)\}")
_RANGE = re.compile(r"(\d+(?:\.(\d+))?)\.\.(\d+(?:\.\d+)?)(?:/(\d+(?:\.\d+)?))?")
_HOUSE_WORD = re.compile(r"\{~(\w+)\}")
_ARTICLE = re.compile(r" a (?=[aeio](?!ne\b|nce\b)|un[^i]|ul|up|Li\b|NCM|NCA|LCO|LFP)")
_SENTENCE_START = re.compile(r"\. ([a-z])")


@dataclass(frozen=True, slots=True)
class _Number:
    start: int
    n_steps: int
    step: int
    decimals: int

    def draw(self, rng: Random) -> str:
        value = self.start + self.step * int(rng.random() * self.n_steps)
        return f"{value / 10**self.decimals:.{self.decimals}f}" if self.decimals else str(value)


@dataclass(frozen=True, slots=True)
class _Name:
    name: str
    is_kept: bool


_Part: TypeAlias = str | _Number | _Name


@final
class Grammar:
    """Rules merged from several tables; where two name the same rule, the later one wins.

    Examples
    --------
    >>> from random import Random
    >>> grammar = Grammar({"colour": ("red",), "thing": ("{colour} lamp",)})
    >>> grammar.expand("a {thing} of {5..5} W", Random(1), {})
    'a red lamp of 5 W'
    """

    def __init__(self, *tables: Rules) -> None:
        self._rules = {
            name: tuple(_parse(template) for template in templates)
            for table in tables
            for name, templates in table.items()
        }
        self._sizes = {name: len(templates) for name, templates in self._rules.items()}

    def __contains__(self, name: str) -> bool:
        return name in self._rules

    def expand(self, template: str, rng: Random, facts: dict[str, str]) -> str:
        """Write out `template`; what ``{=name}`` slots choose is added to `facts`.

        `facts` are words that are already decided; they win over rules of the same name.

        Raises
        ------
        KeyError
            If a slot is neither a fact nor a rule.
        """
        out: list[str] = []
        self._write(_parse(template), rng, facts, out)
        return "".join(out)

    def expand_some(
        self, name: str, count: int, rng: Random, facts: dict[str, str]
    ) -> Iterator[str]:
        """Write out up to `count` different alternatives of the rule `name`, in random order."""
        alternatives = self._rules[name]
        count = min(count, len(alternatives))
        # Several times faster than rng.sample, for the few of many that are asked for.
        chosen: dict[int, None] = {}
        while len(chosen) < count:
            chosen[int(rng.random() * len(alternatives))] = None
        for index in chosen:
            out: list[str] = []
            self._write(alternatives[index], rng, facts, out)
            yield "".join(out)

    def unknown_slots(self, facts: Mapping[str, str]) -> set[str]:
        """Return the names that some rule uses and that are neither rules nor `facts`."""
        return {
            part.name
            for templates in self._rules.values()
            for parts in templates
            for part in parts
            if isinstance(part, _Name) and part.name not in self._rules and part.name not in facts
        }

    def _write(
        self, parts: tuple[_Part, ...], rng: Random, facts: dict[str, str], out: list[str]
    ) -> None:
        for part in parts:
            if isinstance(part, str):
                out.append(part)
            elif isinstance(part, _Number):
                out.append(part.draw(rng))
            elif part.name in facts:
                out.append(facts[part.name])
            elif part.is_kept:
                chosen: list[str] = []
                self._write(self._draw(part.name, rng), rng, facts, chosen)
                facts[part.name] = "".join(chosen)
                out.append(facts[part.name])
            else:
                self._write(self._draw(part.name, rng), rng, facts, out)

    def _draw(self, name: str, rng: Random) -> tuple[_Part, ...]:
        # Several times faster than rng.choice, and a text takes about a hundred draws.
        return self._rules[name][int(rng.random() * self._sizes[name])]


def speak(text: str, house_words: Mapping[str, str]) -> str:
    """Put a publication's house words in the place of ``{~name}``, and tidy the grammar.

    "a" becomes "an" where the word that follows asks for it; sentences begin with a capital.
    """
    # The blank lets the article at the very start be found like any other.
    spoken = _HOUSE_WORD.sub(lambda slot: house_words[slot[1]], f" {text}")
    spoken = _ARTICLE.sub(" an ", spoken)[1:]
    spoken = _SENTENCE_START.sub(lambda start: start[0].upper(), spoken)
    return spoken[:1].upper() + spoken[1:]


@cache
def _parse(template: str) -> tuple[_Part, ...]:
    parts: list[_Part] = []
    end = 0
    for slot in _SLOT.finditer(template):
        if slot.start() > end:
            parts.append(template[end : slot.start()])
        parts.append(_parse_slot(slot[1]))
        end = slot.end()
    if end < len(template):
        parts.append(template[end:])
    return tuple(parts)


def _parse_slot(slot: str) -> _Part:
    numbers = _RANGE.fullmatch(slot)
    if numbers is None:
        return _Name(slot.removeprefix("="), is_kept=slot.startswith("="))
    decimals = len(numbers[2]) if numbers[2] is not None else 0
    start, stop = (round(float(end) * 10**decimals) for end in (numbers[1], numbers[3]))
    step = round(float(numbers[4]) * 10**decimals) if numbers[4] is not None else 1
    return _Number(start, (stop - start) // step + 1, step, decimals)
