"""What the study of text fields calls relevant, and what it gives its systems to read."""

import numpy as np
import pytest

from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.metrics.differences import Difference

RECORD = PatentRecord(
    1,
    title="A cell",
    abstract="It holds.",
    claims="1. A cell with nickel. 2. The cell of claim 1.",
    description="Cells are known.",
    cpc_symbols=("A61K8/02", "H01M4/525"),
)


@pytest.fixture
def text_fields():
    import text_fields

    return text_fields


def test_any_symbol_of_a_topic_makes_a_record_relevant(text_fields):
    other = PatentRecord(2, title="H01M", cpc_symbols=("G06F3/01",))
    corpus = text_fields.labelled([RECORD, other], np.arange(2), "H01M")

    assert corpus.labels.tolist() == [1, 0]


def test_each_choice_of_fields_reads_more_than_the_one_before(text_fields):
    texts = [
        text_fields.recipe(fields, 5).compose(RECORD) for fields in text_fields.FIELDS.values()
    ]

    assert texts == [
        "A cell\nIt holds.",
        "A cell\nIt holds.\n1. A cell with nickel.",
        "A cell\nIt holds.\n1. A cell with nickel.",
        "A cell\nIt holds.\n1. A cell with nickel.\nCells are known.",
    ]


def test_no_system_sees_a_symbol(text_fields):
    corpus = Corpus([RECORD], np.arange(1))
    for fields in text_fields.FIELDS.values():
        [text] = text_fields.recipe(fields, 600).compose_all(corpus)
        assert "H01M" not in text


def test_a_difference_is_turned_with_its_interval(text_fields):
    turned = text_fields._turned(Difference(0.02, -0.01, 0.05, 0.3))

    assert (turned.value, turned.low, turned.high, turned.p_value) == (-0.02, -0.05, 0.01, 0.3)
