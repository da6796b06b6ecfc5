import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.columns import FIELDS, find_column, known_fields, match_columns, name_key
from patsieve.errors import MissingColumnError, UsageError


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("title", "TITLE"),
        ("title", "Title (original)"),
        ("title", "Title - DWPI"),
        ("title", "Titre"),
        ("title", "标题 - DWPI"),
        ("title", "Title (English)"),
        ("title", "patent_title"),
        ("abstract", "抄録 - DWPI"),
        ("abstract", "patent_abstract"),
        ("claims", "請求の範囲"),
        ("claims", "权利要求"),
        ("family_id", "Familienummer"),
        ("family_id", "DWPI Family Members"),
        ("family_id", "PatBase Family"),
        ("publication_number", "Publicatienummer"),
        ("publication_number", "公開番号"),
        ("cpc_symbols", "CIB"),
        ("cpc_symbols", "I P C"),
        ("cpc_symbols", "IPC - 現行"),
        ("priority_date", "Früheste Priorität"),
        ("priority_date", "Vroegste prioriteit"),
        ("priority_date", "Priority number(s)"),
        ("publication_date", "Publication la plus ancienne"),
        ("publication_date", "公報発行日"),
    ],
)
def test_names_of_databases_and_people_are_known(field, name):
    assert dict(match_columns(["Number", name])) == {field: name}


@pytest.mark.parametrize(
    "name",
    ["rank", "probability", "decision", "Legal status", "Classification", "n_claims", "?", ""],
)
def test_other_columns_are_left_alone(name):
    assert dict(match_columns([name])) == {}


def test_the_better_name_wins_and_a_note_says_so():
    columns = match_columns(["first_claim", "claims", "title", "class", "relevant"])

    assert (columns["claims"], columns["label"]) == ("claims", "relevant")
    assert columns.notes == (
        "read label from 'relevant'",
        "took column 'claims' for claims, not 'first_claim'; --map claims=COLUMN says otherwise",
        "took column 'relevant' for label, not 'class'; --map label=COLUMN says otherwise",
    )


@pytest.mark.parametrize(
    ("header", "field", "best"),
    [
        (["Title", "Title - DWPI"], "title", "Title - DWPI"),
        (["Abstract", "Abstract (English)", "Abstract - DWPI"], "abstract", "Abstract - DWPI"),
        (["Claims", "English claims"], "claims", "English claims"),
        (["Title (original)", "Title"], "title", "Title"),
        (["摘要", "摘要 - DWPI"], "abstract", "摘要 - DWPI"),
        (["Title - DWPI", "title"], "title", "title"),
    ],
)
def test_what_editors_wrote_wins_over_what_the_office_wrote(header, field, best):
    assert match_columns(header)[field] == best


def test_columns_of_one_kind_stand_in_for_each_other():
    columns = match_columns(
        ["Claims", "English claims", "First claim", "CPC", "IPC", "Family id", "INPADOC family id"]
    )

    assert columns.second_best == {"claims": ("Claims",), "cpc_symbols": ("IPC",)}
    assert (
        "took column 'English claims' for claims, and where it is empty 'Claims', not "
        "'First claim'; --map claims=COLUMN says otherwise" in columns.notes
    )


def test_what_the_user_says_has_no_second_best():
    assert match_columns(["Title", "Title - DWPI"], {"title": "Title"}).second_best == {}


def test_numbers_of_priorities_never_stand_in_for_a_date():
    columns = match_columns(["title", "Priority Numbers", "Earliest Priority Date"])

    assert columns["priority_date"] == "Earliest Priority Date"
    assert (columns.second_best, len(columns.notes)) == ({}, 1)


def test_fields_are_known_by_names_in_any_row():
    assert known_fields(["No", "Titre", "CIB", "x" * 1000]) == {"title", "cpc_symbols"}
    assert known_fields([]) == frozenset()


def test_of_two_equal_names_the_first_wins():
    assert match_columns(["Title", "TITLE"])["title"] == "Title"


def test_plain_names_give_no_note():
    assert match_columns(["title", "Abstract", "family_id"]).notes == ()


def test_the_user_wins_over_any_name():
    columns = match_columns(
        ["title", "Rubrik", "decision"], {"title": "rubrik", "label": "decision"}
    )

    assert dict(columns) == {"title": "Rubrik", "label": "decision"}


def test_a_column_that_the_user_took_is_not_found_again():
    assert dict(match_columns(["title", "relevant"], {"abstract": "title"})) == {
        "abstract": "title",
        "label": "relevant",
    }


def test_an_unknown_field_is_an_error_that_lists_the_fields():
    with pytest.raises(UsageError, match=f"no field 'titel' .*; there are {', '.join(FIELDS)}"):
        match_columns(["title"], {"titel": "title"})


def test_an_unknown_column_is_an_error_that_lists_the_columns():
    with pytest.raises(
        MissingColumnError, match=r"'Titel', given for title, is not .* 'title', 'abstract'"
    ):
        match_columns(["title", "abstract"], {"title": "Titel"})


def test_a_column_is_found_but_for_case_and_punctuation_if_only_one_is_alike():
    assert find_column(["Stratum?", "x"], "stratum") == "Stratum?"
    assert find_column(["Stratum?", "stratum"], "stratum") == "stratum"
    assert find_column(["Stratum?", "STRATUM"], "stratum") is None
    assert find_column(["?", "x"], "!") is None


@given(st.text(max_size=20) | st.text(st.characters(codec="ascii"), max_size=20))
def test_names_are_compared_without_accents_and_punctuation(name):
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))

    assert name_key(name) == re.sub(r"[\W_]+", "", bare)
