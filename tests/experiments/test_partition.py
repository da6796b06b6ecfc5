"""Which records train, steer and test, however the user wants them split."""

import csv

import pytest

from patsieve.corpus.load import LoadOptions
from patsieve.errors import LeakError
from patsieve.experiments.partition import SplitRequest, load_partition

N_RECORDS = 120


def rows(n_records=N_RECORDS, first=0):
    for number in range(first, first + n_records):
        yield {
            "family_id": str(1000 + number // 2),
            "publication_number": f"US{7_000_000 + number}B2",
            "title": f"Invention number {number} for storing things of kind {number * 7}",
            "abstract": f"A device {number} with part {number * 3} and part {number * 5}.",
            "priority_date": f"{2000 + number // 10}-01-{1 + number % 28:02d}",
            # Whole families are relevant, so that no label contradicts another.
            "label": "relevant" if number // 2 % 3 == 0 else "not relevant",
            "part": "test" if number // 2 % 5 == 0 else "train",
        }


def written(path, records):
    records = list(records)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, records[0])
        writer.writeheader()
        writer.writerows(records)
    return path


@pytest.fixture
def labelled(tmp_path):
    return written(tmp_path / "labelled.csv", rows())


def families(corpus):
    return {record.family_id for record in corpus.records}


def numbers(corpus):
    return [record.publication_number for record in corpus.records]


def test_no_family_stands_in_two_parts(labelled):
    partition = load_partition(labelled, LoadOptions(), SplitRequest(seed=4))

    parts = [partition.training, partition.validation, partition.test]
    assert sum(len(part) for part in parts) == N_RECORDS
    for one in range(3):
        for other in range(one):
            assert not families(parts[one]) & families(parts[other])


def test_the_same_seed_gives_the_same_test_records_and_another_seed_others(labelled):
    first = load_partition(labelled, LoadOptions(), SplitRequest(seed=4))
    again = load_partition(labelled, LoadOptions(), SplitRequest(seed=4))
    other = load_partition(labelled, LoadOptions(), SplitRequest(seed=5))

    assert numbers(first.test) == numbers(again.test)
    assert numbers(first.test) != numbers(other.test)


def test_a_split_by_date_tests_on_the_newest(labelled):
    partition = load_partition(labelled, LoadOptions(), SplitRequest(split_by_date=True))

    newest_training = max(record.priority_date for record in partition.training.records)
    # A family's date is its earliest, so members may be a day younger than that.
    assert min(r.priority_date for r in partition.test.records)[:4] >= newest_training[:4]


def test_the_users_own_split_is_kept(labelled):
    partition = load_partition(labelled, LoadOptions(), SplitRequest(split_column="part"))

    assert all(record.columns["part"] == "test" for record in partition.test.records)
    assert len(partition.test) == sum(row["part"] == "test" for row in rows())


def test_a_users_split_that_tears_a_family_apart_is_refused(tmp_path):
    torn = [{**row, "part": "test" if i == 0 else "train"} for i, row in enumerate(rows())]
    file = written(tmp_path / "torn.csv", torn)

    with pytest.raises(LeakError, match="family 1000"):
        load_partition(file, LoadOptions(), SplitRequest(split_column="part"))


def test_training_records_related_to_a_test_file_are_left_out(labelled, tmp_path):
    test_file = written(tmp_path / "test.csv", rows(30, first=100))

    partition = load_partition(labelled, LoadOptions(), SplitRequest(test_file=test_file))

    assert len(partition.test) == 30
    assert len(partition.training) + len(partition.validation) == 100
    assert not families(partition.learnable) & families(partition.test)
    assert any(note.startswith("left out 20 of 120 training records") for note in partition.notes)
