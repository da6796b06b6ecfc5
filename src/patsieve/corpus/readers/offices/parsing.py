"""The text of one XML document to a tree of elements, with nothing that could do harm.

The parser gets neither a document type nor a name of a character, so that there is nothing to
unfold and nothing to fetch; depth and number of elements are bounded.
"""

import re
from xml.etree.ElementTree import Element, ParseError, fromstring

from patsieve.corpus.readers.broken import BrokenRecordError

# Formulas nest deepest, to about forty.
_DEEPEST = 200
# A table of the longest patents has some hundred thousand cells, with two tags each.
_MOST_TAGS = 1 << 21

_CONTAINER = "patsieve-container"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NUMBER = re.compile(r"&#(?:(\d+)|[xX]([0-9a-fA-F]+))(;?)")
_OPENED = re.compile(r"<([A-Za-z_][\w.-]*)(\s[^<>]*)?(?<!/)>")
_PREFIX = re.compile(r"[<\s/]([A-Za-z_][\w.-]*):[A-Za-z_]")


def parsed(text: str, *, line: int, is_sgml: bool) -> Element:
    """Return the root of a document, its names without namespaces.

    What stands in many real files is mended: characters that XML does not allow become blanks,
    prefixes that are declared in a container need not be declared again, and elements of SGML
    that are always empty need no end.

    Parameters
    ----------
    text : str
        From the start tag to the end tag, without names of characters but the five that XML
        knows.
    line : int
        Of the file, where it begins; for the error.
    is_sgml : bool
        Whether empty elements may be written without an end.

    Raises
    ------
    BrokenRecordError
        If it is not well-formed, nests too deeply, or has millions of elements.
    """
    if len(text) > _MOST_TAGS and text.count("<") > _MOST_TAGS:
        raise BrokenRecordError(f"has more than {_MOST_TAGS:,} tags", line)
    try:
        root = _tree(text)
    except (ParseError, UnicodeEncodeError):
        try:
            root = _tree(_mended(text, is_sgml=is_sgml))
        except ParseError as error:
            reason = str(error).partition(":")[0]
            raise BrokenRecordError(
                f"is not well-formed: {reason}", line + max(error.position[0] - 1, 0)
            ) from error
    if root.tag == _CONTAINER:
        root = root[0]
    _tidy(root, line)
    return root


def _tree(text: str) -> Element:
    return fromstring(text)  # noqa: S314 - it holds no document type, see above


def _mended(text: str, *, is_sgml: bool) -> str:
    text = _NUMBER.sub(_allowed_number, _CONTROL.sub(" ", text))
    text = text.encode("utf-8", "replace").decode("utf-8")
    if is_sgml:
        closed = set(re.findall(r"</([A-Za-z_][\w.-]*)", text))
        text = _OPENED.sub(lambda match: _with_end(match, closed), text)
    return _with_prefixes(text)


def _allowed_number(match: re.Match[str]) -> str:
    digits, base = (match[1], 10) if match[1] is not None else (match[2], 16)
    number = int(digits, base) if len(digits) <= 8 else 0
    is_character = number in (9, 10, 13) or (
        0x20 <= number <= 0x10FFFF
        and not 0xD800 <= number <= 0xDFFF
        and number not in (0xFFFE, 0xFFFF)
    )
    return f"&#{number};" if is_character else " "


def _with_end(match: re.Match[str], closed: set[str]) -> str:
    return match[0] if match[1] in closed else f"{match[0][:-1]}/>"


def _with_prefixes(text: str) -> str:
    """Put a document into a container that declares every prefix in it."""
    prefixes = sorted(
        {name for name in _PREFIX.findall(text) if not name.lower().startswith("xml")}
    )
    declared = "".join(f' xmlns:{name}="urn:{name}"' for name in prefixes)
    return f"<{_CONTAINER}{declared}>{text}</{_CONTAINER}>"


def _tidy(root: Element, line: int) -> None:
    """Cut namespaces off the names, and refuse what is too deep."""
    level = [root]
    for _ in range(_DEEPEST):
        for element in level:
            if element.tag[0] == "{":
                element.tag = element.tag.rpartition("}")[2]
        level = [child for element in level for child in element]
        if not level:
            return
    raise BrokenRecordError(f"has elements nested more than {_DEEPEST} deep", line)
