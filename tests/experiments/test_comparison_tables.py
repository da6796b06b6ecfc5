"""Scores are read from any table, and systems are brought to the same records and one truth."""

import numpy as np
import pytest
from scored_files import OUT_OF_FOLD, probabilities, truth, write_rows, write_table

from patsieve.corpus.load import LoadOptions
from patsieve.errors import DataError, LabelError, MissingColumnError, UnreadableFileError
from patsieve.experiments.comparison.alignment import align
from patsieve.experiments.comparison.scored_table import read_scores

PLAIN = LoadOptions()


def only(path, load=PLAIN):
    [table] = read_scores(path, load).values()
    return table


def tables(tmp_path, **rows_by_name):
    """Tables of outside systems: rows of number, label and score by the name of the system."""
    return {
        (name, None): only(
            write_rows(tmp_path / f"{name}.csv", ("publication_number", "label", "score"), rows)
        )
        for name, rows in rows_by_name.items()
    }


def test_an_out_of_fold_table_gives_rows_labels_scores_and_its_own_families(tmp_path):
    labels, families = truth(20)
    scores = probabilities(labels, 1.0, 1)

    table = only(write_table(tmp_path / "a-seed1.csv", scores, labels=labels, families=families))

    assert table.rows.tolist() == list(range(1, 21))
    assert table.publications[0] == "US1000000B2"
    assert table.labels.tolist() == labels.tolist()
    # Family 0 of a table is a family, not an unknown family id.
    assert table.families.tolist() == families.tolist()
    assert table.scores == pytest.approx(scores)


def test_a_table_of_an_outside_system_is_read_by_its_usual_names(tmp_path):
    rows = [("US-1000001-B2", "relevant", "9,5"), ("EP 123 456 A1", "not relevant", "-3")]

    table = only(write_rows(tmp_path / "old.csv", ("Patent number", "Relevanz", "Score"), rows))

    assert table.publications == ("US1000001B2", "EP123456A1")
    assert table.labels.tolist() == [1, 0]
    assert table.scores.tolist() == [9.5, -3.0]


def test_families_of_an_outside_table_are_those_of_a_corpus(tmp_path):
    rows = [("US9999991A1", "f1", 1, 0.5), ("US9999991B2", "", 1, 0.6), ("EP7654321A1", "f1", 0, 0)]
    header = ("publication_number", "family_id", "label", "score")

    # The first two are one publication, the first and third one family id.
    assert only(write_rows(tmp_path / "t.csv", header, rows)).families.tolist() == [0, 0, 0]


def test_without_anything_to_know_families_by_there_are_none(tmp_path):
    assert (
        only(write_rows(tmp_path / "t.csv", ("label", "score"), [(1, 2), (0, 1)])).families is None
    )


def test_several_columns_are_several_systems(tmp_path):
    path = write_rows(
        tmp_path / "t.csv", ("label", "old", "new"), [(1, 7, 0.9), (0, 3, 0.2), (0, 4, 0.1)]
    )

    found = read_scores(path, PLAIN, ("old", "new"))

    assert found["old"].scores.tolist() == [7, 3, 4]
    assert found["new"].scores.tolist() == [0.9, 0.2, 0.1]
    assert found["new"].source == "t.csv, column 'new'"


def test_rows_without_label_or_score_are_left_out_and_counted(tmp_path):
    path = write_rows(
        tmp_path / "t.csv", ("label", "score"), [(1, 0.9), ("", 0.8), (0, ""), (0, 0)]
    )

    table = only(path)

    assert table.rows.tolist() == [1, 4]
    assert table.scores.tolist() == [0.9, 0.0]
    assert "1 record with a blank label: row 2" in table.notes[0]
    assert "1 record without a score in column 'score': row 3" in table.notes[1]


