import csv

import pytest

from patsieve.corpus.load import LoadOptions, load_corpus, open_records, stream_records
from patsieve.errors import (
    DataError,
    LabelError,
    MissingColumnError,
    UnreadableFileError,
    UsageError,
)

TITLES_ONLY = "the file has titles but no abstracts: records are judged by their titles alone"
HEADER = ("Publication No.", "Title (original)", "Abstract", "Relevant?", "stratum")


def table_of(folder, rows, header=HEADER, name="labelled.csv"):
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([header, *rows])
    return path


def patents(n_relevant=12, n_irrelevant=15):
    """Return rows of made-up patents, the relevant ones first."""
    relevant = [
        (f"EP{3_000_000 + i}A1", f"Nickel cathode {i}", f"Layered oxide number {i}.", "yes", "hit")
        for i in range(n_relevant)
    ]
    return relevant + [
        (f"EP{4_000_000 + i}A1", f"Bread oven {i}", f"A stone oven number {i}.", "no", "read")
        for i in range(n_irrelevant)
    ]


def test_a_labelled_table_becomes_a_corpus(tmp_path):
    corpus = load_corpus(table_of(tmp_path, patents()))

    assert (len(corpus), corpus.labels.sum(), len(set(corpus.families.tolist()))) == (27, 12, 27)
    first = corpus.records[0]
    assert (first.row, first.publication_number, first.title, first.abstract, first.label) == (
        1, "EP3000000A1", "Nickel cathode 0", "Layered oxide number 0.", 1,
    )  # fmt: skip
    assert first.columns["Relevant?"] == "yes"
    assert corpus.notes == (
        "read title from 'Title (original)', label from 'Relevant?', "
        "publication_number from 'Publication No.'",
    )


def test_every_field_is_parsed(tmp_path):
    header = (
        "title", "abstract", "claims", "description", "label", "family_id", "publication_number",
        "cpc", "priority_date", "publication_date", "split",
    )  # fmt: skip
    row = (
        " A  <b>cathode</b> ", "not available", "1. A\n2. B", "Long", "1", " 7 ", "EP1A1 ",
        "H01M4/525 (EP,US); C01G53/00|H01M 10/05", "20140620", "06/21/2014", "dev",
    )  # fmt: skip
    path = table_of(tmp_path, [row], header)

    (record,) = stream_records(path)

    assert (record.title, record.abstract, record.claims) == ("A cathode", "", "1. A 2. B")
    assert (record.family_id, record.publication_number) == ("7", "EP1A1")
    assert record.cpc_symbols == ("H01M4/525", "C01G53/00", "H01M10/05")
    assert (record.priority_date, record.publication_date) == ("2014-06-20", "2014-06-21")
    assert (record.split, record.label) == ("validation", None)
    assert list(record.columns.values()) == list(row)


def test_blank_labels_and_textless_records_are_left_out_with_notes(tmp_path):
    rows = patents()
    rows[3] = ("EP1", "", "not available", "yes", "hit")
    rows[20] = ("EP2", "Oven", "Stone", " ", "read")
    rows[21] = ("EP3", "", "", "", "read")

    corpus = load_corpus(table_of(tmp_path, rows))

    assert len(corpus) == 24
    assert corpus.notes[1:] == (
        "left out 2 records with a blank label ('Relevant?'): rows 21, 22",
        "left out 1 labelled record without any text: row 4",
    )


def test_blank_labels_that_a_family_could_give_are_counted(tmp_path):
    rows = patents()
    rows.append(("EP3000000B1", "Nickel cathode", "Another text.", "", "read"))

    corpus = load_corpus(table_of(tmp_path, rows))

    assert corpus.notes[1:] == (
        "left out 1 record with a blank label ('Relevant?'): row 28",
        "1 of these has a family with a label; patsieve corpus import --carry-labels gives it to "
        "all members",
    )


