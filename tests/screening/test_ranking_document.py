"""What stands beside a ranking promises no more than the screen does."""

from pathlib import Path

import pytest

from patsieve.screening.card.markdown import to_markdown
from patsieve.screening.certificate import certify_recall
from patsieve.screening.chosen import ChosenThreshold
from patsieve.screening.prevalence_estimate import PrevalenceEstimate
from patsieve.screening.ranking_document import ranking_document
from patsieve.screening.scoring_summary import ScoringSummary

LABELS = [1] * 200 + [0] * 200
PROBABILITIES = [0.5 + i / 500 for i in range(200)] + [i / 500 for i in range(200)]


@pytest.fixture
def summary():
    certificate = certify_recall(LABELS, PROBABILITIES, 0.9, confidence=0.95, families=range(400))
    chosen = ChosenThreshold(
        certificate.threshold, certificate=certificate, evidence=certificate.evidence
    )
    return ScoringSummary(
        out=Path("ranked.xlsx"),
        n_records=1_000,
        n_relevant=120,
        n_without_text=10,
        threshold=certificate.threshold,
        chosen=chosen,
        notes=("left out 2 records without any text",),
        prevalence=0.004,
        prevalence_estimate=PrevalenceEstimate(0.004, 0.001, 0.02, 990, ("few records",)),
    )


def beginning(bundle, summary, **told):
    """Return what is said before the model card begins."""
    document = ranking_document(bundle, summary, (), source="week.csv", **told)
    return to_markdown(document).partition("## In short")[0]


def test_the_promise_speaks_of_this_file(bundle, summary):
    told = beginning(bundle, summary)

    assert "Reading the first 120 of 990 finds at least 90 % of the relevant" in told
    assert "Where a promise does not hold is under “Limits”." in told


def test_a_promise_that_the_week_takes_back_is_not_told(bundle, summary):
    told = beginning(bundle, summary, week=("the promise does not hold now",), keeps_promise=False)

    assert "finds at least" not in told
    assert "Limits" not in told
    assert "The promise does not hold now." in told


def test_an_estimated_prevalence_comes_with_its_doubts(bundle, summary):
    told = beginning(bundle, summary)

    assert "where 0.4 % of the records are relevant: an estimate, 0.1 % to 2.0 %" in told
    assert "Do not rely on the estimate: few records." in told


def test_notes_are_told_as_sentences(bundle, summary):
    assert "Left out 2 records without any text." in beginning(bundle, summary)
