"""`patsieve crossval`: experiments compared by cross-validation over families."""

from typing import Any

import click

from patsieve.cli.options import FILE, corpus_options, encoder_options, json_option
from patsieve.cli.run_options import cache_option, fold_options


@click.command("crossval", short_help="Compare experiments by cross-validation over families.")
@click.argument("source", type=FILE, metavar="FILE")
@click.option(
    "--experiment",
    "experiments",
    required=True,
    multiple=True,
    metavar="NAME|FILE",
    help="Entry of the catalogue or a TOML file; may be repeated.",
)
@click.option(
    "--out",
    type=FILE,
    required=True,
    metavar="FOLDER",
    help="Where the out-of-fold table and the metrics go; what is there already is not redone.",
)
@fold_options
@encoder_options
@corpus_options
@cache_option
@json_option
def command(*, as_json: bool, **options: Any) -> None:
    """
    \b
    patsieve crossval labelled.csv --experiment bag-of-words --out oof/
    patsieve crossval labelled.csv --experiment bag-of-words \\
        --experiment recommended --folds 5 --seeds 1,2,3 --out oof/

    Train each experiment on all folds but one, score that one, and measure
    the pooled scores. Mean and standard deviation are over the seeds.
    """
    from patsieve.cli.present import print_comparison, print_json
    from patsieve.cli.progress import reporter
    from patsieve.experiments.crossval import CrossvalRequest, crossval

    with reporter() as report:
        result = crossval(CrossvalRequest(**options), callbacks=[report.training], say=report.say)
    if as_json:
        print_json(result.as_json())
        return
    print_comparison({name: result.summary(name) for name, _ in result.evaluations})
    click.echo(f"\nout-of-fold tables: {options['out']}")
