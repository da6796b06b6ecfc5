"""`patsieve experiments`: the catalogue of experiments, as files one can edit."""

import click

from patsieve.cli.options import json_option

_GROUPS = {
    "ours": "Our own recipes",
    "reference": "What the reference study ran",
    "wish": "What it wished for next, one thing changed at a time",
}


@click.group("experiments", short_help="List the experiments, or show one as a file to edit.")
def command() -> None:
    """
    \b
    patsieve experiments list
    patsieve experiments show hn-pt-05.5.2 > mine.toml

    The experiments that `patsieve train --experiment` knows by name.
    """


@command.command("list", short_help="Name every experiment, with a line about it.")
@json_option
def list_experiments(*, as_json: bool) -> None:
    """
    \b
    patsieve experiments list

    Name every experiment of the catalogue, with a line about it: our own recipes, what the
    reference study ran, and what it wished for next.
    """
    from patsieve.cli.present import print_json, print_list
    from patsieve.experiments.spec import catalogue

    entries = catalogue()
    if as_json:
        print_json({entry.name: entry.summary for entry in entries})
        return
    # One width for all groups, so that the sentences stand in one column.
    width = max(len(entry.name) for entry in entries)
    for number, (origin, title) in enumerate(_GROUPS.items()):
        chosen = [entry for entry in entries if entry.origin == origin]
        click.echo(f"{chr(10) * bool(number)}{title}:")
        print_list([(f"  {entry.name.ljust(width)}", entry.summary) for entry in chosen])


@command.command("show", short_help="Print an experiment as TOML.")
@click.argument("name", metavar="NAME")
def show_experiment(*, name: str) -> None:
    """
    \b
    patsieve experiments show recommended
    patsieve experiments show recommended > mine.toml

    Print the experiment NAME as TOML: edit it and train with the file.
    """
    from patsieve.experiments.spec import catalogue_text

    click.echo(catalogue_text(name).rstrip())
