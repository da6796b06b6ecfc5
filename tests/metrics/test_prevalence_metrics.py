"""The likeliest prevalence: where expectation maximisation ends, and on its way no ends missed."""

import numpy as np
import pytest

from patsieve.metrics.prevalence import GRID, estimate_prevalence, grid_counts


def probabilities_of(n_records, prevalence, *, known=0.3, seed=0):
    """True probabilities at prevalence `known` of records of another prevalence."""
    random = np.random.default_rng(seed)
    labels = random.random(n_records) < prevalence
    evidence = 3 * random.normal(np.where(labels, 1.5, -1.5), 1)
    return 1 / (1 + np.exp(-(evidence + np.log(known / (1 - known)))))


def by_expectation_maximisation(probabilities, known):
    """Saerens, Latinne & Decaestecker 2002, equation 2.10, as written there."""
    prevalence = known
    for _ in range(5000):
        relevant = prevalence / known * probabilities
        irrelevant = (1 - prevalence) / (1 - known) * (1 - probabilities)
        prevalence = np.mean(relevant / (relevant + irrelevant))
    return prevalence


@pytest.mark.parametrize("prevalence", [0.02, 0.3, 0.7])
def test_it_is_where_expectation_maximisation_ends(prevalence):
    probabilities = probabilities_of(800, prevalence)

    expected = by_expectation_maximisation(probabilities, 0.3)

    assert estimate_prevalence(probabilities, known=0.3) == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize("prevalence", [0.01, 0.05, 0.3, 0.9])
def test_a_known_prevalence_is_recovered(prevalence):
    found = estimate_prevalence(probabilities_of(20_000, prevalence), known=0.3)

    # Of 20,000 records a share of .3 has a standard error of .0032 with labels, more without.
    assert found == pytest.approx(prevalence, abs=0.01)


def test_where_all_speak_for_one_class_the_estimate_is_an_end():
    assert estimate_prevalence(np.full(10, 0.001), known=0.3) == 0.0
    assert estimate_prevalence(np.full(10, 0.999), known=0.3) == 1.0


def test_probabilities_that_are_all_the_known_prevalence_say_nothing_and_are_counted():
    counts = grid_counts(np.array([0.5, 0.5, 0.0, 1.0]))

    assert counts.sum() == 4
    assert (counts[0], counts[len(GRID) // 2], counts[-1]) == (1, 2, 1)


def test_no_records_are_refused():
    with pytest.raises(ValueError, match="there are no records"):
        estimate_prevalence(np.empty(0), known=0.3)


def test_a_known_prevalence_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"known prevalence is 1\.0"):
        estimate_prevalence(np.array([0.5]), known=1.0)
