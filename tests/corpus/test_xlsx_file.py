from datetime import date, datetime

import pytest
import xlsxwriter
from made_up_xls import write_xls

from patsieve.corpus.readers import open_table


@pytest.fixture
def book(tmp_path):
    """A workbook to fill; it is written when its rows are asked for."""

    class Book:
        def __init__(self):
            self.path = tmp_path / "patents.xlsx"
            self.file = xlsxwriter.Workbook(self.path, {"default_date_format": "yyyy-mm-dd"})

        def sheet(self, name, rows, first_row=0):
            sheet = self.file.add_worksheet(name)
            for number, row in enumerate(rows, start=first_row):
                sheet.write_row(number, 0, row)
            return sheet

        def table(self):
            self.file.close()
            return open_table(self.path)

    return Book()


def test_numbers_truth_and_dates_become_plain_text(book):
    sheet = book.sheet("Sheet1", [["title", "family", "share", "relevant", "date", "time"]])
    sheet.write_row(1, 0, ["Cathode", 1419984, 0.25, True])
    sheet.write_datetime(1, 4, date(2014, 6, 20))
    stamp = book.file.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_datetime(1, 5, datetime(2014, 6, 20, 12, 30), stamp)

    ((_, row),) = book.table().rows()

    assert list(row.values()) == [
        "Cathode", "1419984", "0.25", "true", "2014-06-20", "2014-06-20T12:30:00",
    ]  # fmt: skip


def test_the_first_sheet_with_a_text_column_is_read_with_a_note(book):
    book.sheet("Cover", [["Search of", "June"], ["By", "A. Person"]])
    book.sheet("Results", [["Titel", "Relevant?"], ["Kathode", "ja"]])
    book.sheet("Old", [["title"], ["Anode"]])

    table = book.table()

    assert list(table.rows()) == [(1, {"Titel": "Kathode", "Relevant?": "ja"})]
    assert table.notes == ["read sheet 'Results', not 'Cover', 'Old'"]


def test_a_sheet_with_unknown_names_is_read_for_mapping(book):
    book.sheet("Note", [["Searched in June"]])
    book.sheet("Results", [["Rubrik", "Sammandrag"], ["Katod", "Nickel"]])

    assert book.table().header == ("Rubrik", "Sammandrag")


def test_hidden_sheets_are_not_read(book):
    book.sheet("Secret", [["title"], ["Hidden"]]).hide()
    book.sheet("Results", [["title"], ["Shown"]]).activate()

    assert [row["title"] for _, row in book.table().rows()] == ["Shown"]


def test_a_banner_above_the_header_is_passed_over_with_a_note(book):
    book.sheet("Sheet1", [["Report of June"], [], ["Title", "Abstract"], ["A", "B"]])

    table = book.table()

    assert list(table.rows()) == [(1, {"Title": "A", "Abstract": "B"})]
    assert table.notes == [
        "the header stands below 1 other line ('Report of June') that the database wrote: no "
        "records"
    ]


def test_the_format_before_2007_is_read_alike(tmp_path):
    path = tmp_path / "patents.xls"
    write_xls(path, [["Title", "Größe"], ["Kathode", "5 µm"], ["", ""], ["Anode", ""]])

    table = open_table(path)

    assert table.kind == "XLS"
    assert list(table.rows()) == [
        (1, {"Title": "Kathode", "Größe": "5 µm"}),
        (3, {"Title": "Anode", "Größe": ""}),
    ]


def test_the_folder_that_one_works_in_does_not_get_into_the_way(book, tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    book.sheet("Sheet1", [["title"], ["A"]])

    assert [row["title"] for _, row in book.table().rows()] == ["A"]


def test_rows_are_counted_from_the_header_blank_ones_too(book):
    book.sheet("Sheet1", [["title", "label"], ["A", 1], ["", ""], ["B", 0]], first_row=3)

    assert [(number, row["title"]) for number, row in book.table().rows()] == [(1, "A"), (3, "B")]


def test_a_cell_that_excel_cut_off_is_noted(book):
    sheet = book.sheet("Sheet1", [["title", "claims"], ["A", ""], ["B", "short"]])
    sheet.write_string(1, 1, "x" * 32_767)
    table = book.table()

    rows = list(table.rows())

    assert len(rows[0][1]["claims"]) == 32_767
    assert table.notes == [
        "column 'claims' has 1 cell of exactly 32,767 characters, the most that Excel keeps, "
        "so the text is probably cut off: row 1"
    ]
