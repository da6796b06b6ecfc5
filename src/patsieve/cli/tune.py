"""`patsieve tune`: a search for better settings of an experiment."""

from typing import Any

import click

from patsieve.cli.options import (
    FILE,
    corpus_options,
    encoder_options,
    json_option,
)
from patsieve.cli.run_options import cache_option, split_options, tracking_options

METRICS = (
    "validation_average_precision",
    "validation_loss",
    "validation_mcc",
    "validation_f1_relevant",
    "validation_accuracy",
)


@click.command("tune", short_help="Search for better settings of an experiment.")
@click.argument("source", type=FILE, metavar="FILE")
@click.option(
    "--experiment",
    required=True,
    metavar="NAME|FILE",
    help="Where the search starts: an entry of the catalogue or a TOML file, with an encoder.",
)
@click.option(
    "--trials",
    type=click.IntRange(min=1),
    required=True,
    metavar="N",
    help="How many settings to try, the starting experiment's included.",
)
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    metavar="M",
    help="Begin no further trial after so many minutes.",
)
@click.option(
    "--out",
    type=FILE,
    required=True,
    metavar="FOLDER",
    help="Where trials and the best experiment go. A search that finds its own there goes on.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Decides every random draw.")
@click.option(
    "--metric",
    type=click.Choice(METRICS),
    default=METRICS[0],
    show_default=True,
    metavar="METRIC",
    help=f"What the best settings are best in: {', '.join(METRICS[:-1])} or {METRICS[-1]}.",
)
@encoder_options
@corpus_options
@split_options()
@cache_option
@tracking_options
@json_option
def command(*, as_json: bool, **options: Any) -> None:
    """
    \b
    patsieve tune labelled.csv --experiment recommended --trials 20 --out tuned/
    patsieve tune labelled.csv --experiment hn-pt-05.5.2 --trials 50 \\
        --minutes 240 --metric validation_mcc --out tuned/
    patsieve train labelled.csv --experiment tuned/best.toml

    Search for better settings of an experiment on the labelled patents in FILE.

    It tries which layers train and from which epoch, learning rates, batch
    size, loss and sampling, by validation records alone; trials that promise
    little are stopped early. At the end start and best are tested, once. The
    folder gets best.toml and trials.csv. Started again, it goes on.
    """
    from patsieve.cli.present import print_json
    from patsieve.cli.present_tune import print_search
    from patsieve.cli.progress import reporter
    from patsieve.experiments.tune import tune
    from patsieve.experiments.tune_request import TuneRequest

    with reporter() as report:
        outcome = tune(TuneRequest(**options), callbacks=[report.training], say=report.say)
    if as_json:
        print_json(outcome.as_json())
        return
    print_search(outcome)
