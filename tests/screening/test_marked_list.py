"""A reader's marks: read in the order of ranks, and refused where they would mislead."""

import pytest

from patsieve.errors import DataError, LabelError, MissingColumnError
from patsieve.screening.marked_list import read_marked_list


@pytest.fixture
def marked(tmp_path):
    def write_and_read(rows, *, header="rank,title,read", column="read", **options):
        path = tmp_path / "ranked.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return read_marked_list(path, column, **options)

    return write_and_read


def test_marks_from_the_top_are_read_and_the_rest_is_counted(marked):
    found = marked(["1,a,yes", "2,b,no", "3,c,", "4,d,"])

    assert (found.n_records, found.read.tolist(), found.notes) == (4, [1, 0], ())


def test_a_file_sorted_otherwise_is_taken_in_the_order_of_its_ranks(marked):
    found = marked(["4,d,", "2,b,no", "10,e,", "1,a,yes"])

    assert found.read.tolist() == [1, 0]
    assert "in the order of 'rank'" in found.notes[0]


def test_our_rank_is_taken_where_the_user_has_one_of_that_name(marked):
    found = marked(["9,a,2,no", "8,b,1,yes", "7,c,3,"], header="rank,title,patsieve_rank,read")

    assert found.read.tolist() == [1, 0]


def test_a_list_without_ranks_is_taken_as_it_stands(marked):
    found = marked(["a,no", "b,yes", "c,"], header="title,read")

    assert found.read.tolist() == [0, 1]
    assert "no column of ranks" in found.notes[0]


def test_marks_may_have_any_spelling_or_be_named(marked):
    assert marked(["1,a,ja", "2,b,nein", "3,c,"]).read.tolist() == [1, 0]
    assert marked(["1,a,A", "2,b,C", "3,c,"], relevant=("A",)).read.tolist() == [1, 0]
    with pytest.raises(LabelError, match="'perhaps'"):
        marked(["1,a,perhaps", "2,b,no"])


def test_a_list_read_to_the_end_is_read_to_the_end(marked):
    assert marked(["1,a,yes", "2,b,no"]).read.tolist() == [1, 0]


def test_a_record_passed_over_is_named(marked):
    with pytest.raises(DataError, match=r"1 record above the last .* is blank \(row 2\)"):
        marked(["1,a,yes", "2,b,", "3,c,no"])


def test_crosses_alone_do_not_tell_irrelevant_from_unread(marked):
    with pytest.raises(DataError, match="crosses only"):
        marked(["1,a,x", "2,b,", "3,c,"])


def test_nothing_marked_is_told(marked):
    with pytest.raises(DataError, match="nothing is marked in column 'read'"):
        marked(["1,a,", "2,b,"])


def test_an_empty_list_is_told(marked):
    with pytest.raises(DataError, match="no record"):
        marked([])


def test_a_column_that_is_not_there_is_told_with_those_that_are(marked):
    with pytest.raises(MissingColumnError, match="no column 'mine'; it has 'rank', 'title'"):
        marked(["1,a,yes"], column="mine")


def test_a_rank_that_is_no_number_is_told(marked):
    with pytest.raises(DataError, match="does not hold a rank"):
        marked(["first,a,yes", "2,b,no"])


def test_our_own_decisions_are_no_marks_of_a_reader(marked):
    rows = ["1,a,0.9,relevant", "2,b,0.1,irrelevant"]
    with pytest.raises(DataError, match="holds what patsieve decided"):
        marked(rows, header="rank,title,probability,decision", column="decision")


def test_a_readers_own_column_may_be_called_decision(marked):
    rows = ["1,a,yes,0.9,relevant", "2,b,no,0.1,irrelevant"]
    header = "rank,title,decision,probability,patsieve_decision"

    assert marked(rows, header=header, column="decision").read.tolist() == [1, 0]
    with pytest.raises(DataError, match="holds what patsieve decided"):
        marked(rows, header=header, column="patsieve_decision")
