from patsieve.corpus.tally import RowTally, counted, listed, quoted


def test_a_tally_names_a_few_rows_and_counts_the_rest():
    assert str(RowTally([7])) == "row 7"
    assert str(RowTally([7, 9])) == "rows 7, 9"
    assert str(RowTally(range(1, 6))) == "rows 1, 2, 3, 4, 5"
    assert str(RowTally(range(1, 2001))) == "rows 1, 2, 3, 4, 5 and 1,995 more"


def test_counting_speaks_english():
    assert [counted(n, "family", "families") for n in (0, 1, 1000)] == [
        "0 families", "1 family", "1,000 families",
    ]  # fmt: skip
    assert counted(2, "record") == "2 records"


def test_long_lists_and_long_names_are_cut():
    assert listed(["a" * 41]) == f"'{'a' * 40}…'"
    assert listed(["a", "b", "c"], at_most=2) == "'a', 'b' and 1 more"
    assert listed([]) == ""


def test_a_cell_is_quoted_on_one_line():
    assert quoted(" Relevant?\n(yes/no) ") == "'Relevant? (yes/no)'"


def test_a_quoted_cell_moves_no_cursor_and_can_be_written():
    assert quoted("A\x1b[2J\x85B\x00\ud800") == "'A\ufffd[2J B\ufffd\ufffd'"
