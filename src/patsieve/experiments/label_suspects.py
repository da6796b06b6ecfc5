"""Which labels are likely wrong: every record, in the order in which to read it again.

Three witnesses are heard: models that never saw the record's family, members of the family
that are labelled otherwise, and other texts that are nearly the same and labelled otherwise.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, final

import numpy as np
from numpy.typing import NDArray

from patsieve.corpus.labels import LABEL_WORDS
from patsieve.corpus.near_duplicates import LEAST_SIMILARITY
from patsieve.corpus.records import Corpus, PatentRecord
from patsieve.corpus.tally import quoted
from patsieve.corpus.text import TextRecipe, excerpt
from patsieve.experiments.label_contradictions import Contradiction, find_contradictions
from patsieve.metrics.intervals import Estimate
from patsieve.metrics.label_noise import LabelNoise, estimate_label_noise
from patsieve.screening.sinks import Column, open_sink

Verdict = Literal["likely wrong", "doubtful", ""]

READING_LIST_COLUMNS = (
    Column("rank", "whole"),
    Column("verdict"),
    Column("reason"),
    Column("label"),
    Column("probability", "real"),
    Column("doubt", "real"),
    Column("row", "whole"),
    Column("publication_number"),
    Column("title"),
    Column("text"),
)
"""The columns of a reading list."""

# As likely this record as the other one, but for rounding.
_EVEN = 0.5 - 1e-9


@final
@dataclass(frozen=True)
class CheckedLabel:
    """A record with what speaks against its label.

    Attributes
    ----------
    record : PatentRecord
    probability : float
        Of being relevant, by models that never saw its family.
    doubt : float
        From 0 to 1; the list is ordered by it. The models' probability of the other label, or
        the chance by a contradiction where that is larger.
    verdict : str
        ``likely wrong`` where the models are as sure of the other label as they usually are of
        records that carry it, or where of two contradicting labels this is the likelier wrong
        one; ``doubtful`` where there is another reason; else empty.
    reasons : tuple of str
        In plain words; empty where nothing speaks against the label.
    """

    record: PatentRecord
    probability: float
    doubt: float
    verdict: Verdict
    reasons: tuple[str, ...]

    @property
    def label(self) -> str:
        """The label at hand, in words."""
        return LABEL_WORDS[int(self.record.label == 1)]


@final
@dataclass(frozen=True)
class LabelCheck:
    """All labels of a file, the most doubtful first.

    Attributes
    ----------
    labels : tuple of CheckedLabel
    noise : LabelNoise
    n_family_contradictions, n_near_duplicates : int
        Records that stand beside one of the other label.
    notes : tuple of str
        What the reader of the file found.
    """

    labels: tuple[CheckedLabel, ...]
    noise: LabelNoise
    n_family_contradictions: int
    n_near_duplicates: int
    notes: tuple[str, ...]

    @property
    def n_likely_wrong(self) -> int:
        """How many labels are called likely wrong."""
        return sum(checked.verdict == "likely wrong" for checked in self.labels)

    def as_json(self) -> dict[str, Any]:
        """Return the counts with intervals, and every record with a reason."""
        estimates = {
            name: asdict(value)
            for name, value in vars(self.noise).items()
            if isinstance(value, Estimate)
        }
        return {
            "n_records": len(self.labels),
            "n_likely_wrong": self.n_likely_wrong,
            "n_confidently_contradicted": int(self.noise.contradicted.sum()),
            "estimated": estimates,
            "n_family_contradictions": self.n_family_contradictions,
            "n_near_duplicates": self.n_near_duplicates,
            "notes": list(self.notes),
            "suspects": [
                {
                    "rank": rank,
                    "row": checked.record.row,
                    "publication_number": checked.record.publication_number,
                    "label": checked.label,
                    "probability": checked.probability,
                    "doubt": checked.doubt,
                    "verdict": checked.verdict,
                    "reasons": list(checked.reasons),
                }
                for rank, checked in enumerate(self.labels, start=1)
                if checked.reasons
            ],
        }


def check_corpus(
    corpus: Corpus,
    probabilities: NDArray[np.float64],
    *,
    least_similarity: float = LEAST_SIMILARITY,
) -> LabelCheck:
    """Order labelled records by how likely their label is wrong.

    Among equally doubtful records the order is that of the corpus.

    Parameters
    ----------
    probabilities : array of float of shape (n_records,)
        Of being relevant, by models that have not seen the record's family.
    """
    labels = corpus.labels
    noise = estimate_label_noise(labels, probabilities, families=corpus.families)
    by_models = np.where(labels == 1, 1 - probabilities, probabilities)
    against = find_contradictions(
        corpus,
        TextRecipe().compose_all(corpus),
        by_models,
        least_similarity=least_similarity,
    )
    checked = [
        _checked(
            corpus,
            index,
            float(probabilities[index]),
            bool(noise.contradicted[index]),
            against.get(index, []),
        )
        for index in range(len(corpus))
    ]
    return LabelCheck(
        labels=tuple(sorted(checked, key=lambda label: -label.doubt)),
        noise=noise,
        n_family_contradictions=_n_with(against, of_family=True),
        n_near_duplicates=_n_with(against, of_family=False),
        notes=corpus.notes,
    )


def _checked(
    corpus: Corpus,
    index: int,
    probability: float,
    is_contradicted: bool,
    against: list[Contradiction],
) -> CheckedLabel:
    record = corpus.records[index]
    by_models = 1 - probability if record.label == 1 else probability
    chance = max((contradiction.chance for contradiction in against), default=0.0)
    reasons = [_by_models(probability)] if by_models > 0.5 else []
    for of_family in (True, False):
        same_kind = [c for c in against if (c.similarity is None) == of_family]
        reasons += [_by_another(corpus.records[c.other], c) for c in same_kind[:1]]
    verdict: Verdict = "doubtful" if reasons else ""
    if is_contradicted or chance >= _EVEN:
        verdict = "likely wrong"
    return CheckedLabel(record, probability, max(by_models, chance), verdict, tuple(reasons))


def _by_models(probability: float) -> str:
    called = int(probability > 0.5)
    return (
        f"called {LABEL_WORDS[called]} with probability {max(probability, 1 - probability):.2f} by "
        f"models that never saw its family; labelled {LABEL_WORDS[1 - called]}"
    )


def _by_another(other: PatentRecord, contradiction: Contradiction) -> str:
    name = other.publication_number or quoted(other.title)
    label = LABEL_WORDS[int(other.label == 1)]
    if contradiction.similarity is None:
        return f"same family as {name} (row {other.row}), which is labelled {label}"
    return (
        f"near-duplicate of {name} (row {other.row}, similarity {contradiction.similarity:.2f}), "
        f"which is labelled {label}"
    )


def _n_with(against: dict[int, list[Contradiction]], *, of_family: bool) -> int:
    return sum(
        any((c.similarity is None) == of_family for c in several) for several in against.values()
    )


def write_reading_list(path: Path, check: LabelCheck) -> None:
    """Write every record, the most doubtful first, with the reasons for doubt.

    The ending of `path` decides the format, as in scoring.

    Raises
    ------
    UsageError, OutputError
        As `open_sink`.
    """
    with open_sink(path, READING_LIST_COLUMNS) as sink:
        for rank, checked in enumerate(check.labels, start=1):
            record = checked.record
            sink.write(
                [
                    rank,
                    checked.verdict,
                    "; ".join(checked.reasons),
                    checked.label,
                    checked.probability,
                    checked.doubt,
                    record.row,
                    record.publication_number,
                    record.title,
                    excerpt(record),
                ]
            )
