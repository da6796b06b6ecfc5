import pytest

from patsieve.corpus.columns import FIELDS, find_column, match_columns
from patsieve.errors import MissingColumnError, UsageError


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("title", "TITLE"),
        ("title", "Title (original)"),
        ("title", "Title - DWPI"),
        ("title", "Titre"),
        ("title", "标题 - DWPI"),
        ("abstract", "Abstract (English)"),
        ("abstract", "Abrégé"),
        ("abstract", "Zusammenfassung"),
        ("claims", "first_claim"),
        ("claims", "First Claim"),
        ("claims", "Independent claims"),
        ("claims", "English claims"),
        ("description", "full_description"),
        ("label", "Potentially relevant?"),
        ("label", "Relevante?"),
        ("label", "Relevant (yes/no)"),
        ("label", "class?"),
        ("label", "Reviewer decision"),
        ("family_id", "Simple Family ID"),
        ("family_id", "INPADOC family"),
        ("family_id", "Numéro de famille"),
        ("family_id", "familyId"),
        ("publication_number", "Publication No."),
        ("publication_number", "Numéro de publication"),
        ("publication_number", "Display Key"),
        ("cpc_symbols", "CPC - Current"),
        ("cpc_symbols", "IPC"),
        ("priority_date", "Earliest priority"),
        ("publication_date", "Publication dates"),
        ("split", "Split"),
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
