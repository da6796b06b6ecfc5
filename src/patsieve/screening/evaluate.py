"""How good a bundle is on labelled patents, and which records it gets wrong."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.labels import LABEL_WORDS
from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.corpus.tally import RowTally, counted
from patsieve.corpus.text import excerpt
from patsieve.errors import PatsieveWarning
from patsieve.metrics.classification import decide
from patsieve.metrics.evaluation import Evaluation, evaluate_scores
from patsieve.screening.bundle import ModelBundle, is_learnt, training_family_hashes
from patsieve.screening.certificate import RecallCertificate
from patsieve.screening.certificate_check import CertificateCheck, check_certificate
from patsieve.screening.chosen import ChosenThreshold, choose_for_bundle
from patsieve.screening.purpose import Purpose
from patsieve.screening.sinks import Cell, Column, open_sink
from patsieve.screening.threshold import budget_threshold

ERROR_COLUMNS = (
    Column("error"),
    Column("row", "whole"),
    Column("publication_number"),
    Column("title"),
    Column("text"),
    Column("probability", "real"),
    Column("decision"),
    Column("label"),
)
"""The columns of a file of errors."""


@final
@dataclass(frozen=True)
class BundleEvaluation:
    """A bundle measured on labelled records.

    Attributes
    ----------
    evaluation : Evaluation
    probabilities : array of shape (n_records,)
        Of being relevant.
    rows_in_training : tuple of int
        Rows of the records whose family the bundle has learnt from: they flatter it.
    chosen : ChosenThreshold
        What the threshold promises, and what is known of it.
    check : CertificateCheck or None
        How a promise fares with those of the records that the bundle has not learnt from; None
        where nothing is promised.
    """

    evaluation: Evaluation
    probabilities: NDArray[np.float64]
    rows_in_training: tuple[int, ...]
    chosen: ChosenThreshold
    check: CertificateCheck | None = None

    @property
    def threshold(self) -> float:
        """A record is called relevant from this probability on."""
        return self.evaluation.threshold

    def as_json(self) -> dict[str, Any]:
        """Return what ``evaluate --json`` prints."""
        return {
            **self.evaluation.as_json(),
            "n_in_training": len(self.rows_in_training),
            **self.chosen.as_json(),
            "certificate_check": None if self.check is None else self.check.as_json(),
        }


def evaluate_bundle(
    bundle: ModelBundle, corpus: Corpus, *, purpose: Purpose | None = None, seed: int = 0
) -> BundleEvaluation:
    """Score labelled records with a bundle and measure the result.

    Warns (`PatsieveWarning`) if families of the training data are among the records.

    Parameters
    ----------
    purpose : Purpose, optional
        Of the threshold; by default the bundle's. What has to be learned for it is learned from
        the scores that the bundle keeps, never from these records; but for a budget it is the
        threshold that keeps it here.
    seed : int
        Of the intervals' resamples.

    Raises
    ------
    LabelError
        If a record has no label, or all have the same.
    DataError
        If all records belong to one family.
    BundleError
        If the purpose needs scores to learn from and the bundle keeps none.
    """
    chosen = choose_for_bundle(bundle, purpose)
    probabilities = bundle.classifier.predict_proba(bundle.recipe.compose_all(corpus))[:, 1]
    evaluation = evaluate_scores(
        corpus.labels,
        probabilities,
        threshold=_on_these(chosen, probabilities),
        families=corpus.families,
        seed=seed,
    )
    rows = rows_in_training(bundle, corpus)
    if rows:
        warnings.warn(
            f"{len(rows):,} of {counted(len(corpus), 'record')} "
            f"{'belongs' if len(rows) == 1 else 'belong'} to families that the bundle has learnt "
            f"from ({RowTally(rows)}); the metrics flatter it",
            PatsieveWarning,
            stacklevel=2,
        )
    check = None
    if isinstance(chosen.certificate, RecallCertificate):
        known = set(rows)
        unseen = np.array([record.row not in known for record in corpus.records])
        check = check_certificate(
            chosen.certificate,
            corpus.labels[unseen],
            probabilities[unseen],
            corpus.families[unseen],
        )
    return BundleEvaluation(evaluation, probabilities, rows, chosen, check)


def rows_in_training(bundle: ModelBundle, corpus: Corpus) -> tuple[int, ...]:
    """Return the rows of the records whose family the bundle has learnt from.

    A record counts if it shares a family id, a publication or its text with a training
    record, and so do the other members of its family in `corpus`.
    """
    learnt = training_family_hashes(bundle)
    known = {
        int(family)
        for record, family in zip(corpus.records, corpus.families, strict=True)
        if is_learnt(record, learnt)
    }
    return tuple(
        record.row
        for record, family in zip(corpus.records, corpus.families, strict=True)
        if int(family) in known
    )


def write_errors(path: Path, corpus: Corpus, result: BundleEvaluation) -> int:
    """Write the missed and the falsely called records, worst first, and return how many.

    The worst is the one whose probability is farthest from its label; equals stand in the
    order of the corpus. The ending of `path` decides the format, as in scoring.

    Raises
    ------
    UsageError, OutputError
        As `open_sink`.
    """
    labels = corpus.labels
    decisions = decide(result.probabilities, result.threshold)
    wrong = np.flatnonzero(decisions != labels)
    distance = np.abs(result.probabilities - labels)[wrong]
    with open_sink(path, ERROR_COLUMNS) as sink:
        for i in wrong[np.argsort(-distance, kind="stable")]:
            sink.write(_error_row(corpus.records[i], result.probabilities[i], int(labels[i])))
    return len(wrong)


def _error_row(record: PatentRecord, probability: float, label: int) -> list[Cell]:
    return [
        "missed" if label == 1 else "falsely called",
        record.row,
        record.publication_number,
        record.title,
        excerpt(record),
        float(probability),
        LABEL_WORDS[1 - label],
        LABEL_WORDS[label],
    ]


def own_threshold(bundle: ModelBundle, probabilities: NDArray[np.float64]) -> float:
    """Return the bundle's threshold; for a budget, the one that keeps it on these records."""
    return _on_these(choose_for_bundle(bundle, None), probabilities)


def _on_these(chosen: ChosenThreshold, probabilities: NDArray[np.float64]) -> float:
    if chosen.budget is None:
        return chosen.value
    return budget_threshold(probabilities, chosen.budget)
