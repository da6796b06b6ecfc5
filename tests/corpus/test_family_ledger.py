"""Which member of a family is shown, and which label a family has."""

import tracemalloc

import pytest

from patsieve.corpus.family_ledger import FamilyLedger, SettledFamilies
from patsieve.corpus.records import PatentRecord
from patsieve.errors import LabelError

TEXT = "A positive electrode active material with more than eighty percent nickel."


def ledger_of(*rows):
    ledger = FamilyLedger()
    for place, row in enumerate(rows, start=1):
        cells = {"source_file": "a.csv", "source_row": str(place), **row}
        known = ("family_id", "title", "abstract", "claims", "publication_number")
        fields = {name: row[name] for name in known if name in row}
        ledger.take(PatentRecord(place, columns=row, **fields), cells)
    return ledger


def settled(*rows, relevant=()):
    return SettledFamilies(ledger_of(*rows), relevant)


def member(number="", label="", **texts):
    return {"family_id": "7", "publication_number": number, "label": label, **texts}


def test_the_member_with_the_most_texts_is_shown_whatever_else_it_lacks():
    families = settled(
        member("EP3000000B1", "1", title="Cathode"),
        member("EP3000000A1", title="Cathode", abstract="Nickel"),
    )

    assert families.shown.tolist() == [1]


def test_of_equal_members_one_with_a_label_is_shown_then_a_grant_then_the_first():
    application, grant = member("US20150123456A1", title="A"), member("US10000001B2", title="A")
    labelled = member("EP3000000A1", "no", title="A")

    assert settled(application, grant, labelled).shown.tolist() == [2]
    assert settled(application, grant).shown.tolist() == [1]
    assert settled(application, application).shown.tolist() == [0]


def test_families_are_known_by_number_and_by_text_and_not_by_title():
    families = settled(
        {"publication_number": "US10000000A1", "title": "Cathode"},
        {"publication_number": "US10000000B2", "title": "Battery"},
        {"publication_number": "EP3000000A1", "title": "Cathode", "abstract": TEXT},
        {"publication_number": "WO2014000009A1", "title": "CATHODE", "abstract": TEXT.upper()},
        {"publication_number": "EP3000001A1", "title": "Cathode", "abstract": TEXT + " Or more."},
    )

    assert families.codes.tolist() == [0, 0, 1, 1, 2]
    assert len(families) == 3


def test_members_are_listed_once_each_in_the_order_of_the_input():
    families = settled(
        member("US10000000B2"), member("EP3000000A1; EP3000000B1"), member("US10000000B2"), member()
    )

    assert families.members(0) == ("US10000000B2; EP3000000A1; EP3000000B1", 4)


def test_a_row_that_was_a_family_before_counts_for_all_its_members():
    before = {"family_members": "EP1234567A1; EP1234568A1", "family_size": "3", "title": "A"}
    other = {"publication_number": "EP1234568B1", "family_size": "25"}

    families = settled(before, other)

    assert families.members(0) == ("EP1234567A1; EP1234568A1; EP1234568B1", 4)


def test_a_count_that_no_family_can_have_is_none():
    families = settled({"family_members": "", "family_size": "9" * 30})

    assert families.members(0) == ("", 1)


def test_labels_that_patsieve_reads_alike_agree_and_the_first_one_is_given():
    families = settled(member(), member("EP3000000A1", "Yes"), member(label="1"))

    assert families.has_label(0)
    assert families.label(0) == "Yes"
    assert families.donor_place(0) == "EP3000000A1, row 2 of a.csv"


def test_labels_of_the_users_own_agree_but_for_case_and_punctuation():
    agree = settled(member(label="Class A"), member(label="class-a"), member())
    differ = settled(member(label="class A"), member(label="class B"))

    assert (agree.has_label(0), differ.has_label(0)) == (True, False)


def test_values_that_mean_relevant_agree():
    rows = (member(label="A"), member(label="B+"), member(), {"label": "C"})

    assert settled(*rows, relevant=("A", "B+")).has_label(0)
    assert not settled(*rows, relevant=("A",)).has_label(0)
    with pytest.raises(LabelError, match="no record has the label 'D'"):
        settled(*rows, relevant=("D",))


def test_a_family_without_a_label_has_none():
    families = settled(member(), member(" "))

    assert not families.has_label(0)
    assert families.contradictions() == (0, [])


def test_contradictions_are_counted_and_the_first_few_told():
    rows = [
        {"family_id": str(family), "label": label}
        for family in range(1, 8)
        for label in ("1", "yes", "0")
    ]

    count, first = settled(*rows, {"family_id": "9", "label": "0"}).contradictions()

    assert (count, len(first)) == (7, 5)
    assert str(first[1]) == "'1' (row 4 of a.csv) but '0' (row 6 of a.csv)"


def test_a_cross_beside_a_blank_in_one_family_is_refused():
    rows = (member(label="x"), member())

    with pytest.raises(LabelError, match="in 1 family a member with a cross stands beside"):
        settled(*rows)
    assert settled(*rows, relevant=("x",)).has_label(0)
    assert settled(member(label="x"), member(label="x"), {"label": ""}).has_label(0)


def test_some_hundred_bytes_a_record_are_kept():
    n_records = 4_000
    tracemalloc.start()
    ledger = FamilyLedger()
    for place in range(n_records):
        number = f"EP{3_000_000 + place}A1"
        record = PatentRecord(
            place, title="A", abstract=f"{TEXT * 9} {place}", publication_number=number
        )
        cells = {"publication_number": number, "source_file": "a.csv", "source_row": str(place)}
        ledger.take(record, cells)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    assert len(SettledFamilies(ledger)) == n_records
    assert kept < 200 * n_records
