"""What scoring a file came to."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, final

from patsieve.screening.chosen import ChosenThreshold
from patsieve.screening.prevalence_estimate import PrevalenceEstimate


@final
@dataclass(frozen=True)
class ScoringSummary:
    """What scoring a file came to.

    Attributes
    ----------
    out : Path
    n_records, n_relevant, n_without_text : int
        Ranked; called relevant; ranked last because there is nothing to read.
    threshold : float
        Probability from which on a record was called relevant. With a budget it is that of
        the last record within it; further ones may share it.
    chosen : ChosenThreshold
        What the threshold promises, and what is known of it.
    notes : tuple of str
        What the user should know, a sentence each.
    prevalence : float or None
        To which the probabilities were moved; None where they are the bundle's.
    prevalence_estimate : PrevalenceEstimate or None
        If it was estimated.
    """

    out: Path
    n_records: int
    n_relevant: int
    n_without_text: int
    threshold: float
    chosen: ChosenThreshold
    notes: tuple[str, ...]
    prevalence: float | None = None
    prevalence_estimate: PrevalenceEstimate | None = None

    def prevalence_sentences(self) -> list[str]:
        """Say to which prevalence probabilities were moved, and how sure that is, if they were."""
        if self.prevalence is None:
            return []
        own = []
        if self.chosen.evidence is not None:
            own = ["what labelled records show, below, is at their own prevalence"]
        plain = (
            f"probabilities are those where {_percent(self.prevalence)} of the records are relevant"
        )
        found = self.prevalence_estimate
        if found is None:
            return [plain, *own]
        return [
            f"{plain}: an estimate, {_percent(found.low)} to {_percent(found.high)} are possible",
            *(f"do not rely on the estimate: {doubt}" for doubt in found.doubts),
            *own,
        ]

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "out": str(self.out),
            "n_records": self.n_records,
            "n_relevant": self.n_relevant,
            "n_without_text": self.n_without_text,
            "threshold": self.threshold,
            **self.chosen.as_json(),
            "prevalence": self.prevalence,
            "prevalence_estimate": (
                None if self.prevalence_estimate is None else asdict(self.prevalence_estimate)
            ),
            "notes": list(self.notes),
        }


def _percent(share: float) -> str:
    """Return a share in percent, to two figures where it is small."""
    return f"{100 * share:.1f} %" if share >= 0.01 else f"{100 * share:.2g} %"
