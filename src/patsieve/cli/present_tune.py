"""How a search looks on standard output: what was found, and how far to believe it."""

import click

from patsieve.cli.present import estimate_cells, metric_label, print_table
from patsieve.experiments.paired import is_told_apart
from patsieve.experiments.tune_outcome import TuneOutcome
from patsieve.experiments.tune_words import told_selection, told_states
from patsieve.metrics.intervals import Estimate
from patsieve.screening.evaluation_words import number


def print_search(outcome: TuneOutcome) -> None:
    """Print the best value beside the start's, and the test of both."""
    start, best = outcome.records[0], outcome.best
    click.echo(f"{told_states(outcome.records)} from {outcome.experiment}\n")
    found = "the start itself" if best is start else f"trial {best.number}"
    print_table(
        (outcome.metric, "value"),
        [("start", number(start.value)), (f"best: {found}", number(best.value))],
    )
    click.echo(f"\n{told_selection(outcome.records)}\n")
    n_records = outcome.tested["best"]["n_records"]
    click.echo(f"{n_records:,} test records, looked at once, for these two:\n")
    rows = []
    for name, difference in outcome.differences.items():
        cells = [estimate_cells(outcome.tested[who][name]) for who in ("start", "best")]
        rows.append((metric_label(name), *(f"{value} ({low_high})" for value, low_high in cells)))
        rows[-1] += (_signed(difference), "" if best is start else _verdict(difference))
    print_table(("metric", "start", "best", "difference", "with 95 % intervals"), rows)
    click.echo(f"\nexperiment: {outcome.best_file}")


def _signed(difference: Estimate) -> str:
    return f"{difference.value:+.3f} ({difference.low:+.3f} … {difference.high:+.3f})"


def _verdict(difference: Estimate) -> str:
    if not is_told_apart(difference):
        return "cannot be told apart"
    return "better" if difference.value > 0 else "worse"
