"""The signs of the plain text of 1976 to 2001: ``.alpha.``, ``LiNiO.sub.2``, ``##STR1##``."""

import html.entities
import re

_PLACEHOLDER = re.compile(r"##[A-Z]{3}\d*##")
_RAISED = re.compile(r"\.(?:su[bp]|Iadd|Iaddend)\.|\.\[\.|\.\]\.")
_NAMED = re.compile(r"\.([A-Za-z]{2,12}|\+-|-\+)\.")
# What the names of HTML do not cover, from the code tables of the Greenbook.
_SIGNS = {
    "degree": "°", "times": "×", "about": "~", "+-": "±", "-+": "∓", "gtoreq": "≥", "ltoreq": "≤",
    "noteq": "≠", "approxeq": "≈", "congruent": "≅", "fwdarw": "→", "rarw": "←",
    "revreaction": "⇌",    "increment": "Δ", "infin": "∞", "sqroot": "√", "intg": "∫",
    "multidot": "·", "circle": "○",
    "box": "□", "perp": "⊥", "parallel": "∥", "angle": "∠", "ang": "Å", "rtm": "®",
    "TM": "™", "RTM": "®", "dagger": "†", "section": "§", "sctn": "§", "cent": "¢", "pound": "£",
    "prime": "′", "apprxeq": "≈", "varies": "∝", "div": "÷", "brket": "",
}  # fmt: skip


def plain(text: str) -> str:
    """Return text with characters in place of the signs, formulas left out, on one line.

    A name between full stops that is none of a character stays: "the .box." may be a sentence.

    Examples
    --------
    >>> plain("LiNi.sub.0.8 O.sub.2 at 20.degree. C., .alpha.-phase ##STR1##")
    'LiNi0.8 O2 at 20° C., α-phase'
    """
    if "##" in text:
        text = _PLACEHOLDER.sub(" ", text)
    if "." in text:
        text = _NAMED.sub(_character, _RAISED.sub("", text))
    return " ".join(text.split())


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if name in _SIGNS:
        return _SIGNS[name]
    # Capital names are capital letters: .OMEGA.
    known = html.entities.html5.get(f"{name.capitalize() if name.isupper() else name};", "")
    is_greek = len(known) == 1 and "\u0370" <= known <= "\u03ff"
    return known if is_greek else match[0]
