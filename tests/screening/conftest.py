"""A small bag of words in a bundle, and made-up patents to score with it."""

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from patsieve.corpus.families import family_keys
from patsieve.corpus.records import PatentRecord
from patsieve.models.bag_of_words import BagOfWordsClassifier
from patsieve.screening.bundle import (
    DataFacts,
    Manifest,
    ModelBundle,
    ThresholdFacts,
    load_bundle,
    save_bundle,
)

TRAINING = (
    *(
        PatentRecord(row=i, family_id=f"{i}", title=f"nickel cathode {i}", label=1)
        for i in range(9)
    ),
    *(PatentRecord(row=i, family_id=f"{i}", title=f"oak chair {i}", label=0) for i in range(9, 27)),
)


@pytest.fixture(scope="session")
def classifier() -> BagOfWordsClassifier:
    texts = [record.title for record in TRAINING]
    return BagOfWordsClassifier().fit(texts, np.array([record.label for record in TRAINING]))


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    return Manifest(
        libraries={"numpy": np.__version__},
        created="2026-01-02T03:04:05+00:00",
        kind="bag-of-words",
        experiment={"kind": "bag-of-words", "stages": []},
        seed=1,
        data=DataFacts(
            file="labelled.csv", digest="0" * 64, n_records=27, n_relevant=9, prevalence=1 / 3
        ),
        text_fields=("title", "abstract"),
        threshold=ThresholdFacts(value=0.5, purpose="probability 0.5"),
        test_metrics={"mcc": {"value": 1.0, "low": None, "high": float("nan")}},
        calibration={"labels": [1, 1, 1, 0, 0], "probabilities": [0.9, 0.7, 0.2, 0.3, 0.1]},
        notes=("a note",),
    )


@pytest.fixture
def save(tmp_path, classifier, manifest) -> Callable[..., Path]:
    """Return a function that writes a bundle, its manifest changed as the arguments say."""

    def write(**changes: object) -> Path:
        folder = tmp_path / "bundles" / "bow"
        save_bundle(
            folder,
            classifier,
            manifest.model_copy(update=changes),
            training_families=(key for record in TRAINING for key in family_keys(record)),
        )
        return folder

    return write


@pytest.fixture
def bundle(save) -> ModelBundle:
    return load_bundle(save())


@pytest.fixture
def write_csv(tmp_path) -> Callable[[Sequence[str], Iterable[Sequence[str]]], Path]:
    """Return a function that writes a header and rows as CSV."""

    def write(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
        path = tmp_path / "source.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return write
