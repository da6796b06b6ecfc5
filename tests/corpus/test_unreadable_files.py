"""Files that cannot be read: one sentence each, and found before the first row is given out."""

import gzip
import io
import os
import time
import tracemalloc
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from patsieve.corpus.readers import compression, open_table
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

    refused(path, "asks for far more memory or time than its size explains")


def with_a_cell_called(path, old, new):
    """Write a workbook in which one cell stands in another place than its library allows."""
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        workbook.add_worksheet("Results").write_row(0, 0, ["title", "Cathode"])
    with zipfile.ZipFile(book) as whole, zipfile.ZipFile(path, "w") as archive:
        for name in whole.namelist():
            archive.writestr(name, whole.read(name).replace(old, new))


def test_a_workbook_with_a_cell_millions_of_columns_away(tmp_path):
    path = tmp_path / "patents.xlsx"
    with_a_cell_called(path, b'r="B1"', b'r="JUNKX1"')

    began = time.process_time()
    refused(path, "sheet 'Results' has 4,948,630 columns: too many")
    assert time.process_time() - began < 5


ODS_NAMES = "urn:oasis:names:tc:opendocument:xmlns"


def ods_of(folder, content):
    path = folder / "patents.ods"
    manifest = f'<a:manifest xmlns:a="{ODS_NAMES}:manifest:1.0"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return path


def sheet_of(*rows):
    """A sheet of rows of one cell: how often each stands there, and what the cell says."""
    told = "".join(
        f'<table:table-row table:number-rows-repeated="{times}">'
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        "</table:table-row>"
        for times, text in rows
    )
    spaces = " ".join(f'xmlns:{n}="{ODS_NAMES}:{n}:1.0"' for n in ("office", "table", "text"))
    return (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="Results">{told}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )


def test_a_workbook_that_says_a_row_stands_there_a_hundred_thousand_times(tmp_path):
    path = ods_of(tmp_path, sheet_of((1, "Title"), (100_000, "Cathode")))

    refused(path, "it has more than 10,000 rows in [0-9]{3} bytes")


def test_an_empty_row_may_stand_there_as_often_as_it_likes(tmp_path):
    path = ods_of(tmp_path, sheet_of((1, "Title"), (200_000, ""), (1, "Cathode")))

    assert [row["Title"] for _, row in open_table(path).rows()] == ["Cathode"]


@pytest.mark.slow
def test_a_workbook_on_which_its_library_never_ends(tmp_path):
    path = ods_of(tmp_path, '<table:table table:name="Results">')

    began = time.monotonic()
    refused(path, "asks for far more memory or time than its size explains")
    assert time.monotonic() - began < 200


def test_a_workbook_that_says_it_has_millions_of_columns_but_has_two(tmp_path):
    path = tmp_path / "patents.xlsx"
    with_a_cell_called(path, b'<dimension ref="A1:B1"/>', b'<dimension ref="A1:ZZZZZZ1048576"/>')

    assert open_table(path).header == ("title", "Cathode")


def test_a_damaged_archive_that_begins_like_a_workbook(tmp_path):
    path = tmp_path / "patents.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("patents.csv", TABLE)
    content = bytearray(path.read_bytes())
    # The version of the format that is needed to unpack it: 25.5.
    content[content.index(b"PK\x01\x02") + 6] = 0xFF
    path.write_bytes(bytes(content))

    refused(path, "is not a workbook that can be read")


def test_a_workbook_that_unpacks_out_of_all_proportion(tmp_path):
    path = file_of(tmp_path, "patents.xlsx.gz", gzip.compress(b"PK\x03\x04" + bytes((1 << 28) + 1)))

    with pytest.raises(UnreadableFileError, match="no file of patents does"):
        open_table(path)


def test_a_gzip_file_that_unpacks_out_of_all_proportion(tmp_path, monkeypatch):
    monkeypatch.setattr(compression, "_SMALL_BYTES", 1 << 20)
    rows = b"Cathode,Nickel\n" * (1 << 18)
    path = file_of(tmp_path, "patents.csv.gz", gzip.compress(b"title,abstract\n" + rows))
    assert path.stat().st_size * 200 < len(rows)

    refused(path, "unpacks to more than [0-9,]* bytes, over 200 times its size: no file of patents")


