"""Costs of a threshold, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.screening.costs import report_costs
from patsieve.screening.purpose import Purpose

#                 1    0    1    1    0    0
PROBABILITIES = [0.9, 0.8, 0.7, 0.4, 0.3, 0.1]
LABELS = [1, 0, 1, 1, 0, 0]


def test_misses_and_reads_are_paid_for():
    # From .5 on: three reads and one miss.
    report = report_costs(LABELS, PROBABILITIES, Purpose("cost", 4, cost_read=2))

    assert report.threshold == 0.5
    assert report.cost == pytest.approx((3 * 2 + 1 * 4) / 6)
    assert report.cost_of_all == 2
    assert report.cost_of_none == pytest.approx(3 * 4 / 6)


def test_the_cheapest_threshold_is_known_afterwards():
    # Down to .9: 1 read, 2 misses: 41; .7: 3 and 1: 23; .4: 4 and 0: 4.
    report = report_costs(LABELS, PROBABILITIES, Purpose("cost", 20))

    assert (report.cheapest_threshold, report.cheapest_cost) == (0.4, pytest.approx(4 / 6))
    # 1/20 reads all six.
    assert report.cost == 1.0


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.8, 1.0])),
        min_size=1,
        max_size=20,
    ),
    st.floats(1.1, 100),
)
def test_reading_none_is_the_only_thing_cheaper_than_the_cheapest(records, cost_miss):
    labels, probabilities = zip(*records, strict=True)

    report = report_costs(labels, probabilities, Purpose("cost", cost_miss))

    assert report.cheapest_cost <= report.cost_of_all + 1e-9
    assert min(report.cheapest_cost, report.cost_of_none) <= report.cost + 1e-9
