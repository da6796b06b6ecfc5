"""How results look on standard output: aligned tables for people, one JSON object for programs."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import click

from patsieve.screening.evaluation_words import METRIC_LABELS, calibration_sentence, number

# Where metrics stand side by side.
_SHORT = {**METRIC_LABELS, "wss_at_95": "WSS@95", "f1_relevant": "F1 relevant", "brier": "Brier"}


def print_json(result: Mapping[str, Any]) -> None:
    """Print one JSON object. A value that is not a finite number is null: JSON has no NaN."""
    click.echo(json.dumps(_finite(result), indent=2, ensure_ascii=False, allow_nan=False))


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under a header, in columns as wide as they need."""
    click.echo(table_text(header, rows))


def table_text(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out a table: the first column is text, the others are flushed right."""
    lines = [header, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def print_list(entries: Sequence[tuple[str, str]]) -> None:
    """Print names with a sentence each, in two columns."""
    width = max((len(name) for name, _ in entries), default=0)
    for name, sentence in entries:
        click.echo(f"{name.ljust(width)}  {sentence}".rstrip())


def print_evaluation(evaluation: Mapping[str, Any]) -> None:
    """Print what was tested, and the metrics with their intervals.

    Parameters
    ----------
    evaluation : mapping
        The object that ``evaluate --json`` prints.
    """
    matrix = evaluation["confusion_matrix"]
    click.echo(
        f"{evaluation['n_records']:,} records, {evaluation['n_relevant']:,} relevant;"
        f" at threshold {number(evaluation['threshold'])}"
        f" {matrix[1][1]:,} found, {matrix[1][0]:,} missed, {matrix[0][1]:,} called wrongly\n"
    )
    confidence = f"{100 * evaluation['confidence']:g} % interval"
    rows = [
        (label, *estimate_cells(evaluation[name]))
        for name, label in METRIC_LABELS.items()
        if name in evaluation
    ]
    print_table(("metric", "value", confidence), rows)
    if "calibration_check" in evaluation:
        click.echo(f"\n{calibration_sentence(evaluation['calibration_check'])}")


def print_comparison(summaries: Mapping[str, Mapping[str, tuple[float, float]]]) -> None:
    """Print a row for each experiment, with mean ± standard deviation of each metric.

    Parameters
    ----------
    summaries : mapping of experiment to mapping of metric to (mean, standard deviation)
        A deviation that is not a number is left out.
    """
    metrics = list(next(iter(summaries.values()), {}))
    rows = [
        (name, *(_with_spread(*summary[metric]) for metric in metrics))
        for name, summary in summaries.items()
    ]
    print_table(("experiment", *(metric_label(metric) for metric in metrics)), rows)


def metric_label(name: str) -> str:
    """Return what a metric is called at the head of a column."""
    return _SHORT.get(name, name)


def _with_spread(mean: float, deviation: float) -> str:
    return number(mean) if math.isnan(deviation) else f"{number(mean)} ± {number(deviation)}"


def estimate_cells(estimate: Mapping[str, Any]) -> tuple[str, str]:
    """Return the value and its interval to three decimals; a dash where it is undefined."""
    value, low, high = (estimate[key] for key in ("value", "low", "high"))
    return number(value), f"{number(low)} … {number(high)}"


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def print_notes(notes: Sequence[str]) -> None:
    """Print what a reader found that the user should know, a line each, to standard error."""
    for note in notes:
        click.echo(f"note: {note}", err=True)
