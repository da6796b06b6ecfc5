"""In which encoding a text file is written, decided over all of its bytes.

The whole file is decoded once before the first row is given out. That costs little beside
parsing, and a wrong byte, a binary or a truncated gzip file is found before hours of work.
"""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from patsieve.corpus.readers.compression import opened_bytes
from patsieve.errors import UnreadableFileError

_CHUNK_BYTES = 1 << 20
# Enough for a guess: the first bytes, to show the language, and lines that are not ASCII.
_SAMPLE_BYTES = 1 << 16
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The description of a long patent has about a million characters; a whole JSON record with its
# citations some millions. An endless line would fill the memory.
LONGEST_LINE = 1 << 26
# What patent exports come in, apart from Unicode: Western, Central European, Cyrillic,
# Chinese, Japanese, Korean.
_LEGACY = ("cp1252", "cp1250", "cp1251", "gb18030", "cp932", "euc_jp", "euc_kr", "big5")
_SINGLE_BYTE = ("cp1252", "cp1250", "cp1251")
_SHARE_OF_NULS_IN_UTF16 = 0.2
# What the declaration of an XML document may name, and is believed where the bytes agree.
_DECLARABLE = frozenset(
    {
        "iso-8859-1", "iso-8859-2", "iso-8859-5", "iso-8859-15", "windows-1250", "windows-1251",
        "windows-1252", "koi8-r", "gb2312", "gbk", "gb18030", "big5", "shift_jis", "euc-jp",
        "iso-2022-jp", "euc-kr",
    }
)  # fmt: skip


def find_encoding(path: Path, head: bytes, declared: str = "") -> tuple[str, str]:
    """Return the encoding of a text file and a note on it, empty if there was no guessing.

    Parameters
    ----------
    path : Path
    head : bytes
        The first bytes of the (decompressed) file.
    declared : str
        The encoding that the file itself names, if it does.

    Raises
    ------
    UnreadableFileError
        If the file is binary, is damaged, or is in no encoding that can be recognised.
    """
    marked = _by_mark_or_nuls(head)
    if marked is not None:
        if _decodes(path, marked):
            return marked, ""
        raise UnreadableFileError(f"{path} begins like {marked.upper()} text but is not")
    if declared.lower() in _DECLARABLE and _decodes(path, declared):
        return declared.lower(), ""
    if _decodes(path, "utf-8"):
        return "utf-8", ""
    for encoding in _guesses(head + _telling_lines(path)):
        if _decodes(path, encoding):
            return encoding, (
                f"the encoding was guessed to be {encoding}; if accented letters look wrong, "
                "save the file as UTF-8"
            )
    raise UnreadableFileError(
        f"the encoding of {path} cannot be recognised; save it as UTF-8 and try again"
    )


@contextmanager
def opened_text(path: Path, encoding: str, *, newline: str | None) -> Iterator[TextIO]:
    """Give the text of `path`, decompressed and decoded; `newline` as in `open`."""
    with (
        opened_bytes(path) as stream,
        io.TextIOWrapper(stream, encoding=encoding, newline=newline) as text,
    ):
        yield text


def bounded_lines(path: Path, text: TextIO) -> Iterator[str]:
    """Yield the lines of `text`, each with its ending.

    Raises
    ------
    UnreadableFileError
        If a line has more than `LONGEST_LINE` characters.
    """
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            raise UnreadableFileError(
                f"line {number} of {path} has more than {LONGEST_LINE:,} characters: no table has"
            )
        yield line


def bounded_text(path: Path, text: TextIO, at_most: int) -> str:
    """Return all of `text`.

    Raises
    ------
    UnreadableFileError
        If it has more than `at_most` characters.
    """
    pieces, size = [], 0
    # Not all in one call: that sets as much memory aside as the file might have.
    while piece := text.read(_CHUNK_BYTES):
        pieces.append(piece)
        size += len(piece)
        if size > at_most:
            raise UnreadableFileError(
                f"{path} has more than {at_most:,} characters in one piece, which must be held in "
                "memory; JSONL, with one object on every line, need not"
            )
    return "".join(pieces)


def _by_mark_or_nuls(head: bytes) -> str | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    # UTF-16 without a mark: Latin text has a NUL in every second byte.
    pairs = max(len(head) // 2, 1)
    if head[1::2].count(0) / pairs > _SHARE_OF_NULS_IN_UTF16 and not head[0::2].count(0):
        return "utf-16-le"
    if head[0::2].count(0) / pairs > _SHARE_OF_NULS_IN_UTF16 and not head[1::2].count(0):
        return "utf-16-be"
    return None


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    # In UTF-16 and UTF-32 a NUL byte is a part of most characters.
    is_wide = encoding.startswith(("utf-16", "utf-32"))
    with opened_bytes(path) as stream:
        try:
            while chunk := stream.read(_CHUNK_BYTES):
                if not is_wide and b"\0" in chunk:
                    raise _binary(path)
                if "\0" in decoder.decode(chunk):
                    raise _binary(path)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _binary(path: Path) -> UnreadableFileError:
    return UnreadableFileError(f"{path} is a binary file (it holds NUL bytes), not a table of text")


def _telling_lines(path: Path) -> bytes:
    """Return lines that are not ASCII, up to a sample's size."""
    kept, size = [], 0
    with opened_bytes(path) as stream:
        while line := stream.readline(_SAMPLE_BYTES):
            if not line.isascii():
                kept.append(line)
                size += len(line)
            if size >= _SAMPLE_BYTES:
                break
    return b"".join(kept)[:_SAMPLE_BYTES]


def _guesses(sample: bytes) -> list[str]:
    """Return encodings that give sensible text, the likeliest first."""
    import charset_normalizer

    found: list[str] = []
    for match in charset_normalizer.from_bytes(sample, cp_isolation=list(_LEGACY)):
        # A single-byte encoding decodes nearly everything: the text must look like a language.
        trusted = [
            name
            for name in match.could_be_from_charset
            if name in _LEGACY and (match.coherence > 0 or name not in _SINGLE_BYTE)
        ]
        found += [name for name in trusted if name not in found]
    # Western and Central European text cannot be told apart by a few letters; the former is
    # far more common in patent exports.
    return sorted(found, key=lambda name: name != "cp1252")
