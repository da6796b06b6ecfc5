import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_exports import LENS_PATENTS

from patsieve.corpus.readers import open_table
from patsieve.corpus.readers.lens_api import flattened, is_from_lens


def test_what_the_patent_does_not_have_is_no_column():
    columns = flattened({"lens_id": "1", "biblio": {}, "kind": "A"})

    assert columns == {"lens_id": "1", "kind": "A"}


def test_nested_objects_become_the_columns_of_the_export():
    columns = flattened(LENS_PATENTS[0])

    assert columns["Application Number"] == "US201514744000"
    assert columns["Earliest Priority Date"] == "2014-06-20"
    assert columns["Simple Family Members"] == "001-002-003-004-005"
    assert columns["CPC Classifications"] == "H01M4/525"
    assert columns["IPCR Classifications"] == "C01G53/00"
    assert not any(isinstance(value, dict | list) for value in columns.values())


def test_the_earliest_claim_is_taken_where_the_api_names_it():
    priorities = {"earliest_claim": {"date": "2013-01-01"}, "claims": [{"date": "2012-01-01"}]}

    columns = flattened({"lens_id": "1", "biblio": {"priority_claims": priorities}})

    assert columns["Earliest Priority Date"] == "2013-01-01"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"lens_id": "1", "biblio": {}}, True),
        ({"lens_id": "1", "title": "A"}, False),
        ({"lens_id": 1, "biblio": {}}, False),
        ({"biblio": {}}, False),
    ],
)
def test_what_is_from_the_api(value, expected):
    assert is_from_lens(value) is expected


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "text", "lang", "claims", "claim_text", "date", "doc_number", "kind",
                    "classifications", "symbol", "extracted_name", "value", "applicants",
                    "earliest_claim", "members", "simple_family", "patent_status",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip


@given(
    biblio=st.dictionaries(
        st.sampled_from(
            [
                "invention_title", "priority_claims", "parties", "classifications_cpc",
                "application_reference",
            ]
        ),
        ANYTHING,
        max_size=4,
    ),
    abstract=ANYTHING,
    claims=ANYTHING,
    families=ANYTHING,
)  # fmt: skip
def test_whatever_stands_where_it_should_not_is_left_out(
    tmp_path_factory, biblio, abstract, claims, families
):
    patent = {
        "lens_id": "1", "biblio": biblio, "abstract": abstract, "claims": claims,
        "families": families, "doc_number": abstract, "legal_status": families,
    }  # fmt: skip
    path = tmp_path_factory.mktemp("lens") / "patents.jsonl"
    path.write_text(json.dumps(patent) + "\n")

    ((_, row),) = open_table(path).rows()

    assert row["lens_id"] == "1"
    assert all(isinstance(cell, str) for cell in row.values())
