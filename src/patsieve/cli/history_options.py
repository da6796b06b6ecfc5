"""Options of a weekly run: what was scored before, and what the user decided on it."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import click

from patsieve.cli.options import FILE, Command

if TYPE_CHECKING:
    from patsieve.screening.bundle import ModelBundle
    from patsieve.screening.chosen import ChosenThreshold
    from patsieve.screening.history.weekly import WeeklyRun


@final
@dataclass(frozen=True)
class HistoryChoice:
    """What the options say; no history if `path` is None."""

    path: Path | None
    decisions: Path | None
    column: str | None


def history_options(command: Command) -> Command:
    """Add --history, --decisions, --decision-column; hand them on as a `HistoryChoice`."""

    @click.option(
        "--history",
        type=FILE,
        metavar="FILE",
        help="Compare with what was scored before, and take down what is scored now, in this"
        " SQLite file; it is made if need be. It holds no texts.",
    )
    @click.option(
        "--decisions",
        type=FILE,
        metavar="FILE",
        help="With --history: what you decided, as a list with a column of yes and no, such as"
        " last week's ranking with a column of your own.",
    )
    @click.option(
        "--decision-column",
        metavar="COLUMN",
        help="With --decisions: where they stand.  [default: relevant, label …]",
    )
    @functools.wraps(command)
    def with_history(
        *, history: Path | None, decisions: Path | None, decision_column: str | None, **rest: Any
    ) -> None:
        for name, given, owner, is_there in (
            ("decisions", decisions, "history", history),
            ("decision-column", decision_column, "decisions", decisions),
        ):
            if given is not None and is_there is None:
                raise click.UsageError(
                    f"--{name} belongs to --{owner}, which is not given",
                    click.get_current_context(),
                )
        command(history=HistoryChoice(history, decisions, decision_column), **rest)

    return with_history


@contextmanager
def weekly(
    choice: HistoryChoice,
    bundle: "ModelBundle",
    source: Path,
    *,
    name: Path,
    out: Path,
    relevant: tuple[str, ...],
) -> "Iterator[WeeklyRun | None]":
    """Give the run that scores with a history, if there is one; kept if the block ends well.

    Parameters
    ----------
    source : Path
        What is read.
    name : Path
        What the user calls it.
    relevant : tuple of str
        Marks of decisions that mean relevant; empty for the usual ones.
    """
    if choice.path is None:
        yield None
        return
    from patsieve.errors import UsageError
    from patsieve.screening.history.decisions import read_decisions
    from patsieve.screening.history.weekly import WeeklyRun, kept_in_history

    for other in (out, source, choice.decisions):
        if other is not None and other.resolve() == choice.path.resolve():
            raise UsageError(f"{other} cannot be the history too; choose another file for it")
    decisions = None
    if choice.decisions is not None:
        decisions = read_decisions(choice.decisions, choice.column, relevant=relevant)
    run = WeeklyRun(choice.path, bundle, source, name=name.name, decisions=decisions)
    with kept_in_history(run):
        yield run


def promise_holds(run: "WeeklyRun | None", chosen: "ChosenThreshold") -> bool:
    """Whether what a threshold promises may be told: not if this week's patents take it back."""
    return run is None or run.report.keeps_promise_of(chosen)


def print_week(run: "WeeklyRun | None", chosen: "ChosenThreshold") -> None:
    """Print how a week stands to what was scored before, and whether it has drifted."""
    if run is None:
        return
    from patsieve.cli.present import print_notes

    print_notes(run.report.notes)
    click.echo("")
    for sentence in run.report.sentences(chosen):
        click.echo(sentence)


def week_as_json(run: "WeeklyRun | None", chosen: "ChosenThreshold") -> dict[str, Any]:
    """Return what ``score --json`` says of a week, and say an alarm on standard error."""
    if run is None:
        return {}
    from patsieve.cli.present import print_notes

    print_notes(run.report.notes)
    if run.report.drift.is_raised:
        from patsieve.screening.drift.sentences import alarm_sentence

        click.echo(f"warning: {alarm_sentence(run.report.drift, chosen)}", err=True)
    return run.report.as_json()
