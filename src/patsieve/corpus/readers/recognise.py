"""What kind of file it is, by its first bytes and, for text, by its first character."""

import re
from enum import Enum
from pathlib import Path

from patsieve.corpus.readers.compression import begins_tar, opened_bytes
from patsieve.corpus.readers.offices.signs import is_greenbook, is_ops_json
from patsieve.errors import UnreadableFileError

_HEAD_BYTES = 4096
_READABLE = (
    "CSV, TSV, XLSX, XLS, JSON, JSONL, Parquet, RIS, BibTeX, HTML tables, plain text of Web of "
    "Science and the XML and texts of patent offices, also gzipped"
)

# First bytes → what to call it. https://en.wikipedia.org/wiki/List_of_file_signatures
_FOREIGN = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"BM", "a BMP image"),
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x1f\x8b", "a gzip file inside a gzip file"),
)


# An entry's first line, below others that are no table: comments, or the name of a database.
_RIS = re.compile(rb"(?:[^\n]{0,200}\n){0,9}?TY  - ")
_WEB_OF_SCIENCE = re.compile(
    rb"(?:FN [^\n]{1,200}\s+VR [^\n]{1,40}\s+)?PT [A-Z]\r?\n[A-Z][A-Z0-9] "
)
_HTML = re.compile(
    rb"(?:<\?xml\s[^<>]{0,200}>\s*)?<(?:!doctype\s+html|html|head|meta|style|body|table|tr)(?=[\s>])",
    re.IGNORECASE,
)
_BIBTEX = re.compile(rb"(?:%[^\n]*\n\s*)*@\s*[A-Za-z]+\s*\{")


class Kind(Enum):
    """The formats that have a reader."""

    DELIMITED = "a text table"
    JSON = "JSON"
    WORKBOOK = "a workbook"
    PARQUET = "Parquet"
    OFFICE_XML = "XML of a patent office"
    OFFICE_TEXT = "plain text of a patent office"
    OFFICE_JSON = "JSON of a patent office"
    RIS = "RIS"
    BIBTEX = "BibTeX"
    HTML = "an HTML page"
    WEB_OF_SCIENCE = "plain text of Web of Science"


def recognise(path: Path) -> tuple[Kind, bytes]:
    """Return the kind of `path` and its first bytes, decompressed.

    The content counts; the name only where the content cannot be what the name says.

    Raises
    ------
    UnreadableFileError
        If the file is missing, empty or of a kind that has no reader.
    """
    with opened_bytes(path) as stream:
        head = stream.read(_HEAD_BYTES)
    if not head.strip():
        raise UnreadableFileError(f"{path} is empty")
    kind = _by_signature(head)
    _refuse_foreign(path, head, kind)
    _compare_with_name(path, kind)
    return kind, head


def _by_signature(head: bytes) -> Kind:
    # A zip archive is .xlsx; the second is the container of .xls, and of .xlsx with a password.
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        return Kind.WORKBOOK
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    if (kind := _marked_up(head)) is not None:
        return kind
    text = head.lstrip(b"\xef\xbb\xbf\xfe\xff\0 \t\r\n")
    if text.startswith(
        (b'{"', b"{ ", b"{\n", b"{\r", b"{\0", b"[{", b"[ ", b"[\n", b"[\r", b"[\0")
    ):
        return Kind.JSON
    return _by_first_line(text)


def _by_first_line(text: bytes) -> Kind:
    """Tell the formats of reference managers from tables, also in UTF-16."""
    narrow = text.replace(b"\0", b"")
    if _RIS.match(narrow):
        return Kind.RIS
    if _BIBTEX.match(narrow):
        return Kind.BIBTEX
    if _WEB_OF_SCIENCE.match(narrow):
        return Kind.WEB_OF_SCIENCE
    return Kind.DELIMITED


def _marked_up(head: bytes) -> Kind | None:
    # In UTF-16 every second byte is a NUL.
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n")
    if _HTML.match(text) is not None:
        return Kind.HTML
    # A longer name than those of the tags with which the first cell of a table might begin.
    if re.match(rb"<(?:[?!]|[A-Za-z_][\w.:-]{5,}[\s/>])", text) is not None:
        return Kind.OFFICE_XML
    if is_greenbook(text):
        return Kind.OFFICE_TEXT
    return Kind.OFFICE_JSON if is_ops_json(text) else None


def _refuse_foreign(path: Path, head: bytes, kind: Kind) -> None:
    if kind is not Kind.DELIMITED:
        return
    if begins_tar(head):
        raise UnreadableFileError(
            f"{path} is a tar archive; the files in it are read by `patsieve corpus import`"
        )
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip() if head[:1] != b"\0" else head
    for signature, name in _FOREIGN:
        # "BM" also begins words: a bitmap has binary sizes after it.
        if begin.startswith(signature) and (signature != b"BM" or b"\0" in begin[:32]):
            raise UnreadableFileError(f"{path} is {name}; patsieve reads {_READABLE}")


def _compare_with_name(path: Path, kind: Kind) -> None:
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    named = suffixes[-1] if suffixes else ""
    if named in (".xlsx", ".xlsm", ".xlsb", ".ods") and kind is not Kind.WORKBOOK:
        raise UnreadableFileError(
            f"{path} is not a workbook, whatever its name says; a text table should end in .csv"
        )
    if named == ".parquet" and kind is not Kind.PARQUET:
        raise UnreadableFileError(
            f"{path} is not a Parquet file, whatever its name says; a text table should end in .csv"
        )
