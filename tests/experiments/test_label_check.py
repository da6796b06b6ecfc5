"""The check of a file: by tables that there are and by models of its own, which say the same."""

import pytest

from patsieve.corpus.synthetic import write_patents
from patsieve.errors import DataError
from patsieve.experiments.crossval import CrossvalRequest, crossval
from patsieve.experiments.label_check import LabelCheckRequest, check_labels


@pytest.fixture(scope="module")
def patents(tmp_path_factory):
    path = tmp_path_factory.mktemp("patents") / "labelled.csv"
    write_patents(path, 150, seed=8, prevalence=0.4)
    return path


@pytest.fixture(scope="module")
def table(patents, tmp_path_factory):
    out = tmp_path_factory.mktemp("oof")
    crossval(
        CrossvalRequest(source=patents, experiments=("bag-of-words",), out=out, folds=3),
        say=lambda _: None,
    )
    return out / "bag-of-words-seed1.csv"


def check(patents, **options):
    told = []
    return check_labels(LabelCheckRequest(patents, **options), say=told.append), told


def test_models_trained_for_the_purpose_say_what_a_table_of_the_same_folds_says(patents, table):
    from_table, _ = check(patents, tables=(table,))
    trained, told = check(patents, folds=3)

    assert told == ["training bag-of-words on 3 folds, seed 1"]
    assert [label.record.row for label in from_table.labels] == [
        label.record.row for label in trained.labels
    ]
    assert from_table.as_json()["estimated"] == trained.as_json()["estimated"]


def test_probabilities_of_several_tables_are_averaged(patents, table, tmp_path):
    lines = table.read_text(encoding="utf-8").splitlines()
    sure = tmp_path / "sure.csv"
    # The same records, all of them relevant for certain.
    sure.write_text(
        "\n".join([lines[0], *(f"{line.rsplit(',', 1)[0]},1.0" for line in lines[1:])]),
        encoding="utf-8",
    )

    alone, _ = check(patents, tables=(table,))
    both, _ = check(patents, tables=(table, sure))

    before = {label.record.row: label.probability for label in alone.labels}
    after = {label.record.row: label.probability for label in both.labels}
    assert after == pytest.approx({row: (value + 1) / 2 for row, value in before.items()})


def test_seeds_are_averaged_and_each_is_told(patents):
    one, _ = check(patents, folds=3, seeds=(1,))
    other, _ = check(patents, folds=3, seeds=(2,))
    both, told = check(patents, folds=3, seeds=(1, 2))

    assert len(told) == 2
    first, second, mean = (
        {label.record.row: label.probability for label in result.labels}
        for result in (one, other, both)
    )
    assert mean == pytest.approx({row: (first[row] + second[row]) / 2 for row in first})


def test_a_table_of_other_patents_is_refused(patents, table, tmp_path):
    other = tmp_path / "other.csv"
    write_patents(other, 150, seed=9, prevalence=0.4)

    with pytest.raises(DataError, match="made from another file"):
        check(other, tables=(table,))


def test_a_single_family_cannot_be_judged(tmp_path):
    path = tmp_path / "one.csv"
    rows = [f"7,{'yes' if i % 2 else 'no'},title {i},some abstract {i}" for i in range(30)]
    path.write_text("family_id,label,title,abstract\n" + "\n".join(rows), encoding="utf-8")

    with pytest.raises(DataError, match="all 30 records belong to one family"):
        check(path)
