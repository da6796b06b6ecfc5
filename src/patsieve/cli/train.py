"""`patsieve train`: labelled patents in, a tested model out."""

from typing import TYPE_CHECKING, Any

import click

from patsieve.cli.options import (
    FILE,
    corpus_options,
    encoder_options_but_precision,
    json_option,
)
from patsieve.cli.purpose_options import threshold_and_format_options
from patsieve.cli.run_options import split_options, tracking_options

if TYPE_CHECKING:
    from patsieve.screening.purpose import Purpose


@click.command("train", short_help="Train an experiment on labelled patents and test it.")
@click.argument("source", type=FILE, metavar="FILE")
@click.option(
    "--experiment",
    required=True,
    metavar="NAME|FILE",
    help="Entry of the catalogue (see `patsieve experiments list`) or a TOML file.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Decides every random draw.")
@click.option(
    "--out", type=FILE, metavar="FOLDER", help="Bundle to write.  [default: models/EXPERIMENT]"
)
@encoder_options_but_precision
@corpus_options
@split_options(experiment_decides=True)
@threshold_and_format_options
@click.option(
    "--devices",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="How many GPUs to train on.",
)
@tracking_options
@click.option("--resume", is_flag=True, help="Go on where an interrupted run stopped.")
@click.option("--overwrite", is_flag=True, help="Replace a bundle that is there already.")
@json_option
def command(*, purpose: "Purpose | None", as_json: bool, **options: Any) -> None:
    """
    \b
    patsieve train labelled.csv --experiment bag-of-words --out models/bow
    patsieve train labelled.xlsx --experiment recommended --seed 1
    patsieve train export.csv --experiment hn-pt-05.5.2 --map title=Titel
    patsieve train labelled.csv --experiment recommended --recall 0.95
    patsieve train labelled.csv --experiment recommended --cost-miss 20
    patsieve train labelled.csv --experiment best --recall 0.95

    Train an experiment on the labelled patents in FILE and test it.

    Records of one family stay on one side of every split, and the same seed
    and file give the same test records for every experiment. The bundle that
    is written is what `patsieve score` and `patsieve evaluate` take. With
    --recall it comes with a certificate, if the labels can carry one.

    With --test-fraction 0 the model learns from all records and is measured
    on them out of fold, if it cross-fits itself (bag-of-words, embedding, and
    best, which always does).
    """
    from patsieve.cli.present import print_evaluation, print_json
    from patsieve.cli.present_threshold import print_threshold, tell_refusal
    from patsieve.cli.progress import CompletedEpochs, reporter, told_how_to_resume
    from patsieve.experiments.request import TrainRequest
    from patsieve.experiments.run import train

    done = CompletedEpochs()
    with told_how_to_resume(done), reporter() as report:
        if purpose is not None:
            options["purpose"] = purpose
        outcome = train(TrainRequest(**options), callbacks=[report.training, done], say=report.say)
    if as_json:
        tell_refusal(outcome.chosen)
        print_json(outcome.as_json())
        return
    if not outcome.has_test:
        click.echo("out of fold: each record by models that had not seen its family")
    print_evaluation(outcome.evaluation.as_json())
    print_threshold(outcome.chosen)
    click.echo(f"\nmodel card: {outcome.bundle / 'model_card.html'}")
    click.echo(f"bundle: {outcome.bundle}")
