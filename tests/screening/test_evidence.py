"""What labelled records show of a threshold, counted by hand."""

import pytest

from patsieve.metrics.intervals import clopper_pearson
from patsieve.screening.evidence import ThresholdEvidence, weigh_threshold

#                 1    0    1    1    0    0
PROBABILITIES = [0.9, 0.8, 0.7, 0.4, 0.3, 0.1]
LABELS = [1, 0, 1, 1, 0, 0]


def test_records_are_counted_at_or_above_the_threshold():
    found = weigh_threshold(LABELS, PROBABILITIES, 0.7)

    assert (found.n_records, found.n_relevant, found.n_read, found.n_found) == (6, 3, 3, 2)
    assert (found.n_families, found.n_relevant_families, found.n_families_missed) == (6, 3, 1)
    assert found.reads.value == 3 / 6
    assert found.precision.value == found.recall.value == 2 / 3


def test_intervals_are_exact_where_each_record_is_a_family():
    found = weigh_threshold(LABELS, PROBABILITIES, 0.7)

    for share, counts in ((found.reads, (3, 6)), (found.precision, (2, 3)), (found.recall, (2, 3))):
        assert (share.low, share.high) == clopper_pearson(*counts)


def test_a_family_counts_as_one_trial():
    labels, probabilities = [1, 1, 1, 1, 0, 0], [0.9, 0.8, 0.7, 0.2, 0.9, 0.1]
    families = [1, 1, 2, 2, 3, 4]

    found = weigh_threshold(labels, probabilities, 0.5, families)

    assert (found.n_relevant, found.n_relevant_families, found.n_families_missed) == (4, 2, 1)
    # 3 of 4 records are 1.5 of 2 families: low as for 1, high as for 2.
    assert found.recall.value == 0.75
    assert found.recall.low == clopper_pearson(1, 2)[0]
    assert found.recall.high == 1.0


def test_where_nothing_is_read_nothing_is_known_of_precision():
    found = weigh_threshold([1, 0], [0.5, 0.4], 0.9)

    assert (found.precision.value, found.precision.low, found.precision.high) == (0, 0, 1)
    assert found.reads.value == 0


def test_it_comes_back_from_plain_values():
    found = weigh_threshold(LABELS, PROBABILITIES, 0.4)

    assert ThresholdEvidence.from_json(found.as_json()) == found


def test_families_must_be_as_many_as_labels():
    with pytest.raises(ValueError, match="6 labels but 2 family codes"):
        weigh_threshold(LABELS, PROBABILITIES, 0.4, [1, 2])
