"""`patsieve effort`: what it costs to read a ranked list, and what is missed by stopping."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from patsieve.cli.options import FILE, json_option

if TYPE_CHECKING:
    from patsieve.experiments.effort import Effort


@click.command("effort", short_help="Tell what reading a ranked list costs, and what it misses.")
@click.argument("table", type=FILE, metavar="TABLE")
@click.option(
    "--minutes-per-record",
    type=click.FloatRange(min=0, min_open=True),
    default=5.0,
    show_default=True,
    metavar="N",
    help="What you take for one record.",
)
@click.option(
    "--records",
    "n_records",
    type=click.IntRange(min=1),
    metavar="N",
    help="As if the list had N records, of the same kind.  [default: those of the table]",
)
@click.option(
    "--plots", type=FILE, metavar="FOLDER", help="Draw the gain curve with its band here."
)
@json_option
def command(
    *,
    table: Path,
    minutes_per_record: float,
    n_records: int | None,
    plots: Path | None,
    as_json: bool,
) -> None:
    """
    \b
    patsieve effort oof/recommended-seed1.csv --minutes-per-record 5
    patsieve effort oof/recommended-seed1.csv --records 20000 --plots plots/

    Tell at several depths of a ranked list how many relevant records are found
    and missed by then, and how much time is spent and saved.

    TABLE is an out-of-fold table: every labelled record ranked by a model that
    has not seen its family, which is how well new records are ranked.
    """
    from patsieve.cli.present import print_json
    from patsieve.experiments.effort import read_effort

    read, effort = read_effort(table, minutes_per_record=minutes_per_record, n_records=n_records)
    if plots is not None:
        from patsieve.experiments.plots import gain_curve_figure, save_figures

        figure = gain_curve_figure(read.labels, {"": read.probabilities}, families=read.families)
        save_figures(plots, {"gain": figure})
    if as_json:
        print_json(effort.as_json())
    else:
        _present(effort)


def _present(effort: "Effort") -> None:
    from patsieve.cli.present import print_table

    click.echo(
        f"a list of {effort.n_records:,} records, about {effort.n_relevant:,.0f} of them relevant,"
        f" at {effort.minutes_per_record:g} minutes a record"
        f" (measured on {effort.n_measured:,})\n"
    )
    rows = [
        (
            f"{depth.n_read:,} ({100 * depth.share:g} %)",
            f"{100 * depth.recall.value:.1f} %",
            f"{depth.missed.value:,.0f}",
            f"{depth.missed.low:,.0f} … {depth.missed.high:,.0f}",
            _time(depth.minutes),
            _time(depth.minutes_saved),
            f"{depth.work_saved.value:.2f}",
        )
        for depth in effort.depths
    ]
    header = ("read", "found", "missed", "95 % interval", "time", "time saved", "work saved")
    print_table(header, rows)


def _time(minutes: float) -> str:
    whole = round(minutes)
    return f"{whole // 60:,} h {whole % 60:02d}"
