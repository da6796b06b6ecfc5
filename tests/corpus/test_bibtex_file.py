import re

import pytest

from patsieve.corpus.readers import open_table
from patsieve.errors import UnreadableFileError


def table_of(folder, text, *, tolerant=False):
    path = folder / "export.txt"
    path.write_text(text, encoding="utf-8")
    return open_table(path, tolerant=tolerant)


def rows_of(folder, text):
    return [row for _, row in table_of(folder, text).rows()]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("{Cathode}", "Cathode"),
        ('"Cathode"', "Cathode"),
        ("{A {Nickel} cathode}", "A Nickel cathode"),
        ('"A {"}quoted{"} cathode"', 'A "quoted" cathode'),
        ("2014", "2014"),
        ("{a} # {b} # 3", "ab3"),
        (r"{5\% \& more \_}", "5% & more _"),
        (r"{M{\"u}ller, \'Emile, \c{c}a, {\ss}, \v{S}}", "Müller, Émile, ça, ß, Š"),
        ("{over\n  lines}", "over\n  lines"),
        (r"{a \{brace\}}", "a {brace}"),
    ],
)
def test_values(tmp_path, written, value):
    (row,) = rows_of(tmp_path, f"@patent{{k, title = {written}}}\n")

    assert row == {"Type": "patent", "title": value}


def test_comments_preambles_and_text_between_entries_are_no_records(tmp_path):
    text = (
        "@comment{jabref-meta: a}\n@preamble{ {x} }\n@patent{k,\n title={A}\n}\nsome words\n"
        "@misc{l, title={B},}\n"
    )

    assert [row["title"] for row in rows_of(tmp_path, text)] == ["A", "B"]


def test_the_number_of_an_article_is_no_publication(tmp_path):
    (row,) = rows_of(tmp_path, "@article{k, title={A}, number={7}, year={2014}}")

    assert row == {"Type": "article", "title": "A", "number": "7", "year": "2014"}


@pytest.mark.parametrize(
    ("note", "number"),
    [
        ("US Patent 10,237,100", "US10,237,100"),
        ("US Patent D500,000", "USD500,000"),
        ("US Patent App. 15/123,456", None),
        ("US Patent 10,237,100, which expired", None),
    ],
)
def test_google_scholar_puts_the_number_into_a_note(tmp_path, note, number):
    (row,) = rows_of(
        tmp_path, f"@misc{{kim2019, title={{Cathode}}, year={{2019}}, note={{{note}}}}}"
    )

    assert row.get("Publication number") == number
    assert row["note"] == note


def test_an_entry_without_a_key(tmp_path):
    assert rows_of(tmp_path, "@patent{title={A}}")[0]["title"] == "A"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("@patent{k, title={B}, ??? }\n", "no field begins at '???'"),
        ("@patent{k, title= }\n", "a field has no value"),
        ("@patent{k, title={B\n", "never ends"),
    ],
)
def test_a_broken_entry_costs_itself(tmp_path, entry, said):
    text = f"@patent{{j, title={{A}}}}\n{entry}@patent{{m, title={{C}}}}\n"
    table = table_of(tmp_path, text, tolerant=True)

    assert [row["title"] for _, row in table.rows()] == ["A", "C"]
    assert table.broken.count == 1
    with pytest.raises(UnreadableFileError, match=f"the entry at line 2 of .*{re.escape(said)}"):
        table_of(tmp_path, text)


def test_a_file_that_ends_within_an_entry(tmp_path):
    table = table_of(tmp_path, "@patent{j, title={A}}\n@patent{k, title={B", tolerant=True)

    assert [row["title"] for _, row in table.rows()] == ["A"]
    assert table.broken.count == 1
