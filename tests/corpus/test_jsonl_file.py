import json

from patsieve.corpus.readers import open_table


def rows_of(folder, objects):
    path = folder / "patents.jsonl"
    path.write_text("".join(json.dumps(o) + "\n" for o in objects))
    return [row for _, row in open_table(path).rows()]


def test_claims_come_one_a_line_and_symbols_with_semicolons(tmp_path):
    (row,) = rows_of(
        tmp_path,
        [{"claims": ["1. A cathode.", "2. A cell."], "cpc": ["H01M4/525", "H01M 10/0525"]}],
    )

    assert row == {"claims": "1. A cathode.\n2. A cell.", "cpc": "H01M4/525; H01M 10/0525"}


def test_lists_of_objects_give_what_tells(tmp_path):
    (row,) = rows_of(
        tmp_path,
        [
            {
                "ipc": [{"code": "H01M4/525", "first": True}, {"code": "C01G53/00"}],
                "claims": [{"number": 1, "text": "1. A cathode."}],
                "parties": [{"role": "applicant"}],
            }
        ],
    )

    assert row == {
        "ipc": "H01M4/525; C01G53/00",
        "claims": "1. A cathode.",
        "parties": '{"role": "applicant"}',
    }


def test_values_of_other_types_become_text(tmp_path):
    (row,) = rows_of(
        tmp_path,
        [{"a": None, "b": True, "c": 1.0, "d": 12, "e": {"k": "ü"}, "f": float("nan"), "g": []}],
    )

    assert list(row.values()) == ["", "true", "1", "12", '{"k": "ü"}', "", ""]


def test_a_key_that_comes_late_is_a_column(tmp_path):
    rows = rows_of(tmp_path, [{"title": "A"}] * 3000 + [{"title": "B", "label": 1}])

    assert (rows[0]["label"], rows[-1]["label"]) == ("", "1")


def test_rows_are_lines_and_blank_lines_count(tmp_path):
    path = tmp_path / "patents.jsonl"
    path.write_text('{"title": "A"}\n\n{"title": "B"}\n')

    assert [number for number, _ in open_table(path).rows()] == [1, 3]


def test_a_nul_is_a_blank(tmp_path):
    path = tmp_path / "patents.jsonl"
    path.write_text('{"title": "A\\u0000B"}\n')

    assert [row for _, row in open_table(path).rows()] == [{"title": "A B"}]


def test_half_a_character_is_replaced_so_that_it_can_be_written(tmp_path):
    path = tmp_path / "patents.jsonl"
    path.write_text('{"title": "caf\\u00e9 \\ud800 \\ud83d\\ude00"}\n')

    ((_, row),) = open_table(path).rows()

    assert row["title"] == "café ? 😀"
