"""The stopping rule: hand-worked values, parity with buscarpy, and what may never happen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from patsieve.metrics.stopping import evidence_against, judge_stopping, reads_until_stop


def reads(n_read, n_found, bend):
    """Relevant records first close together, then ever farther apart."""
    read = np.zeros(n_read, dtype=np.int64)
    read[[k + k * k // bend for k in range(n_found)]] = 1
    return read


# What buscarpy 0.0.2 gives: calculate_h0(reads(...), n_records, recall).
BUSCARPY = [
    (2000, (800, 50, 10), 0.95, 0.345327534319881),
    (2000, (1200, 50, 10), 0.95, 0.10219122805334663),
    (1000, (600, 40, 4), 0.90, 0.15479928824062275),
    (500, (450, 60, 20), 0.80, 2.598045165361497e-13),
    (300, (120, 10, 1), 0.95, 0.861244019138756),
    (5000, (3000, 50, 6), 0.95, 0.08485754911511158),
    (400, (40, 20, 50), 0.95, 0.9314191818732163),
    (100, (60, 0, 1), 0.95, 0.39999999999999997),
    (100, (96, 0, 1), 0.95, 0.04),
    (2000, (1500, 57, 30), 0.95, 0.005416855019650422),
]


@pytest.mark.parametrize(("n_records", "shape", "recall", "expected"), BUSCARPY)
def test_p_values_are_those_of_buscarpy(n_records, shape, recall, expected):
    verdict = judge_stopping(reads(*shape), n_records, recall=recall)

    assert verdict.evidence.p_value == pytest.approx(expected, rel=1e-9)


def test_a_reader_of_a_whole_list_stops_where_buscarpy_does():
    # retrospective_h0(..., batch_size=1) stops after 1,631 reads, with p = .04966.
    assert reads_until_stop(reads(2000, 60, 3)) == 1631


def test_a_p_value_by_hand():
    # Two of ten are read, both irrelevant. If one relevant record was among the ten, the chance
    # to miss it is 8 of 10.
    assert evidence_against([0, 0], 10, 1) == (pytest.approx(0.8), 2, 0)
    # If two were: 8 / 10 × 7 / 9.
    assert evidence_against([0, 0], 10, 2).p_value == pytest.approx(56 / 90)


def test_the_stretch_that_tells_most_begins_after_a_relevant_record():
    # Of 20, read: relevant, then nine irrelevant. Those nine of the nineteen speak.
    read = [1] + [0] * 9

    assert evidence_against(read, 20, 1) == (pytest.approx(10 / 19), 9, 0)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 1), min_size=1, max_size=40),
    st.integers(0, 40),
    st.integers(1, 10),
)
def test_no_other_stretch_tells_more(read, n_rest, n_unread):
    found = np.array(read)
    n_records = len(read) + n_rest
    every = [
        hypergeom.cdf(
            found[begin:].sum(),
            n_records - begin,
            found[begin:].sum() + n_unread,
            len(read) - begin,
        )
        for begin in range(len(read))
    ]

    evidence = evidence_against(read, n_records, n_unread)

    if n_unread > n_rest:
        assert evidence.p_value == 0
    elif found[-1] == 1 and found.sum() == len(read):
        # Nothing but relevant records: no stretch speaks against there being more.
        assert evidence.p_value == 1
    else:
        assert evidence.p_value == pytest.approx(min(every), rel=1e-9)
    assert evidence.n_found == found[len(read) - evidence.n_last :].sum()


def test_exactly_the_recall_wanted_is_not_too_little():
    # 19 found; a twentieth would make it 95 %, so the hypothesis begins at two unread ones.
    read = [1] * 19 + [0] * 60

    verdict = judge_stopping(read, 100)

    assert verdict.evidence.p_value == evidence_against(read, 100, 2).p_value
    assert verdict.evidence.p_value != evidence_against(read, 100, 1).p_value


def test_who_has_read_all_may_stop_and_has_found_all():
    verdict = judge_stopping([1, 0, 1], 3)

    assert verdict.may_stop
    assert (verdict.most_unread, verdict.recall_reached, verdict.irrelevant_to_go) == (0, 1.0, 0)


def test_who_has_read_all_and_found_nothing_has_missed_nothing():
    verdict = judge_stopping([0, 0], 2)

    assert (verdict.may_stop, verdict.recall_reached) == (True, 1.0)


def test_the_recall_reached_is_what_could_just_be_certified():
    read = reads(1200, 50, 10)
    verdict = judge_stopping(read, 2000)

    assert verdict.most_unread == 3
    assert verdict.recall_reached == 50 / 53
    assert evidence_against(read, 2000, 3).p_value >= 0.05 > evidence_against(read, 2000, 4).p_value
    assert judge_stopping(read, 2000, recall=50 / 53).may_stop
    assert not judge_stopping(read, 2000, recall=50 / 53 + 0.001).may_stop


def test_so_many_irrelevant_reads_and_no_fewer_allow_to_stop():
    read = reads(800, 50, 10)
    to_go = judge_stopping(read, 2000).irrelevant_to_go

    def stops_after(further):
        return judge_stopping(np.append(read, np.zeros(further, dtype=int)), 2000).may_stop

    assert to_go == 570
    assert stops_after(to_go)
    assert not stops_after(to_go - 1)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 1), min_size=1, max_size=60), st.sampled_from([0.5, 0.8, 0.95, 1]))
def test_the_first_stop_is_where_looking_after_every_record_first_allows_it(labels, recall):
    looks = (
        judge_stopping(labels[:n], len(labels), recall=recall) for n in range(1, len(labels) + 1)
    )
    first = next(verdict.n_read for verdict in looks if verdict.may_stop)

    assert reads_until_stop(labels, recall=recall) == first


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 1), min_size=1, max_size=60), st.integers(1, 70))
def test_who_looks_seldom_stops_at_one_of_these_looks(labels, every):
    stop = reads_until_stop(labels, every=every)

    assert stop % every == 0 or stop == len(labels)
    assert judge_stopping(labels[:stop], len(labels)).may_stop


def test_more_confidence_takes_more_reading():
    labels = reads(2000, 60, 3)

    stops = [reads_until_stop(labels, confidence=c) for c in (0.5, 0.8, 0.95, 0.99)]

    assert stops == sorted(stops)
    assert stops[0] < stops[-1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"recall": 0}, "recall is 0"),
        ({"recall": 1.1}, "recall is 1.1"),
        ({"confidence": 1}, "confidence is 1"),
        ({"n_records": 1}, "2 records were read of 1"),
        ({"read": []}, "there are no labels"),
        ({"read": [0, 2]}, "label 1 is 2"),
    ],
)
def test_what_cannot_be_is_refused(options, said):
    arguments = {"read": [0, 1], "n_records": 10, **options}

    with pytest.raises(ValueError, match=said):
        judge_stopping(arguments.pop("read"), arguments.pop("n_records"), **arguments)


def test_a_hypothesis_of_nothing_unread_is_refused():
    with pytest.raises(ValueError, match="n_unread is 0"):
        evidence_against([0], 10, 0)


def test_looking_never_is_refused():
    with pytest.raises(ValueError, match="every is 0"):
        reads_until_stop([0, 1], every=0)
