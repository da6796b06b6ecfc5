"""What a layer group's name means, on an encoder of any depth."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.errors import LayerGroupError
from patsieve.finetuning.selection import (
    check_expression,
    describe_groups,
    layers_in,
    select_groups,
)


def groups_of(n_layers, *, pooler=True):
    layers = tuple(f"encoder.{index}" for index in range(n_layers))
    return ("embeddings", *layers, *(("pooler",) if pooler else ()), "classifier")


def layers_of(expression, n_layers):
    chosen = select_groups(expression, groups_of(n_layers), who="stage 'x'")
    return [int(name.partition(".")[2]) for name in chosen]


@pytest.mark.parametrize(
    ("expression", "on_24", "on_12", "on_6"),
    [
        # Hand-worked: a fraction covers every layer of which it overlaps half or more.
        ("encoder[18-20 of 24]", [18, 19, 20], [9, 10], [4]),
        ("encoder[16-23 of 24]", list(range(16, 24)), [8, 9, 10, 11], [4, 5]),
        ("encoder[0-7 of 24]", list(range(8)), [0, 1, 2, 3], [0, 1]),
        ("encoder[8-15 of 24]", list(range(8, 16)), [4, 5, 6, 7], [2, 3]),
        ("encoder[16-18 of 24]", [16, 17, 18], [8, 9], [4]),
        ("encoder[21-23 of 24]", [21, 22, 23], [10, 11], [5]),
        ("encoder[2-4 of 24]", [2, 3, 4], [1, 2], [0]),
        ("encoder[23 of 24]", [23], [11], [5]),
        ("encoder[0 of 24]", [0], [0], [0]),
        ("encoder[75%:87.5%]", [18, 19, 20], [9, 10], [4]),
        ("encoder[last half]", list(range(12, 24)), list(range(6, 12)), [3, 4, 5]),
        ("encoder[first third]", list(range(8)), [0, 1, 2, 3], [0, 1]),
        ("encoder[middle third]", list(range(8, 16)), [4, 5, 6, 7], [2, 3]),
        ("encoder[last quarter]", list(range(18, 24)), [9, 10, 11], [4, 5]),
        ("encoder[middle half]", list(range(6, 18)), list(range(3, 9)), [1, 2, 3, 4]),
    ],
)
def test_a_fraction_of_the_depth_means_the_same_share_of_every_encoder(
    expression, on_24, on_12, on_6
):
    assert layers_of(expression, 24) == on_24
    assert layers_of(expression, 12) == on_12
    assert layers_of(expression, 6) == on_6


def test_a_layer_overlapped_by_exactly_half_is_covered():
    # 9/24 to 10/24 of the depth is 4.5 to 5 of 12 layers: half of layer 4.
    assert layers_in(Fraction(9, 24), Fraction(10, 24), 12) == (4,)
    # 18/24 to 21/24 is 4.5 to 5.25 of 6 layers: half of layer 4, a quarter of layer 5.
    assert layers_in(Fraction(18, 24), Fraction(21, 24), 6) == (4,)


def test_if_no_layer_is_half_covered_the_one_overlapped_most_is_meant():
    # 10/24 to 11/24 is 2.5 to 2.75 of 6 layers: a quarter of layer 2.
    assert layers_in(Fraction(10, 24), Fraction(11, 24), 6) == (2,)


def test_of_equal_overlaps_the_layer_nearest_the_output_is_meant():
    # 1/2 ± 1/16 is 1.75 to 2.25 of 4 layers: a quarter of layers 1 and 2.
    assert layers_in(Fraction(7, 16), Fraction(9, 16), 4) == (2,)


@given(
    st.integers(1, 30),
    st.fractions(0, 1, max_denominator=60),
    st.fractions(0, 1, max_denominator=60),
)
def test_a_fraction_always_covers_adjacent_layers_of_the_encoder(n_layers, one, other):
    start, stop = sorted((one, other))
    covered = layers_in(start, stop, n_layers)

    assert covered
    assert covered == tuple(range(covered[0], covered[-1] + 1))
    assert 0 <= covered[0] <= covered[-1] < n_layers


@given(st.integers(1, 30), st.integers(2, 6))
def test_adjoining_fractions_leave_no_layer_out(n_layers, n_parts):
    covered = set()
    for part in range(n_parts):
        covered.update(layers_in(Fraction(part, n_parts), Fraction(part + 1, n_parts), n_layers))

    assert covered == set(range(n_layers))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("classifier", ("classifier",)),
        ("pooler", ("pooler",)),
        ("embeddings", ("embeddings",)),
        ("encoder", ("encoder.0", "encoder.1", "encoder.2")),
        ("backbone", ("embeddings", "encoder.0", "encoder.1", "encoder.2")),
        ("all", groups_of(3)),
        ("encoder.0", ("encoder.0",)),
        ("encoder.0-1", ("encoder.0", "encoder.1")),
        ("encoder.2-2", ("encoder.2",)),
        (" encoder.1-2 ", ("encoder.1", "encoder.2")),
    ],
)
def test_plain_names_and_ranges_include_both_ends(expression, expected):
    assert select_groups(expression, groups_of(3), who="stage 'x'") == expected


def test_a_layer_that_is_not_there_is_answered_with_those_that_are():
    with pytest.raises(LayerGroupError) as caught:
        select_groups("encoder.24", groups_of(24), who="stage 'top'")

    assert str(caught.value) == (
        "stage 'top' names 'encoder.24', which this encoder does not have; from input to output "
        "it has embeddings, encoder.0 … encoder.23, pooler, classifier"
    )


def test_a_range_that_reaches_past_the_last_layer_is_refused_as_a_whole():
    with pytest.raises(LayerGroupError, match=r"names 'encoder\.18-20', which this encoder does"):
        select_groups("encoder.18-20", groups_of(12), who="stage 'top'")


def test_a_pooler_that_is_not_read_cannot_be_named():
    with pytest.raises(LayerGroupError, match="'pooler', which this encoder does not have"):
        select_groups("pooler", groups_of(3, pooler=False), who="stage 'x'")


@pytest.mark.parametrize(
    "expression",
    [
        "layer.3",
        "encoder.{0,11}",
        "encoder.1.",
        "encoder.*",
        "encodr",
        "",
        "encoder[75:87]",
        "encoder[1.2.3%:50%]",
        "encoder[.%:50%]",
        "encoder[last fifth]",
        "encoder.-1",
        "encoder.1-",
    ],
)
def test_what_is_no_layer_group_is_refused_before_and_with_a_model(expression):
    with pytest.raises(LayerGroupError, match="which is no layer group"):
        check_expression(expression, who="stage 'x'")
    with pytest.raises(LayerGroupError, match="which is no layer group"):
        select_groups(expression, groups_of(3), who="stage 'x'")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("encoder.3-1", "a range that ends before it begins"),
        ("encoder[3-1 of 24]", "a range that ends before it begins"),
        ("encoder[20-24 of 24]", "24 layers are counted from 0 to 23"),
        ("encoder[50%:50%]", "the first fraction must be below the second"),
        ("encoder[60%:50%]", "the first fraction must be below the second"),
        ("encoder[50%:101%]", "the second at most 100%"),
    ],
)
def test_an_impossible_range_says_why(expression, message):
    with pytest.raises(LayerGroupError, match=message):
        check_expression(expression, who="stage 'x'")


def test_long_runs_of_layers_are_shortened_in_messages():
    assert describe_groups(groups_of(12)) == (
        "embeddings, encoder.0 … encoder.11, pooler, classifier"
    )
    assert describe_groups(groups_of(2)) == "embeddings, encoder.0, encoder.1, pooler, classifier"
