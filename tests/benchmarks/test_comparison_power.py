"""Error rate and power of a comparison, simulated with the systems of the benchmark."""

from dataclasses import replace

import numpy as np
import pytest


@pytest.fixture
def power():
    import comparison_power

    return comparison_power


def how_often(power, setting, n_times):
    found = power.simulations(setting, n_times, 250, 7)
    return sum(
        power.difference(draws, reach=1.0, seed=number).is_told_apart
        for number, (draws, _) in enumerate(found)
    )


def test_equals_differ_by_chance_alone_and_families_share_their_label(power):
    random = np.random.default_rng(0)
    setting = power.Setting(4000, 0.25, 2.0)

    labels, families, [(one, other)] = power.made_up(random, setting)

    assert labels.mean() == pytest.approx(0.25, abs=0.03)
    assert np.unique(np.bincount(families)).tolist() == [1, 2, 3]
    assert all(len(set(labels[families == family])) == 1 for family in range(20))
    gaps = [
        each.scores[labels == 1].mean() - each.scores[labels == 0].mean() for each in (one, other)
    ]
    assert gaps == pytest.approx([2.0, 2.0], abs=0.2)
    assert not np.array_equal(one.scores, other.scores)


def test_both_tables_have_a_row_for_each_setting(power, capsys, monkeypatch):
    arguments = ["--simulations", "2", "--with-difference", "2", "--draws", "20"]
    monkeypatch.setattr("sys.argv", ["comparison_power.py", *arguments])

    assert power.main() == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(power.EQUALS) + len(power.DIFFERENT) + 5


@pytest.mark.slow
@pytest.mark.parametrize("separation", [1.5, 4.0])
def test_equals_are_told_apart_in_at_most_64_of_1000_cases(power, separation):
    assert how_often(power, power.Setting(150, 0.17, separation), 1000) <= 64


@pytest.mark.slow
def test_seeds_that_scatter_do_not_make_equals_differ(power):
    setting = power.Setting(150, 0.25, 2.0, noise=0.5, n_seeds=3, seed_scatter=0.5)

    # Of 400 with a chance of .05, more than 29 are found in 1 of 50 cases.
    assert how_often(power, setting, 400) <= 29


@pytest.mark.slow
def test_more_records_tell_a_difference_more_often(power):
    few = power.Setting(150, 0.25, 2.0, noise=0.6, gain=0.45)
    many = replace(few, n_records=600)

    assert how_often(power, few, 150) < 60
    assert how_often(power, many, 150) > 120
