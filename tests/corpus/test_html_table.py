"""Tables of HTML pages, as databases and spreadsheets write them."""

import pytest

from patsieve.corpus.readers import html_table, open_table
from patsieve.errors import UnreadableFileError

HEADER = "<tr><th>Publication Number</th><th>Title</th><th>Abstract</th></tr>"


def table_of(folder, text, *, encoding="utf-8", name="export.xls"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return open_table(path)


def rows_of(folder, text, **options):
    return [tuple(row.values()) for _, row in table_of(folder, text, **options).rows()]


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><table>{rows}</table></body></html>",
        "<!DOCTYPE html>\n<html><head><meta charset='utf-8'></head><table>{rows}</table></html>",
        '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x">\n<html>'
        "<table>{rows}</table></html>",
        "<TABLE border=1>{rows}</TABLE>",
        "<table><tbody>{rows}",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_page_with_a_table(tmp_path, page, encoding):
    rows = f"{HEADER}\n<tr><td>US1</td>\n<td>Körner</td><td>Nickel</td></tr>"

    found = table_of(tmp_path, page.format(rows=rows), encoding=encoding)

    assert found.kind == "HTML table"
    assert list(found.rows()) == [
        (1, {"Publication Number": "US1", "Title": "Körner", "Abstract": "Nickel"})
    ]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("LiNi<sub>0.8</sub>O<sub>2</sub>", "LiNi0.8O2"),
        ("a &lt; b &amp; c&nbsp;d", "a < b & c d"),
        ("over\n   lines", "over lines"),
        ("US1<br>US2<br/>US3", "US1\nUS2\nUS3"),
        ("<p>first</p>\n<p>second</p>", "first\nsecond"),
        ("<a href='x'>US1</a>", "US1"),
        ("a<!-- <td>no</td> -->b", "ab"),
        ("0.5 &lt;x&gt; 0.1", "0.5 <x> 0.1"),
        ("", ""),
    ],
)
def test_the_text_of_a_cell_is_what_a_browser_shows(tmp_path, content, text):
    rows = f"<table>{HEADER}<tr><td>US1<td>Cathode<td>{content}</tr></table>"

    assert rows_of(tmp_path, rows) == [("US1", "Cathode", text)]


def test_a_cell_over_several_columns_fills_the_first(tmp_path):
    rows = f"<table>{HEADER}<tr><td colspan='2'>US1</td><td>Nickel</td></tr></table>"

    assert rows_of(tmp_path, rows) == [("US1", "", "Nickel")]


def test_what_stands_above_the_header_is_said(tmp_path):
    page = f"<table><tr><td>2 hits</td></tr></table><table>{HEADER}<tr><td>US1<td>A<td>B</table>"

    found = table_of(tmp_path, page)

    assert [tuple(row.values()) for _, row in found.rows()] == [("US1", "A", "B")]
    assert "the header stands below 1 other line ('2 hits')" in found.notes[0]


def test_the_encoding_that_the_page_names(tmp_path):
    head = "<html><meta http-equiv=Content-Type content='text/html; charset=shift_jis'>"
    page = f"{head}<table>{HEADER}<tr><td>JP1<td>正極<td>電池</table>"

    assert rows_of(tmp_path, page, encoding="shift_jis") == [("JP1", "正極", "電池")]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_where_the_page_is_cut_into_pieces_does_not_matter(tmp_path, monkeypatch, size):
    monkeypatch.setattr(html_table, "_CHUNK_CHARACTERS", size)
    body = "".join(f"<tr ><td>US{n}</td><td>A</td><td>B</td></tr>" for n in range(5))

    found = rows_of(tmp_path, f"<html><table >{HEADER}{body}</table></html>")

    assert found == [(f"US{n}", "A", "B") for n in range(5)]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<html><body><p>No table here.</p></body></html>", "is an HTML page without a table"),
        ("<html><table><tr></tr><tr><td> </td></tr></table>", "is an HTML page without a table"),
        ("<table><tr>" + "<td>a" * 16_385, "has more than 16,384 cells"),
        ("<table><tr><td colspan=99999>a", "has more than 16,384 cells"),
    ],
)
def test_pages_that_are_refused(tmp_path, page, said):
    with pytest.raises(UnreadableFileError, match=said):
        table_of(tmp_path, page)


def test_a_row_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(html_table, "LONGEST_LINE", 1000)
    monkeypatch.setattr(html_table, "_CHUNK_CHARACTERS", 100)

    with pytest.raises(UnreadableFileError, match="has more than 1,000 characters"):
        table_of(tmp_path, f"<table>{HEADER}<tr><td>{'a' * 2000}")
