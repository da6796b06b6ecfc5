"""Claims are told apart by their numbers, and by nothing that only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patsieve.corpus.claims import claims_in, independent_claims


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        ("A cell comprising a cathode.", []),
        ("1. A cell. 2. The cell of claim 1. 3. The cell of claim 2.", [1, 2, 3]),
        ("1. A cell of claim 2. 3. parts in all. 2. The cell.", [1, 2]),
        ("What is claimed is: 1. A cell. 2. The cell of claim 1.", [1, 2]),
        ("1) A cell. 2) The cell.", [1, 2]),
        ("1 . A cell. 2 . The cell.", [1, 2]),
        ("1.A cell. 2.The cell.", [1, 2]),
        ("1-20. (canceled) 21. A cell. 22. The cell of claim 21.", [1, 21, 22]),
        ("1. A method: 1) heating; 2) cooling. 2. The method of claim 1.", [1, 2]),
        ("1. A cell at 1.5 V. 2. The cell.", [1, 2]),
        ("12. A cell. 13. The cell.", [12, 13]),
        ("A cell of 1. A part and 2. Another", []),
        ("1. A cell.\n2. The cell of claim 1.", [1, 2]),
    ],
)
def test_claims_are_found_by_their_numbers(text, numbers):
    assert [claim.number for claim in claims_in(text)] == numbers


def test_a_claim_reaches_to_the_next():
    text = "1. A cell. 2. The cell of claim 1."

    assert [text[claim.start : claim.end] for claim in claims_in(text)] == [
        "1. A cell. ",
        "2. The cell of claim 1.",
    ]


@given(st.lists(st.sampled_from(["A cell.", "The cell of claim 1.", "A part; 3.5 V."]), min_size=1))
def test_whatever_is_numbered_is_found(claims):
    text = " ".join(f"{number}. {claim}" for number, claim in enumerate(claims, start=1))

    assert [claim.number for claim in claims_in(text)] == list(range(1, len(claims) + 1))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        ("A cell.", []),
        ("1. A cell. 2. The cell of claim 1. 3. A method.", [1, 3]),
        ("1. A cell. 2. A method of making the cell according to any of claims 1 to 1.", [1]),
        ("1. A cell. 2. The cell of any preceding claim. 3. A stack as claimed herein.", [1, 3]),
        (
            "1. Zelle. 2. Zelle nach Anspruch 1. 3. Verfahren nach einem der Ansprüche 1 oder 2.",
            [1],
        ),
        ("1. Pile. 2. Pile selon la revendication 1. 3. Procédé.", [1, 3]),
        ("1. (canceled) 2. A cell. 3. The cell of claim 2. 4. A use.", [2, 4]),
        ("1-3. (cancelled)", []),
        ("5. The cell of claim 2. 6. The cell of claim 5. 7. A method.", [5, 7]),
    ],
)
def test_independent_claims_name_no_other(text, numbers):
    assert [claim.number for claim in independent_claims(text)] == numbers
