"""What a week came to beside what was scored before, and what is said of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from patsieve.corpus.tally import counted
from patsieve.screening.certificate import RecallCertificate
from patsieve.screening.chosen import ChosenThreshold
from patsieve.screening.drift.check import DriftReport
from patsieve.screening.drift.sentences import drift_sentences
from patsieve.screening.history.known import STATUSES


@final
@dataclass(frozen=True)
class ChangedRecord:
    """A record that is not as it was: its row in the file, its number, and what changed."""

    row: int
    number: str
    note: str


@final
@dataclass(frozen=True)
class WeeklyReport:
    """What a week came to.

    Attributes
    ----------
    path : Path
        Of the history.
    counts : mapping of status to int
        How many records stand how to it.
    n_scored : int
        Records that the model has scored now; the others keep the score that they had.
    n_anew : int
        Of these, records that another model had scored before.
    other_models : tuple of str
        That the history knows, the oldest first.
    changed : tuple of ChangedRecord
        The first few.
    n_decisions : int
        That the user has handed in now.
    scored_at : str
        When the same file was first scored; empty if it was not.
    notes : tuple of str
    drift : DriftReport
    """

    path: Path
    counts: Mapping[str, int]
    n_scored: int
    n_anew: int
    other_models: tuple[str, ...]
    changed: tuple[ChangedRecord, ...]
    n_decisions: int
    scored_at: str
    notes: tuple[str, ...]
    drift: DriftReport

    def as_json(self) -> dict[str, Any]:
        """Return what ``score --json`` says besides."""
        return {
            "history": {
                "file": str(self.path),
                **{status.replace(" ", "_"): self.counts.get(status, 0) for status in STATUSES},
                "n_scored": self.n_scored,
                "n_anew": self.n_anew,
                "other_models": list(self.other_models),
                "n_decisions": self.n_decisions,
                "scored_at": self.scored_at,
            },
            "drift": self.drift.as_json(),
        }

    def keeps_promise_of(self, chosen: ChosenThreshold) -> bool:
        """Whether what a threshold promises may be told: not if this week takes it back."""
        return not (self.drift.is_raised and isinstance(chosen.certificate, RecallCertificate))

    def sentences(self, chosen: ChosenThreshold) -> list[str]:
        """Return what is said of the week; `chosen` is the threshold that it was called by."""
        return [*self._of_history(), *drift_sentences(self.drift, chosen)]

    def _of_history(self) -> Iterator[str]:
        standing = ", ".join(f"{self.counts.get(status, 0):,} {status}" for status in STATUSES)
        yield f"history: {standing}; {counted(self.n_scored, 'record')} scored now"
        if self.scored_at:
            yield (
                f"this file was scored before, on {self.scored_at[:10]}: it is compared with what "
                "was scored before that"
            )
        if self.n_anew:
            yield (
                f"{counted(self.n_anew, 'record')} that another model had scored "
                f"({'; '.join(self.other_models)}) {'was' if self.n_anew == 1 else 'were'} scored "
                "anew; decisions in the history count for this model too, so keep one history for "
                "each topic"
            )
        for each in self.changed:
            yield f"changed: {each.number or f'row {each.row}'}: {each.note}"
        more = self.counts.get("changed", 0) - len(self.changed)
        if more:
            yield f"changed: {more:,} more, see the column history_note"
        if self.n_decisions:
            yield f"{counted(self.n_decisions, 'decision')} of yours taken down"
