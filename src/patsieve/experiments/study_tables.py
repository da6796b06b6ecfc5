"""The rows of a study's tables: what was measured of each experiment, over its seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

from patsieve.experiments.onset import Onset, onset_of
from patsieve.experiments.reported_figures import (
    reported_epochs,
    reported_figures,
    study_note,
)
from patsieve.experiments.study_numbers import (
    MEASURES,
    Spread,
    listed,
    measures_of,
    most_trainable,
    quantity,
    spread_of,
)
from patsieve.experiments.study_result import StudyResult
from patsieve.experiments.study_run import StudyRun

# Origins of an experiment, in the order in which the report tells them.
GROUPS = {
    "reference": "Run by the reference study",
    "wish": "Wished for by the reference study",
    "ours": "Ours, or your own",
}


@final
@dataclass(frozen=True)
class ComparisonRow:
    """One experiment in the final comparison.

    Attributes
    ----------
    name, origin : str
        The origin is one of `GROUPS`.
    twin_of : str
        The experiment that it is the same run as; empty for the usual case.
    as_trained, corrected : mapping of str to Spread
        By the names of `MEASURES`, on the test records: of the uncorrected argmax, which the
        reference study reported, and of the decisions at .5 after correction.
    reported : mapping of str to float
        The reference study's figures, on its own data; may be empty.
    is_validation : bool
        Whether those are of its validation records instead of its test records.
    seeds : tuple of int
    epochs, best_epochs, reported_epochs, trainable : str
        As written; empty where there is no such thing.
    seconds : Spread
    """

    name: str
    origin: str
    twin_of: str
    as_trained: Mapping[str, Spread]
    corrected: Mapping[str, Spread]
    reported: Mapping[str, float]
    is_validation: bool
    seeds: tuple[int, ...]
    epochs: str
    best_epochs: str
    reported_epochs: str
    trainable: str
    seconds: Spread


@final
@dataclass(frozen=True)
class OnsetRow:
    """When and how fast an experiment overfits.

    Attributes
    ----------
    name : str
    onsets : tuple of Onset
        By rising seed.
    rise, slope, gap_slope : Spread or None
        The slopes over the seeds whose validation loss turns; None where none does.
    """

    name: str
    onsets: tuple[Onset, ...]
    rise: Spread | None
    slope: Spread | None
    gap_slope: Spread | None

    @property
    def n_turned(self) -> int:
        """Number of seeds whose validation loss turns."""
        return sum(onset.epoch is not None for onset in self.onsets)

    @property
    def epochs(self) -> str:
        """The epochs of the onset by seed, ``never`` where there is none."""
        if self.n_turned == 0:
            return "never"
        return ", ".join("never" if o.epoch is None else str(o.epoch) for o in self.onsets)


def comparison_rows(study: StudyResult) -> dict[str, list[ComparisonRow]]:
    """Return the rows of the final comparison by group, each group by name."""
    rows = [_comparison_row(study, name, runs) for name, runs in study.measured().items()]
    rows.sort(key=lambda row: row.name)
    grouped = {origin: [row for row in rows if row.origin == origin] for origin in GROUPS}
    return {origin: of_group for origin, of_group in grouped.items() if of_group}


def onset_rows(study: StudyResult) -> list[OnsetRow]:
    """Return the overfitting of every experiment that has epochs, twins left out."""
    rows = []
    for name, runs in in_order(study):
        onsets = tuple(onset_of(run.history) for run in runs if run.history)
        if onsets:
            rows.append(
                OnsetRow(
                    name,
                    onsets,
                    rise=spread_of(onset.rise for onset in onsets),
                    slope=spread_of(onset.slope for onset in onsets),
                    gap_slope=spread_of(onset.gap_slope for onset in onsets),
                )
            )
    return rows


def in_order(study: StudyResult) -> list[tuple[str, tuple[StudyRun, ...]]]:
    """Return the measured experiments by group and name, twins left out."""
    order = list(GROUPS)
    return sorted(
        study.without_twins().items(),
        key=lambda item: (order.index(study.specs[item[0]].origin), item[0]),
    )


def twins_of(study: StudyResult) -> dict[str, list[str]]:
    """Return the measured experiments that have twins, with these."""
    found: dict[str, list[str]] = {}
    for twin in study.measured():
        if (original := study.twins.get(twin)) is not None:
            found.setdefault(original, []).append(twin)
    return found


def measured_over_seeds(runs: Sequence[StudyRun], *, as_trained: bool) -> dict[str, Spread]:
    """Return every one of `MEASURES` on the test records, over the seeds.

    Parameters
    ----------
    runs : sequence of StudyRun
        At least one.
    as_trained : bool
        Of the uncorrected argmax; otherwise of the corrected decisions.
    """
    measured = [
        measures_of(run, (run.as_trained if as_trained else run.corrected)["test"]) for run in runs
    ]
    spreads = {name: spread_of(of_run[name] for of_run in measured) for name in MEASURES}
    return {name: spread for name, spread in spreads.items() if spread is not None}


def _comparison_row(study: StudyResult, name: str, runs: Sequence[StudyRun]) -> ComparisonRow:
    spec = study.specs[name]
    epochs = reported_epochs(spec.notes)
    has_epochs = any(run.history for run in runs)
    seconds = spread_of(run.seconds for run in runs)
    assert seconds is not None
    return ComparisonRow(
        name=name,
        origin=spec.origin,
        twin_of=study.twins.get(name, ""),
        as_trained=measured_over_seeds(runs, as_trained=True),
        corrected=measured_over_seeds(runs, as_trained=False),
        reported=reported_figures(spec.notes),
        is_validation="validation" in study_note(spec.notes).partition(";")[0],
        seeds=tuple(run.seed for run in runs),
        epochs=listed([len(run.history) for run in runs]) if has_epochs else "",
        best_epochs=listed([run.best_epoch for run in runs]) if has_epochs else "",
        reported_epochs="" if epochs is None else str(epochs),
        trainable=_trainable(runs),
        seconds=seconds,
    )


def _trainable(runs: Sequence[StudyRun]) -> str:
    """Return the most parameters that trained at once, as a range where seeds differ."""
    counts = [count for run in runs if (count := most_trainable(run)) is not None]
    if not counts:
        return ""
    least, most = quantity(min(counts)), quantity(max(counts))
    return most if least == most else f"{least} to {most}"