def test_contradictory_labels_in_a_family_are_noted(tmp_path):
    rows = patents()
    rows.append(("EP3000000B1", "Nickel cathode", "Another text.", "no", "read"))

    corpus = load_corpus(table_of(tmp_path, rows))

    assert corpus.families[0] == corpus.families[27]
    assert corpus.notes[-1] == (
        "relevant and irrelevant records stand together in 1 family: "
        "the family of EP3000000A1, row 1 relevant, row 28 irrelevant"
    )


def test_rows_are_selected_by_the_values_of_a_column(tmp_path):
    rows = [*patents(), *[(f"EP{i}", "Chair", "Wood", "no", "random") for i in range(5)]]
    path = table_of(tmp_path, rows)

    corpus = load_corpus(path, LoadOptions(where={"Stratum": ("HIT", " read ")}))

    assert len(corpus) == 27


def test_an_unknown_label_in_a_row_that_is_not_selected_does_not_matter(tmp_path):
    rows = [*patents(), ("EP9", "Chair", "Wood", "maybe", "random")]

    assert (
        len(load_corpus(table_of(tmp_path, rows), LoadOptions(where={"stratum": ("hit", "read")})))
        == 27
    )


def test_several_selections_must_all_hold(tmp_path):
    path = table_of(tmp_path, patents())

    options = LoadOptions(where={"stratum": ("hit", "read"), "Title (original)": ("Bread oven 3",)})

    assert [r.row for r in stream_records(path, options)] == [16]


def test_an_unknown_selection_column_is_an_error_that_lists_the_columns(tmp_path):
    with pytest.raises(MissingColumnError, match=r"no column 'layer' .* 'Relevant.', 'stratum'"):
        load_corpus(table_of(tmp_path, patents()), LoadOptions(where={"layer": ("a",)}))


def test_an_unknown_selection_value_is_an_error_that_lists_the_values(tmp_path):
    path = table_of(tmp_path, patents())

    with pytest.raises(
        DataError, match="no row has 'random' in column 'stratum'; it holds 'read', 'hit'"
    ):
        load_corpus(path, LoadOptions(where={"stratum": ("hit", "random")}))
    with pytest.raises(DataError, match="no row has 'random'"):
        list(stream_records(path, LoadOptions(where={"stratum": ("random",)})))


def test_a_rare_value_is_found_among_very_many(tmp_path):
    rows = [(str(i), "A", "B", "no", f"value {i}") for i in range(1500)]
    path = table_of(tmp_path, rows)

    assert [
        r.row for r in stream_records(path, LoadOptions(where={"stratum": ("VALUE 1400",)}))
    ] == [1401]


def test_selections_that_exclude_each_other_leave_no_record(tmp_path):
    path = table_of(tmp_path, patents())

    with pytest.raises(DataError, match="has no record that is selected"):
        load_corpus(path, LoadOptions(where={"stratum": ("hit",), "Relevant?": ("no",)}))


def test_a_header_without_records_is_an_error_for_training_and_nothing_to_score(tmp_path):
    path = table_of(tmp_path, [])

    with pytest.raises(DataError, match=r"has no record$"):
        load_corpus(path)
    assert list(stream_records(path)) == []


def test_columns_can_be_mapped(tmp_path):
    header = ("Nr", "Rubrik", "Sammandrag", "Bedömning")
    path = table_of(tmp_path, [row[:4] for row in patents()], header)

    corpus = load_corpus(path, LoadOptions(columns={"title": "Rubrik", "label": "bedömning"}))

    assert (corpus.records[0].title, corpus.records[0].abstract) == ("Nickel cathode 0", "")


def test_no_text_column_is_an_error_that_lists_the_columns(tmp_path):
    path = table_of(tmp_path, [("1", "yes")], ("Nr", "label"))

    with pytest.raises(
        MissingColumnError, match=r"no column of text: none of 'Nr', 'label' is .*--map"
    ):
        stream_records(path)


def test_records_without_a_text_column_can_be_opened_but_not_judged(tmp_path):
    path = table_of(tmp_path, [("EP3000000A1",)], ("Publication number",))

    stream = open_records(path)

    assert not stream.has_text
    assert [record.publication_number for record in stream] == ["EP3000000A1"]


