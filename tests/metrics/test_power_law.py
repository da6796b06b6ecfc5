"""Inverse power laws: what was put in comes out, within what can be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import curve_fit

from patsieve.metrics.power_law import fit_power_laws

SIZES = np.array([50.0, 100, 200, 400, 800])


def law(size, limit, drop, exponent):
    return limit - drop * size**-exponent


def test_a_law_that_was_put_in_comes_out():
    laws = fit_power_laws(SIZES, law(SIZES, 0.97, 1.2, 0.6)[None], ceiling=1.0)

    # Exponents are tried in steps of 8 %.
    assert laws.exponent[0] == pytest.approx(0.6, rel=0.05)
    assert laws.limit[0] == pytest.approx(0.97, abs=0.002)
    assert laws.at(1600)[0] == pytest.approx(law(1600, 0.97, 1.2, 0.6), abs=0.0005)


def test_it_foretells_what_scipy_foretells():
    values = law(SIZES, 0.95, 2.0, 0.7) + np.array([0.004, -0.003, 0.002, -0.001, 0.001])
    fitted, _ = curve_fit(law, SIZES, values, p0=(0.9, 1.0, 0.5))

    [found] = fit_power_laws(SIZES, values[None], ceiling=1.0).at(1600)

    assert found == pytest.approx(law(1600, *fitted), abs=0.001)


def test_several_curves_are_fitted_as_each_alone():
    values = np.array([law(SIZES, 0.9, 1.0, 0.5), law(SIZES, 0.8, 3.0, 1.0)])

    together = fit_power_laws(SIZES, values, ceiling=1.0)

    for i in range(2):
        alone = fit_power_laws(SIZES, values[i : i + 1], ceiling=1.0)
        assert together.at(1600)[i] == alone.at(1600)[0]


def test_a_curve_that_falls_is_taken_for_flat():
    laws = fit_power_laws(SIZES, np.array([[0.9, 0.8, 0.7, 0.6, 0.5]]), ceiling=1.0)

    assert laws.drop[0] == 0
    assert laws.at(5000)[0] == pytest.approx(0.7)


@given(
    st.lists(st.floats(0, 1), min_size=5, max_size=5),
    st.floats(1, 3),
)
def test_nothing_is_foretold_above_the_ceiling_or_below_what_is_fitted_now(values, times):
    laws = fit_power_laws(SIZES, np.array([values]), ceiling=1.0)

    assert laws.at(800)[0] - 1e-9 <= laws.at(times * 800)[0] <= 1 + 1e-9


def test_too_few_sizes_and_other_shapes_are_refused():
    with pytest.raises(ValueError, match="2 sizes differ"):
        fit_power_laws(np.array([1.0, 2, 2]), np.ones((1, 3)), ceiling=1.0)
    with pytest.raises(ValueError, match="shape"):
        fit_power_laws(SIZES, np.ones(5), ceiling=1.0)
