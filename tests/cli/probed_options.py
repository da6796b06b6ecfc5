"""A command that does nothing but remember what its options made of what was typed."""

import click
from click.testing import CliRunner


def run(options, *arguments):
    """Call a command with these options and return what it was given, or raise what it met."""
    received = {}

    def keep(**values):
        received.update(values)

    result = CliRunner().invoke(
        click.command("probe")(options(keep)), arguments, standalone_mode=False
    )
    if result.exception is not None:
        raise result.exception
    return received
