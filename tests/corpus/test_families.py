import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.families import (
    contradictions,
    family_keys,
    family_name,
    family_overlap,
    group_families,
    n_labelled_by_family,
)
from patsieve.corpus.records import PatentRecord

LONG = "A positive electrode active material with more than eighty percent nickel."


def codes(*records):
    return group_families(
        [PatentRecord(i, **fields) for i, fields in enumerate(records, 1)]
    ).tolist()


def test_equal_family_ids_join():
    assert codes({"family_id": "7"}, {"family_id": "8"}, {"family_id": " 7.0"}) == [0, 1, 0]


@pytest.mark.parametrize("unknown", ["", "-1", "-27", "0", "0.0", "nan", "None", "n/a", "-"])
def test_unknown_family_ids_do_not_join(unknown):
    assert codes({"family_id": unknown}, {"family_id": unknown}) == [0, 1]


def test_one_publication_joins_whatever_its_punctuation_and_kind():
    assert codes(
        {"publication_number": "US-10000000-B2"},
        {"publication_number": "US10000000 (B1)"},
        {"publication_number": "US10000001B2"},
        {"publication_number": "EP10000000A1"},
    ) == [0, 0, 1, 2]


def test_a_cell_with_several_publications_joins_them_all():
    assert codes(
        {"publication_number": "EP3000000A1"},
        {"publication_number": "US10000000B2"},
        {"publication_number": "US10000000B2\nEP3000000B1"},
    ) == [0, 0, 0]


def test_lists_of_family_members_join_whatever_their_order():
    assert codes({"family_id": "a-1;;b-2"}, {"family_id": "c-3"}, {"family_id": "b-2;;a-1"}) == [
        0, 1, 0,
    ]  # fmt: skip


def test_row_numbers_are_no_publications():
    assert codes({"publication_number": "17"}, {"publication_number": "17"}) == [0, 1]


def test_identical_text_joins_but_for_case_and_space():
    assert codes(
        {"title": "Cathode", "abstract": LONG},
        {"title": "CATHODE", "abstract": LONG.replace(" ", "  ").upper()},
        {"title": "Cathode", "abstract": LONG, "claims": "1. A cathode."},
        {"title": "Anode", "abstract": LONG},
    ) == [0, 0, 1, 2]


def test_equal_titles_alone_never_join_however_long():
    title = {"title": "POSITIVE ELECTRODE ACTIVE MATERIAL FOR NONAQUEOUS SECONDARY BATTERY " * 3}

    assert codes(title, title) == [0, 1]


def test_short_equal_texts_do_not_join():
    short = {"title": "Positive electrode active material", "abstract": "See the claims."}

    assert codes(short, short) == [0, 1]


def test_records_join_through_a_third():
    assert codes(
        {"family_id": "1"},
        {"publication_number": "EP3000000A1"},
        {"family_id": "9"},
        {"family_id": "1", "publication_number": "EP3000000B1"},
    ) == [0, 0, 1, 0]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "1", "2", "3", "4"]),
            st.sampled_from(["", "US1000001", "US1000002", "US1000003"]),
        ),
        max_size=12,
    )
)
def test_families_are_the_connected_components(pairs):
    records = [PatentRecord(i, family_id=f, publication_number=p) for i, (f, p) in enumerate(pairs)]
    linked = np.eye(len(records), dtype=bool)
    for i, one in enumerate(records):
        for j, other in enumerate(records):
            linked[i, j] |= not set(family_keys(one)).isdisjoint(family_keys(other))
    for _ in records:
        linked = linked @ linked

    found = group_families(records)

    assert (linked == (found[:, None] == found[None, :])).all()
    first_seen = list(dict.fromkeys(found.tolist()))
    assert first_seen == list(range(len(first_seen)))


def test_a_family_member_that_is_a_publication_joins_its_record():
    assert codes(
        {"family_id": "US10000000B2 | EP3000000A1"},
        {"publication_number": "EP-3000000-B1"},
        {"publication_number": "EP-3000001-B1"},
        {"family_id": "3000001"},
    ) == [0, 0, 1, 2]


def test_contradictory_labels_in_a_family_are_reported_with_rows():
    records = [
        PatentRecord(1, family_id="7", label=1),
        PatentRecord(2, family_id="7", label=0),
        PatentRecord(3, publication_number="EP3000000A1", label=0),
        PatentRecord(4, family_id="7", label=1),
        PatentRecord(5, publication_number="EP3000000B1", label=1),
        PatentRecord(6, family_id="8", label=1),
        PatentRecord(7, family_id="8"),
    ]

    assert contradictions(records, group_families(records)) == [
        "relevant and irrelevant records stand together in 2 families: "
        "family 7, rows 1, 4 relevant, row 2 irrelevant; "
        "the family of EP3000000A1, row 5 relevant, row 3 irrelevant"
    ]


def test_many_contradictions_are_counted():
    records = [PatentRecord(i, family_id=str(i // 2 + 1), label=i % 2) for i in range(20)]

    (sentence,) = contradictions(records, group_families(records))

    assert "in 10 families" in sentence
    assert sentence.endswith("; and 7 more")


def test_agreeing_labels_are_no_contradiction():
    records = [PatentRecord(1, family_id="7", label=1), PatentRecord(2, family_id="7", label=1)]

    assert contradictions(records, group_families(records)) == []


def test_overlap_finds_training_records_of_test_families():
    training = [
        PatentRecord(1, family_id="7"),
        PatentRecord(2, publication_number="EP3000000A1"),
        PatentRecord(3, title="Cathode", abstract=LONG),
        PatentRecord(4, family_id="9"),
    ]
    test = [
        PatentRecord(1, publication_number="EP3000000B1"),
        PatentRecord(2, title="Cathode", abstract=LONG),
        PatentRecord(3, family_id="10"),
    ]

    assert family_overlap(training, test).tolist() == [1, 2]


def test_overlap_counts_links_through_another_record():
    training = [PatentRecord(1, family_id="7"), PatentRecord(2, family_id="8")]
    test = [
        PatentRecord(1, family_id="7", publication_number="EP3000000A1"),
        PatentRecord(2, family_id="8", publication_number="EP3000000A1"),
    ]

    assert family_overlap(training, test[:1]).tolist() == [0]
    assert family_overlap(training, test).tolist() == [0, 1]


def test_overlap_with_nothing_is_empty():
    assert family_overlap([PatentRecord(1, family_id="7")], []).tolist() == []
    assert family_overlap([], [PatentRecord(1, family_id="7")]).tolist() == []


def test_a_family_is_named_by_what_is_known():
    assert family_name(PatentRecord(1, family_id="7", title="A")) == "family 7"
    assert family_name(PatentRecord(1, family_id="-1", publication_number="EP1")) == (
        "the family of EP1"
    )
    assert family_name(PatentRecord(1, title="A")) == "the family of 'A'"


def test_a_row_that_lists_the_members_of_its_family_is_related_to_each():
    row = {"family_members": "US10000000B2; EP3000000A1"}

    assert codes(
        {"publication_number": "US10000000B2", "columns": row},
        {"publication_number": "EP3000000B1"},
        {"publication_number": "EP3000001B1"},
    ) == [0, 0, 1]


def test_records_that_could_have_the_label_of_their_family_are_counted():
    families = ["7", "7", "8", "8", "8", "9", "", ""]
    labels = [1, None, 1, 0, None, None, None, 0]
    records = [PatentRecord(i, family_id=family) for i, family in enumerate(families)]

    assert n_labelled_by_family(records, labels) == 1
