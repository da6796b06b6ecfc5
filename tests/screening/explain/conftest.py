"""A manifest to make bundles of."""

import pytest

from patsieve.screening.bundle import DataFacts, Manifest, ThresholdFacts


@pytest.fixture(scope="session")
def explained_manifest() -> Manifest:
    return Manifest(
        created="2026-01-02T03:04:05+00:00",
        kind="bag-of-words",
        experiment={},
        seed=1,
        data=DataFacts(
            file="labelled.csv", digest="0" * 64, n_records=24, n_relevant=12, prevalence=0.4
        ),
        text_fields=("title", "abstract", "claims"),
        threshold=ThresholdFacts(value=0.5, purpose="probability 0.5"),
    )
