"""A study as two tables for other programs: one row for each run, one for each experiment."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from patsieve.atomic import file_aside
from patsieve.experiments.onset import onset_of
from patsieve.experiments.study_numbers import measures_of, most_trainable, spread_of
from patsieve.experiments.study_result import StudyResult
from patsieve.experiments.study_run import StudyRun

_Row = dict[str, Any]

# Of a run, not measured: they are not averaged over the seeds.
_LABELS = ("experiment", "seed", "origin", "kind", "twin_of", "stop_reason")


def write_results(path: Path, study: StudyResult) -> None:
    """Write one row for each experiment and seed, numbers in full.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    _write(path, _results(study))


def write_summary(path: Path, study: StudyResult) -> None:
    """Write one row for each experiment: ``NAME_mean`` and ``NAME_sd`` of every number.

    An empty cell is a number that there is none of; the sd of a single seed, for instance.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    by_experiment: dict[str, list[_Row]] = {}
    for row in _results(study):
        by_experiment.setdefault(row["experiment"], []).append(row)
    _write(path, [_summary(rows) for rows in by_experiment.values()])


def _results(study: StudyResult) -> list[_Row]:
    return [
        {
            "experiment": name,
            "seed": run.seed,
            "origin": study.specs[name].origin,
            "kind": study.specs[name].kind,
            "twin_of": study.twins.get(name, ""),
            **_measured(run),
            "stop_reason": run.stop_reason,
        }
        for name, runs in study.measured().items()
        for run in runs
    ]


def _measured(run: StudyRun) -> _Row:
    onset = onset_of(run.history)
    row: _Row = {
        "epochs": len(run.history),
        "best_epoch": run.best_epoch,
        "trainable_parameters": most_trainable(run),
        "seconds": run.seconds,
    }
    for way, decisions in (("as_trained", run.as_trained), ("corrected", run.corrected)):
        row |= _prefixed(f"{way}_", measures_of(run, decisions["test"]))
        row |= _prefixed(f"{way}_", vars(decisions["test"]))
    for part in ("training", "validation", "test"):
        row |= _prefixed(f"{part}_", getattr(run, part))
    return row | _prefixed("onset_", vars(onset))


def _prefixed(prefix: str, values: Mapping[str, Any]) -> _Row:
    return {f"{prefix}{name}": value for name, value in values.items()}


def _summary(rows: Sequence[_Row]) -> _Row:
    first = rows[0]
    summary: _Row = {
        **{name: first[name] for name in ("experiment", "origin", "kind", "twin_of")},
        "n_seeds": len(rows),
    }
    for name in _columns(rows):
        if name not in _LABELS:
            spread = spread_of(row.get(name) for row in rows)
            summary[f"{name}_mean"] = None if spread is None else spread.mean
            summary[f"{name}_sd"] = None if spread is None else spread.sd
    return summary


def _columns(rows: Iterable[_Row]) -> list[str]:
    """Return every name that some row has, in the order in which they first come."""
    return list(dict.fromkeys(name for row in rows for name in row))


def _write(path: Path, rows: Sequence[_Row]) -> None:
    with file_aside(path) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _columns(rows), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
