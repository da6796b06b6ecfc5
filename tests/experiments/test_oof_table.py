"""The out-of-fold table: what is written is read back, and what does not belong is refused."""

import numpy as np
import pytest

from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.errors import DataError, MissingColumnError, UnreadableFileError
from patsieve.experiments.oof_table import OutOfFoldTable

HEADER = "row,publication_number,family,label,probability\n"


def corpus_of(labels, *, first_row=1):
    records = [
        PatentRecord(row=first_row + i, publication_number=f"US{i}", title="t", label=label)
        for i, label in enumerate(labels)
    ]
    return Corpus(records, np.arange(len(labels)))


@pytest.fixture
def write(tmp_path):
    def write_text(text):
        path = tmp_path / "oof.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write_text


def test_what_is_written_is_read_back_to_the_last_digit(tmp_path):
    corpus = corpus_of([1, 0, 0])
    probabilities = np.array([1 / 3, 0.0, 1.0])
    OutOfFoldTable.of(corpus, probabilities).write(tmp_path / "oof.csv")

    read = OutOfFoldTable.from_csv(tmp_path / "oof.csv")

    assert read.rows.tolist() == [1, 2, 3]
    assert read.publication_numbers == ("US0", "US1", "US2")
    assert read.families.tolist() == [0, 1, 2]
    assert read.labels.tolist() == [1, 0, 0]
    assert read.probabilities.tolist() == probabilities.tolist()


def test_records_are_found_by_their_row_whatever_their_order(write):
    table = OutOfFoldTable.from_csv(write(HEADER + "3,US2,0,0,.3\n1,US0,1,1,.1\n2,US1,2,0,.2\n"))

    assert table.probabilities_of(corpus_of([1, 0, 0])).tolist() == [0.1, 0.2, 0.3]


def test_a_selection_of_the_records_may_be_asked_for(write):
    table = OutOfFoldTable.from_csv(write(HEADER + "1,US0,0,1,.1\n2,US1,1,0,.2\n"))

    assert table.probabilities_of(corpus_of([1, 0]).select([1])).tolist() == [0.2]


def test_a_record_that_the_table_does_not_know_is_refused(write):
    table = OutOfFoldTable.from_csv(write(HEADER + "1,US0,0,1,.1\n"))

    with pytest.raises(DataError, match=r"no probability of 2 records \(rows 2, 3\)"):
        table.probabilities_of(corpus_of([1, 0, 0]))


def test_a_table_made_before_labels_were_changed_is_refused(write):
    table = OutOfFoldTable.from_csv(write(HEADER + "1,US0,0,1,.1\n2,US1,1,0,.2\n"))

    with pytest.raises(DataError, match=r"1 record \(row 2\).*make it anew"):
        table.probabilities_of(corpus_of([1, 1]))


def test_a_table_of_another_file_is_refused(write):
    table = OutOfFoldTable.from_csv(write(HEADER + "1,EP9,0,1,.1\n"))

    with pytest.raises(DataError, match="another label or publication number"):
        table.probabilities_of(corpus_of([1]))


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("row,label,probability\n1,1,.5\n", MissingColumnError, "no column 'publication_number'"),
        (HEADER, DataError, "no record"),
        (HEADER + "1,US0,0,1,1.5\n", DataError, "probability '1.5'"),
        (HEADER + "1,US0,0,1,nan\n", DataError, "probability 'nan'"),
        (HEADER + "1,US0,0,1,high\n", DataError, "probability 'high'"),
        (HEADER + "1,US0,0,yes,.5\n", DataError, "column 'label'.*whole numbers"),
        (HEADER + "1,US0,0,2,.5\n", DataError, "neither 1 nor 0"),
        (HEADER + "1,US0,0,1,.5\n1,US1,0,1,.5\n", DataError, "a record twice: row 1"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(write, text, error, said):
    with pytest.raises(error, match=said):
        OutOfFoldTable.from_csv(write(text))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnreadableFileError, match=r"oof\.csv"):
        OutOfFoldTable.from_csv(tmp_path / "oof.csv")
