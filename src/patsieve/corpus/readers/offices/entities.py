"""Names of characters, ``&mgr;`` or ``&ldquo;``, to the characters, without a document type."""

import html.entities
import re
from collections.abc import Mapping

from patsieve.corpus.readers.broken import BrokenRecordError

_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})
# An ampersand that begins neither a number nor one of the names that every parser knows.
_REFERENCE = re.compile(r"&(?!#[\dxX]|(?:amp|lt|gt|quot|apos);)(?:([A-Za-z][\w.]*)(;)?)?")
# Texts of a document's own names may not make it longer by more than that.
_MOST_GROWTH = 1 << 20

# The sets of ISO 8879 that the American files of 2001 to 2004 use are in HTML 5, but for the Greek
# letters of ISOgrk1, ISOgrk2 and ISOgrk4 and some older names of ISOgrk3 and ISOpub.
_GREEK_LETTERS = "αβγδεζηθικλμνξοπρςστυφχψω"
_GREEK = dict(
    zip(
        (
            "agr", "bgr", "ggr", "dgr", "egr", "zgr", "eegr", "thgr", "igr", "kgr", "lgr", "mgr",
            "ngr", "xgr", "ogr", "pgr", "rgr", "sfgr", "sgr", "tgr", "ugr", "phgr", "khgr", "psgr",
            "ohgr",
        ),
        _GREEK_LETTERS,
        strict=True,
    )
)  # fmt: skip
# Capital letters have the first, or all but the last two, letters of their names as capitals.
_GREEK_CAPITALS = {
    name.removesuffix("gr").upper() + "gr": letter.upper()
    for name, letter in _GREEK.items()
    if name != "sfgr"
}
_OLDER = {
    "thetas": "θ", "phis": "φ", "epsis": "ϵ", "kappav": "ϰ", "rhov": "ϱ", "aacgr": "ά",
    "eacgr": "έ", "eeacgr": "ή", "iacgr": "ί", "oacgr": "ό", "uacgr": "ύ", "ohacgr": "ώ",
    "idigr": "ϊ", "udigr": "ϋ", "mldr": "…", "nldr": "‥", "lsqb": "[", "rsqb": "]", "dlowbar": "‗",
    "smallcircle": "∘", "boxul": "┘", "rarr2": "⇉", "angst": "Å", "utri": "▵", "dtri": "▿",
    "sext": "✶", "cross": "✗", "sharp": "♯", "flat": "♭", "natur": "♮", "half": "½",
}  # fmt: skip


def with_characters(text: str, own: Mapping[str, str]) -> tuple[str, set[str]]:
    """Return `text` with characters in place of their names, and the names that are not known.

    Names without a meaning stay as they are written; an ampersand that stands alone is one.

    Parameters
    ----------
    text : str
        XML. Numbers of characters and the five names that every parser knows are left to it.
    own : mapping of str to str
        What the document itself says some names mean.

    Raises
    ------
    BrokenRecordError
        If the document's own names make it much longer than it is.
    """
    if "&" not in text:
        return text, set()
    unknown: set[str] = set()
    grown = 0

    def character(match: re.Match[str]) -> str:
        nonlocal grown
        name = match[1]
        if name is None or match[2] is None:
            return f"&amp;{name or ''}"
        if name in own:
            grown += len(own[name])
            if grown > _MOST_GROWTH:
                raise BrokenRecordError(
                    f"has entities of its own that unfold to more than {_MOST_GROWTH:,} characters"
                )
            return _escaped(own[name])
        known = _character(name)
        if not known:
            unknown.add(f"&{name[:40]};")
            return f"&amp;{name};"
        return _escaped(known)

    return _REFERENCE.sub(character, text), unknown


def _character(name: str) -> str:
    """Return the character of a name; empty if there is none."""
    for table in (_GREEK, _GREEK_CAPITALS, _OLDER):
        if name in table:
            return table[name]
    # ISOgrk4 has the bold letters of ISOgrk3 as "b.alpha".
    return html.entities.html5.get(f"{name.removeprefix('b.')};", "")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
