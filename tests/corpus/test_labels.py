import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.labels import LabelReader
from patsieve.errors import LabelError


def read(*cells, relevant=None):
    return LabelReader(relevant).read(cells, range(1, len(cells) + 1))


@pytest.mark.parametrize(
    ("relevant", "irrelevant"),
    [
        ("1", "0"),
        ("1.0", "0.0"),
        ("yes", "no"),
        ("Y", "N"),
        ("TRUE", "FALSE"),
        ("Relevant", "Not relevant"),
        ("relevant", "irrelevant"),
        ("relevant", "non-relevant"),
        ("relevant", "NOT_RELEVANT"),
        (" relevant. ", "not  relevant."),
        ("Potentially relevant", "Potentially not relevant"),
        ("Ja", "Nein"),
        ("oui", "non"),
        ("included", "excluded"),
    ],
)
def test_usual_spellings_are_read(relevant, irrelevant):
    assert read(relevant, irrelevant, "", relevant) == [1, 0, None, 1]


@pytest.mark.parametrize("cross", ["x", "X", "✓"])
def test_blank_is_irrelevant_where_all_others_are_crosses(cross):
    assert read(cross, "", " ", cross) == [1, 0, 0, 1]


def test_a_cross_among_other_labels_is_unknown():
    with pytest.raises(LabelError, match=r"'x' \(row 1\)"):
        read("x", "no", "")


def test_blank_labels_alone_are_unlabelled():
    assert read("", " ") == [None, None]


def test_unknown_spellings_are_listed_with_rows_and_what_is_possible():
    cells = ["yes", "maybe", *["TBD"] * 8, "no"]

    with pytest.raises(LabelError) as caught:
        read(*cells)

    assert str(caught.value) == (
        "cannot tell whether these labels mean relevant: 'maybe' (row 2), "
        "'TBD' (rows 3, 4, 5, 6, 7 and 3 more); known are 1/0, yes/no, y/n, true/false, "
        "relevant/not relevant/irrelevant, potentially relevant/potentially not relevant, "
        "ja/nein, oui/non, or x and blank; for others say --relevant VALUE[,VALUE…]"
    )


def test_many_unknown_values_are_counted():
    with pytest.raises(LabelError, match=r"'v4' \(row 5\) and 95 other values; known"):
        read(*(f"v{i}" for i in range(100)))


@pytest.mark.parametrize("number", ["-1", "2", "0.5", "10", "01"])
def test_numbers_that_are_not_zero_or_one_are_unknown(number):
    with pytest.raises(LabelError):
        read("1", "0", number)


def test_given_values_are_relevant_and_all_others_are_not():
    assert read("A", "b", "C", "", "a", relevant=("a", "B")) == [1, 1, 0, None, 1]


def test_given_values_overrule_the_usual_meaning():
    assert read("no", "yes", relevant=("no",)) == [1, 0]


def test_a_given_value_that_does_not_occur_is_an_error_that_lists_the_labels():
    with pytest.raises(LabelError, match=r"has the label 'D', .*; the labels are 'A', 'b'"):
        read("A", "b", "", "A", relevant=("A", "D"))


def test_a_given_value_among_blanks_says_that_all_are_blank():
    with pytest.raises(LabelError, match="the labels are all blank"):
        read("", relevant=("A",))


@given(st.lists(st.sampled_from(["1", "0", "yes", "no", ""]), max_size=20))
def test_reading_is_cell_by_cell(cells):
    meaning = {"1": 1, "0": 0, "yes": 1, "no": 0, "": None}

    assert read(*cells) == [meaning[cell] for cell in cells]
