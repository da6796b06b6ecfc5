"""`patsieve compare`: is A better than B?"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from patsieve.cli.options import FILE, corpus_options, json_option

if TYPE_CHECKING:
    from patsieve.corpus.load import LoadOptions


@click.command("compare", short_help="Say whether one system is better than another.")
@click.argument("members", nargs=-1, required=True, metavar="A B ...")
@click.option(
    "--on", type=FILE, metavar="FILE", help="Labelled patents on which bundles are compared."
)
@click.option(
    "--column",
    "scores",
    multiple=True,
    metavar="COLUMN",
    help="A column of scores, which need not be probabilities; one for each system.",
)
@click.option("--label", metavar="COLUMN", help="The column of labels; as --map label=COLUMN.")
@corpus_options
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    metavar="P",
    help="Call a record relevant from this probability on.  [default: a bundle's own, else 0.5]",
)
@click.option("--picture", type=FILE, metavar="FILE", help="Draw the differences, as .png or .svg.")
@json_option
def command(
    *,
    members: tuple[str, ...],
    on: Path | None,
    scores: tuple[str, ...],
    label: str | None,
    load: "LoadOptions",
    threshold: float | None,
    picture: Path | None,
    as_json: bool,
) -> None:
    """
    \b
    patsieve compare oof/recommended oof/bag-of-words
    patsieve compare models/new models/old --on labelled.csv
    patsieve compare models/new --on labelled.csv --column old_score
    patsieve compare scores.csv --column system_a --column system_b
    patsieve compare 'oof/*/recommended' 'oof/*/bag-of-words'

    Say whether A ranks better than B, with what certainty, or how many records
    would tell.

    A and B are out-of-fold tables of `patsieve crossval`, or the beginning of
    their names, which takes all seeds; tables with a column called score;
    bundles; or columns of one file. Tables in several folders are several data
    sets, which are compared one by one and together. With more than two
    systems, every pair is compared, corrected for their number (Holm).
    """
    from dataclasses import replace

    from patsieve.cli.present import print_json
    from patsieve.cli.present_compare import print_verdicts
    from patsieve.experiments.comparison.compare import compare
    from patsieve.experiments.comparison.members import CompareRequest
    from patsieve.experiments.schedule_picture import check_picture, write_figure

    if label is not None:
        load = replace(load, columns={**load.columns, "label": label})
    if picture is not None:
        check_picture(picture)
    request = CompareRequest(members, on, scores, load, threshold)
    result = compare(request, say=lambda sentence: click.echo(sentence, err=True))
    if picture is not None:
        from patsieve.experiments.comparison.forest import forest_figure

        write_figure(picture, forest_figure(result))
    if as_json:
        print_json(result.as_json())
    else:
        print_verdicts(result)
