"""Options that say what a threshold is for, of which one may be given."""

import functools
from collections.abc import Callable
from typing import Any, final

import click

from patsieve.cli.options import NUMBER_FORMATS, Command, exclusive

_OF_PURPOSE = (
    *("recall", "precision", "budget", "cost_miss", "max_f1", "max_mcc", "threshold"),
    *("confidence", "certified", "cost_read"),
)
# Options that say nothing without another one.
_BELONGS_TO = {"confidence": "recall", "certified": "recall", "cost-read": "cost-miss"}


@final
class ShareOrFormat(click.ParamType[float | str]):
    """A share of the records, ``0.8``, or a number format, ``bf16``."""

    name = "SHARE|FORMAT"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | str:
        """Return a format as it is, a share as a number."""
        if value in NUMBER_FORMATS:
            return str(value)
        try:
            share = float(value)
        except ValueError:
            share = 0.0
        if not 0 < share <= 1:
            self.fail(
                f"'{value}' is neither a share above 0 and at most 1, such as 0.8, nor a number "
                f"format ({', '.join(NUMBER_FORMATS)})",
                param,
                ctx,
            )
        return share


def threshold_options(command: Command) -> Command:
    """Add what a threshold can be for, and hand it on as one `Purpose` named ``purpose``.

    It is None if nothing is said.
    """
    precision = click.option(
        "--precision",
        type=click.FloatRange(0, 1, min_open=True),
        metavar="SHARE",
        help="Lowest threshold from which on this share of the records is relevant.",
    )

    @functools.wraps(command)
    def with_one_purpose(**values: Any) -> None:
        _call(command, values)

    return _add_options(with_one_purpose, precision)


def threshold_and_format_options(command: Command) -> Command:
    """Add the same to a command that trains, where ``--precision bf16`` is the number format.

    A share as precision is a purpose, a format is handed on as ``precision``; both may be said.
    """
    precision = click.option(
        "--precision",
        type=ShareOrFormat(),
        multiple=True,
        help="A share: the lowest threshold from which on this share of the records is relevant."
        " Or a number format to train in: auto (bf16 where the machine computes it natively), 32"
        " or bf16.  [default: auto]",
    )

    @functools.wraps(command)
    def with_both_meanings(*, precision: tuple[float | str, ...], **values: Any) -> None:
        shares = [value for value in precision if isinstance(value, float)]
        formats = [value for value in precision if isinstance(value, str)]
        for kind, found in (("shares", shares), ("number formats", formats)):
            if len(found) > 1:
                raise click.UsageError(
                    f"--precision names {len(found)} {kind}; give one", click.get_current_context()
                )
        inner = functools.partial(command, precision=formats[0] if formats else "auto")
        _call(inner, {**values, "precision": shares[0] if shares else None})

    return _add_options(with_both_meanings, precision)


def _add_options(command: Command, precision: Callable[[Command], Command]) -> Command:
    for option in (
        click.option(
            "--recall",
            type=click.FloatRange(0, 1, min_open=True),
            metavar="SHARE",
            help="Threshold that keeps this share of the relevant records, with a certificate"
            " where the labels can carry one.",
        ),
        click.option(
            "--confidence",
            type=click.FloatRange(0.5, 1, max_open=True),
            metavar="SHARE",
            help="With --recall: confidence of the certificate.  [default: 0.95]",
        ),
        click.option(
            "--certified", is_flag=True, help="With --recall: an error if there is no certificate."
        ),
        precision,
        click.option(
            "--budget",
            type=click.IntRange(min=1),
            metavar="N",
            help="Threshold that calls N records relevant.",
        ),
        click.option(
            "--cost-miss",
            type=click.FloatRange(0, min_open=True),
            metavar="COST",
            help="Threshold of least cost, if missing a relevant record costs this much.",
        ),
        click.option(
            "--cost-read",
            type=click.FloatRange(0, min_open=True),
            metavar="COST",
            help="With --cost-miss: cost of reading a record.  [default: 1]",
        ),
        click.option("--max-f1", is_flag=True, help="Threshold of the largest F1."),
        click.option("--max-mcc", is_flag=True, help="Threshold of the largest MCC."),
        click.option(
            "--threshold",
            type=click.FloatRange(0, 1),
            metavar="P",
            help="Call a record relevant from this probability on.",
        ),
    )[::-1]:
        command = option(command)
    return command


def _call(command: Command, values: dict[str, Any]) -> None:
    """Call a command with the purpose that its options name."""
    from patsieve.screening.purpose import purpose_of

    options = {name: values.pop(name) for name in _OF_PURPOSE}
    given = {
        name.replace("_", "-"): options[name] is not None and options[name] is not False
        for name in _OF_PURPOSE
    }
    exclusive(
        {name: given[name] for name in given if name not in _BELONGS_TO},
        "set the threshold in different ways",
    )
    for name, owner in _BELONGS_TO.items():
        if given[name] and not given[owner]:
            raise click.UsageError(
                f"--{name} belongs to --{owner}, which is not given", click.get_current_context()
            )
    command(purpose=purpose_of(**options), **values)
