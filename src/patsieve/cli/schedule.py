"""`patsieve schedule`: what an experiment will train when, and what that will cost."""

from pathlib import Path
from typing import Any

import click

from patsieve.cli.options import FILE, corpus_options, encoder_options, json_option

RATE = click.FloatRange(min=0, min_open=True)


@click.group("schedule", short_help="Show what an experiment trains when, and what it costs.")
def command() -> None:
    """
    \b
    patsieve schedule show hn-pt-05.5.2
    patsieve schedule show mine.toml --data labelled.csv --picture schedule.png
    patsieve schedule rates recommended --data labelled.csv

    A dry run: see what an experiment does before spending hours on it.
    """


@command.command("show", short_help="Show the stages of an experiment, with their cost.")
@click.argument("experiment", metavar="NAME|FILE")
@encoder_options
@click.option(
    "--layers",
    type=click.IntRange(min=1),
    metavar="N",
    help="As if the encoder had N layers of its shape.",
)
@click.option(
    "--records",
    type=click.IntRange(min=10),
    default=1000,
    show_default=True,
    metavar="N",
    help="Labelled records to assume.",
)
@click.option(
    "--tokens",
    type=click.IntRange(min=3),
    default=200,
    show_default=True,
    metavar="N",
    help="Length of a text to assume, in tokens.",
)
@click.option(
    "--data",
    type=FILE,
    metavar="FILE",
    help="Count records and tokens in this labelled file instead.",
)
@corpus_options
@click.option("--picture", type=FILE, metavar="FILE", help="Draw the schedule, as .png or .svg.")
@json_option
def show(
    *,
    experiment: str,
    layers: int | None,
    records: int,
    tokens: int,
    data: Path | None,
    picture: Path | None,
    load: Any,
    as_json: bool,
    **given: Any,
) -> None:
    """
    \b
    patsieve schedule show hn-pt-05.5.2 --layers 24
    patsieve schedule show recommended --data labelled.csv
    patsieve schedule show mine.toml --checkpoint anferico/bert-for-patents --picture mine.svg

    Show every stage of an experiment on an encoder: when it begins, what
    trains at which learning rate, what is computed once, and what it will
    take in time and memory. Nothing is trained and no weights are loaded;
    this machine's speed is measured for a few seconds.
    """
    from patsieve.cli.present import print_json, print_notes
    from patsieve.cli.present_schedule import print_plan
    from patsieve.experiments.build import Overrides
    from patsieve.experiments.dry_run import check_has_schedule, plan_schedule
    from patsieve.experiments.schedule_picture import check_picture, write_picture
    from patsieve.experiments.spec import read_experiment
    from patsieve.experiments.text_lengths import assumed_lengths, measured_lengths

    spec = read_experiment(experiment)
    check_has_schedule(spec)
    if picture is not None:
        check_picture(picture)
    overrides = Overrides(**given)
    if data is not None:
        texts, notes = measured_lengths(spec, data, load, overrides=overrides)
        print_notes(notes)
    else:
        texts = assumed_lengths(spec, n_records=records, mean_tokens=tokens, overrides=overrides)
        print_notes(
            [f"assumed {records:,} records of {tokens} tokens each; --data FILE counts them"]
        )
    click.echo("measuring how fast this machine trains: up to half a minute", err=True)
    plan = plan_schedule(spec, texts=texts, overrides=overrides, n_layers=layers)
    if picture is not None:
        write_picture(picture, plan)
    if as_json:
        print_json(plan.as_json())
    else:
        print_plan(plan)


@command.command("rates", short_help="Try out how high a stage's learning rate may be.")
@click.argument("experiment", metavar="NAME|FILE")
@click.option(
    "--data", type=FILE, required=True, metavar="FILE", help="Labelled records to learn from."
)
@corpus_options
@encoder_options
@click.option(
    "--stage", metavar="NAME", help="Which stage to try.  [default: the experiment's first]"
)
@click.option(
    "--lowest", type=RATE, default=1e-7, show_default=True, metavar="RATE", help="Begin here."
)
@click.option(
    "--highest", type=RATE, default=1.0, show_default=True, metavar="RATE", help="End here."
)
@click.option(
    "--steps",
    type=click.IntRange(min=10),
    default=100,
    show_default=True,
    metavar="N",
    help="Steps from the lowest rate to the highest.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Seed of split, draws and dropout.",
)
@click.option("--picture", type=FILE, metavar="FILE", help="Draw the loss, as .png or .svg.")
@json_option
def rates(
    *,
    experiment: str,
    data: Path,
    load: Any,
    stage: str | None,
    lowest: float,
    highest: float,
    steps: int,
    seed: int,
    picture: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    """
    \b
    patsieve schedule rates recommended --data labelled.csv
    patsieve schedule rates hn-pt-05.5.2 --data labelled.csv --stage layers --picture rates.png

    Train a stage for some steps at rates that rise from step to step, and
    watch the loss: it hardly moves, falls, and at last explodes. Suggested is
    the rate at which it falls most steeply; a tenth of the rate at which it
    explodes is more cautious. Groups with rates of their own keep their ratio
    to the stage's. Nothing is kept; test records are not looked at.
    """
    from patsieve.cli.present import print_json, print_notes
    from patsieve.cli.present_rates import print_rates
    from patsieve.experiments.build import Overrides
    from patsieve.experiments.rate_check import check_rates
    from patsieve.experiments.rate_picture import write_rate_picture
    from patsieve.experiments.schedule_picture import check_picture
    from patsieve.experiments.spec import read_experiment

    if lowest >= highest:
        raise click.UsageError(
            f"--lowest is {lowest:g} and --highest {highest:g}; the first must be below the second",
            click.get_current_context(),
        )
    if picture is not None:
        check_picture(picture)
    check = check_rates(
        read_experiment(experiment),
        data,
        load,
        stage=stage,
        overrides=Overrides(**given),
        seed=seed,
        lowest=lowest,
        highest=highest,
        n_steps=steps,
    )
    print_notes(check.notes)
    if picture is not None:
        write_rate_picture(picture, check)
    if as_json:
        print_json(check.as_json())
    else:
        print_rates(check)
