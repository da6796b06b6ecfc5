import pytest

from patsieve.corpus.readers import open_table
from patsieve.errors import UnreadableFileError


def table_of(folder, text, *, encoding="utf-8", tolerant=False):
    path = folder / "export.txt"
    path.write_bytes(text.encode(encoding))
    return open_table(path, tolerant=tolerant)


def rows_of(folder, text, **options):
    return [row for _, row in table_of(folder, text, **options).rows()]


def test_an_entry_without_an_end_ends_where_the_next_begins(tmp_path):
    rows = rows_of(tmp_path, "TY  - PAT\nTI  - A\nTY  - PAT\nTI  - B\n")

    assert [row["Title"] for row in rows] == ["A", "B"]


def test_what_stands_above_the_first_entry_is_passed_over(tmp_path):
    rows = rows_of(tmp_path, "PatBase export\n\n1.\nTY  - PAT\nTI  - A\nER  - \n")

    assert rows == [{"Type": "PAT", "Title": "A"}]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_endings_and_encodings(tmp_path, ending, encoding):
    text = ending.join(["TY  - PAT", "TI  - Körner", "ER  - ", ""])

    assert rows_of(tmp_path, text, encoding=encoding) == [{"Type": "PAT", "Title": "Körner"}]


def test_unknown_tags_keep_their_name_and_repeated_ones_come_one_a_line(tmp_path):
    (row,) = rows_of(tmp_path, "TY  - PAT\nTI  - A\nX9  - 1\nX9  - 2\nKW  - a\nKW  - b\nER  -\n")

    assert (row["X9"], row["Keywords"]) == ("1\n2", "a\nb")


def test_a_text_that_two_tags_give_is_taken_once(tmp_path):
    (row,) = rows_of(tmp_path, "TY  - PAT\nTI  - A\nT1  - A\nAB  - B\nN2  - B\nER  -\n")

    assert (row["Title"], row["Abstract"]) == ("A", "B")


@pytest.mark.parametrize(
    ("tag", "value", "number"),
    [
        ("M1", "US 10000001 B2", "US 10000001 B2"),
        ("SN", "EP3000000A1", "EP3000000A1"),
        ("SN", "1234-5678", None),
        ("M1", "12", None),
    ],
)
def test_a_number_is_found_where_managers_put_it(tmp_path, tag, value, number):
    (row,) = rows_of(tmp_path, f"TY  - PAT\nTI  - A\n{tag}  - {value}\nER  -\n")

    assert row.get("Publication number") == number


def test_a_year_alone_is_no_date(tmp_path):
    (row,) = rows_of(tmp_path, "TY  - PAT\nTI  - A\nPY  - 2014///\nER  -\n")

    assert (row["Year"], "Publication date" in row) == ("2014///", False)


def test_a_line_outside_of_any_entry(tmp_path):
    text = "TY  - PAT\nTI  - A\nER  -\nTI  - lost\nTY  - PAT\nTI  - B\nER  -\n"

    table = table_of(tmp_path, text, tolerant=True)

    assert [row["Title"] for _, row in table.rows()] == ["A", "B"]
    assert table.broken.count == 1
    with pytest.raises(UnreadableFileError, match=r"line 4 of .*, TI, stands in no entry"):
        table_of(tmp_path, text)
