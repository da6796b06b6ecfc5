"""Files that are made to do harm, in full size: what is said of each, how long it takes, how much
memory.

    python tests/fuzz/hostile.py

Each is read as `patsieve corpus check` reads it, in a process of its own. Printed is a Markdown
table; the exit code is 1 if one of them is not refused, takes more than a minute of processor
time, or more than 1.25 GiB of memory.
"""

import gzip
import io
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from mutations import archived

from patsieve.corpus.sources import find_sources
from patsieve.corpus.survey import survey
from patsieve.errors import PatsieveError

_MOST_SECONDS = 60
# What the reader of workbooks allows its program, which may use it all.
_MOST_MEMORY = 5 << 28
_LINE = 100_000_000
_PIECE = 1 << 20
_TABLE = b"title,abstract\nCathode,Nickel\n"
_GRANT = b'<?xml version="1.0"?>\n%s\n<us-patent-grant><abstract>%s</abstract></us-patent-grant>\n'


def _entities(path: Path) -> None:
    names = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    declared = f'<!DOCTYPE us-patent-grant [<!ENTITY e0 "ha">{names}]>'
    path.write_bytes(_GRANT % (declared.encode(), b"&e9;"))


def _quadratic_entity(path: Path) -> None:
    declared = b'<!DOCTYPE us-patent-grant [<!ENTITY a "%s">]>' % (b"ha" * 400)
    path.write_bytes(_GRANT % (declared, b"&a;" * 1_000_000))


def _external_entity(path: Path) -> None:
    declared = b'<!DOCTYPE us-patent-grant [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    path.write_bytes(_GRANT % (declared, b"&x;"))


def _fetched_entity(path: Path) -> None:
    declared = b'<!DOCTYPE us-patent-grant [<!ENTITY %% x SYSTEM "http://127.0.0.1/x">%%x;]>'
    path.write_bytes(_GRANT % (declared % (), b"A"))


def _deep_xml(path: Path) -> None:
    path.write_bytes(_GRANT % (b"", b"<x>" * 1_000_000 + b"x" + b"</x>" * 1_000_000))


def _zip_bomb(path: Path) -> None:
    _archive_of_zeros(path, "a.csv", 1)


def _zip_bomb_of_many(path: Path) -> None:
    _archive_of_zeros(path, "a.csv", 8, size=250 << 20)


def _nested_zip(path: Path) -> None:
    content = archived([("a.csv", _TABLE)])
    for _ in range(20):
        content = archived([(f"{n}.zip", content) for n in range(10)])
    path.write_bytes(content)


def _paths_in_zip(path: Path) -> None:
    names = ("../a.csv", "/etc/a.csv", "a/../../b.csv", "C:\\a.csv")
    path.write_bytes(archived([(name, _TABLE) for name in names]))


def _link_in_zip(path: Path) -> None:
    link = zipfile.ZipInfo("a.csv")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")


