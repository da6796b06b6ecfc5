"""How slots of the phrase grammar are filled."""

from random import Random

import pytest

from patsieve.corpus.synthetic_grammar import Grammar, speak


def expansions(grammar, template, n=200):
    return {grammar.expand(template, Random(seed), {}) for seed in range(n)}


def test_a_slot_takes_every_alternative_of_its_rule():
    grammar = Grammar({"metal": ("nickel", "cobalt")})

    assert expansions(grammar, "some {metal}") == {"some nickel", "some cobalt"}


def test_a_later_table_replaces_the_rule_of_an_earlier_one():
    grammar = Grammar({"metal": ("nickel",)}, {"metal": ("cobalt",)})

    assert expansions(grammar, "{metal}") == {"cobalt"}


def test_a_kept_slot_says_the_same_throughout_and_is_remembered_as_a_fact():
    grammar = Grammar({"coat": ("alumina", "zirconia", "ceria"), "text": ("{=coat}, {=coat}",)})
    facts = {}

    text = grammar.expand("{text} and {coat}", Random(4), facts)

    assert text == ", ".join([facts["coat"]] * 2) + f" and {facts['coat']}"


def test_a_fact_wins_over_a_rule():
    assert Grammar({"metal": ("nickel",)}).expand("{metal}", Random(1), {"metal": "iron"}) == "iron"


@pytest.mark.parametrize(
    ("slot", "values"),
    [
        ("{1..3}", {"1", "2", "3"}),
        ("{0.8..1.0}", {"0.8", "0.9", "1.0"}),
        ("{700..720/10}", {"700", "710", "720"}),
        ("{4.20..4.30/0.05}", {"4.20", "4.25", "4.30"}),
        ("{5..5}", {"5"}),
    ],
)
def test_a_range_draws_every_step_with_both_ends(slot, values):
    assert expansions(Grammar({}), slot) == values


def test_a_slot_without_a_rule_is_reported_and_refused():
    grammar = Grammar({"text": ("{metal} and {known}",), "known": ("x",)})

    assert grammar.unknown_slots({}) == {"metal"}
    assert grammar.unknown_slots({"metal": "nickel"}) == set()
    with pytest.raises(KeyError, match="metal"):
        grammar.expand("{text}", Random(1), {})


def test_alternatives_drawn_together_are_all_different_and_no_more_than_there_are():
    grammar = Grammar({"letter": ("a", "b", "c")})

    assert sorted(grammar.expand_some("letter", 5, Random(1), {})) == ["a", "b", "c"]
    assert list(grammar.expand_some("letter", 0, Random(1), {})) == []


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("a {~cathode} and a anode", "A cathode and an anode"),
        ("a electrode. a uniform layer", "An electrode. A uniform layer"),
        ("about 0.5 to 1.5. see", "About 0.5 to 1.5. See"),
        ("", ""),
    ],
)
def test_house_words_are_put_in_and_articles_and_capitals_set_right(text, spoken):
    assert speak(text, {"cathode": "cathode"}) == spoken
