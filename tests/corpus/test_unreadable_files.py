"""Files that cannot be read: one sentence each, and found before the first row is given out."""

import gzip
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from patsieve.corpus.readers import open_table
from patsieve.errors import UnreadableFileError

TABLE = b"title,abstract,label\n" + b"Cathode,Nickel-rich oxide,1\n" * 500


def refused(path, match):
    with pytest.raises(UnreadableFileError, match=match) as caught:
        open_table(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message


def file_of(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_missing_file(tmp_path):
    refused(tmp_path / "nowhere.csv", "there is no such file")


def test_a_folder(tmp_path):
    refused(tmp_path, "it is a folder")


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)])
def test_an_empty_file(tmp_path, content):
    refused(file_of(tmp_path, "empty.csv", content), "is empty")


def test_a_file_of_blank_cells_is_empty(tmp_path):
    refused(file_of(tmp_path, "blank.csv", b",,\n,,\n"), "is empty")


@pytest.mark.parametrize(
    ("begin", "name"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"<?xml version='1.0'?>", "an XML document"),
        (b"<html><table>", "an HTML page"),
    ],
)
def test_an_image_or_a_document_named_csv(tmp_path, begin, name):
    refused(
        file_of(tmp_path, "patents.csv", begin + b"abc" * 100), f"is {name}.*; patsieve reads CSV"
    )


def test_a_binary_named_csv(tmp_path):
    refused(file_of(tmp_path, "patents.csv", bytes(range(256)) * 20), "is a binary file")


def test_nul_bytes_far_into_the_file(tmp_path):
    refused(file_of(tmp_path, "patents.csv", TABLE * 100 + b"\0\0"), "is a binary file")


def test_a_gzip_file_that_ends_too_early(tmp_path):
    whole = gzip.compress(TABLE * 20)

    for size in (12, len(whole) // 2, len(whole) - 3):
        refused(file_of(tmp_path, "patents.csv.gz", whole[:size]), "damaged gzip file")


def test_a_gzip_file_with_a_changed_byte(tmp_path):
    whole = bytearray(gzip.compress(TABLE))
    whole[len(whole) // 2] ^= 0xFF

    refused(file_of(tmp_path, "patents.csv.gz", bytes(whole)), "damaged gzip file")


@pytest.mark.parametrize(
    "content",
    [
        b"title,abstract\n" + bytes(range(0x80, 0x100)) * 3,
        b"title,abstract\nCathode,\x81\x8d\x8f\x90\x9d\nAnode,\x81\xff\xfe\x8d\n",
    ],
)
def test_an_encoding_that_cannot_be_recognised(tmp_path, content):
    refused(file_of(tmp_path, "patents.csv", content), "cannot be recognised; save it as UTF-8")


def test_broken_utf16(tmp_path):
    refused(file_of(tmp_path, "patents.csv", b"\xff\xfea\0b"), "begins like UTF-16 text but is not")


def test_a_text_table_named_xlsx(tmp_path):
    refused(file_of(tmp_path, "patents.xlsx", TABLE), "is not a workbook, whatever its name says")


def test_another_zip_archive_named_xlsx(tmp_path):
    path = tmp_path / "patents.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("patents.csv", TABLE)

    refused(path, "is not a workbook that can be read")


def test_a_truncated_workbook(tmp_path):
    path = tmp_path / "patents.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, ["title", "abstract"])
    path.write_bytes(path.read_bytes()[:-200])

    refused(path, "is not a workbook that can be read")


def test_a_damaged_workbook_in_the_format_before_2007(tmp_path):
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"abc" * 300

    refused(file_of(tmp_path, "patents.xls", content), "is not a workbook that can be read")


def test_a_workbook_that_asks_for_more_memory_than_there_is(tmp_path):
    path = tmp_path / "patents.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "title")
        # Held in full, as the library does it, the sheet has 17 billion cells.
        sheet.write(1_048_575, 16_383, "far away")

    refused(path, "asks for far more memory than its size explains")


def test_a_workbook_that_unpacks_out_of_all_proportion(tmp_path):
    path = file_of(tmp_path, "patents.xlsx.gz", gzip.compress(b"PK\x03\x04" + bytes((1 << 28) + 1)))

    with pytest.raises(UnreadableFileError, match="no file of patents does"):
        open_table(path)


def test_a_line_without_end(tmp_path):
    path = file_of(
        tmp_path, "patents.csv.gz", gzip.compress(b"title,abstract\n" + b"A" * (1 << 27))
    )

    refused(path, "line 2 of .* has more than 67,108,864 characters")


def test_a_zip_archive_of_tables_is_sent_to_the_command_that_reads_it(tmp_path):
    path = tmp_path / "week.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("patents.csv", TABLE)

    refused(path, "`patsieve corpus import`")


def test_a_workbook_with_nothing_in_it(tmp_path):
    path = tmp_path / "patents.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet()

    refused(path, "has no visible sheet with anything in it")


def test_a_text_table_named_parquet(tmp_path):
    refused(file_of(tmp_path, "patents.parquet", TABLE), "is not a Parquet file")


def test_a_truncated_parquet_file(tmp_path):
    path = tmp_path / "patents.parquet"
    pq.write_table(pa.table({"title": ["Cathode"] * 100}), path)
    path.write_bytes(path.read_bytes()[:-20])

    refused(path, "damaged Parquet file")


def test_a_parquet_file_with_changed_data(tmp_path):
    path = tmp_path / "patents.parquet"
    pq.write_table(pa.table({"title": [f"Cathode {i}" for i in range(5000)]}), path)
    content = bytearray(path.read_bytes())
    content[10:2000] = b"\xff" * 1990
    path.write_bytes(bytes(content))

    with pytest.raises(UnreadableFileError, match="damaged Parquet file"):
        list(open_table(path).rows())


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b'{"title": "A"}\n{"title": "B"\n', "line 2 of .* is not a JSON object"),
        (b'{"title": "A"}\n[1, 2]\n', "line 2 of .* is not a JSON object but list"),
        (b'[{"title": "A"}, 3]', "element 2 of .* is not a JSON object but int"),
        (b'[{"title": "A"}', "is not valid JSON"),
        (b'{\n"title": "A"\n', "what follows object 0 of .* is not a JSON object"),
        (b'{\n"title": "A"\n}\n{"title"', "what follows object 1 of .* is not a JSON object"),
        (b"{ }\n{ }\n", "holds no JSON object with a key"),
    ],
)
def test_json_that_is_not_objects(tmp_path, content, match):
    refused(file_of(tmp_path, "patents.jsonl", content), match)


def test_json_nested_too_deeply(tmp_path):
    content = b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"

    refused(file_of(tmp_path, "patents.jsonl", content), "is not a JSON object")
