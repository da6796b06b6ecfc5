"""The `patsieve` command: which commands there are, and the one place where an error is told.

Every command lives in a module of its own, named after it, which is imported when the
command is called or its help is listed. Those modules import click and nothing heavier.
"""

import importlib
import os
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

import click

from patsieve import __version__
from patsieve.errors import PatsieveError, PatsieveWarning, possible

COMMANDS = (
    "corpus",
    "train",
    "evaluate",
    "score",
    "card",
    "effort",
    "stop",
    "experiments",
    "schedule",
    "labels",
    "crossval",
    "compare",
    "study",
    "tune",
    "generate",
    "demo",
)
INTERRUPTED = 130  # 128 + SIGINT, as shells report it


@dataclass
class Invocation:
    """What one call of the command line was asked for, beside its command."""

    show_traceback: bool = False


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order in which one uses them."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Import the module of a command; None if there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"patsieve.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which ones there are."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            known = possible(name, COMMANDS)
            raise click.UsageError(f"there is no command '{name}'; {known}", ctx)
        return super().resolve_command(ctx, args)


@click.group("patsieve", cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="patsieve %(version)s")
@click.option(
    "--traceback",
    is_flag=True,
    envvar="PATSIEVE_TRACEBACK",
    help="Show where in the code an error arose (also PATSIEVE_TRACEBACK=1).",
)
@click.pass_obj
def cli(invocation: Invocation, *, traceback: bool) -> None:
    """
    \b
    patsieve demo
    patsieve train labelled.csv --experiment recommended --out models/mine
    patsieve score models/mine this-week.csv --out ranked.csv

    Find the relevant patents in a pile, and say how many may have been missed.

    Results go to standard output, progress and warnings to standard error.
    Exit codes: 0 done, 1 the data or files cannot be used, 2 the command is
    wrong, 3 done but for records or files that cannot be read and were named
    (`patsieve corpus`), 130 interrupted.
    """
    invocation.show_traceback = traceback


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows the word ``patsieve``; taken from the process if not given.
    """
    invocation = Invocation(show_traceback=bool(os.environ.get("PATSIEVE_TRACEBACK")))
    with _warnings_as_sentences():
        try:
            code = cli.main(arguments, prog_name="patsieve", standalone_mode=False, obj=invocation)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            return error.exit_code
        except click.ClickException as error:
            return _tell(_usage_sentence(error), error.exit_code, error, invocation)
        except PatsieveError as error:
            return _tell(str(error), error.exit_code, error, invocation)
        except click.Abort as error:
            return _tell(_interruption(error), INTERRUPTED, error, invocation)
        except Exception as error:  # noqa: BLE001 - the last stop before the user
            return _tell(_surprise(error), 1, error, invocation)
    return code if isinstance(code, int) else 0


def _tell(sentence: str, code: int, error: BaseException, invocation: Invocation) -> int:
    if invocation.show_traceback:
        traceback.print_exception(error)
    click.echo(f"patsieve: {sentence}", err=True)
    return code


def _usage_sentence(error: click.ClickException) -> str:
    sentence = error.format_message()
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{sentence.rstrip('.')} (see {error.ctx.command_path} --help)"
    return sentence


def _interruption(error: click.Abort) -> str:
    notes: list[str] = getattr(error.__cause__, "__notes__", [])
    return "; ".join(["interrupted", *notes])


def _surprise(error: Exception) -> str:
    return (
        f"an error in patsieve itself, {type(error).__name__}: {error}; please report it, with"
        " what `patsieve --traceback …` prints in its place"
    )


@contextmanager
def _warnings_as_sentences() -> Iterator[None]:
    """Print each PatsieveWarning as one line; leave the warnings of others as they are."""
    with warnings.catch_warnings():
        warnings.simplefilter("default", PatsieveWarning)
        of_others = warnings.showwarning

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            if issubclass(category, PatsieveWarning):
                click.echo(f"warning: {message}", err=True)
            else:
                of_others(message, category, filename, lineno, file, line)

        warnings.showwarning = show
        yield


if __name__ == "__main__":
    sys.exit(main())
