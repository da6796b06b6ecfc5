import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.packed_rows import read_rows, write_row

CELLS = st.text(st.characters() | st.sampled_from("\0\n\r\ud800"), max_size=8)


def packed(rows):
    file = io.BytesIO()
    for row in rows:
        write_row(file, row)
    return file.getvalue()


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=5))
def test_rows_come_back_as_they_were_whatever_is_in_them(rows):
    assert list(read_rows(io.BytesIO(packed(rows)))) == rows


def test_cells_with_the_separator_in_them_stay_apart():
    rows = [["a\0b"], ["a", "b"], ["", "\0"], ["", "", ""], [""]]

    assert list(read_rows(io.BytesIO(packed(rows)))) == rows


@pytest.mark.parametrize("missing", [1, 3, 7])
def test_a_row_that_is_cut_off_is_no_row(missing):
    found = read_rows(io.BytesIO(packed([["whole"], ["cut"]])[:-missing]))

    assert next(found) == ["whole"]
    with pytest.raises(EOFError):
        next(found)
