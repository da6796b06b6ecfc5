"""What is mutated: for every family of readers some small made-up files, and words that it knows.

A family is what one parser reads: a format as patsieve tells them apart by their first bytes, and
of the XML of patent offices each tradition, because each has rules of its own. Containers (gzip,
zip) are families too.
"""

import gzip
import io
import json
import random
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "corpus"))

import made_up_exports as exports
import made_up_patents as made_up
import words
from mutations import archived, damaged, damaged_archive

Mutate = Callable[[random.Random, "Family"], bytes]


@dataclass(frozen=True)
class Family:
    """Files that one parser reads.

    Attributes
    ----------
    name : str
    seeds : tuple of bytes
        Small files of this family that are sound.
    words : tuple of bytes
        What means something to its parser.
    mutate : callable
        Makes an input out of the seeds by a source of random numbers.
    ends_its_program : bool
        Whether it is read by a program beside, which may end for want of memory: the reader then
        says so.
    """

    name: str
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...]
    mutate: Mutate
    ends_its_program: bool = False


def _of_bytes(source: random.Random, family: Family) -> bytes:
    return damaged(source, family.seeds, family.words)


def _of_archive(source: random.Random, family: Family) -> bytes:
    """Damage what is in an archive, or, more rarely, the archive itself."""
    return damaged_archive(source, family.seeds, family.words)


def _of_gzip(source: random.Random, family: Family) -> bytes:
    """Damage what is compressed, what compresses it, or both."""
    content = source.choice(family.seeds)
    if source.random() < 0.5:
        content = damaged(source, family.seeds, family.words)
    packed = gzip.compress(content, source.choice((0, 1, 9)), mtime=0)
    if source.random() < 0.2:
        packed += gzip.compress(source.choice(family.seeds), mtime=0)
    return damaged(source, (packed,), family.words) if source.random() < 0.7 else packed


def families() -> dict[str, Family]:
    """Return every family by its name."""
    with tempfile.TemporaryDirectory() as folder:
        files = _written_exports(Path(folder))
    texts = {name: text.encode() for name, text in made_up.EVERY_DOCUMENT.items()}
    named = [
        Family("delimited", _delimited(files), words.DELIMITED, _of_bytes),
        Family("jsonl", (files["lens.jsonl"], files["hupd.jsonl"]), words.JSON, _of_bytes),
        Family("json", _json(files), words.JSON, _of_bytes),
        Family("ris", (files["patents.ris"], _RIS_MORE), words.RIS, _of_bytes),
        Family(
            "web of science", (files["derwent-index.txt"],), words.WEB_OF_SCIENCE, _of_bytes
        ),
        Family("html", tuple(_pages()), words.HTML, _of_bytes),
        Family("bibtex", (files["patents.bib"],), words.BIBTEX, _of_bytes),
        Family("parquet", tuple(_parquet()), (b"PAR1", b"ARROW:schema"), _of_bytes),
        Family("xlsx", tuple(_workbooks(files)), words.WORKBOOK, _of_archive, True),
        Family("xls", (files["espacenet.xls"],), words.XLS, _of_bytes, True),
        Family("ods", (_ods(),), words.WORKBOOK, _of_archive, True),
        Family(
            "uspto xml 4", _chosen(texts, "grant", "design", "application", weekly=True),
            words.XML, _of_bytes,
        ),
        Family(
            "uspto 2001-2004", _chosen(texts, "patdoc", "pap", weekly=True), words.XML, _of_bytes
        ),
        Family("greenbook", _chosen(texts, "greenbook", weekly=True), words.GREENBOOK, _of_bytes),
        Family(
            "epo xml",
            _chosen(
                texts, "ops", "ops-claims", "ops-search", "ops-family", "docdb", "register",
                "ops-equivalents",
            ),
            words.XML, _of_bytes,
        ),
        Family("ep documents", _chosen(texts, "ep"), words.XML, _of_bytes),
        Family("st.36", _chosen(texts, "questel", "other-root"), words.XML, _of_bytes),
        Family("epo json", _chosen(texts, "ops-json", "plain-json"), words.JSON, _of_bytes),
        Family(
            "gzip", (files["lens.csv"], files["hupd.jsonl"], texts["design"]), words.GZIP, _of_gzip
        ),
        Family("tar", tuple(_tars(files)), words.TAR, _of_bytes),
        Family("zip", tuple(_archives(files, texts)), words.ZIP, _of_archive),
    ]  # fmt: skip
    return {family.name: replace(family, words=(*words.ANY, *family.words)) for family in named}


def with_samples(family: Family, samples: Iterable[bytes]) -> Family:
    """Return a family that also begins with other files."""
    return replace(family, seeds=(*family.seeds, *samples))


def _written_exports(folder: Path) -> dict[str, bytes]:
    for name, (_, _, write) in exports.EXPORTS.items():
        write(folder / name)
    return {name: (folder / name).read_bytes() for name in exports.EXPORTS}


def _delimited(files: dict[str, bytes]) -> tuple[bytes, ...]:
    names = [name for name in files if name.endswith((".csv", ".tsv"))]
    labelled = b"sep=;\ntitle;abstract;label\n" + b"Cathode;\"Nickel; rich\n'oxide'\";1\n" * 4
    return (*(files[name] for name in names), labelled)


def _json(files: dict[str, bytes]) -> tuple[bytes, ...]:
    array = json.dumps([exports.HUPD_PATENT, exports.LENS_PATENTS[1]], indent=1).encode()
    return files["lens.json"], files["hupd.json"], array


