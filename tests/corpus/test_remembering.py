import pytest

from patsieve.corpus.remembering import remembered


@pytest.fixture
def parser():
    """A parser, and the cells that it was asked to parse."""
    asked = []

    @remembered
    def parse(cell, *, upper=False):
        """Parse."""
        asked.append(cell)
        return cell.upper() if upper else cell.strip()

    return parse, asked


def test_what_recurs_is_parsed_once(parser):
    parse, asked = parser

    assert [parse(" a"), parse("b"), parse(" a"), parse(" a")] == ["a", "b", "a", "a"]
    assert asked == [" a", "b"]


def test_options_tell_results_apart(parser):
    parse, asked = parser

    assert [parse("a"), parse("a", upper=True), parse("a")] == ["a", "A", "a"]
    assert asked == ["a", "a"]


def test_long_cells_are_not_kept(parser):
    parse, asked = parser
    longest, longer = "x" * 80, "x" * 81

    for cell in (longest, longer, longest, longer):
        assert parse(cell) == cell

    assert asked == [longest, longer, longer]


def test_it_is_called_as_before(parser):
    parse, _ = parser

    assert (parse.__name__, parse.__doc__) == ("parse", "Parse.")
