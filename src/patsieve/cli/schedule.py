"""`patsieve schedule`: what an experiment will train when, and what that will cost."""

from pathlib import Path
from typing import Any

import click

from patsieve.cli.options import FILE, corpus_options, encoder_options, json_option


@click.group("schedule", short_help="Show what an experiment trains when, and what it costs.")
def command() -> None:
    """
    \b
    patsieve schedule show hn-pt-05.5.2
    patsieve schedule show mine.toml --data labelled.csv --picture schedule.png

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
    plan = plan_schedule(spec, texts=texts, overrides=overrides, n_layers=layers)
    if picture is not None:
        write_picture(picture, plan)
    if as_json:
        print_json(plan.as_json())
    else:
        print_plan(plan)
