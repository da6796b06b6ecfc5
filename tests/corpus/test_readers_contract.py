"""What every reader must do: the same table, written in each format, reads the same."""

import csv
import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from patsieve.corpus.readers import open_table

HEADER = ("title", "Abstract (English)", "family_id", "Relevant?")
ROWS = [
    ("Positive electrode", "LiNi0.8O2 für\ngrößere Körner", "1419984", "1"),
    ("Blockchain ledger", 'A node; a | b, and "c"', "24018331", "0"),
    ("", "", "0012", ""),
]


def write_csv(path):
    with path.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([HEADER, *ROWS])


def write_tsv(path):
    with path.open("w", newline="", encoding="utf-16") as handle:
        csv.writer(handle, delimiter="\t").writerows([HEADER, *ROWS])


def write_xlsx(path):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADER, *ROWS]):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)


def write_jsonl(path):
    objects = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    path.write_text("".join(json.dumps(o) + "\n" for o in objects), encoding="utf-8")


def write_json_array(path):
    objects = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    path.write_text(json.dumps(objects, ensure_ascii=False, indent=2), encoding="utf-8")


def write_parquet(path):
    columns = zip(*ROWS, strict=True)
    pq.write_table(pa.table(dict(zip(HEADER, map(list, columns), strict=True))), path)


FORMATS = {
    "patents.csv": write_csv,
    "patents.tsv": write_tsv,
    "patents.xlsx": write_xlsx,
    "patents.jsonl": write_jsonl,
    "patents.json": write_json_array,
    "patents.parquet": write_parquet,
}


@pytest.fixture(params=FORMATS)
def path(request, tmp_path):
    path = tmp_path / request.param
    FORMATS[request.param](path)
    return path


@pytest.fixture(params=["plain", "gzipped"])
def table(request, path):
    if request.param == "gzipped":
        zipped = path.with_name(path.name + ".gz")
        zipped.write_bytes(gzip.compress(path.read_bytes()))
        path = zipped
    return open_table(path)


def test_the_header_is_the_users(table):
    assert table.header == HEADER


def test_cells_are_text_by_column_in_the_order_of_the_file(table):
    expected = [(i, dict(zip(HEADER, row, strict=True))) for i, row in enumerate(ROWS, start=1)]

    assert list(table.rows()) == expected


def test_a_plain_table_gives_no_note(table):
    list(table.rows())

    assert table.notes == []


def test_a_table_can_be_read_again(table):
    next(table.rows())

    assert len(list(table.rows())) == len(list(table.rows())) == len(ROWS)


def test_the_content_counts_not_the_name(path):
    if path.suffix in (".xlsx", ".parquet"):
        renamed = path.rename(path.with_suffix(".csv"))
    else:
        renamed = path.rename(path.with_suffix(".txt"))

    assert open_table(renamed).header == HEADER
