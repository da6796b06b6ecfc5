"""One broken row among many: an error where all are needed, else named and left out."""

import json

import pytest

from patsieve.corpus.readers import open_table
from patsieve.corpus.readers.broken import MOST_BROKEN, BrokenRecords
from patsieve.errors import UnreadableFileError

HEADER = "title,abstract\n"
GOOD = [f"Cathode {i},Nickel\n" for i in range(200)]


def written(folder, text, name="patents.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def titles(table):
    return [row["title"] for _, row in table.rows()]


def test_a_quotation_mark_that_is_never_closed_costs_one_row(tmp_path):
    path = written(tmp_path, HEADER + "".join(GOOD[:50]) + 'Anode,"Tin\n' + "".join(GOOD[50:]))
    table = open_table(path, tolerant=True)

    assert titles(table) == [f"Cathode {i}" for i in range(200)]
    assert table.broken.count == 1
    assert table.notes == [f"left out: line 52 of {path} has a quotation mark that is never closed"]
    with pytest.raises(UnreadableFileError, match="never closed"):
        titles(open_table(path))


def test_rows_after_a_broken_one_keep_their_numbers(tmp_path):
    table = open_table(written(tmp_path, f'{HEADER}A,b\nC,"d\nE,f\n'), tolerant=True)

    assert [(number, row["title"]) for number, row in table.rows()] == [(1, "A"), (3, "E")]


def test_a_mark_that_only_a_later_row_closes_costs_one_row(tmp_path):
    text = 'title,abstract,label\nA,b,1\nC,"d,0\nE,"f, g",1\nH,i,0\n'
    path = written(tmp_path, text)
    table = open_table(path, tolerant=True)

    assert [tuple(row.values()) for _, row in table.rows()] == [
        ("A", "b", "1"), ("E", "f, g", "1"), ("H", "i", "0"),
    ]  # fmt: skip
    assert table.notes == [
        f"left out: line 3 of {path} has a quotation mark that is not closed before the next row"
    ]


def test_lines_of_one_cell_are_no_rows(tmp_path):
    text = 'title,abstract\nA,"one, two\nthree, four",surplus\nB,"one\ntwo"\n'
    table = open_table(written(tmp_path, text.replace("three, four", "three")), tolerant=True)

    assert titles(table) == ["A", "B"]
    assert table.broken.count == 0


def test_a_broken_last_row(tmp_path):
    table = open_table(written(tmp_path, HEADER + GOOD[0] + 'B,"'), tolerant=True)

    assert titles(table) == ["Cathode 0"]
    assert table.broken.count == 1


def test_a_sound_table_is_read_alike_with_and_without_tolerance(tmp_path):
    text = HEADER + 'A,"line 1\nline ""2"""\n\nB,c\n' + "".join(GOOD)
    path = written(tmp_path, text)

    assert list(open_table(path, tolerant=True).rows()) == list(open_table(path).rows())
    assert open_table(path, tolerant=True).broken.count == 0


def test_reading_again_counts_again_from_none(tmp_path):
    table = open_table(written(tmp_path, f'{HEADER}A,b\nC,"d\n'), tolerant=True)

    titles(table)
    titles(table)

    assert table.broken.count == 1


def test_a_line_that_is_not_json_costs_one_record(tmp_path):
    lines = [json.dumps({"title": f"Cathode {i}"}) for i in range(100)]
    lines[10:10] = ['{"title": "cut', "[1, 2]"]
    path = written(tmp_path, "\n".join(lines), "patents.jsonl")
    table = open_table(path, tolerant=True)

    assert titles(table) == [f"Cathode {i}" for i in range(100)]
    assert table.broken.count == 2
    assert table.notes[0].startswith(f"left out: line 11 of {path} is not a JSON object")
    assert table.notes[1] == f"left out: line 12 of {path} is not a JSON object but list"


def test_a_first_line_that_is_not_json_costs_one_record(tmp_path):
    path = written(tmp_path, '{"title": "cut\n{"title": "A"}\n{"title": "B"}\n', "patents.jsonl")

    assert titles(open_table(path, tolerant=True)) == ["A", "B"]


def test_an_element_that_is_no_object_costs_one_record(tmp_path):
    path = written(tmp_path, '[{"title": "A"}, 3, {"title": "B"}]', "patents.json")
    table = open_table(path, tolerant=True)

    assert [(number, row["title"]) for number, row in table.rows()] == [(1, "A"), (3, "B")]
    assert table.broken.count == 1


@pytest.mark.parametrize(
    "value", ["[" * 400 + "]" * 400, '{"a":' * 400 + "1" + "}" * 400, "9" * 5000]
)
def test_values_that_no_cell_can_hold_cost_one_record(tmp_path, value):
    lines = ['{"title": "A"}', f'{{"title": "B", "more": {value}}}', '{"title": "C"}']
    path = written(tmp_path, "\n".join(lines), "patents.jsonl")
    table = open_table(path, tolerant=True)

    found = titles(table)

    assert found in (["A", "C"], ["A", "B", "C"])
    assert table.broken.count == 3 - len(found)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (', {"title": "C', "from element 3 on"),
        (', {"title": "C"}', "its array never ends"),
        (", oops]", "from element 3 on"),
    ],
)
def test_what_stands_before_the_place_where_an_array_breaks_off_is_kept(tmp_path, end, said):
    text = '[{"title": "A"},\n {"title": "B"}'
    path = written(tmp_path, text + end, "patents.json")
    table = open_table(path, tolerant=True)

    assert titles(table)[:2] == ["A", "B"]
    assert table.broken.count == 1
    assert said in table.notes[0]
    with pytest.raises(UnreadableFileError, match="is not valid JSON"):
        open_table(path)


def test_the_first_few_are_told_and_the_others_counted():
    broken = BrokenRecords(tolerated=True)
    for number in range(8):
        broken.add(f"row {number}")

    assert broken.notes[:2] == ["left out: row 0", "left out: row 1"]
    assert broken.notes[5:] == ["left out 3 more records that cannot be read"]


def test_too_many_are_an_error():
    broken = BrokenRecords(tolerated=True)
    for number in range(MOST_BROKEN):
        broken.add(f"row {number}")

    with pytest.raises(
        UnreadableFileError, match=r"more than 1,000 records .*; the last: row 1000"
    ):
        broken.add("row 1000")


def test_the_first_is_an_error_where_none_is_tolerated():
    with pytest.raises(UnreadableFileError, match="row 7 is bad"):
        BrokenRecords().add("row 7 is bad")
