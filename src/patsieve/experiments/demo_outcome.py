"""What a demo came to, and how it is put into words, for the screen and for the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import final

import numpy as np
from numpy.typing import NDArray

from patsieve.experiments.demo_folder import DemoFolder
from patsieve.experiments.outcome import TrainOutcome
from patsieve.experiments.paired import is_told_apart
from patsieve.metrics.intervals import Estimate
from patsieve.metrics.ranking import reads_for_recall

RECALL = 0.95
"""The share of the relevant records that reading is to find."""

METRIC_NAMES = {"average_precision": "average precision", "mcc": "MCC"}


@final
@dataclass(frozen=True)
class RankedPatent:
    """A row of the ranked list, and what only the maker of the patents knows of it."""

    rank: int
    probability: float
    decision: str
    publication_number: str
    title: str
    assignee: str
    is_relevant: bool


@final
@dataclass(frozen=True)
class RankedPile:
    """The new patents, most probable first.

    Attributes
    ----------
    patents : tuple of RankedPatent
        All of them, by rank.
    threshold : float
        Called relevant from this probability on.
    n_called : int
        Called relevant.
    """

    patents: tuple[RankedPatent, ...]
    threshold: float
    n_called: int

    @property
    def n_relevant(self) -> int:
        """How many are relevant in truth."""
        return sum(patent.is_relevant for patent in self.patents)

    def found_in(self, n_read: int) -> int:
        """Return how many of the first `n_read` are relevant in truth."""
        return sum(patent.is_relevant for patent in self.patents[:n_read])


@final
@dataclass(frozen=True)
class ReadingDepth:
    """How many test records must be read, best first, to find `RECALL` of the relevant ones.

    Attributes
    ----------
    n_reads, low, high : int
        As measured, and its interval, in records.
    n_records : int
        Test records.
    """

    n_reads: int
    low: int
    high: int
    n_records: int

    @classmethod
    def of(cls, outcome: TrainOutcome) -> "ReadingDepth":
        """Measure it; the interval is that of the work saved, of which it is the rest."""
        labels: NDArray[np.int64] = outcome.partition.test.labels
        saved, n_records = outcome.evaluation.metrics["wss_at_95"], len(labels)
        n_reads = reads_for_recall(labels, outcome.probabilities, recall=RECALL)
        low, high = (round((RECALL - end) * n_records) for end in (saved.high, saved.low))
        return cls(n_reads, min(low, n_reads), max(min(high, n_records), n_reads), n_records)


@final
@dataclass(frozen=True)
class DemoOutcome:
    """What a demo came to.

    Attributes
    ----------
    folder : DemoFolder
    seed : int
    label_noise : float
        Share of the relevant labels that are wrong on purpose.
    models : tuple of TrainOutcome
        The baseline and the candidate.
    differences : mapping of str to Estimate
        Candidate minus baseline on the same test records, by metric.
    validation : mapping of str to float
        Average precision on the validation records, by experiment; it decides the ranking.
    chosen : TrainOutcome
        The model that ranks.
    pile : RankedPile
    next_steps : tuple of (sentence, command)
    """

    folder: DemoFolder
    seed: int
    label_noise: float
    models: tuple[TrainOutcome, TrainOutcome]
    differences: Mapping[str, Estimate]
    validation: Mapping[str, float]
    chosen: TrainOutcome
    pile: RankedPile
    next_steps: tuple[tuple[str, str], ...]

    @property
    def depth(self) -> ReadingDepth:
        """How deep one reads with the model that ranks."""
        return ReadingDepth.of(self.chosen)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The result: how much reading is saved, and which model is better."""
        baseline, candidate = (model.experiment for model in self.models)
        verdicts = (
            verdict(METRIC_NAMES[metric], difference, baseline, candidate)
            for metric, difference in self.differences.items()
        )
        return (reading_sentence(self.depth, self.chosen.experiment), *verdicts)


def reading_sentence(depth: ReadingDepth, experiment: str) -> str:
    """Say how much one reads to find nearly all, and how sure that is."""
    return (
        f"On the test records, reading the first {depth.n_reads:,} of {depth.n_records:,} "
        f"({experiment}) finds at least {100 * RECALL:g} % of the relevant ones "
        f"(95 % interval: {depth.low:,} to {depth.high:,}). That is an estimate from this test "
        "set, no certificate for another pile."
    )


def verdict(metric: str, difference: Estimate, baseline: str, candidate: str) -> str:
    """Say whether one of two models is better, in the size and the interval of the difference."""
    interval = f"[{signed(difference.low)}, {signed(difference.high)}]"
    if not is_told_apart(difference):
        return (
            f"By {metric}, {candidate} and {baseline} cannot be told apart on these test "
            f"records: {signed(difference.value)} {interval}."
        )
    better, worse = (candidate, baseline) if difference.value > 0 else (baseline, candidate)
    return (
        f"By {metric}, {better} is better than {worse}: {candidate} minus {baseline} is "
        f"{signed(difference.value)} {interval}."
    )


def signed(value: float) -> str:
    """Return a difference to three decimals with its sign; a minus as long as a plus."""
    return f"{value:+.3f}".replace("-", "−")


def next_steps(program: str) -> tuple[tuple[str, str], ...]:
    """Return what to do with a file of one's own: a sentence and a command each.

    Parameters
    ----------
    program : str
        How `patsieve` is called here: its name, or its path.
    """
    mlflow = str(PurePath(program).with_name("mlflow"))
    return (
        (
            "Train the old technique on your labelled patents.",
            f"{program} train labelled.xlsx --experiment bag-of-words --out models/old",
        ),
        (
            "Fine-tune the encoder; the threshold keeps 95 % of the relevant validation records.",
            f"{program} train labelled.xlsx --experiment recommended --recall 0.95 "
            "--out models/new",
        ),
        (
            "Compare both on every record, each scored by a model that has not seen its family.",
            f"{program} crossval labelled.xlsx --experiment bag-of-words "
            "--experiment recommended --out crossval",
        ),
        (
            "Measure a model on other labelled patents, and read its errors, worst first.",
            f"{program} evaluate models/new other.xlsx --errors errors.csv",
        ),
        (
            "Rank new patents.",
            f"{program} score models/new this-week.xlsx --out ranked.xlsx",
        ),
        (
            "Look at your runs, side by side, in a browser.",
            f"{mlflow} ui --backend-store-uri sqlite:///mlflow.db",
        ),
    )


def rank_pile(
    rows: Sequence[Mapping[str, str]], truth: Mapping[str, bool], threshold: float
) -> RankedPile:
    """Return the ranked list with what is known of the patents.

    Parameters
    ----------
    rows : sequence of mapping of str to str
        The ranked table, by rank.
    truth : mapping of publication number to bool
    threshold : float
    """
    patents = tuple(
        RankedPatent(
            rank=int(row["rank"]),
            probability=float(row["probability"]),
            decision=row["decision"],
            publication_number=row["publication_number"],
            title=row["title"],
            assignee=row["assignee"],
            is_relevant=truth[row["publication_number"]],
        )
        for row in rows
    )
    return RankedPile(patents, threshold, sum(p.decision == "relevant" for p in patents))
