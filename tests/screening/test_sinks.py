"""What is written can be read back, runs nothing, and stands there whole or not at all."""

import csv
import gzip
import io
import json
import resource
import zipfile

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from patsieve.errors import OutputError, UsageError
from patsieve.screening.sinks import SUFFIXES, Column, check_sink, harmless, open_sink

# What a reference manager reads has no cells.
TABLES = tuple(suffix for suffix in SUFFIXES if not suffix.startswith(".ris"))
COLUMNS = (Column("title"), Column("abstract"), Column("rank", "whole"), Column("p", "real"))
ROWS = (
    ("Elektrode für Ω", 'quoted "text",\nsecond line; 半导体', 1, 0.123456789012345),
    ("", "plain", 2, None),
)


def write(path, columns=COLUMNS, rows=ROWS):
    with open_sink(path, columns) as sink:
        for row in rows:
            sink.write(row)
    return sink


def read(path):
    """Read a file back as rows of text, whatever its format."""
    content = path.read_bytes()
    if path.name.endswith(".gz"):
        content = gzip.decompress(content)
    if ".xlsx" in path.name:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        return [["" if cell == "" else str(cell) for cell in row] for row in rows]
    if ".parquet" in path.name:
        table = pq.read_table(path)
        return [table.column_names, *([*row.values()] for row in table.to_pylist())]
    if ".jsonl" in path.name:
        objects = [json.loads(line) for line in content.decode().splitlines()]
        return [list(objects[0]), *([*found.values()] for found in objects)]
    delimiter = "\t" if ".tsv" in path.name else ","
    return list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=delimiter))


@pytest.mark.parametrize("suffix", TABLES)
def test_every_format_gives_back_what_was_written(tmp_path, suffix):
    path = tmp_path / f"ranked{suffix}"

    write(path)

    header, first, second = read(path)
    assert header == ["title", "abstract", "rank", "p"]
    assert first[:2] == list(ROWS[0][:2])
    assert [float(cell) for cell in first[2:]] == [1, 0.123456789012345]
    assert second[3] in ("", None)
    assert [path.name for path in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_a_table_without_rows_has_its_header(tmp_path, suffix):
    path = tmp_path / f"ranked{suffix}"

    write(path, rows=())

    assert read(path) == [["title", "abstract", "rank", "p"]]


def test_the_ending_counts_whatever_its_case(tmp_path):
    assert check_sink(tmp_path / "Ranked.CSV.GZ") == ".csv.gz"


@pytest.mark.parametrize("name", ["ranked", "ranked.xls", "ranked.csv.bz2", "csv"])
def test_an_unknown_ending_is_refused_with_those_that_there_are(tmp_path, name):
    with pytest.raises(UsageError, match=r"possible are \.csv, \.csv\.gz, \.tsv, .*, \.ris\.gz$"):
        write(tmp_path / name)


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".tsv", ".jsonl", ".parquet"])
def test_the_same_rows_give_the_same_bytes(tmp_path, suffix):
    one, other = tmp_path / f"one{suffix}", tmp_path / f"other{suffix}"

    write(one)
    write(other)

    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"]
)
def test_a_formula_is_made_harmless(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-0.5", "+3", "-1e-3", "-", "--", "Li+", "a=b", "", None, -1, 0])
def test_what_is_no_formula_stays_as_it_is(cell):
    assert harmless(cell) == cell


@pytest.mark.parametrize("suffix", [".csv", ".tsv.gz"])
def test_formulas_in_cells_and_names_of_columns_are_made_harmless(tmp_path, suffix):
    path = tmp_path / f"ranked{suffix}"

    write(path, columns=(Column("=name"), Column("b")), rows=[("=HYPERLINK(1)", "ok")])

    assert read(path) == [["'=name", "b"], ["'=HYPERLINK(1)", "ok"]]


def test_a_worksheet_holds_text_never_a_formula_or_a_link(tmp_path):
    path = tmp_path / "ranked.xlsx"

    write(path, columns=(Column("=name"), Column("b")), rows=[("=1+1", "https://example.org")])

    assert read(path) == [["=name", "b"], ["=1+1", "https://example.org"]]
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_a_worksheet_has_its_header_frozen_and_filters_on_all_rows(tmp_path):
    path = tmp_path / "ranked.xlsx"

    write(path)

    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:D3"/>' in sheet


def test_a_cell_too_long_for_a_worksheet_is_cut_and_said_to_be(tmp_path):
    path = tmp_path / "ranked.xlsx"

    sink = write(path, columns=(Column("a"), Column("b")), rows=[("x", "y"), ("z" * 40_000, "w")])

    assert len(read(path)[2][0]) == 32_767
    assert list(sink.notes) == [
        "1 cell longer than the 32,767 characters of a worksheet's cell cut off, in row 2 of the "
        "result; .csv keeps all"
    ]


def test_characters_that_xml_forbids_do_not_break_a_worksheet(tmp_path):
    path = tmp_path / "ranked.xlsx"

    write(path, columns=(Column("a"), Column("b")), rows=[("x\x0by\x1f", "\ufffe")])

    assert read(path)[1][0].startswith("x")


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(st.lists(TEXT, min_size=2, max_size=2))
def test_any_text_survives_csv(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("out") / "ranked.csv"

    write(path, columns=(Column("a"), Column("b")), rows=[cells])

    assert read(path)[1] == [harmless(cell) for cell in cells]


def test_many_rows_make_several_parquet_groups(tmp_path):
    path = tmp_path / "ranked.parquet"

    write(path, rows=[("t", "a", i, 0.5) for i in range(20_000)])

    assert pq.ParquetFile(path).num_row_groups == 3
    assert pq.read_table(path)["rank"].to_pylist() == list(range(20_000))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_block_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, suffix):
    path = tmp_path / f"ranked{suffix}"
    path.write_text("old")

    def one_row_and_no_more():
        yield ROWS[0]
        raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        write(path, rows=one_row_and_no_more())

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_cannot_grow_is_reported_and_leaves_nothing(tmp_path, suffix):
    path = tmp_path / f"ranked{suffix}"
    rows = [(str((i * 7919) ** 5), str((i * 6101) ** 5), i, 0.5) for i in range(5000)]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # As on a full disk: no file may become longer than this.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 15, before[1]))
    try:
        with pytest.raises(OutputError, match=f"cannot write {path}: "):
            write(path, rows=rows)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert list(tmp_path.iterdir()) == []
