"""How good a bundle is on labelled patents, and which records it gets wrong."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.families import family_keys
from patsieve.corpus.records import Corpus
from patsieve.errors import PatsieveWarning
from patsieve.metrics.classification import decide
from patsieve.metrics.evaluation import Evaluation, evaluate_scores
from patsieve.screening.bundle import ModelBundle, family_hash, training_family_hashes
from patsieve.screening.sinks import open_sink

_EXCERPT_CHARACTERS = 400


@final
@dataclass(frozen=True)
class BundleEvaluation:
    """A bundle measured on labelled records.

    Attributes
    ----------
    evaluation : Evaluation
    probabilities : array of shape (n_records,)
    rows_in_training : tuple of int
        Rows of records whose family the bundle has learnt from. Their scores flatter it.
    """

    evaluation: Evaluation
    probabilities: NDArray[np.float64]
    rows_in_training: tuple[int, ...]

    @property
    def threshold(self) -> float:
        """A record is called relevant from this probability on."""
        return self.evaluation.threshold

    def as_json(self) -> dict[str, Any]:
        """Return what ``evaluate --json`` prints."""
        return {**self.evaluation.as_json(), "n_in_training": len(self.rows_in_training)}


def evaluate_bundle(
    bundle: ModelBundle, corpus: Corpus, *, threshold: float | None = None, seed: int = 0
) -> BundleEvaluation:
    """Score labelled records with a bundle and measure the result.

    Warns if families of the training data are among the records.

    Parameters
    ----------
    threshold : float, optional
        By default the bundle's.
    seed : int
        Of the intervals' resamples.

    Raises
    ------
    LabelError
        If the records are all of one class.
    """
    probabilities = bundle.classifier.predict_proba(bundle.recipe.compose_all(corpus))[:, 1]
    evaluation = evaluate_scores(
        corpus.labels,
        probabilities,
        threshold=bundle.manifest.threshold.value if threshold is None else threshold,
        families=corpus.families,
        seed=seed,
    )
    learnt = training_family_hashes(bundle)
    rows = tuple(
        record.row
        for record in corpus.records
        if any(family_hash(key) in learnt for key in family_keys(record))
    )
    if rows:
        shown = ", ".join(str(row) for row in rows[:5]) + (", …" if len(rows) > 5 else "")
        warnings.warn(
            f"{len(rows)} of {len(corpus)} records belong to families that the bundle has learnt "
            f"from (rows {shown}); the metrics flatter it",
            PatsieveWarning,
            stacklevel=2,
        )
    return BundleEvaluation(evaluation, probabilities, rows)


def write_errors(path: Path, corpus: Corpus, result: BundleEvaluation) -> int:
    """Write the missed and the falsely called records, worst first, and return how many.

    The worst is the one whose probability is farthest from its label. The ending of `path`
    decides the format, as in scoring.
    """
    labels = corpus.labels
    called = decide(result.probabilities, result.threshold)
    wrong = np.flatnonzero(called != labels)
    order = wrong[np.argsort(-np.abs(result.probabilities - labels)[wrong], kind="stable")]
    header = ("error", "row", "publication_number", "label", "probability", "title", "text")
    with open_sink(path, header) as sink:
        for i in order:
            record = corpus.records[i]
            text = record.abstract or record.claims or record.description
            sink.write(
                [
                    "missed" if labels[i] == 1 else "falsely called",
                    record.row,
                    record.publication_number,
                    "relevant" if labels[i] == 1 else "irrelevant",
                    round(float(result.probabilities[i]), 4),
                    record.title,
                    text[:_EXCERPT_CHARACTERS],
                ]
            )
    return len(order)
