import pytest

from patsieve.corpus.readers.header import SAMPLE_ROWS, find_header

NAMES = ["No", "Title", "Abstract", "CPC"]
RECORD = ["1", "Cathode", "A cathode.", "H01M4/525"]


@pytest.mark.parametrize(
    "above",
    [
        [],
        [["Results of 25 November"]],
        [["search URL:", "https://patents.google.com/?q=title"]],
        [["Derwent"], ["2 records", "", "", ""], [""]],
        [["Query", "title", "", ""], []],
        [[f"line {i}"] for i in range(SAMPLE_ROWS - 1)],
    ],
)
def test_a_header_of_known_names_is_found_below_anything(above):
    header = find_header([*above, NAMES, RECORD, RECORD])

    assert (header.place, header.names) == (len(above), NAMES)
    assert header.n_fields == 3


def test_of_rows_that_name_equally_many_fields_the_first_is_the_header():
    assert find_header([["Title", "x"], ["1", "Claims"], ["title", "y"]]).place == 0
    assert find_header([["Title", "IPC"], ["Titel", "CPC"]]).place == 0


def test_a_record_that_is_called_like_a_field_is_no_header():
    rows = [["Nr", "Rubrik"], ["1", "Abstract"], ["2", "Claims"]]

    assert find_header(rows).place == 0


def test_unknown_names_are_found_below_a_banner():
    header = find_header([["Rapport"], [], ["Nr", "Rubrik", "Sammandrag"], ["1", "A", "B"]])

    assert (header.place, header.names[1]) == (2, "Rubrik")
    assert header.notes == [
        "the header stands below 1 other line ('Rapport') that the database wrote: no records"
    ]


def test_unknown_names_with_few_columns_stand_in_the_first_row():
    assert find_header([["Rubrik"], ["A"], ["B"]]).place == 0
    assert find_header([["Nr", "Rubrik"], ["1", "A"], ["2", "B"]]).place == 0


def test_blank_rows_above_are_passed_over_without_a_note():
    header = find_header([[], ["", " "], NAMES])

    assert (header.place, header.notes) == (2, [])


def test_nothing_has_no_header():
    assert find_header([]) is None
    assert find_header([[], ["", " "]]) is None
