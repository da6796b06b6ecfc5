"""How a check of labels, and a curve over them, look on the screen."""

import click

from patsieve.cli.present import print_table
from patsieve.corpus.tally import counted, quoted
from patsieve.experiments.label_forecast import MEASURES, Forecast
from patsieve.experiments.label_suspects import LabelCheck
from patsieve.metrics.intervals import Estimate
from patsieve.screening.evaluation_words import number

_MOST_SHOWN = 10


def present_curve(forecasts: list[Forecast]) -> None:
    """Print what more labels would bring, a line for each size and a sentence for each measure."""
    names = [MEASURES[forecast.measure].name for forecast in forecasts]
    rows = [
        (
            f"{points[0].n_training:,.0f}",
            *(
                f"{number(point.value.value)} ({number(point.value.low)} to"
                f" {number(point.value.high)})"
                for point in points
            ),
        )
        for points in zip(*(forecast.points for forecast in forecasts), strict=True)
    ]
    print_table(("learned from", *names), rows)
    click.echo("")
    for forecast in forecasts:
        click.echo(forecast.sentence())
    check = forecasts[0].check
    if check is not None:
        click.echo(
            f"\nthe same way, {check.n_training:,.0f} labels would have foretold"
            f" {check.foretold.value:.3f} ({check.foretold.low:.3f} to {check.foretold.high:.3f})"
            f" {names[0]} for all of them; it is {check.measured:.3f}"
        )


def present_check(result: LabelCheck) -> None:
    """Print how many labels may be wrong, and the most doubtful ones."""
    noise = result.noise
    click.echo(
        f"{result.n_likely_wrong:,} of {counted(len(result.labels), 'label')} are likely wrong; in"
        f" all it may be {noise.n_wrong.value:,.0f} ({noise.n_wrong.low:,.0f} to"
        f" {noise.n_wrong.high:,.0f}), rather fewer than more:\n"
        f"{_percent(noise.wrong_among_relevant)} of those labelled relevant,"
        f" {_percent(noise.wrong_among_irrelevant)} of those labelled irrelevant"
    )
    click.echo(
        f"beside a record of the other label stand {result.n_family_contradictions:,} of the same"
        f" family, {result.n_near_duplicates:,} near-duplicates\n"
    )
    print_table(
        ("title", "label", "probability", "row"),
        [
            (
                quoted(checked.record.title),
                checked.label,
                f"{checked.probability:.2f}",
                f"{checked.record.row:,}",
            )
            for checked in result.labels[:_MOST_SHOWN]
        ],
    )


def _percent(estimate: Estimate) -> str:
    return f"{100 * estimate.value:.1f} % ({100 * estimate.low:.1f} to {100 * estimate.high:.1f})"
