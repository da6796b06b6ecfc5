"""Takes out of American documents, before they are parsed, what is not read of them.

Citations, drawings and the mark-up of single letters and words are half of the elements of a
grant, and the parser's time goes with their number. What is taken out is not checked: a bold
letter that never ends does no harm.
"""

import re

# A part, and how it begins: some have attributes.
_PARTS = (
    ("us-references-cited", "<us-references-cited>"),
    ("references-cited", "<references-cited>"),
    ("us-field-of-classification-search", "<us-field-of-classification-search>"),
    ("drawings", "<drawings "),
)
_WITHIN_A_LINE = re.compile(r"</?(?:[biou]|figref|claim-ref|su[bp])(?: [^<>\n]*)?>")


def trimmed(text: str) -> str:
    """Return a document without these parts and tags; its lines keep their numbers."""
    for name, start in _PARTS:
        end = f"</{name}>"
        begin = text.find(start)
        stop = text.find(end, begin) if begin >= 0 else -1
        if stop >= 0:
            lines = "\n" * text.count("\n", begin, stop)
            text = f"{text[:begin]}{lines}{text[stop + len(end) :]}"
    return _WITHIN_A_LINE.sub("", text)
