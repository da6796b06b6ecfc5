"""The examples in the docstrings of the corpus package run."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "name", ["dates", "languages", "numbers", "patent_links", "symbols", "tally", "text"]
)
def test_the_examples_are_true(name):
    found = doctest.testmod(importlib.import_module(f"patsieve.corpus.{name}"))

    assert found.attempted > 0
    assert found.failed == 0
