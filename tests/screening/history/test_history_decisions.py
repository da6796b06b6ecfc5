"""A user's decisions are read from any list with a column of yes and no."""

import pytest

from patsieve.errors import DataError, LabelError, MissingColumnError
from patsieve.screening.history.decisions import read_decisions

NUMBERS = ("US10000001A1", "US10000002A1", "US10000003A1")


@pytest.fixture
def marked(write_csv):
    """Return a function that writes numbers with marks."""

    def write(*marks, column="relevant", numbers=NUMBERS):
        return write_csv(("publication_number", column), zip(numbers, marks, strict=False))

    return write


def made(decisions):
    return [(record.publication_number, label) for record, label in decisions.made]


def test_a_blank_is_no_decision(marked):
    found = read_decisions(marked("yes", "", "no"))

    assert made(found) == [(NUMBERS[0], 1), (NUMBERS[2], 0)]


def test_a_column_of_any_name_can_be_meant(marked):
    assert len(read_decisions(marked("1", "0", "1", column="Verdict"), "verdict").made) == 3


def test_marks_of_ones_own_are_read(marked):
    found = read_decisions(marked("keep", "drop", ""), relevant=("keep",))

    assert [label for _, label in found.made] == [1, 0]


def test_no_column_of_decisions(marked):
    with pytest.raises(MissingColumnError, match="say --decision-column COLUMN"):
        read_decisions(marked("1", "0", column="Verdict"))


def test_what_patsieve_decided_is_not_what_the_user_did(write_csv):
    ranked = write_csv(
        ("publication_number", "rank", "probability", "decision"),
        [(NUMBERS[0], "1", "0.9", "relevant"), (NUMBERS[1], "2", "0.1", "irrelevant")],
    )

    with pytest.raises(DataError, match="holds what patsieve decided"):
        read_decisions(ranked, "decision")


def test_crosses_alone_do_not_say_what_was_not_read(marked):
    with pytest.raises(DataError, match="has crosses only"):
        read_decisions(marked("x", "", "x"))


def test_nothing_decided(marked):
    with pytest.raises(DataError, match="nothing is marked"):
        read_decisions(marked("", "", ""))


def test_a_mark_that_cannot_be_read(marked):
    with pytest.raises(LabelError, match="perhaps"):
        read_decisions(marked("perhaps", "no"))


def test_a_list_that_names_nothing(write_csv):
    with pytest.raises(DataError, match="neither publication numbers nor texts"):
        read_decisions(write_csv(("place", "relevant"), [("3", "yes"), ("4", "no")]))


def test_decisions_on_nameless_records_are_left_out_and_counted(write_csv):
    path = write_csv(("title", "relevant"), [("oak chair", "no"), ("", "yes")])

    found = read_decisions(path)

    assert len(found.made) == 1
    assert any("1 decision on records with neither" in note for note in found.notes)
