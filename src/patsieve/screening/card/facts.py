"""What a card is told: a bundle's manifest, and how training went, as far as that was recorded."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, final

from patsieve.corpus.tally import counted
from patsieve.metrics.intervals import Estimate
from patsieve.screening.certificate_words import told_share
from patsieve.screening.evaluation_words import number
from patsieve.screening.manifest import Manifest

NOT_RECORDED = "not recorded"


@final
@dataclass(frozen=True)
class CardFacts:
    """A manifest, and what the bundle's ``training.json`` says; older ones say less.

    Attributes
    ----------
    manifest : Manifest
    training : mapping
        Empty where nothing is known.
    """

    manifest: Manifest
    training: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The experiment's name."""
        return str(self.manifest.experiment.get("name") or self.kind)

    @property
    def kind(self) -> str:
        """Which classifier it is, whatever calibrator is on top of it."""
        return str(self.manifest.experiment.get("kind") or self.manifest.kind)

    @property
    def column(self) -> str | None:
        """The column of the user's file that it reads in place of any text."""
        found = self.manifest.experiment.get("column")
        return None if found is None else str(found["name"])

    @property
    def is_out_of_fold(self) -> bool:
        """Whether the model was measured out of fold, for want of test records."""
        found = self.manifest
        return found.test_metrics is None and found.out_of_fold_metrics is not None

    @property
    def metrics(self) -> Mapping[str, Any]:
        """The object that ``evaluate --json`` prints; empty if the model was not measured."""
        found = self.manifest.test_metrics or self.manifest.out_of_fold_metrics
        return {} if found is None else found

    @property
    def judged(self) -> str:
        """What the records are called that it was measured on."""
        return "labelled records" if self.is_out_of_fold else "test records"

    @property
    def counts(self) -> tuple[int, int, int, int] | None:
        """True negatives, false positives, false negatives, true positives, if known."""
        matrix = self.metrics.get("confusion_matrix")
        if matrix is None:
            return None
        (tn, fp), (fn, tp) = matrix
        return tn, fp, fn, tp

    def part(self, name: str) -> Mapping[str, int] | None:
        """Return the sizes of a part of the split (``all``, ``training`` …), if recorded."""
        found: Mapping[str, int] | None = self.training.get("split", {}).get("parts", {}).get(name)
        return found

    def estimate(self, name: str) -> Estimate | None:
        """Return a metric with its interval; None unless all of it is known."""
        found = self.metrics.get(name) or {}
        ends = [end for key in ("value", "low", "high") if (end := found.get(key)) is not None]
        if len(ends) < 3 or not all(map(math.isfinite, ends)):
            return None
        return Estimate(*ends)


def recorded(value: object) -> str:
    """Return a value as it stands, or say that it is not recorded."""
    return NOT_RECORDED if value is None or value == "" else str(value)


def written(value: float | None) -> str:
    """Return a measured value to three decimals, with a minus as long as a plus."""
    return number(value).replace("-", "−")


def interval(estimate: Mapping[str, Any]) -> str:
    """Return the interval of a metric, to three decimals."""
    return f"{written(estimate.get('low'))} to {written(estimate.get('high'))}"


def share(estimate: Estimate | None) -> str:
    """Return a share in percent with its interval."""
    return NOT_RECORDED if estimate is None else told_share(estimate)


def sentence(told: str) -> str:
    """Return what the screen says in lower case and without a stop, as a sentence."""
    return f"{told[:1].upper()}{told[1:]}."


def relevant_of(n_records: int, n_relevant: int) -> str:
    """Return ``1,000 records, 300 of them relevant``."""
    return f"{counted(n_records, 'record')}, {n_relevant:,} of them relevant"
