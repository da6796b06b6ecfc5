"""The reliability diagram shows the bins, their doubt, their counts, and the verdict."""

import numpy as np
import pytest

from patsieve.experiments.figure_style import PALETTE
from patsieve.experiments.reliability_figure import reliability_figure
from patsieve.metrics.reliability import reliability_bins


@pytest.fixture(scope="module")
def records():
    random = np.random.default_rng(0)
    probabilities = random.beta(0.4, 0.8, 500)
    return (random.random(500) < probabilities).astype(int), probabilities


def points(axes):
    return [line for line in axes.lines if line.get_marker() == "o"]


def test_each_bin_is_a_point_where_it_was_claimed_and_seen(records):
    figure = reliability_figure(*records)

    bins = reliability_bins(*records)
    found = [(p.get_xdata()[0], p.get_ydata()[0]) for p in points(figure.axes[0])]
    np.testing.assert_allclose(found, [(b.claimed, b.observed) for b in bins])


def test_the_counts_stand_below(records):
    figure = reliability_figure(*records)

    bins = reliability_bins(*records)
    words = [text.get_text() for text in figure.axes[1].texts]
    assert words == [f"{b.n_relevant:,} of {b.n_records:,}" for b in bins]
    assert sum(b.n_records for b in bins) == 500


def test_the_title_says_that_true_probabilities_are_no_more_off_than_chance_explains(records):
    title = reliability_figure(*records).axes[0].get_title(loc="left").replace("\n", " ")

    assert "no more than chance explains" in title


def test_what_chance_does_not_explain_is_another_color_and_said(records):
    labels, probabilities = records

    figure = reliability_figure(labels, probabilities**4)

    colors = {point.get_color() for point in points(figure.axes[0])}
    assert PALETTE[1] in colors
    title = figure.axes[0].get_title(loc="left").replace("\n", " ")
    assert "off on average, more than chance explains" in title


def test_families_widen_the_band(records):
    labels, probabilities = (np.repeat(values, 5) for values in records)
    families = np.repeat(np.arange(500), 5)

    wide, narrow = (
        sum(
            bar.get_height()
            for bar in reliability_figure(labels, probabilities, families=codes).axes[0].patches
        )
        for codes in (families, None)
    )

    assert wide > 1.5 * narrow