def _gzip_bomb(path: Path) -> None:
    with gzip.open(path, "wb", 9) as packed:
        packed.write(b"title,abstract\n")
        for _ in range(300):
            packed.write(b"Cathode,Nickel\n" * (_PIECE // 15))


def _gzip_in_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(gzip.compress(_TABLE)))


def _endless(begin: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(begin)
            for _ in range(_LINE // _PIECE):
                file.write(b"A" * _PIECE)

    return write


def _endless_entry(begin: bytes, line: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(begin)
            for _ in range(_LINE // _PIECE):
                file.write(line * (_PIECE // len(line)))

    return write


def _deep_json(begin: bytes, end: bytes = b"\n") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(begin + b"[" * 10_000_000 + b"]" * 10_000_000 + end)

    return write


def _columns(path: Path) -> None:
    path.write_bytes(b"title" + b",a" * 5_000_000 + b"\nA\n")


def _cells(path: Path) -> None:
    path.write_bytes((b"ab," * 20_000_000 + b"\n") * 2)


def _keys(path: Path) -> None:
    with path.open("w") as file:
        for number in range(1_000_000):
            file.write(f'{{"key {number}": 1}}\n')


def _workbook(old: bytes, new: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        import xlsxwriter

        book = io.BytesIO()
        with xlsxwriter.Workbook(book, {"constant_memory": True}) as workbook:
            workbook.add_worksheet().write_row(0, 0, ["title", "Cathode"])
        with zipfile.ZipFile(book) as whole, zipfile.ZipFile(path, "w", 8) as archive:
            for name in whole.namelist():
                archive.writestr(name, whole.read(name).replace(old, new))

    return write


def _workbook_bomb(path: Path) -> None:
    """A gibibyte of rows in a megabyte."""
    row = b'<row><c t="inlineStr"><is><t>Cathode</t></is></c><c><v>1</v></c></row>'
    _workbook(b"<sheetData>", b"<sheetData>" + row * ((1 << 30) // len(row)))(path)


def _workbook_of_blanks(path: Path) -> None:
    _workbook(b"<sheetData>", b"<sheetData>" + b" " * (1 << 30))(path)


def _archive_of_zeros(path: Path, name: str, times: int, size: int = 1 << 30) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(times):
            with archive.open(f"{number}{name}", "w") as member:
                for _ in range(size // _PIECE):
                    member.write(bytes(_PIECE))


HOSTILE: dict[str, Callable[[Path], None]] = {
    "entities in entities, ten to the ninth": _entities,
    "an entity a million times": _quadratic_entity,
    "an external entity": _external_entity,
    "an external parameter entity": _fetched_entity,
    "elements a million deep": _deep_xml,
    "zip: a gibibyte of zeros": _zip_bomb,
    "zip: eight files of 250 MiB": _zip_bomb_of_many,
    "zip in zip, twenty deep": _nested_zip,
    "zip: names that lead out": _paths_in_zip,
    "zip: a link": _link_in_zip,
    "gzip: 300 MiB of rows": _gzip_bomb,
    "gzip in gzip": _gzip_in_gzip,
    "a line of 100 MB, CSV": _endless(b"title,abstract\n"),
    "a line of 100 MB, JSONL": _endless(b'{"title": "A"}\n{"title": "'),
    "a line of 100 MB, JSON": _endless(b'[{"title": "'),
    "a line of 100 MB, RIS": _endless(b"TY  - PAT\nTI  - "),
    "a line of 100 MB, BibTeX": _endless(b"@patent{a, title = {"),
    "a line of 100 MB, XML": _endless(b"<us-patent-grant><abstract>"),
    "a line of 100 MB, Greenbook": _endless(b"PATN\nWKU  039373751\nTTL  "),
    "an entry of 100 MB, RIS": _endless_entry(b"TY  - PAT\n", b"AB  - A battery has a cell.\n"),
    "an entry of 100 MB, BibTeX": _endless_entry(b"@patent{a, title = {", b"A battery.\n"),
    "lists ten million deep, JSONL": _deep_json(b'{"title": '),
    "lists ten million deep, JSON": _deep_json(b'[{"title": ', b"}]"),
    "lists ten million deep, EPO JSON": _deep_json(b'{"ops:world-patent-data": ', b"}"),
    "five million columns": _columns,
    "rows of twenty million cells": _cells,
    "a million keys, JSONL": _keys,
    "workbook: a cell in the last row and column": _workbook(
        b"</row>", b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    ),
    "workbook: a cell five million columns away": _workbook(b'r="B1"', b'r="JUNKX1"'),
    "workbook: a gibibyte of rows": _workbook_bomb,
    "workbook: a gibibyte of blanks": _workbook_of_blanks,
}
"""What it is → what writes it."""


def sentence_on(path: Path) -> str:
    """Return what `patsieve corpus check` says first of a file; empty if nothing is wrong."""
    for source in find_sources([path]):
        try:
            portrait = survey(source)
        except PatsieveError as error:
            return str(error)
        if portrait.n_broken:
            return next(note for note in portrait.notes if note.startswith("left out"))
    return ""


def measured(name: str, folder: Path) -> tuple[str, int, float, int]:
    """Return the sentence, bytes of the file, seconds of processor time, and bytes of memory."""
    path, told = folder / "hostile", folder / "told"
    pid = os.fork()
    if pid == 0:
        HOSTILE[name](path)
        os._exit(0)
    os.waitpid(pid, 0)
    pid = os.fork()
    if pid == 0:
        try:
            told.write_text(sentence_on(path))
        except BaseException as error:  # noqa: BLE001 - it is what we look for
            told.write_text(f"RAISED {error!r}")
        os._exit(0)
    _, status, usage = os.wait4(pid, 0)
    said = told.read_text().replace(str(path), "FILE") if status == 0 else f"ENDED {status}"
    return said, path.stat().st_size, usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10


def main(names: list[str]) -> int:
    """Print the table."""
    print("| file | size | seconds | MiB | what is said |\n|---|--:|--:|--:|---|")
    bad = 0
    for name in names or HOSTILE:
        with tempfile.TemporaryDirectory() as folder:
            said, size, seconds, memory = measured(name, Path(folder))
        is_bad = not said or said.startswith(("RAISED", "ENDED"))
        bad += is_bad or seconds > _MOST_SECONDS or memory > _MOST_MEMORY
        shown = said if len(said) < 150 else f"{said[:147]}…"
        shown = shown.replace("|", "&#124;")
        print(f"| {name} | {size:,} | {seconds:.1f} | {memory >> 20:,} | {shown} |", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
