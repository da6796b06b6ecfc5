"""Sorting with a small memory equals sorting with a large one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.screening.external_sort import ExternalSorter


def sort(folder, rows, **limits):
    sorter = ExternalSorter(folder, **limits)
    for score, payload in rows:
        sorter.add(score, payload)
    return sorter


def in_memory(rows):
    """Scores fall; equals keep their order; what has no score comes last."""
    return sorted(rows, key=lambda row: (math.isnan(row[0]), -row[0] if row[0] == row[0] else 0))


ROWS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.5, 0.5000000001, 1.0, math.nan]) | st.floats(0, 1),
        st.binary(max_size=20),
    ),
    max_size=60,
)


@given(ROWS, st.integers(1, 7), st.integers(2, 4))
def test_any_number_of_runs_and_passes_gives_the_same_order(
    tmp_path_factory, rows, rows_in_a_run, runs_at_once
):
    folder = tmp_path_factory.mktemp("runs")

    sorter = sort(folder, rows, rows_in_a_run=rows_in_a_run, runs_at_once=runs_at_once)

    assert len(sorter) == len(rows)
    assert repr([tuple(row) for row in sorter]) == repr(in_memory(rows))


def test_equal_scores_keep_their_order_across_runs(tmp_path):
    rows = [(0.5, str(i).encode()) for i in range(100)]

    sorter = sort(tmp_path, rows, rows_in_a_run=3, runs_at_once=2)

    assert [payload for _, payload in sorter] == [payload for _, payload in rows]


def test_it_can_be_read_twice(tmp_path):
    sorter = sort(tmp_path, [(i / 10, b"") for i in range(10)], rows_in_a_run=3)

    assert list(sorter) == list(sorter)


def test_long_payloads_make_short_runs(tmp_path):
    sort(tmp_path, [(0.5, b"x" * 100)] * 10, bytes_in_a_run=250)

    # A run is full with the third row: 300 bytes.
    assert len(list(tmp_path.iterdir())) == 3


def test_few_rows_need_no_file(tmp_path):
    sorter = sort(tmp_path, [(0.1, b"a"), (0.2, b"b")])

    assert [payload for _, payload in sorter] == [b"b", b"a"]
    assert list(tmp_path.iterdir()) == []


def test_merged_runs_are_deleted(tmp_path):
    sorter = sort(tmp_path, [(0.5, b"")] * 20, rows_in_a_run=2, runs_at_once=4)

    assert len(list(sorter)) == 20
    assert len(list(tmp_path.iterdir())) <= 4


def test_no_rows_give_none(tmp_path):
    assert list(ExternalSorter(tmp_path)) == []


def test_a_folder_that_is_gone_is_the_callers_error(tmp_path):
    sorter = ExternalSorter(tmp_path / "gone", rows_in_a_run=1)

    with pytest.raises(FileNotFoundError):
        sorter.add(0.5, b"")
