import pytest

from patsieve.corpus.parties import party_columns, standard_parties


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("ELWHA LLC\u2002[US]", "ELWHA LLC [US]"),
        ("A ADA\u2002[BE];  B BO\u2002[DE]", "A ADA [BE]; B BO [DE]"),
        ("A ADA [BE]\nB BO [DE]\n", "A ADA [BE]; B BO [DE]"),
        ("KATHODEN NV;;STROOM NV", "KATHODEN NV; STROOM NV"),
        ("KATHODEN NV | STROOM NV", "KATHODEN NV; STROOM NV"),
        ("Kathoden, Inc.", "Kathoden, Inc."),
        ("KATHODEN (BE)", "KATHODEN [BE]"),
        ("ELWHA LLC [US];  ELWHA LLC; ELWHA LLC", "ELWHA LLC [US]; ELWHA LLC"),
        ("", ""),
    ],
)
def test_names_come_in_one_form(cell, names):
    assert standard_parties(cell) == names
    assert standard_parties(names) == names


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (["title", "assignee", "inventor/author"],
         {"applicants": "assignee", "inventors": "inventor/author"}),
        (["Titre", "Inventeurs", "Demandeurs"],
         {"applicants": "Demandeurs", "inventors": "Inventeurs"}),
        (["Owners", "Applicants"], {"applicants": "Applicants"}),
        (["譲受人/出願人", "発明者"], {"applicants": "譲受人/出願人", "inventors": "発明者"}),
        (["title"], {}),
    ],
)  # fmt: skip
def test_columns_are_found_by_the_names_of_databases(header, found):
    assert party_columns(header) == found
