"""The report of a study: one HTML file that needs nothing else, and two CSV files beside it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from jinja2 import Environment

from patsieve import __version__
from patsieve.atomic import file_aside
from patsieve.errors import DataError
from patsieve.experiments.hypotheses import MULTIPLICITY, judge
from patsieve.experiments.onset import NOISE_MARGIN
from patsieve.experiments.pictures import Picture, as_picture
from patsieve.experiments.provenance import flattened
from patsieve.experiments.reported_figures import study_note
from patsieve.experiments.significance import METRICS, SignificanceMatrix, compare_all
from patsieve.experiments.study_csv import write_results, write_summary
from patsieve.experiments.study_figures import (
    TRAINING,
    VALIDATION,
    CurveScale,
    study_curves,
)
from patsieve.experiments.study_findings import CRITERION, find
from patsieve.experiments.study_numbers import DASH, MEASURES, signed, written
from patsieve.experiments.study_result import StudyResult
from patsieve.experiments.study_run import StudyRun
from patsieve.experiments.study_tables import (
    GROUPS,
    comparison_rows,
    in_order,
    onset_rows,
    twins_of,
)
from patsieve.experiments.study_words import (
    CSS_CLASSES,
    SIGNS,
    claims,
    counted,
    further,
    named,
    reason,
    told,
)
from patsieve.screening.pages import page_environment

# A matrix of more experiments than these is no longer read.
MOST_COMPARED = 20


def write_study_report(folder: Path, study: StudyResult) -> Path:
    """Write ``report.html``, ``results.csv`` and ``summary.csv``, and return the first.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    study : StudyResult

    Raises
    ------
    DataError
        If no experiment has a run, an experiment has two runs of one seed, or runs of one
        seed were tested on different records.
    OutputError
        If a file cannot be written.
    """
    html = render_study_report(study)
    write_results(folder / "results.csv", study)
    write_summary(folder / "summary.csv", study)
    path = folder / "report.html"
    with file_aside(path) as aside:
        aside.write_text(html, encoding="utf-8")
    return path


def render_study_report(study: StudyResult) -> str:
    """Return the report of a study as HTML; see `write_study_report` for the errors."""
    ordered = dict(in_order(study))
    if not ordered:
        raise DataError("the study has no run to report; an experiment needs at least one")
    verdicts = judge(study.measured())
    everything = compare_all(ordered)
    findings = find(ordered, everything, verdicts)
    shown = _compared(study, ordered, findings.best)
    matrix = everything if len(shown) == len(ordered) else compare_all(shown)
    with_epochs = {
        name: [run for run in runs if run.history]
        for name, runs in ordered.items()
        if any(run.history for run in runs)
    }
    scale = CurveScale.of(run for runs in with_epochs.values() for run in runs)
    return (
        _environment()
        .get_template("study.html")
        .render(
            study=study,
            findings=findings,
            verdicts=verdicts,
            counted=counted(findings.verdicts),
            groups=GROUPS,
            comparison=comparison_rows(study),
            measures=MEASURES,
            scale=scale,
            curves={name: _picture(name, runs, scale) for name, runs in with_epochs.items()},
            twins=twins_of(study),
            onsets=onset_rows(study),
            noise=NOISE_MARGIN,
            matrix=matrix,
            ranked=_ranked(matrix, ordered),
            n_compared=len(ordered),
            n_left_out=len(ordered) - len(shown),
            criterion=CRITERION,
            metrics={name: MEASURES[name] for name in METRICS},
            multiplicity=MULTIPLICITY,
            data=flattened(study.data),
            settings=flattened(study.settings),
            study_note=study_note,
            colors={"training": TRAINING, "validation": VALIDATION},
            version=__version__,
        )
    )


def _environment() -> Environment:
    environment = page_environment("patsieve.experiments")
    environment.filters |= {
        "number": written,
        "signed": signed,
        "spread": lambda spread, decimals=3: DASH if spread is None else spread.written(decimals),
        "p_value": lambda value: "< 0.001" if value < 0.0005 else written(value),
        "sign": SIGNS.__getitem__,
        "css_class": CSS_CLASSES.__getitem__,
        "reason": reason,
        "claims": claims,
        "further": further,
        "words": named,
        "told": told,
    }
    return environment


def _compared(
    study: StudyResult, runs: Mapping[str, tuple[StudyRun, ...]], best: str
) -> dict[str, tuple[StudyRun, ...]]:
    """Return what the matrix compares: all, or what the reference study ran, and the best."""
    if len(runs) <= MOST_COMPARED:
        return dict(runs)
    return {
        name: of_name
        for name, of_name in runs.items()
        if study_note(study.specs[name].notes)
        or study.specs[name].origin == "reference"
        or name == best
    }


def _ranked(matrix: SignificanceMatrix, runs: Mapping[str, Sequence[StudyRun]]) -> list[str]:
    """Return the experiments of the matrix, the highest mean test value first."""
    means = {
        name: float(np.mean([run.test[CRITERION] for run in runs[name]]))
        for name in matrix.experiments
    }
    return sorted(means, key=lambda name: (-means[name], name))


def _picture(name: str, runs: Sequence[StudyRun], scale: CurveScale) -> Picture:
    ends = "; ".join(
        f"seed {run.seed}: {len(run.history)} epochs, training loss from "
        f"{written(run.history[0].training['loss'])} to "
        f"{written(run.history[-1].training['loss'])}, validation loss from "
        f"{written(run.history[0].validation['loss'])} to "
        f"{written(run.history[-1].validation['loss'])}"
        for run in runs
    )
    return as_picture(study_curves(runs, scale), f"Learning curves of {name}. {ends}.")
