"""Options that several commands share, and how their values are read."""

import functools
import math
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, final

import click

Command = Callable[..., None]

FILE = click.Path(path_type=Path)
NUMBER_FORMATS = ("auto", "32", "bf16")
SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)


@final
class CommaSeparated(click.ParamType[tuple[str, ...]]):
    """``A,B`` as the tuple ``("A", "B")``; blanks around a value do not count."""

    name = "V,V"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Split at commas and leave out what is empty."""
        if isinstance(value, tuple):
            return value
        parts = tuple(part.strip() for part in str(value).split(",") if part.strip())
        if not parts:
            self.fail(f"'{value}' names no value", param, ctx)
        return parts


@final
class WholeNumbers(click.ParamType[tuple[int, ...]]):
    """``1,2,3`` as the tuple ``(1, 2, 3)``."""

    name = "N,N"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Read whole numbers separated by commas."""
        if isinstance(value, tuple):
            return value
        try:
            return tuple(int(part) for part in str(value).split(","))
        except ValueError:
            self.fail(f"'{value}' is not a list of whole numbers such as 1,2,3", param, ctx)


@final
class Shares(click.ParamType[tuple[float, ...]]):
    """``0.5,1`` as the tuple ``(0.5, 1.0)``."""

    name = "S,S"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        """Read numbers above 0 and at most 1, separated by commas."""
        if isinstance(value, tuple):
            return value
        try:
            shares = tuple(float(part) for part in str(value).split(","))
        except ValueError:
            shares = ()
        if not shares or not all(0 < share <= 1 for share in shares):
            self.fail(f"'{value}' is not a list of shares such as 0.25,0.5,1", param, ctx)
        return shares


@final
class Prevalence(click.ParamType[Any]):
    """A share strictly between 0 and 1, or the word ``estimate``."""

    name = "P|estimate"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | str:
        """Read a number, or the word."""
        if str(value).strip().casefold() == "estimate":
            return "estimate"
        try:
            share = float(value)
        except ValueError:
            share = math.nan
        if not 0 < share < 1:
            self.fail(f"'{value}' is no share between 0 and 1, and not 'estimate'", param, ctx)
        return share


@final
class Assignment(click.ParamType[tuple[str, str]]):
    """``NAME=VALUE`` as a pair."""

    def __init__(self, form: str) -> None:
        self.name = form

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Split at the first equals sign."""
        if isinstance(value, tuple):
            return value
        name, equals, assigned = str(value).partition("=")
        if not (equals and name.strip() and assigned.strip()):
            self.fail(f"'{value}' is not of the form {self.name}", param, ctx)
        return name.strip(), assigned.strip()


def corpus_options(command: Command) -> Command:
    """Add --map, --where and --relevant, and hand them on as one `LoadOptions` named ``load``."""

    @click.option(
        "--map",
        "columns",
        type=Assignment("FIELD=COLUMN"),
        multiple=True,
        help="Read FIELD (title, abstract, claims, label, family_id, …) from this column."
        " Needed only where the column's name is not recognised; may be repeated.",
    )
    @click.option(
        "--where",
        type=Assignment("COLUMN=V,V"),
        multiple=True,
        help="Use only the rows with one of these values in COLUMN; may be repeated.",
    )
    @click.option(
        "--relevant",
        type=CommaSeparated(),
        default=(),
        help="The label values that mean relevant; every other value means irrelevant.",
    )
    @functools.wraps(command)
    def with_load_options(
        *,
        columns: tuple[tuple[str, str], ...],
        where: tuple[tuple[str, str], ...],
        relevant: tuple[str, ...],
        **rest: Any,
    ) -> None:
        from patsieve.corpus.load import LoadOptions

        load = LoadOptions(columns=dict(columns), relevant=relevant, where=gather_conditions(where))
        command(load=load, **rest)

    return with_load_options


def gather_conditions(where: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, ...]]:
    """Merge repeated ``COLUMN=V,V``: the values of one column add up."""
    conditions: dict[str, tuple[str, ...]] = {}
    for column, values in where:
        named = tuple(value.strip() for value in values.split(",") if value.strip())
        conditions[column] = (*conditions.get(column, ()), *named)
    return conditions


def encoder_options(command: Command) -> Command:
    """Add what a fine-tuned encoder can be told: checkpoint, length, device, precision."""
    number_format = click.option(
        "--precision",
        type=click.Choice(NUMBER_FORMATS),
        default="auto",
        show_default=True,
        help="Number format; auto takes bf16 where the machine computes it natively.",
    )
    return encoder_options_but_precision(number_format(command))


def encoder_options_but_precision(command: Command) -> Command:
    """Add checkpoint, length and device."""
    for option in (
        click.option(
            "--checkpoint",
            metavar="NAME|FOLDER",
            help="Encoder to start from: a Hugging Face Hub name or a folder."
            "  [default: the encoder that comes with patsieve]",
        ),
        click.option(
            "--max-tokens",
            type=click.IntRange(min=8),
            help="Cut texts after N tokens.  [default: as the experiment says]",
            metavar="N",
        ),
        click.option(
            "--device",
            type=click.Choice(["auto", "cpu", "cuda"]),
            default="auto",
            show_default=True,
            help="Where to compute.",
        ),
    )[::-1]:
        command = option(command)
    return command


def json_option(command: Command) -> Command:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(command)


def exclusive(given: dict[str, bool], reason: str) -> None:
    """Refuse options that exclude one another.

    Parameters
    ----------
    given : dict of str to bool
        Option name, without its dashes, to whether it was given.
    reason : str
        What they do, as the end of "--a and --b …".
    """
    names = [f"--{name}" for name, is_given in given.items() if is_given]
    if len(names) > 1:
        raise click.UsageError(
            f"{' and '.join(names)} {reason}; give one of them", click.get_current_context()
        )


@contextmanager
def readable_source(path: Path) -> Iterator[Path]:
    """Give a file to read: `path` itself, or what stands on standard input if it is ``-``.

    Standard input is kept in a temporary file, since readers look at a file more than once.
    Its text is taken for CSV or TSV.
    """
    if str(path) != "-":
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="patsieve-", suffix=".csv") as spool:
        shutil.copyfileobj(sys.stdin.buffer, spool)
        spool.flush()
        yield Path(spool.name)
