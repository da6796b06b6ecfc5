import csv
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patsieve.corpus.readers import open_table
from patsieve.corpus.readers.csv_file import open_csv
from patsieve.errors import UnreadableFileError


def written(folder, content, name="patents.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows_of(path):
    return list(open_table(path).rows())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(tmp_path, delimiter):
    lines = [["title", "abstract"], ["Cathode, layered; a | b", "One, two"], ["Anode", "Tin"]]
    path = tmp_path / "patents.csv"
    with path.open("w", newline="") as handle:
        csv.writer(handle, delimiter=delimiter).writerows(lines)

    rows = rows_of(path)

    assert rows[0] == (1, {"title": "Cathode, layered; a | b", "abstract": "One, two"})


def test_commas_in_an_unquoted_semicolon_table_do_not_win(tmp_path):
    path = written(
        tmp_path, "Titel;Zusammenfassung;Relevant\nA, b;c, d, e;ja\nF, g, h;i;nein\nJ;k, l;ja\n"
    )

    table = open_table(path)

    assert table.header == ("Titel", "Zusammenfassung", "Relevant")


def test_the_delimiter_that_excel_is_told_is_used_and_left_out(tmp_path):
    path = written(tmp_path, "sep=;\ntitle;abstract\nCathode;Nickel\n")

    table = open_table(path)

    assert table.header == ("title", "abstract")
    assert list(table.rows()) == [(1, {"title": "Cathode", "abstract": "Nickel"})]


def test_a_single_column_is_a_table_too(tmp_path):
    assert rows_of(written(tmp_path, "title\nCathode\nAnode\n")) == [
        (1, {"title": "Cathode"}),
        (2, {"title": "Anode"}),
    ]


def test_quoted_newlines_and_quotes_stay_in_their_cell(tmp_path):
    path = written(tmp_path, 'title,abstract\nCathode,"line 1\nline ""2"""\n')

    assert rows_of(path) == [(1, {"title": "Cathode", "abstract": 'line 1\nline "2"'})]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(tmp_path, ending):
    path = written(tmp_path, ending.join(["title,abstract", "Cathode,Nickel", "Anode,Tin"]))

    assert [row["abstract"] for _, row in rows_of(path)] == ["Nickel", "Tin"]


def test_blank_lines_are_left_out_but_counted(tmp_path):
    path = written(tmp_path, "\n\ntitle,abstract\n\nCathode,Nickel\n,\nAnode,Tin\n")

    assert [(number, row["title"]) for number, row in rows_of(path)] == [
        (2, "Cathode"),
        (4, "Anode"),
    ]


def test_the_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    path = written(tmp_path, "title,abstract\nCathode,Nickel\n".encode("utf-8-sig"))

    assert open_table(path).header == ("title", "abstract")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8"])
def test_unicode_encodings_are_recognised(tmp_path, encoding):
    path = written(tmp_path, "title,abstract\nCathode,5 µm größer\n".encode(encoding))

    table = open_table(path)

    assert list(table.rows()) == [(1, {"title": "Cathode", "abstract": "5 µm größer"})]
    assert table.notes == []


GERMAN = "Titel;Zusammenfassung\n" + "Elektrode;Ein Verfahren für größere Körner über 800 °C\n" * 5
FRENCH = "Titre;Abrégé\n" + "Électrode;Un procédé où la température est régulée à 800 °C\n" * 5
ENGLISH = "title,abstract\n" + "Cathode,Mixed and heated in a “furnace” – at 800 °C\n" * 5
JAPANESE = "公報番号,抄録\n" + "JP1,リチウム二次電池用正極活物質及びその製造方法を提供する。\n" * 5
CHINESE = "公开号,标题\n" + "CN1,本发明公开了一种高镍正极材料的制备方法包括以下步骤\n" * 5


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "cp1252"),
        (FRENCH, "cp1252"),
        (ENGLISH, "cp1252"),
        (JAPANESE, "cp932"),
        (CHINESE, "gb18030"),
    ],
    ids=["German", "French", "English", "Japanese", "Chinese"],
)
def test_older_encodings_are_guessed_with_a_note(tmp_path, text, encoding):
    path = written(tmp_path, text.encode(encoding))

    table = open_table(path)

    assert [table.header, *(tuple(row.values()) for _, row in table.rows())] == [
        tuple(line.split(";" if ";" in text else ",")) for line in text.splitlines()
    ]
    assert table.notes == [
        f"the encoding was guessed to be {encoding}; if accented letters look wrong, "
        "save the file as UTF-8"
    ]


