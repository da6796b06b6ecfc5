"""What a run keeps for its model card: how records were split, and what claims came to."""

from pathlib import Path

import numpy as np
import pytest

from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.experiments.card_facts import reliability_facts, split_facts
from patsieve.experiments.partition import Partition
from patsieve.experiments.request import TrainRequest


def corpus(labels, families):
    records = [PatentRecord(row=i + 1, title="t", label=label) for i, label in enumerate(labels)]
    return Corpus(records, np.array(families, dtype=np.int64))


PARTITION = Partition(
    whole=corpus([1, 1, 0, 0, 0], [0, 0, 1, 2, 3]),
    training=corpus([1, 1, 0], [0, 0, 1]),
    validation=corpus([0], [2]),
    test=corpus([0], [3]),
    notes=(),
)


def request(**options):
    return TrainRequest(source=Path("labelled.csv"), experiment="bag-of-words", **options)


def test_parts_are_counted():
    told = split_facts(PARTITION, request(seed=4))

    assert told["parts"] == {
        "training": {"n_records": 3, "n_relevant": 2, "n_families": 2},
        "validation": {"n_records": 1, "n_relevant": 0, "n_families": 1},
        "test": {"n_records": 1, "n_relevant": 0, "n_families": 1},
        "all": {"n_records": 5, "n_relevant": 2, "n_families": 4},
    }
    assert told["seed"] == 4


def test_a_part_without_records_is_counted_as_none():
    empty = Partition(PARTITION.whole, PARTITION.training, PARTITION.validation, corpus([], []), ())

    assert split_facts(empty, request())["parts"]["test"] == {
        "n_records": 0,
        "n_relevant": 0,
        "n_families": 0,
    }


@pytest.mark.parametrize(
    ("options", "by", "named"),
    [
        ({}, "family", None),
        ({"split_by_date": True}, "date", None),
        ({"split_column": "part"}, "column", "part"),
        ({"test_file": Path("some/where/other.csv")}, "file", "other.csv"),
    ],
)
def test_the_manner_is_named(options, by, named):
    told = split_facts(PARTITION, request(**options))

    assert (told["by"], told["named"]) == (by, named)


def test_claims_are_counted_by_bins():
    labels, probabilities = [1, 0, 1, 1], [0.25, 0.25, 0.85, 0.95]

    low, high, highest = reliability_facts(labels, probabilities, np.arange(4), seed=0)

    assert (low["start"], low["end"], low["n_records"], low["n_relevant"]) == (0.2, 0.3, 2, 1)
    assert low["claimed"] == 0.25
    assert (high["n_records"], highest["n_records"]) == (1, 1)
