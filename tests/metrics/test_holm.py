"""Several comparisons at once: each p-value pays for the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.metrics.holm import holm


def test_holm_multiplies_the_smallest_by_their_number_and_never_turns_the_order():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_lies_between_no_correction_and_bonferronis(p_values):
    for raw, adjusted in zip(p_values, holm(p_values), strict=True):
        assert raw <= adjusted <= min(1.0, len(p_values) * max(p_values))
        assert adjusted >= min(1.0, len(p_values) * min(p_values))
