"""What a document type declares that concerns us: names of characters, and attacks.

A document type is read by us alone; none is handed to a parser, and nothing is fetched.
"""

import html
import re
from collections.abc import Mapping

from patsieve.corpus.readers.broken import BrokenRecordError

# A comment that is never closed goes on to the end.
_TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|<!--(?:.*?-->|.*)|[\[\]>]", re.DOTALL)
_COMMENT = re.compile(r"<!--(?:.*?-->|.*)", re.DOTALL)
_ENTITY = re.compile(
    r"<!ENTITY\s+(?P<parameter>%\s+)?(?P<name>[^\s\"'<>%&;]+)\s+"
    r"(?P<value>\"[^\"]*\"|'[^']*'|(?:SYSTEM|PUBLIC)\b[^>]*)"
)
# An own name stands for a character or a word.
_LONGEST_VALUE = 1000


def own_entities(head: str) -> Mapping[str, str] | None:
    """Return the names that the last document type in `head` gives to texts.

    None where `head` holds neither a document type nor the beginning of a document, so that
    what was said before still holds.

    Raises
    ------
    BrokenRecordError
        If it declares an external entity that is not a drawing, or one that is made of others.
    """
    begin = head.rfind("<!DOCTYPE")
    if begin < 0:
        return {} if "<?xml " in head else None
    found: dict[str, str] = {}
    for match in _ENTITY.finditer(_COMMENT.sub("", _declarations(head[begin:]))):
        name, value = match["name"], match["value"]
        if value.startswith(("SYSTEM", "PUBLIC")):
            # Drawings are declared so; they are not text and nobody opens them.
            if re.search(r"\sNDATA\s", value) is None:
                raise BrokenRecordError(
                    f"declares the external entity '{name[:40]}', and nothing outside the file "
                    "is read"
                )
            continue
        if match["parameter"] is None:
            found[name] = _text_of(name, value[1:-1])
    return found


def _text_of(name: str, value: str) -> str:
    without_references = re.sub(r"&#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});", "", value)
    if re.search(r"[&<%]", without_references) or len(value) > _LONGEST_VALUE:
        raise BrokenRecordError(
            f"declares the entity '{name[:40]}' by others or by mark-up, which could unfold "
            "without end"
        )
    return html.unescape(value)


def _declarations(text: str) -> str:
    """Return what stands between the brackets of a document type, and nothing if there is none."""
    begin = -1
    for token in _TOKEN.finditer(text):
        if token[0] == "[" and begin < 0:
            begin = token.end()
        elif token[0] == "]" and begin >= 0:
            return text[begin : token.start()]
        elif token[0] == ">" and begin < 0:
            return ""
    return text[begin:] if begin >= 0 else ""