def test_a_pipe_that_nobody_writes_to(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    refused(tmp_path / "pipe", "it is a pipe or a device, not a file; save it to a file first")


def test_a_row_of_more_cells_than_a_worksheet_has_costs_one_record(tmp_path):
    long = b"," * 20_000
    path = file_of(tmp_path, "patents.csv", b"title,abstract\nA,b\n" + long + b"\nC,d\n")
    table = open_table(path, tolerant=True)

    assert [row["title"] for _, row in table.rows()] == ["A", "C"]
    assert table.notes == [
        f"left out: line 3 of {path} has 20,001 cells, more than a worksheet has columns"
    ]
    with pytest.raises(UnreadableFileError, match=r"row 3 of .* has 20,001 cells, and no table"):
        open_table(path)


def test_a_long_line_of_cells_is_refused_before_they_are_made(tmp_path):
    path = file_of(tmp_path, "patents.csv", b"title,abstract\n" + b"ab," * 2_000_000)

    tracemalloc.start()
    refused(path, r"line 2 of .* has 2,000,001 cells, and no table of patents has more than 16,384")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1 << 26


def test_a_long_line_of_few_cells_is_read(tmp_path):
    text = b"A cell, made of nickel. " * 200_000
    path = file_of(tmp_path, "patents.csv", b'title,description\nCathode,"' + text + b'"\n')

    assert [len(row["description"]) for _, row in open_table(path).rows()] == [len(text)]


def test_a_long_line_in_the_middle_of_a_cell_is_read(tmp_path):
    text = b"A cell.\n" + b"Made of nickel, cobalt. " * 200_000 + b"\nOr of neither."
    path = file_of(tmp_path, "patents.csv", b'title,description\nCathode,"' + text + b'"\n')

    assert [len(row["description"]) for _, row in open_table(path).rows()] == [len(text)]


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b'title,"abstract\n', "holds no row that can be read: line 1 of .* never closed"),
        (b'{"title": 1\n{"title" 2}\n', "holds no JSON object with a key: .* not a JSON object"),
        (b"@patent{a, title = }\n", "holds no BibTeX entry that can be read: the entry at line 1"),
    ],
)
def test_where_every_record_is_broken_the_first_says_why(tmp_path, content, match):
    path = file_of(tmp_path, "patents", content)

    with pytest.raises(UnreadableFileError, match=match):
        open_table(path, tolerant=True)


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


def test_what_a_library_says_of_damage_comes_without_control_characters(tmp_path):
    path = tmp_path / "patents.parquet"
    pq.write_table(pa.table({"title": ["Cathode"] * 100}), path)
    content = bytearray(path.read_bytes())
    # A type that the format of the footer does not have: pyarrow repeats the byte.
    content[int.from_bytes(content[-8:-4], "little") * -1 - 8] |= 0x0F
    path.write_bytes(bytes(content))

    with pytest.raises(UnreadableFileError, match="damaged Parquet file") as caught:
        open_table(path)
    assert str(caught.value).isprintable()


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


def test_a_small_file_of_json_takes_little_memory(tmp_path):
    path = file_of(tmp_path, "patents.json", b'[{"title": "A"}]')
    open_table(path)

    tracemalloc.start()
    open_table(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1 << 26


def test_json_nested_too_deeply(tmp_path):
    content = b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"

    refused(file_of(tmp_path, "patents.jsonl", content), "is not a JSON object")


@pytest.mark.parametrize("name", ["", "a", "a{number}", "title"])
def test_more_columns_than_a_worksheet_has(tmp_path, name):
    header = ",".join(["title", *(name.format(number=n) for n in range(20_000)), "end"])
    path = file_of(tmp_path, "patents.csv", f"{header}\nCathode\n".encode())

    began = time.process_time()
    refused(path, "has 20,002 cells, and no table of patents has more than 16,384 columns")
    assert time.process_time() - began < 5


@pytest.mark.parametrize("name", ["", "a", "a{number}", "title"])
def test_as_many_columns_as_a_worksheet_has_are_read_in_a_moment(tmp_path, name):
    header = ",".join([*(name.format(number=n) for n in range(16_382)), "title", "end"])
    path = file_of(tmp_path, "patents.csv", f"{header}\nCathode\n".encode())

    began = time.process_time()
    (_, row), *_ = open_table(path).rows()

    assert len(row) == 16_384
    assert time.process_time() - began < 5


def test_keys_of_json_that_are_all_different(tmp_path):
    lines = "".join(f'{{"title": "A", "key {n}": 1}}\n' for n in range(17_000))

    refused(file_of(tmp_path, "patents.jsonl", lines.encode()), "has 17,001 columns")
