"""`patsieve study`: many experiments with many seeds, and a report that compares them."""

from typing import Any

import click

from patsieve.cli.options import (
    FILE,
    CommaSeparated,
    WholeNumbers,
    corpus_options,
    encoder_options,
    json_option,
)
from patsieve.cli.run_options import cache_option, split_options, tracking_options


@click.command("study", short_help="Run experiments with several seeds and compare them.")
@click.argument("source", type=FILE, metavar="FILE")
@click.option(
    "--experiments",
    type=CommaSeparated(),
    required=True,
    metavar="NAME,NAME",
    help="Entries of the catalogue, patterns such as 'hn-pt-*', or TOML files.",
)
@click.option(
    "--seeds",
    type=WholeNumbers(),
    help="Run every experiment with each of these seeds; each draws its own split."
    "  [default: 1,2,3; with --folds: 1]",
)
@click.option(
    "--folds",
    type=click.IntRange(min=2),
    metavar="K",
    help="Instead of several seeds: K folds by family, each tested once.",
)
@click.option(
    "--out",
    type=FILE,
    required=True,
    metavar="FOLDER",
    help="Where runs and report go. A study that finds its own runs there goes on.",
)
@encoder_options
@corpus_options
@split_options()
@cache_option
@tracking_options
@json_option
def command(
    *, as_json: bool, seeds: tuple[int, ...] | None, folds: int | None, **options: Any
) -> None:
    """
    \b
    patsieve study labelled.csv --experiments bag-of-words,recommended --out study/
    patsieve study labelled.csv --experiments 'hn-pt-*' --seeds 1,2,3 --out study/
    patsieve study labelled.csv --experiments 'hn-pt-*' --folds 5 --out study/

    Run every experiment with every seed on the labelled patents in FILE.

    What runs have in common is computed once. The folder gets report.html
    (curves, tables, verdicts on the reference study's hypotheses), the numbers
    as CSV, and one file for each run. Started again, it goes on.
    """
    from patsieve.cli.present import print_comparison, print_json
    from patsieve.cli.progress import reporter
    from patsieve.experiments.study import study
    from patsieve.experiments.study_request import StudyRequest

    if seeds is None:
        seeds = StudyRequest.seeds if folds is None else (1,)
    request = StudyRequest(**options, seeds=seeds, folds=folds)
    with reporter() as report:
        outcome = study(request, callbacks=[report.training], say=report.say)
    if as_json:
        print_json(outcome.as_json())
        return
    print_comparison(outcome.summaries())
    click.echo(f"\nreport: {outcome.report}")
