"""Classification symbols as the offices write them, to ``H01M 4/525``."""

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

# "A61M  31/    00            A I", "B25J-0009/1664", "G06F015/00", "7F 16L   1/00": what
# follows are the version and the values.
_SLASHED = re.compile(
    r"(?<![A-Za-z])([A-HY])\s*([0-9]{2})\s*([A-Z])[\s-]*([0-9]{1,4})\s*/\s*([0-9]{2,6})"
)
# The American files before 2005: a subclass, three places for the main group, the subgroup.
_FIXED = re.compile(r"([A-H][0-9]{2}[A-Z])(  [0-9]| [0-9]{2}|[0-9]{3})([0-9]{2,4})")
_PARTS = ("section", "class", "subclass", "main-group", "subgroup")


def symbol_of(text: str) -> str:
    """Return the symbol in a text; empty where there is none.

    Examples
    --------
    >>> symbol_of("A61M  31/    00            A I  "), symbol_of("G06F 1516"), symbol_of("D0202")
    ('A61M 31/00', 'G06F 15/16', '')
    >>> symbol_of("G06F015/00"), symbol_of("C07D40112"), symbol_of("7H 01M   4/525")
    ('G06F 15/00', 'C07D 401/12', 'H01M 4/525')
    """
    slashed = _SLASHED.search(text)
    if slashed is not None:
        section, number, letter, main, sub = slashed.groups()
        return f"{section}{number}{letter} {int(main)}/{sub}"
    fixed = _FIXED.fullmatch(text.strip())
    if fixed is not None:
        return f"{fixed[1]} {int(fixed[2])}/{fixed[3]}"
    return ""


def symbols_in(element: Element) -> list[str]:
    """Return the symbols of an element that has one in parts, or some as text."""
    section, number, letter, main, sub = ((element.findtext(part) or "").strip() for part in _PARTS)
    if section and number and letter:
        whole = f"{section}{number.zfill(2)}{letter}"
        return [f"{whole} {main.lstrip('0') or '0'}/{sub}" if main and sub else whole]
    texts = (element.findtext(name) for name in ("text", "classification-symbol"))
    text = next((found for found in texts if found is not None), None)
    return _symbols_of("".join(element.itertext()) if text is None else text)


def _symbols_of(text: str) -> list[str]:
    """Return all symbols of a text: the register writes ``H04W84/20, // H04W88/04``."""
    several = [symbol_of(match[0]) for match in _SLASHED.finditer(text)]
    return several or [symbol_of(text)]


def joined(symbols: Iterable[str]) -> str:
    """Return symbols as the text of a cell, each once, in their order."""
    return "; ".join(dict.fromkeys(filter(None, symbols)))


def ipc_in(bibliography: Element) -> Iterator[str]:
    """Yield the IPC symbols of the elements that hold them in all versions of ST.36."""
    for element in bibliography.iter("classification-ipcr"):
        yield from symbols_in(element)
    for element in bibliography.iter("classification-ipc"):
        parts = [
            part
            for name in ("main-classification", "further-classification", "text")
            for part in element.iter(name)
        ]
        if parts:
            yield from (symbol_of("".join(part.itertext())) for part in parts)
        else:
            yield from symbols_in(element)
    yield from _of_scheme(bibliography, "IPC", "IC")


def cpc_in(bibliography: Element) -> Iterator[str]:
    """Yield the CPC symbols; those that several offices gave come several times."""
    for element in bibliography.iter("classification-cpc"):
        yield from symbols_in(element)
    yield from _of_scheme(bibliography, "CPC")


def _of_scheme(bibliography: Element, *schemes: str) -> Iterator[str]:
    for element in bibliography.iter("patent-classification"):
        scheme = element.find("classification-scheme")
        if scheme is not None and scheme.get("scheme", "").startswith(schemes):
            yield from symbols_in(element)
