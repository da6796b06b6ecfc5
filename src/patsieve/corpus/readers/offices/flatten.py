"""Mark-up to text: paragraphs to lines, formulas, tables and pictures left out."""

import re
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from patsieve.corpus.text import has_double_blank, may_have_other_space, single_spaced

# What has no text that a model could read, in the words of all the formats.
_LEFT_OUT = frozenset(
    {
        "maths", "math", "us-math", "MATH-US", "math-cwu", "MATHEMATICA", "chemistry",
        "us-chemistry", "CHEM-US", "chemistry-cwu", "CHEMCDX", "CHEMMOL", "tables", "table",
        "TABLE-US", "table-cwu", "CWU", "img", "image", "figure", "drawings", "EMI",
        "abstract-figure", "doc-page", "custom-character", "CUSTOM-CHARACTER", "sequence-list",
        "sequence-list-text", "us-sequence-list-doc", "number", "claim-statement", "colspec",
    }
)  # fmt: skip
_LINES = frozenset(
    {
        "p", "li", "ul", "ol", "dl", "dt", "dd", "br", "pre", "heading", "claim-text", "claim",
        "section", "paragraph", "subparagraph", "description-of-drawings", "abst-problem",
        "abst-solution", "H", "PARA", "PTEXT", "BTEXT", "CLMSTEP", "LST", "LI", "UL", "OL", "BR",
    }
)  # fmt: skip
_HEADINGS = frozenset({"heading", "H"})
LINE_BREAK = "\x8d"
"""Where a line ends that was a paragraph: XML may hold the sign, and no text does, since no code
page has a letter there."""
_PLACEHOLDER = "<IMAGE>"
_PARAGRAPH_NUMBER = re.compile(r"\[[0-9]{4,5}\] ?")
# "1. A cathode", "1) A cathode", "1-20. (canceled)".
_CLAIM_NUMBER = re.compile(r"([0-9]{1,4}(?:-[0-9]{1,4})?)\s*[.)]\s*(?=\D)")


def lines_of(element: Element, *, headings: bool = True) -> list[str]:
    """Return the text of an element, a paragraph, list item or heading a line."""
    parts: list[str] = []
    _collect(element, parts, headings=headings)
    whole = without_placeholders("".join(parts)).replace("\n", " ")
    # Most pieces are the line ends between two paragraphs.
    lines = [line for piece in whole.split(LINE_BREAK) if (line := piece.strip())]
    # Looked for in all lines at once, because there is hardly ever any.
    if may_have_other_space("".join(lines)):
        lines = list(map(single_spaced, lines))
    else:
        lines = [" ".join(line.split()) if has_double_blank(line) else line for line in lines]
    return [text for line in lines if (text := line if line[0] != "[" else _unnumbered(line))]


def _unnumbered(line: str) -> str:
    """Return a paragraph without its number ``[0012]``."""
    number = _PARAGRAPH_NUMBER.match(line)
    return line if number is None else line[number.end() :]


def without_placeholders(text: str) -> str:
    """Return text without what stands for a picture."""
    return text.replace(_PLACEHOLDER, " ").rstrip() if _PLACEHOLDER in text else text


def line_of(element: Element | None) -> str:
    """Return the text of an element on one line; of none, nothing."""
    return "" if element is None else _on_one_line(lines_of(element))


def _on_one_line(lines: Sequence[str]) -> str:
    """Join lines by blanks, but for marks that belong to the word before."""
    joints = ("" if line[0] in ",;:.)" else " " for line in lines[1:])
    return "".join([*lines[:1], *(f"{j}{line}" for j, line in zip(joints, lines[1:], strict=True))])


def _collect(element: Element, parts: list[str], *, headings: bool) -> None:
    if element.text:
        parts.append(element.text)
    for child in element:
        tag = child.tag
        if tag in _LEFT_OUT or (not headings and tag in _HEADINGS):
            # What stands left and right of it are still two words.
            parts.append(" ")
        elif tag in _LINES:
            parts.append(LINE_BREAK)
            _collect(child, parts, headings=headings)
            parts.append(LINE_BREAK)
        elif len(child):
            _collect(child, parts, headings=headings)
        elif child.text:
            parts.append(child.text)
        if child.tail:
            parts.append(child.tail)


def claims_of(claims: Sequence[Element], *, texts: str = "claim-text") -> str:
    """Return claims, one a line, each with its number.

    The number is that of the text, else that of the attribute ``num``, else the position.

    Parameters
    ----------
    claims : sequence of Element
    texts : str
        The name of the parts of a claim. Where all claims stand as such parts in one element,
        as the EPO's service gives them, those that go on counting are claims of their own.
    """
    if len(claims) == 1:
        return "\n".join(
            _apart([line_of(part) for part in claims[0].findall(texts)]) or _numbered(claims)
        )
    return "\n".join(_numbered(claims))


def _numbered(claims: Iterable[Element]) -> list[str]:
    lines = []
    for position, claim in enumerate(claims, start=1):
        text = line_of(claim)
        number = _CLAIM_NUMBER.match(text)
        if number is not None:
            lines.append(f"{number[1]}. {text[number.end() :]}")
        elif text:
            own = claim.get("num", "").strip()
            lines.append(f"{int(own) if own.isdecimal() and len(own) < 7 else position}. {text}")
    return lines


def _apart(parts: Sequence[str]) -> list[str]:
    """Return claims that stand as parts in one; nothing if the parts are those of one claim."""
    found: list[list[str]] = []
    for part in parts:
        number = _CLAIM_NUMBER.match(part)
        if number is not None and number[1] == str(len(found) + 1):
            found.append([f"{number[1]}. {part[number.end() :]}"])
        elif found:
            found[-1].append(part)
        else:
            return []
    return [" ".join(filter(None, claim)) for claim in found] if len(found) > 1 else []
