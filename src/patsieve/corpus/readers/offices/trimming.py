"""Takes out of American documents, before they are parsed, what is not read of them as elements.

Citations, drawings, tables, formulas, and the mark-up of letters, words and paragraphs are nine
tenths of the elements of a grant, and the parser's time goes with their number. Ends of
paragraphs become a sign that `flatten` knows. What is taken out is not checked: a bold letter
that never ends does no harm.
"""

import re

from patsieve.corpus.readers.offices.flatten import LINE_BREAK

# A part, and how it begins: some have attributes. The first ones stand before the description.
_PARTS_OF_FRONT = (
    ("us-references-cited", "<us-references-cited>"),
    ("references-cited", "<references-cited>"),
    ("us-field-of-classification-search", "<us-field-of-classification-search>"),
    ("drawings", "<drawings"),
)
_PARTS_ANYWHERE = (
    ("tables", "<tables"),
    ("maths", "<maths"),
    ("chemistry", "<chemistry"),
)
# With a sign > or a line end in its attributes, a tag is none for these patterns: the parser sees
# an end without a beginning, and the document is read untrimmed.
_WITHIN_A_LINE = re.compile(r"</?+(?:[biou]|figref|claim-ref|su[bp])(?:>| [^<>\n]*\">)")
# Not in an abstract: its headings are left out with what they say.
_LINES = re.compile(
    r"</?+(?:p|claim-text|heading|li|ul|ol|dl|dt|dd|description-of-drawings)"
    r"(?:>| [^<>\n]*\">)"
)
_DESCRIPTION = "<description"


def trimmed(text: str) -> str:
    """Return a document without these parts and tags; its lines keep their numbers.

    One with comments or literal parts (CDATA), in which a tag is none, comes back as it is.
    """
    # Looking for one sign first is faster, and most documents have none.
    if "!" in text and "<!" in text:
        return text
    begin = text.find(_DESCRIPTION)
    front, description = (text, "") if begin < 0 else (text[:begin], text[begin:])
    front = _without_parts(front, _PARTS_OF_FRONT + _PARTS_ANYWHERE)
    description = _without_parts(description, _PARTS_ANYWHERE)
    return front + _LINES.sub(LINE_BREAK, description)


def _without_parts(text: str, parts: tuple[tuple[str, str], ...]) -> str:
    for name, start in parts:
        text = _without(text, start, f"</{name}>")
    return _WITHIN_A_LINE.sub("", text)


def _without(text: str, start: str, end: str) -> str:
    """Return text without the parts between two tags; of one that does not end, all stays."""
    begin = text.find(start)
    if begin < 0:
        return text
    kept, place = [], 0
    while begin >= 0:
        stop = text.find(end, begin)
        if stop < 0 or text.find(start, begin + 1, stop) >= 0:
            break
        # What stands left and right of it are still two words.
        kept += [text[place:begin], " ", "\n" * text.count("\n", begin, stop)]
        place = stop + len(end)
        begin = text.find(start, place)
    return "".join([*kept, text[place:]])
