"""`patsieve demo`: made-up patents, both models, a ranked list and a report."""

from pathlib import Path

import click

from patsieve.cli.options import FILE


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
    default=1500,
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
    """
    from patsieve.cli.progress import reporter
    from patsieve.experiments.demo import DemoRequest, run_demo

    with reporter() as report:
        result = run_demo(
            DemoRequest(out=out, records=records, seed=seed),
            callbacks=[report.training],
            say=report.say,
        )
