"""Changes to the bytes of a file: what transport, editors, programs and people with intent do.

Everything is decided by the source of random numbers, so the same source makes the same input.
"""

import gzip
import io
import random
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence

_TOKEN = re.compile(rb"<[^<>]{0,80}>|[A-Za-z0-9_.-]+|[^A-Za-z0-9_.\s-]|\s+")
_DIGITS = re.compile(rb"\d+")
_NUMBERS = (
    b"", b"0", b"-1", b"00", b"1", b"255", b"256", b"65536", b"2147483648", b"4294967295",
    b"18446744073709551616", b"9" * 5000, b"1e999", b"0.5", b"-0", b"1e-999", b"0x10", b"NaN",
)  # fmt: skip
_EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_ENCODINGS = (
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-8-sig",
    "utf-32",
    "latin-1",
    "cp932",
    "utf-7",
)
# Where time or memory grows faster than the file does, a file of this size shows it.
_AMPLIFIED_BYTES = 200_000
_PARTS_SHARE, _AMPLIFIED_SHARE, _RECODED_SHARE, _PACKED_SHARE = 0.15, 0.004, 0.06, 0.04
_MEMBER_NAMES = (
    "", "/", "../evil.csv", "/etc/passwd", "a/../../b.csv", "C:\\evil.csv", ".hidden", "a" * 300,
    "a.csv", "xl/workbook.xml", "[Content_Types].xml", "mimetype", "week\n.csv", "\x1b[2J.csv",
    "content.xml", "xl/worksheets/sheet1.xml", "ä\ufffd.csv",
)  # fmt: skip

