"""The format of Excel before 2007, as far as a sheet of short texts goes (BIFF8 in a CFB file).

[MS-XLS] and [MS-CFB]: one sheet of LABEL records in a file of one FAT sector.
"""

import struct
from collections.abc import Sequence
from pathlib import Path

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
# Shorter streams would have to stand in the mini stream.
_SHORTEST_STREAM = 4096


def write_xls(path: Path, rows: Sequence[Sequence[str]]) -> None:
    stream = _workbook(rows)
    stream += (
        bytes(-len(stream) % _SECTOR)
        if len(stream) >= _SHORTEST_STREAM
        else bytes(_SHORTEST_STREAM - len(stream))
    )
    n_sectors = len(stream) // _SECTOR
    # Sector 0 is the FAT, sector 1 the directory, then comes the workbook.
    fat = [_FAT, _END, *range(3, 2 + n_sectors), _END]
    assert len(fat) <= _SECTOR // 4
    path.write_bytes(
        _header()
        + struct.pack(f"<{_SECTOR // 4}I", *fat, *[_FREE] * (_SECTOR // 4 - len(fat)))
        + _entry("Root Entry", kind=5, child=1, start=_END, size=0)
        + _entry("Workbook", kind=2, child=_FREE, start=2, size=len(stream))
        + _entry("", kind=0, child=_FREE, start=0, size=0) * 2
        + stream
    )


def _header() -> bytes:
    begin = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    begin += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    begin += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, _SHORTEST_STREAM, _END, 0, _END, 0, 0)
    return begin + struct.pack("<I", _FREE) * 108


def _entry(name: str, *, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + (b"\0\0" if name else b"")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def _workbook(rows: Sequence[Sequence[str]]) -> bytes:
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6))
    begin += _record(0x0042, struct.pack("<H", 1200))
    name = b"Results"
    length_of_bound_sheet = 4 + 4 + 2 + 2 + len(name)
    place = len(begin) + length_of_bound_sheet + 4
    begin += _record(0x0085, struct.pack("<IHBB", place, 0, len(name), 0) + name)
    begin += _record(0x000A, b"")
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6))
    widest = max(len(row) for row in rows)
    sheet += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, widest, 0))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
                sheet += _record(0x0204, struct.pack("<HHH", number, column, 0) + text)
    return begin + sheet + _record(0x000A, b"")


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content
