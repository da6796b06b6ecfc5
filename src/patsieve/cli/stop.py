"""`patsieve stop`: whether a reader of a ranked list has found enough."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from patsieve.cli.options import FILE, SHARE, CommaSeparated, json_option, readable_source

if TYPE_CHECKING:
    from patsieve.metrics.stopping import StoppingVerdict


@click.command("stop", short_help="Tell whether enough of a ranked list has been read.")
@click.argument("source", type=FILE, metavar="FILE")
@click.option(
    "--label-column",
    required=True,
    metavar="COLUMN",
    help="Where you mark what you have read: relevant or irrelevant; blank is not read yet.",
)
@click.option(
    "--recall",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.95,
    show_default=True,
    metavar="SHARE",
    help="Share of the relevant records that you want to find.",
)
@click.option(
    "--confidence",
    type=SHARE,
    default=0.95,
    show_default=True,
    metavar="SHARE",
    help="How sure you want to be of that.",
)
@click.option(
    "--relevant",
    type=CommaSeparated(),
    default=(),
    help="The marks that mean relevant; every other one means irrelevant.",
)
@json_option
def command(
    *,
    source: Path,
    label_column: str,
    recall: float,
    confidence: float,
    relevant: tuple[str, ...],
    as_json: bool,
) -> None:
    """
    \b
    patsieve stop ranked.xlsx --label-column read
    patsieve stop ranked.xlsx --label-column read --recall 0.9 --json

    Tell whether you may stop reading a ranked list: whether what you have
    found is likely the share of the relevant records that you want. The list is
    one that `patsieve score` ranked, read from the top, with yes or no in a
    column of your own.

    FILE (- for standard input) is the whole list, the unread part too. It is taken in the
    order of its ranks, if it has any.
    """
    from dataclasses import asdict

    from patsieve.cli.present import print_json, print_notes
    from patsieve.metrics.stopping import judge_stopping
    from patsieve.screening.marked_list import read_marked_list

    with readable_source(source) as file:
        marked = read_marked_list(file, label_column, relevant=relevant)
    print_notes(marked.notes)
    verdict = judge_stopping(marked.read, marked.n_records, recall=recall, confidence=confidence)
    if as_json:
        told = asdict(verdict)
        print_json({**told, "evidence": verdict.evidence._asdict(), "notes": list(marked.notes)})
        return
    _present(verdict)


def _present(verdict: "StoppingVerdict") -> None:
    from patsieve.corpus.tally import counted

    evidence = verdict.evidence
    is_read = verdict.n_read == verdict.n_records
    click.echo(
        f"{verdict.n_read:,} of {counted(verdict.n_records, 'record')} read,"
        f" {verdict.n_found:,} relevant\n"
    )
    if is_read:
        click.echo("you have read them all")
        return
    click.echo("you may stop" if verdict.may_stop else "go on reading")
    click.echo(
        f"  with {100 * verdict.confidence:g} % confidence you have found at least"
        f" {100 * verdict.recall_reached:.1f} % of the relevant records: at most"
        f" {verdict.most_unread:,} of the {verdict.n_records - verdict.n_read:,} unread are"
        " relevant"
    )
    click.echo(
        f"  the last {evidence.n_last:,} reads brought {evidence.n_found:,} relevant; if you had"
        f" found less than {100 * verdict.recall:g} %, so few would have a chance of"
        f" {_chance(evidence.p_value)} (below {1 - verdict.confidence:.3g} you may stop)"
    )
    if not verdict.may_stop:
        click.echo(
            f"  {counted(verdict.irrelevant_to_go, 'further read')} without a relevant one would"
            " let you stop"
        )


def _chance(p_value: float) -> str:
    return f"{p_value:.3f}" if p_value >= 0.0005 else "less than 0.001"