def test_no_label_column_is_an_error_that_lists_the_columns(tmp_path):
    path = table_of(tmp_path, [("A", "b")], ("title", "decision"))

    with pytest.raises(
        MissingColumnError, match="no column of labels: none of 'title', 'decision'"
    ):
        load_corpus(path)


def test_an_unknown_field_to_map_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="there is no field 'titel'"):
        stream_records(table_of(tmp_path, patents()), LoadOptions(columns={"titel": "Abstract"}))


def test_one_class_only_is_an_error_that_speaks_of_blanks(tmp_path):
    rows = [(*row[:3], "yes" if row[3] == "yes" else "", row[4]) for row in patents()]

    with pytest.raises(
        LabelError, match=r"none of the 12 labelled records .* is irrelevant.*write 0"
    ):
        load_corpus(table_of(tmp_path, rows))


@pytest.mark.parametrize(
    ("n_relevant", "n_irrelevant", "match"),
    [
        (9, 20, "only 9 of the 29 labelled records of .* are relevant; at least 10"),
        (1, 20, "only 1 of the 21 labelled records of .* is relevant; at least 10"),
        (20, 9, "only 9 of the 29 labelled records of .* are irrelevant; at least 10"),
        (0, 20, "none of the 20 labelled records of .* is relevant"),
    ],
)
def test_fewer_than_ten_of_a_class_are_an_error(tmp_path, n_relevant, n_irrelevant, match):
    with pytest.raises(LabelError, match=match):
        load_corpus(table_of(tmp_path, patents(n_relevant, n_irrelevant)))


def test_ten_of_each_class_are_enough_and_a_test_file_may_ask_for_fewer(tmp_path):
    assert len(load_corpus(table_of(tmp_path, patents(10, 10)))) == 20
    assert len(load_corpus(table_of(tmp_path, patents(2, 3)), fewest_per_class=1)) == 5


def test_textless_records_do_not_count_towards_the_ten(tmp_path):
    rows = patents(10, 12)
    rows[0] = ("EP1", "", "", "yes", "hit")

    with pytest.raises(LabelError, match="only 9"):
        load_corpus(table_of(tmp_path, rows))


def test_given_relevant_values(tmp_path):
    rows = [(*row[:3], "A" if row[3] == "yes" else "B", row[4]) for row in patents()]
    path = table_of(tmp_path, rows)

    assert load_corpus(path, LoadOptions(relevant=("a",))).labels.sum() == 12
    with pytest.raises(LabelError, match=r"'A' \(rows 1, 2, 3, 4, 5 and 7 more\)"):
        load_corpus(path)


def test_an_unlabelled_corpus_keeps_every_record(tmp_path):
    rows = patents()
    rows[0] = ("EP1", "", "", "maybe", "hit")

    corpus = load_corpus(table_of(tmp_path, rows), labelled=False)

    assert len(corpus) == 27
    assert {record.label for record in corpus.records} == {None}
    assert corpus.notes[-1] == "1 record without any text to judge by: row 1"


def test_a_stream_keeps_textless_records_and_counts_them(tmp_path):
    path = table_of(tmp_path, [("EP1", "", "n/a", "", ""), ("EP2", "A", "", "", "")])
    stream = stream_records(path)

    records = list(stream)

    assert [record.has_text for record in records] == [False, True]
    assert stream.notes[-1] == "1 record without any text to judge by: row 1"
    assert stream.header == HEADER


def test_a_stream_starts_again_at_the_first_record(tmp_path):
    stream = stream_records(table_of(tmp_path, [("EP1", "", "", "", ""), ("EP2", "A", "", "", "")]))

    once, twice = list(stream), list(stream)

    assert once == twice
    assert stream.notes[-1] == "1 record without any text to judge by: row 1"


