from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from patsieve.corpus.readers import open_table
from patsieve.errors import UnreadableFileError


def test_typed_columns_become_plain_text(tmp_path):
    path = tmp_path / "patents.parquet"
    table = pa.table(
        {
            "family_id": pa.array([1419984.0, None], pa.float64()),
            "label": pa.array([True, False]),
            "priority_date": pa.array([date(2014, 6, 20), None]),
            "seen": pa.array([datetime(2014, 6, 20), datetime(2014, 6, 21, 8)]),
            "cpc": pa.array([["H01M4/525", "H01M10/0525"], []]),
        }
    )
    pq.write_table(table, path)

    rows = [list(row.values()) for _, row in open_table(path).rows()]

    assert rows == [
        ["1419984", "true", "2014-06-20", "2014-06-20", "H01M4/525; H01M10/0525"],
        ["", "false", "", "2014-06-21T08:00:00", ""],
    ]


def test_a_nul_is_a_blank(tmp_path):
    path = tmp_path / "patents.parquet"
    pq.write_table(pa.table({"title": ["A\0B"]}), path)

    assert [row for _, row in open_table(path).rows()] == [{"title": "A B"}]


def test_rows_are_numbered_across_batches(tmp_path):
    path = tmp_path / "patents.parquet"
    pq.write_table(pa.table({"title": [str(i) for i in range(1, 3001)]}), path)

    rows = list(open_table(path).rows())

    assert all(str(number) == row["title"] for number, row in rows)
    assert len(rows) == 3000


@pytest.mark.parametrize(
    ("column", "what"),
    [
        (pa.array([16_000, 3_000_000, 16_001], pa.int32()).cast(pa.date32()), "out of range"),
        (pa.array([b"Nickel", b"\xff", b"Tin"]).view(pa.string()), "invalid start byte"),
    ],
    ids=["date", "text"],
)
def test_a_value_that_cannot_be_read_costs_one_record(tmp_path, column, what):
    path = tmp_path / "patents.parquet"
    pq.write_table(pa.table({"title": ["A", "B", "C"], "more": column}), path)
    table = open_table(path, tolerant=True)

    assert [(number, row["title"]) for number, row in table.rows()] == [(1, "A"), (3, "C")]
    (note,) = table.notes
    assert note.startswith(f"left out: row 2 of {path} holds a value that cannot be read: ")
    assert what in note
    with pytest.raises(UnreadableFileError, match=r"row 2 of .* cannot be read"):
        list(open_table(path).rows())


def test_a_name_of_a_column_that_is_no_text(tmp_path):
    path = tmp_path / "patents.parquet"
    pq.write_table(pa.table({"tittle": ["A"]}), path, store_schema=False)
    path.write_bytes(path.read_bytes().replace(b"tittle", b"t\xfftle"))

    with pytest.raises(UnreadableFileError, match="is a damaged Parquet file"):
        list(open_table(path).rows())
