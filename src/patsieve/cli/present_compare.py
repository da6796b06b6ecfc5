"""How a comparison looks on standard output: the verdict first, then what it rests on."""

import textwrap

import click

from patsieve.cli.present import metric_label, print_notes, print_table
from patsieve.corpus.tally import counted
from patsieve.experiments.comparison.outcome import Comparison, PairOutcome, SetOutcome
from patsieve.experiments.comparison.words import (
    told_mcnemar,
    told_over_sets,
    told_seeds,
    told_verdict,
)
from patsieve.metrics.differences import CONFIDENCE, Difference
from patsieve.screening.evaluation_words import number

_WIDTH = 88


def print_verdicts(comparison: Comparison) -> None:
    """Print a section for each data set and, with several, the verdict over them first."""
    for over in comparison.over_sets:
        click.echo(f"{_wrapped(told_over_sets(over))}\n")
        print_table(
            ("mean over the sets", "difference", _interval_head()),
            [(_label(name), *_cells(each)) for name, each in over.differences.items()],
        )
        click.echo()
    for place, of_set in enumerate(comparison.sets):
        if place:
            click.echo()
        _print_set(of_set)


def _print_set(of_set: SetOutcome) -> None:
    print_notes(of_set.notes)
    name = f"{of_set.name}: " if of_set.name else ""
    click.echo(
        f"{name}{of_set.n_records:,} records in "
        f"{counted(of_set.n_families, 'family', 'families')}, {of_set.n_relevant:,} relevant"
    )
    for pair in of_set.pairs:
        click.echo(f"\n{_wrapped(told_verdict(pair))}\n")
        _print_pair(pair)
    if len(of_set.pairs) > 1:
        click.echo(
            f"\nVerdicts are corrected for {len(of_set.pairs)} comparisons (Holm); intervals "
            "are of each comparison alone."
        )


def _print_pair(pair: PairOutcome) -> None:
    rows = [
        (
            _label(name),
            number(pair.first_values[name]),
            number(pair.second_values[name]),
            *_cells(difference),
        )
        for name, difference in pair.differences.items()
    ]
    print_table(("metric", pair.first, pair.second, "difference", _interval_head()), rows)
    click.echo(f"\n{_wrapped(told_mcnemar(pair))}\n{_wrapped(told_seeds(pair))}")


def _interval_head() -> str:
    return f"{100 * CONFIDENCE:g} % interval"


def _cells(difference: Difference) -> tuple[str, str]:
    return f"{difference.value:+.3f}", f"{difference.low:+.3f} … {difference.high:+.3f}"


def _label(metric: str) -> str:
    return (
        f"{metric_label(metric)} (lower is better)" if metric == "brier" else metric_label(metric)
    )


def _wrapped(sentences: str) -> str:
    return textwrap.fill(sentences, width=_WIDTH, break_long_words=False, break_on_hyphens=False)