def test_an_accent_far_into_the_file_is_found_before_the_first_row(tmp_path):
    plain = "title,abstract\n" + "Cathode,heated and mixed in air\n" * 60_000
    path = written(tmp_path, plain.encode() + "Anode,800 °C für größere Körner\n".encode("cp1252"))

    table = open_table(path)

    assert "guessed to be cp1252" in table.notes[0]
    assert list(table.rows())[-1][1]["abstract"] == "800 °C für größere Körner"


def test_a_row_with_too_many_or_too_few_cells_is_read_and_noted(tmp_path):
    path = written(tmp_path, "title,abstract\nA,b,beyond\nC\nD,e\nF,g,\n")
    table = open_table(path)

    rows = [tuple(row.values()) for _, row in table.rows()]

    assert rows == [("A", "b"), ("C", ""), ("D", "e"), ("F", "g")]
    assert table.notes == [
        "left out the cells that stand beyond the last column: row 1",
        "took missing cells at the end as empty: row 2",
    ]


def test_reading_twice_notes_once(tmp_path):
    table = open_table(written(tmp_path, "title,abstract\nA\n"))

    list(table.rows())
    list(table.rows())

    assert table.notes == ["took missing cells at the end as empty: row 1"]


def test_repeated_and_missing_column_names_keep_their_cells(tmp_path):
    path = written(tmp_path, "title,,title,title (2)\nA,b,c,d\n")
    table = open_table(path)

    assert list(table.rows()) == [
        (1, {"title": "A", "column 2": "b", "title (3)": "c", "title (2)": "d"})
    ]
    assert table.notes == [
        "columns without a name, or with one that is taken, are called 'column 2', 'title (3)'"
    ]


def test_a_delimiter_at_the_end_of_every_line_makes_no_column(tmp_path):
    table = open_table(written(tmp_path, "title;abstract;\nA;b;\n"))

    assert list(table.rows()) == [(1, {"title": "A", "abstract": "b"})]
    assert table.notes == []


def test_a_cell_of_the_length_at_which_excel_cuts_is_noted(tmp_path):
    cells = ["x" * 32_766, "x" * 32_767, "x" * 32_768]
    path = written(tmp_path, "title,claims\n" + "".join(f"A,{cell}\n" for cell in cells))
    table = open_table(path)

    assert [len(row["claims"]) for _, row in table.rows()] == [32_766, 32_767, 32_768]
    assert table.notes == [
        "column 'claims' has 1 cell of exactly 32,767 characters, the most that Excel keeps, "
        "so the text is probably cut off: row 2"
    ]


@pytest.fixture
def small_limit():
    """Set the csv module's limit to its default, for whatever ran before."""
    before = csv.field_size_limit(131_072)
    yield 131_072
    csv.field_size_limit(before)


def test_a_long_description_is_read_and_the_process_keeps_its_own_limit(tmp_path, small_limit):
    path = written(tmp_path, f"title,description\nA,{'word ' * 60_000}\nB,c\n")

    rows = open_table(path).rows()
    next(rows)

    assert csv.field_size_limit() == small_limit
    assert next(rows) == (2, {"title": "B", "description": "c"})


def test_a_cell_that_swallows_the_file_is_an_error(tmp_path):
    path = written(tmp_path, 'title,abstract\nA,"b\n' + "C,d\n" * (1 << 23) + '"')

    with pytest.raises(UnreadableFileError, match=r"field larger .* never closed"):
        rows_of(path)


def test_a_quotation_mark_that_is_never_closed_is_an_error(tmp_path):
    path = written(tmp_path, 'title,abstract\nA,b\nC,"d\nE,f\n')

    with pytest.raises(UnreadableFileError, match=r"quotation mark that is never closed.* row 2"):
        rows_of(path)


def test_a_quotation_mark_within_a_cell_is_a_character(tmp_path):
    assert rows_of(written(tmp_path, 'title,abstract\n19" rack,b\n'))[0][1]["title"] == '19" rack'


def test_a_gzipped_table_is_read_whatever_its_name(tmp_path):
    path = written(tmp_path, gzip.compress(b"title,abstract\nA,b\n"))

    assert rows_of(path) == [(1, {"title": "A", "abstract": "b"})]


def test_rows_stream_and_the_file_is_closed_when_the_reader_stops(tmp_path):
    path = written(tmp_path, "title,abstract\n" + "A,b\n" * 10_000)

    rows = open_table(path).rows()
    next(rows)
    rows.close()

    path.unlink()


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_what_python_writes_is_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("round") / "patents.csv"
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(["title", "abstract"])
        writer.writerows(rows)

    table = open_csv(path, path.read_bytes()[:4096])
    read = {number: tuple(row.values()) for number, row in table.rows()}

    filled = {i: row for i, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)}
    assert read == filled