def test_dates_that_cannot_be_read_are_empty_and_noted(tmp_path):
    path = table_of(
        tmp_path,
        [("A", "23/05/2014"), ("B", "06/20/2014"), ("C", ""), ("D", "spring")],
        ("title", "priority date"),
    )
    stream = stream_records(path)

    assert [record.priority_date for record in stream] == ["", "2014-06-20", "", ""]
    assert stream.notes == [
        TITLES_ONLY,
        "column 'priority date' has 2 cells that cannot be read as a date; readable are "
        "2014-06-20, 20140620, 06/20/2014 (month first) and 20.06.2014, such as '23/05/2014': "
        "rows 1, 4",
    ]


def test_a_file_whose_days_come_first_is_read_so(tmp_path):
    path = table_of(
        tmp_path,
        [("A", "03/04/2014"), ("B", "23/05/2014"), ("C", "06/20/2014"), ("D", "24/05/2014")],
        ("title", "priority date"),
    )
    stream = stream_records(path)

    assert [r.priority_date for r in stream] == ["2014-04-03", "2014-05-23", "", "2014-05-24"]
    assert stream.notes == [
        TITLES_ONLY,
        "column 'priority date' has 1 cell that cannot be read as a date; readable are "
        "2014-06-20, 20140620, 20/06/2014 (day first) and 20.06.2014, such as '06/20/2014': "
        "row 3",
    ]


def test_dates_that_nothing_tells_about_are_read_month_first_and_noted(tmp_path):
    rows = [("A", "2014-06-20", "03/04/2014"), ("B", "2014-06-21", "05/05/2014")]
    path = table_of(tmp_path, rows, ("title", "priority date", "publication date"))
    stream = stream_records(path)

    assert [r.publication_date for r in stream] == ["2014-03-04", "2014-05-05"]
    assert stream.notes[-1] == (
        "read dates such as '03/04/2014' month first; nothing in the file tells whether the day "
        "comes first: row 1"
    )


def test_one_column_of_dates_tells_for_the_other(tmp_path):
    rows = [("A", "03/04/2014", "23/05/2014")]
    path = table_of(tmp_path, rows, ("title", "priority date", "publication date"))

    (record,) = stream_records(path)

    assert record.priority_date == "2014-04-03"


def test_where_the_best_column_is_empty_the_next_best_is_read(tmp_path):
    header = ("Title", "Title - DWPI", "IPC", "CPC", "Claims", "First claim")
    rows = [
        ("A", "A for B", "H01M4/00", "H01M4/525", "", "1. C"),
        ("D", "n/a", "G06F1/00", "", "2. E", ""),
    ]
    path = table_of(tmp_path, rows, header)
    stream = stream_records(path)

    first, second = stream

    assert (first.title, second.title) == ("A for B", "D")
    assert (first.cpc_symbols, second.cpc_symbols) == (("H01M4/525",), ("G06F1/00",))
    assert (first.claims, second.claims) == ("", "2. E")
    assert (
        "took column 'CPC' for cpc_symbols, and where it is empty 'IPC'; "
        "--map cpc_symbols=COLUMN says otherwise" in stream.notes
    )


def test_parts_of_a_split_that_cannot_be_read_are_noted(tmp_path):
    path = table_of(tmp_path, [("A", "train"), ("B", "holdout")], ("title", "split"))
    stream = stream_records(path)

    assert [record.split for record in stream] == ["training", ""]
    assert (
        "cannot be read as training, validation or test, such as 'holdout': row 2"
        in stream.notes[-1]
    )


def test_a_text_that_excel_cut_off_goes_on_with_a_note(tmp_path):
    rows = patents()
    rows[5] = (*rows[5][:2], "x" * 32_767, *rows[5][3:])

    corpus = load_corpus(table_of(tmp_path, rows))

    assert len(corpus) == 27
    assert "exactly 32,767 characters" in corpus.notes[1]


def test_missing_files_are_named(tmp_path):
    with pytest.raises(UnreadableFileError, match=r"nowhere.csv: there is no such file"):
        load_corpus(tmp_path / "nowhere.csv")
