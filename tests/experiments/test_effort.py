"""Minutes against misses: hand-worked, scaled to longer lists, refused where all is alike."""

import pytest

from patsieve.errors import DataError, LabelError
from patsieve.experiments.effort import read_effort


@pytest.fixture
def table(tmp_path):
    """Write labels in the order of their ranking, each a family."""

    def write(labels, *, one_family=False):
        path = tmp_path / "oof.csv"
        rows = [
            f"{i + 1},US{i},{0 if one_family else i},{label},{1 - i / len(labels)}"
            for i, label in enumerate(labels)
        ]
        header = "row,publication_number,family,label,probability"
        path.write_text("\n".join([header, *rows]), encoding="utf-8")
        return path

    return write


def test_time_and_misses_by_hand(table):
    # 4 of 5 relevant stand in the first quarter of twenty.
    path = table([1, 1, 1, 0, 1] + [0] * 10 + [1] + [0] * 4)

    _, effort = read_effort(path, minutes_per_record=6, depths=(0.25, 1))
    quarter, all_of_it = effort.depths

    assert (quarter.n_read, quarter.minutes, quarter.minutes_saved) == (5, 30, 90)
    assert quarter.recall.value == pytest.approx(0.8)
    assert quarter.missed.value == pytest.approx(1)
    assert quarter.work_saved.value == pytest.approx(0.8 - 0.25)
    assert (all_of_it.missed.value, all_of_it.missed.high) == (0, 0)
    assert (all_of_it.minutes_saved, all_of_it.work_saved.value) == (0, 0)


def test_misses_are_many_where_recall_is_low(table):
    _, effort = read_effort(
        table([1, 1, 1, 0, 1] + [0] * 10 + [1] + [0] * 4), minutes_per_record=1, depths=(0.25,)
    )
    [depth] = effort.depths

    assert depth.missed.low <= depth.missed.value <= depth.missed.high
    assert depth.missed.high == pytest.approx(5 * (1 - depth.recall.low))


def test_a_longer_list_has_as_many_relevant_in_a_hundred(table):
    _, effort = read_effort(
        table([1, 0, 0, 1] + [0] * 16), minutes_per_record=1, n_records=2000, depths=(0.1,)
    )
    [depth] = effort.depths

    assert (effort.n_records, effort.n_relevant, effort.n_measured) == (2000, 200, 20)
    assert (depth.n_read, depth.missed.value, depth.minutes_saved) == (200, 100, 1800)


def test_one_class_or_one_family_says_nothing(table):
    with pytest.raises(LabelError, match="are irrelevant; a ranking needs both"):
        read_effort(table([0, 0, 0]), minutes_per_record=1)
    with pytest.raises(DataError, match="one family"):
        read_effort(table([0, 1, 0], one_family=True), minutes_per_record=1)
