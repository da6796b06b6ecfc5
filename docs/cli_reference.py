"""The page on the command line: what `patsieve COMMAND --help` prints, and so nothing else."""

from collections.abc import Iterator

import click

from patsieve.cli.main import cli

# Wide enough for the examples, narrow enough for a page beside an editor.
WIDTH = 88

HEAD = """\
# Command line

Generated from the help texts by `make docs`; do not edit.

Results go to standard output, progress and warnings to standard error. The exit code is 0
when all went well, 1 when data or files cannot be used, 2 when the command is wrong, 3 when
`patsieve corpus` did its work but for records or files that cannot be read, and 130 after an
interruption. An error is one sentence; `patsieve --traceback …` shows where in the
code it arose.
"""


def commands(command: click.Command, parent: click.Context | None = None) -> Iterator[str]:
    """Yield a section on a command, and on each command below it."""
    context = click.Context(
        command,
        parent=parent,
        info_name=command.name,
        terminal_width=WIDTH,
        **command.context_settings,
    )
    lines = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    yield f"## {context.command_path}\n\n```text\n{lines}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands(below, context)


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *commands(cli)])