def _chosen(texts: dict[str, bytes], *names: str, weekly: bool = False) -> tuple[bytes, ...]:
    found = [texts[name] for name in names]
    return (*found, b"".join(found)) if weekly else tuple(found)


def _parquet() -> list[bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    titles = [f"Cathode {number}" for number in range(12)]
    tables = [
        (pa.table({"title": titles, "abstract": [exports.ABSTRACT] * 12}), "none"),
        (
            pa.table(
                {
                    "title": titles,
                    "label": [True, None, False] * 4,
                    "publication_date": [date(2014, 6, 20)] * 12,
                    "seen": [datetime(2026, 11, 25, 9, 15)] * 12,
                    "cpc": [["H01M4/525", "C01G53/42"], [], None] * 4,
                    "party": [{"name": "KATHODEN", "share": 0.5}] * 12,
                    "raw": [b"\xff\0"] * 12,
                }
            ),
            "zstd",
        ),
        (pa.table({"title": pa.array(titles).dictionary_encode(), "n": range(12)}), "gzip"),
    ]
    found = []
    for table, compression in tables:
        whole = io.BytesIO()
        pq.write_table(table, whole, compression=compression, row_group_size=5)
        found.append(whole.getvalue())
    return found


def _workbooks(files: dict[str, bytes]) -> Iterable[bytes]:
    """Yield workbooks without what differs from one writing to the next, and no reader needs."""
    for name in ("orbit.xlsx", "patentscope.xlsx"):
        yield _slim(files[name])
    import xlsxwriter

    for options in ({}, {"constant_memory": True}):
        whole = io.BytesIO()
        with xlsxwriter.Workbook(whole, {"in_memory": not options, **options}) as book:
            book.add_worksheet("Cover").write(0, 0, "Report")
            sheet = book.add_worksheet("Results")
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            sheet.write_row(0, 0, ["title", "abstract", "publication_date", "label"])
            sheet.write_row(1, 0, ["Cathode", exports.ABSTRACT])
            sheet.write_datetime(1, 2, datetime(2014, 6, 20), day)
            sheet.write(1, 3, True)
            sheet.write_row(2, 0, ["Oven", exports.OVEN])
            sheet.write_formula(2, 2, "=1/0", None, "#DIV/0!")
            sheet.write(2, 3, 0.5)
            book.add_worksheet("Hidden").hide()
        yield _slim(whole.getvalue())


def _slim(workbook: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        members = [
            (member.filename, archive.read(member))
            for member in archive.infolist()
            if not member.filename.startswith(("docProps/", "xl/theme/"))
        ]
    return archived(members)


def _ods() -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    rows = [["title", "abstract"], ["Cathode", exports.ABSTRACT], ["Oven", exports.OVEN]]
    cells = "".join(
        '<table:table-row table:number-rows-repeated="1">'
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + '<table:table-cell table:number-columns-repeated="3"/></table:table-row>'
        for row in rows
    )
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{names}office:1.0" '
        f'xmlns:table="{names}table:1.0" xmlns:text="{names}text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Results">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return archived(
        [
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", _MANIFEST),
            ("content.xml", content.encode()),
        ]
    )


def _pages() -> Iterable[bytes]:
    header = "<tr><th>Publication number</th><th>Title</th><th>Abstract</th><th>CPC</th></tr>"
    row = "<tr><td>US10000001B2<br>EP3000000A1</td><td>Cathode</td><td>LiNi<sub>0.8</sub>O2</td>"
    yield f"<html><body><table>{header}\n{row}</tr>\n{row}</table></body></html>".encode()
    meta = "<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>"
    page = f"<!DOCTYPE html><html><head>{meta}<!--[if gte mso 9]><xml/><![endif]--></head>{header}"
    yield f"{page}<tr><td colspan=2>US1&nbsp;A<p>\u00e9</p><td>a &lt; b</td></table>".encode(
        "cp1252"
    )


def _tars(files: dict[str, bytes]) -> Iterable[bytes]:
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        written = io.BytesIO()
        with tarfile.open(fileobj=written, mode="w", format=form) as archive:
            for name in ("google.csv", "hupd.json", f"{'long/' * 30}patents.ris"):
                member = tarfile.TarInfo(name)
                content = files[name.rpartition("/")[2]]
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        yield written.getvalue()
        yield gzip.compress(written.getvalue(), mtime=0)


def _archives(files: dict[str, bytes], texts: dict[str, bytes]) -> Iterable[bytes]:
    google, lens, ris = (files[name] for name in ("google.csv", "lens.jsonl", "patents.ris"))
    yield archived([("google.csv", google), ("sub/lens.jsonl", lens), ("sub/", b"")])
    yield archived([("week.xml", texts["design"]), ("a.ris", ris), ("__MACOSX/._a.ris", b"x")])
    inner = archived([("google.csv", google)])
    yield archived([("inner.zip", inner), ("a.csv.gz", gzip.compress(google, mtime=0))])


_MANIFEST = (
    b'<?xml version="1.0"?><manifest:manifest '
    b'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
    b'manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_RIS_MORE = (
    b"Database: made up\r\nTY  - PAT\r\nTI  - Anode\r\nM1  - 12/345,678\r\nDA  - 2018///\r\n"
    b"TY  - PAT\r\nTI  - Cell\r\nSN  - WO/2015/026896\r\nY1  - 2016/03/30\r\nKW  - a\r\n"
    b"KW  - b\r\nER  - \r\n"
)