@pytest.mark.parametrize(
    ("header", "rows", "error", "says"),
    [
        (("label", "points"), [(1, 2)], MissingColumnError, "no column of scores.*'points'"),
        (("label", "score"), [], DataError, "has no record"),
        (("label", "score"), [(1, "high")], DataError, "'high' in row 1, which is no number"),
        (("label", "score"), [(1, "nan")], DataError, "'nan' in row 1"),
        (("label", "score"), [(1, "")], DataError, "column 'score' of .* is empty"),
        (("label", "score"), [("", 2)], DataError, "no record with a label"),
        (("label", "score"), [("perhaps", 2)], LabelError, "cannot tell.*'perhaps'"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path, header, rows, error, says):
    with pytest.raises(error, match=says):
        only(write_rows(tmp_path / "t.csv", header, rows))


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("")

    with pytest.raises(UnreadableFileError, match="is empty"):
        only(tmp_path / "t.csv")


def test_a_column_that_is_not_there_is_told_with_those_that_are(tmp_path):
    path = write_rows(tmp_path / "t.csv", ("label", "old"), [(1, 2)])

    with pytest.raises(MissingColumnError, match=r"no column 'new'; it has 'label', 'old'"):
        read_scores(path, PLAIN, ("old", "new"))


def test_records_are_aligned_by_publication_number_whatever_their_order(tmp_path):
    found = align(
        tables(
            tmp_path,
            one=[("US1B2", 1, 0.1), ("US2B2", 0, 0.2), ("US3B2", 1, 0.3)],
            other=[("US-3-B2", 1, 30), ("US-1-B2", 1, 10), ("US-4-B2", 0, 40), ("US2 B2", 0, 20)],
        )
    )

    assert found.labels.tolist() == [1, 0, 1]
    assert found.scores["one", None].tolist() == [0.1, 0.2, 0.3]
    assert found.scores["other", None].tolist() == [10, 20, 30]
    assert found.notes == ("left out 1 record of other.csv that is not scored by every system",)


def test_application_and_grant_are_different_records(tmp_path):
    found = align(
        tables(
            tmp_path,
            one=[("US1A1", 1, 0.1), ("US1B2", 0, 0.2)],
            other=[("US1B2", 0, 2), ("US1A1", 1, 1)],
        )
    )

    assert found.scores["other", None].tolist() == [1, 2]


def test_without_publication_numbers_records_are_aligned_by_row(tmp_path):
    labels, families = truth(20)
    more = {"labels": labels, "families": families, "numbered": False}
    one = only(write_table(tmp_path / "one-seed1.csv", np.arange(20) / 20, **more))
    reversed_rows = [(i + 1, "", families[i], labels[i], 1 - i / 20) for i in reversed(range(20))]
    other = only(write_rows(tmp_path / "other-seed1.csv", OUT_OF_FOLD, reversed_rows))

    found = align({("one", 1): one, ("other", 1): other})

    assert found.scores["other", 1] == pytest.approx(1 - found.scores["one", 1])
    assert found.families.tolist() == families.tolist()
    assert "recognised by their rows" in found.notes[0]


def test_a_system_without_labels_takes_those_of_the_others(tmp_path):
    one = only(write_rows(tmp_path / "old.csv", ("publication_number", "score"), [("US1", 4)]))
    [other] = tables(tmp_path, new=[("US1", 1, 0.7)]).values()

    assert align({("old", None): one, ("new", None): other}).labels.tolist() == [1]
    with pytest.raises(MissingColumnError, match=r"old.csv have no column of labels"):
        align({("old", None): one, ("older", None): one})


def test_labels_that_disagree_are_refused_by_name(tmp_path):
    found = tables(
        tmp_path,
        one=[("US1", 1, 0.1), ("US2", 0, 0.2)],
        other=[("US1", 1, 0.3), ("US2", 1, 0.4)],
    )

    with pytest.raises(DataError, match=r"one.csv and other.csv disagree .* 1 record of 2.*'US2'"):
        align(found)


def test_tables_without_a_record_in_common_are_refused(tmp_path):
    with pytest.raises(DataError, match="have no record in common, by publication number"):
        align(tables(tmp_path, one=[("US1", 1, 0.1)], other=[("US2", 1, 0.1)]))


def test_rows_that_are_different_publications_are_refused(tmp_path):
    # The second table repeats a number, so that rows are all there is.
    found = tables(
        tmp_path,
        one=[("US1", 1, 0.1), ("US2", 1, 0.2)],
        other=[("US1", 1, 0.1), ("US1", 1, 0.2)],
    )

    with pytest.raises(DataError, match=r"row 2 is US2 in one.csv and US1 in other.csv"):
        align(found)


def test_a_record_that_stands_twice_is_refused(tmp_path):
    rows = [(1, "", 0, 1, 0.1), (1, "", 1, 0, 0.2)]
    table = only(write_rows(tmp_path / "twice.csv", OUT_OF_FOLD, rows))

    with pytest.raises(DataError, match=r"twice.csv has 1 record twice"):
        align({("a", None): table, ("b", None): table})
