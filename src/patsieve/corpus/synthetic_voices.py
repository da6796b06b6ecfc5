"""How each office's made-up publications read: house words, openings, closings, translations.

Members of a family say the same in different voices. Japanese abstracts have the headings of
their office, Chinese ones read like the machine translations that databases hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import final

from patsieve.corpus.synthetic_grammar import speak


@final
@dataclass(frozen=True, slots=True)
class Voice:
    """The manner of one office.

    Attributes
    ----------
    house_words : mapping of str to tuple of str
        Alternatives for each ``{~word}``; a publication keeps to one of them.
    openings, closings : tuple of str
        How an abstract begins, around what the invention is (``[core]``, a noun phrase, or
        ``[short]`` and ``[benefit]``), and how it may end (possibly empty).
    shouted_titles : float
        Share of titles in capitals.
    """

    house_words: Mapping[str, tuple[str, ...]]
    openings: tuple[str, ...]
    closings: tuple[str, ...] = ("",)
    shouted_titles: float = 0.0

    def choose_words(self, rng: Random) -> dict[str, str]:
        """Draw the house words of one publication."""
        return {
            word: options[int(rng.random() * len(options))]
            for word, options in self.house_words.items()
        }

    def title(self, title: str, house_words: Mapping[str, str], rng: Random) -> str:
        """Write a title as the office prints it."""
        spoken = speak(title, house_words)
        return spoken.upper() if rng.random() < self.shouted_titles else spoken


_ENGLISH: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "cathode": ("positive electrode", "cathode", "cathode"),
        "anode": ("negative electrode", "anode"),
        "battery": (
            "lithium secondary battery",
            "lithium ion battery",
            "nonaqueous electrolyte secondary battery",
            "lithium-ion secondary battery",
            "rechargeable lithium battery",
        ),
        "batteries": (
            "lithium secondary batteries",
            "lithium-ion batteries",
            "secondary batteries",
        ),
        "comprising": ("comprising", "including", "containing"),
        "wherein": ("wherein", "in which", "where"),
        "invention": ("the present invention", "the present disclosure", "the invention"),
        "excellent": ("excellent", "improved", "good"),
        "improved": ("improved", "enhanced"),
        "reduced": ("reduced", "decreased", "lowered"),
    }
)
_PLAIN = Voice(
    house_words=_ENGLISH,
    openings=(
        "[core] is provided.",
        "Provided is [core].",
        "{~invention} relates to [core].",
        "Disclosed is [core].",
        "{~invention} provides [core].",
        "Described herein is [core].",
        "[core].",
    ),
)
_EUROPEAN = Voice(
    house_words=_ENGLISH,
    openings=(
        "{~invention} relates to [core].",
        "[core], and uses thereof.",
        "{~invention} concerns [core].",
        "The object is to provide [short] [benefit]. This is solved by [core].",
    ),
    shouted_titles=0.7,
)
_JAPANESE = Voice(
    house_words=MappingProxyType(
        {
            **_ENGLISH,
            "cathode": ("positive electrode", "positive electrode", "cathode"),
            "anode": ("negative electrode",),
            "battery": (
                "nonaqueous electrolyte secondary battery",
                "lithium ion secondary battery",
                "secondary battery",
            ),
        }
    ),
    openings=(
        "PROBLEM TO BE SOLVED: To provide [short] [benefit]. SOLUTION: Provided is [core].",
        "PROBLEM TO BE SOLVED: To provide [short] capable of [benefit]. SOLUTION: This is [core].",
        "To provide [short] [benefit]. The solution is [core].",
    ),
    closings=("", "SELECTED DRAWING: Figure 1.", "SELECTED DRAWING: None.", "Selected figure: 2."),
    shouted_titles=0.2,
)
_KOREAN = Voice(
    house_words=MappingProxyType(
        {
            **_ENGLISH,
            "battery": (
                "lithium secondary battery",
                "lithium secondary battery",
                "secondary battery",
            ),
            "comprising": ("comprising", "including", "comprising"),
        }
    ),
    openings=(
        "{~invention} relates to [short], and more specifically to [core].",
        "Disclosed are [core], and a method of preparing the same.",
        "{~invention} is related to [core].",
        "According to one embodiment of {~invention}, [core] can be provided.",
    ),
    shouted_titles=0.3,
)
_CHINESE = Voice(
    house_words=MappingProxyType(
        {
            **_ENGLISH,
            # "Anode material" for the positive electrode: a translation seen in older databases.
            "cathode": ("positive electrode", "cathode", "positive pole", "anode"),
            "anode": ("negative electrode", "negative pole"),
            "battery": ("lithium ion battery", "lithium battery", "lithium-ion power battery"),
            "batteries": ("lithium ion batteries", "power batteries"),
            "comprising": ("comprising", "which comprises", "including"),
            "wherein": ("wherein", "characterized in that", "and"),
            "invention": ("the invention", "the application", "the scheme of the invention"),
            "excellent": ("excellent", "good", "stable"),
            "improved": ("effectively improved", "obviously improved"),
            "reduced": ("greatly reduced", "effectively reduced"),
        }
    ),
    openings=(
        "The invention discloses [core], and belongs to the technical field of [field].",
        "The invention belongs to the technical field of [field], and particularly relates to"
        " [core].",
        "The application provides [core], and relates to the field of [field].",
        "The invention relates to [short] and application thereof. The technical scheme is [core].",
    ),
    closings=(
        "",
        "The method is simple in process, low in cost and suitable for industrial production.",
        "The preparation process is simple and easy to control, and has wide prospect.",
        "The process is environment-friendly, and large-scale popularization is facilitated.",
    ),
)
VOICES: Mapping[str, Voice] = MappingProxyType(
    {
        "US": _PLAIN,
        "EP": _EUROPEAN,
        "WO": _EUROPEAN,
        "JP": _JAPANESE,
        "KR": _KOREAN,
        "CN": _CHINESE,
    }
)
"""The voice of each office, by its country code."""
