"""A message ends with what was possible."""

import pytest

from patsieve.errors import possible

EXPERIMENTS = ("recommended", "best", "surgical", *(f"hn-pt-0{n}" for n in range(1, 8)))


@pytest.mark.parametrize("given", ["recomended", "RECOMMENDED", "recommend"])
def test_of_many_names_the_nearest_is_said(given):
    assert possible(given, EXPERIMENTS, all_of_them="`list`") == (
        "did you mean recommended? `list` shows all 10"
    )


def test_where_nothing_is_near_all_names_are_said():
    assert possible("zebra", EXPERIMENTS, all_of_them="`list`") == (
        "there are recommended, best, surgical, hn-pt-01, hn-pt-02, hn-pt-03, hn-pt-04, "
        "hn-pt-05, hn-pt-06, hn-pt-07"
    )


def test_a_short_list_is_said_whole():
    assert possible("bets", ("best", "worst"), all_of_them="`list`") == "there are best, worst"