Change = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def damaged(source: random.Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Return one of the seeds after a few changes."""
    content = source.choice(seeds)
    if source.random() < _PARTS_SHARE:
        content = _spliced(source, content, source.choice(seeds))
    for _ in range(1 + int(source.expovariate(0.8))):
        content = source.choice(_CHANGES)(source, content, words)
    if source.random() < _AMPLIFIED_SHARE:
        content = _amplified(source, content)
    if source.random() < _RECODED_SHARE:
        content = _recoded(source, content)
    if source.random() < _PACKED_SHARE:
        content = _packed(source, content)
    return content


def damaged_archive(source: random.Random, seeds: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Return one of some zip archives after a few changes, mostly to what is in it."""
    whole = source.choice(seeds)
    if source.random() < 0.25:
        return damaged(source, (whole,), words)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    contents = [content for _, content in members if content]
    for _ in range(source.choice((1, 1, 1, 2))):
        place = source.randrange(len(members))
        name, content = members[place]
        action = source.random()
        if action < 0.8:
            members[place] = (name, damaged(source, (content or source.choice(contents),), words))
        elif action < 0.87:
            members[place] = (source.choice(_MEMBER_NAMES), content)
        elif action < 0.94:
            members.append((name, source.choice(contents)))
        elif len(members) > 1:
            del members[place]
    packed = archived(
        members, compression=source.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    )
    return damaged(source, (packed,), words) if source.random() < 0.1 else packed


def archived(
    members: Iterable[tuple[str, bytes]], *, compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Return a zip archive, always the same for the same members."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", compression, compresslevel=1) as archive:
        for name, content in members:
            member = zipfile.ZipInfo(name, (2026, 11, 25, 9, 15, 0))
            member.compress_type = compression
            # ZipFile tells of names that stand twice by a warning; we mean them.
            archive.NameToInfo.pop(member.filename, None)
            archive.writestr(member, content)
    return whole.getvalue()


def _spliced(source: random.Random, first: bytes, second: bytes) -> bytes:
    return first[: source.randrange(len(first) + 1)] + second[source.randrange(len(second) + 1) :]


def _span(source: random.Random, content: bytes, longest: int = 64) -> tuple[int, int]:
    """Return the beginning and the end of a piece; long ones are rare."""
    begin = source.randrange(len(content) + 1)
    length = source.randint(0, longest if source.random() < 0.9 else len(content))
    return begin, min(begin + length, len(content))


def _flip(source: random.Random, content: bytes, words: Sequence[bytes]) -> bytes:
    changed = bytearray(content)
    for _ in range(source.choice((1, 1, 2, 8)) if changed else 0):
        changed[source.randrange(len(changed))] ^= 1 << source.randrange(8)
    return bytes(changed)


def _set_byte(source: random.Random, content: bytes, words: Sequence[bytes]) -> bytes:
    place = source.randrange(len(content) + 1)
    return content[:place] + bytes((source.randrange(256),)) + content[place + 1 :]


def _delete(source: random.Random, content: bytes, words: Sequence[bytes]) -> bytes:
    begin, end = _span(source, content)
    return content[:begin] + content[end:]


def _double(source: random.Random, content: bytes, words: Sequence[bytes]) -> bytes:
    begin, end = _span(source, content)
    times = 1 + int(source.expovariate(0.7))
    return content[:end] + content[begin:end] * times + content[end:]


def _move(source: random.Random, content: bytes, words: Sequence[bytes]) -> bytes:
    begin, end = _span(source, content)
    piece, rest = content[begin:end], content[:begin] + content[end:]
    place = source.randrange(len(rest) + 1)
    return rest[:place] + piece + rest[place:]


def _insert_word(source: random.Random, content: bytes, words: Sequence[bytes]) -> bytes:
    place = source.randrange(len(content) + 1)
    return content[:place] + source.choice(words) + content[place:]


def _overwrite_with_word(source: random.Random, content: bytes, words: Sequence[bytes]) -> bytes:
    place, word = source.randrange(len(content) + 1), source.choice(words)
    return content[:place] + word + content[place + len(word) :]


def _cut(source: random.Random, content: bytes, words: Sequence[bytes]) -> bytes:
    if source.random() < 0.5:
        return content[: source.randrange(len(content) + 1)]
    return content[: max(len(content) - source.randint(1, 40), 0)]


def _tokens(source: random.Random, content: bytes, words: Sequence[bytes]) -> bytes:
    """Exchange, leave out, double or replace what a parser takes for one thing."""
    # A window: a large file would be cut up anew for every change.
    begin = source.randrange(len(content) + 1) if len(content) > 2000 else 0
    window = content[begin : begin + 2000]
    found = _TOKEN.findall(window)
    if not found:
        return content
    _rearrange(source, found, lambda _: source.choice(words))
    return content[:begin] + b"".join(found) + content[begin + len(window) :]


def _lines(source: random.Random, content: bytes, words: Sequence[bytes]) -> bytes:
    """Exchange, leave out, double or join lines."""
    found = content.splitlines(keepends=True)
    if not found:
        return content
    _rearrange(source, found, lambda line: line.rstrip(b"\r\n"))
    return b"".join(found)


def _rearrange(
    source: random.Random, pieces: list[bytes], changed: Callable[[bytes], bytes]
) -> None:
    """Exchange two pieces, leave one out, double it, or put what is made of it in its place."""
    first, second = source.randrange(len(pieces)), source.randrange(len(pieces))
    action = source.randrange(4)
    if action == 0:
        pieces[first], pieces[second] = pieces[second], pieces[first]
    elif action == 1:
        del pieces[first]
    elif action == 2:
        pieces.insert(second, pieces[first])
    else:
        pieces[first] = changed(pieces[first])


def _number(source: random.Random, content: bytes, words: Sequence[bytes]) -> bytes:
    """Replace a number that is written in digits."""
    place = source.randrange(len(content) + 1)
    match = _DIGITS.search(content, place) or _DIGITS.search(content)
    if match is None:
        return content
    return content[: match.start()] + source.choice(_NUMBERS) + content[match.end() :]


def _length_field(source: random.Random, content: bytes, words: Sequence[bytes]) -> bytes:
    """Overwrite some bytes with a number at the edge of what they can hold."""
    size = source.choice((1, 2, 4, 8))
    place = source.randrange(len(content) + 1)
    value = source.choice(_EDGES) if source.random() < 0.7 else source.randrange(1 << 24)
    order = source.choice(("little", "little", "big"))
    number = (value % (1 << (8 * size))).to_bytes(size, order)
    return content[:place] + number + content[place + size :]


def _amplified(source: random.Random, content: bytes) -> bytes:
    """Repeat a piece until the file is large."""
    begin, end = _span(source, content)
    piece = content[begin:end] or b'"'
    return content[:end] + piece * (_AMPLIFIED_BYTES // len(piece)) + content[end:]


def _recoded(source: random.Random, content: bytes) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(source.choice(_ENCODINGS), "replace")


def _packed(source: random.Random, content: bytes) -> bytes:
    if source.random() < 0.7:
        return gzip.compress(content, 1, mtime=0)
    return archived([("inner", content)])


_CHANGES: tuple[Change, ...] = (
    _flip, _set_byte, _delete, _double, _move, _insert_word, _insert_word, _overwrite_with_word,
    _cut, _tokens, _tokens, _lines, _number, _length_field,
)  # fmt: skip
