"""`patsieve demo`: made-up patents, both models, a ranked list and a report."""

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from patsieve.cli.options import FILE

if TYPE_CHECKING:
    from patsieve.experiments.demo_outcome import DemoOutcome

_COMPARED = ("average_precision", "mcc", "wss_at_95")
_SHOWN = 10
# With rank and probability beside it, a row fits a terminal of 80 columns.
_TITLE_CHARACTERS = 60


@click.command("demo", short_help="Show all of it on made-up patents, offline, in minutes.")
@click.option(
    "--out",
    type=FILE,
    default=Path("demo"),
    show_default=True,
    metavar="FOLDER",
    help="Where everything goes.",
)
@click.option(
    "--records",
    type=click.IntRange(min=200),
    default=1000,
    show_default=True,
    metavar="N",
    help="How many labelled patents to make up.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Decides every random draw.")
def command(*, out: Path, records: int, seed: int) -> None:
    """
    \b
    patsieve demo
    patsieve demo --out try/ --records 3000

    Make up battery patents, train bag of words and a fine-tuned encoder on
    them, compare the two, and rank patents that neither has seen.

    Run again, it writes its own files anew and leaves everything else in the
    folder as it is.
    """
    from patsieve.cli.progress import reporter
    from patsieve.experiments.demo import DemoRequest, run_demo

    request = DemoRequest(out=out, records=records, seed=seed, program=_program())
    with reporter() as report:
        outcome = run_demo(request, callbacks=[report.training], say=report.say)
    _print_comparison(outcome)
    _print_ranking(outcome)
    _print_places(outcome)


def _program() -> str:
    """Return how this program is called here: by its name if that is found, else by its path."""
    return "patsieve" if shutil.which("patsieve") is not None else os.path.relpath(sys.argv[0])


def _print_comparison(outcome: "DemoOutcome") -> None:
    from patsieve.cli.present import metric_label, print_table

    rows = [
        (
            model.experiment,
            *(
                f"{found.value:.3f} ({found.low:.3f} … {found.high:.3f})"
                for found in (model.evaluation.metrics[name] for name in _COMPARED)
            ),
        )
        for model in outcome.models
    ]
    n_records = outcome.models[0].evaluation.n_records
    click.echo(f"\nBoth on the same {n_records:,} test records, with 95 % intervals:\n")
    print_table(("model", *(metric_label(name) for name in _COMPARED)), rows)
    for sentence in outcome.sentences:
        click.echo(f"\n{sentence}")


def _print_ranking(outcome: "DemoOutcome") -> None:
    from patsieve.cli.present import print_table

    pile = outcome.pile
    click.echo(
        f"\n{len(pile.patents):,} new patents ranked by {outcome.chosen.experiment},"
        f" {pile.n_called:,} called relevant; the first {_SHOWN}:\n"
    )
    print_table(
        ("patent", "rank", "probability"),
        [
            (_shortened(patent.title), str(patent.rank), f"{patent.probability:.3f}")
            for patent in pile.patents[:_SHOWN]
        ],
    )


def _shortened(title: str) -> str:
    return title if len(title) <= _TITLE_CHARACTERS else f"{title[: _TITLE_CHARACTERS - 2]} …"


def _print_places(outcome: "DemoOutcome") -> None:
    from patsieve.cli.present import print_list

    folder = outcome.folder
    click.echo("\nWhere everything is:\n")
    print_list(
        [
            (str(folder.ranked_xlsx), "the ranked list, also as ranked.csv"),
            (str(folder.report), "the report: comparison, curves, first patents"),
            (str(folder.labelled), "what the models learnt from"),
            *((str(path), f"the bundle of {name}") for name, path in folder.bundles.items()),
            (str(folder.tracking), "the runs, for MLflow"),
        ]
    )
    click.echo("\nWith a file of your own:\n")
    for sentence, line in outcome.next_steps:
        click.echo(f"  # {sentence}\n  {line}\n")
