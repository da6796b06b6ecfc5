"""`patsieve score`: rank new patents with a bundle."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from patsieve.cli.explain_options import ExplainWish, explain_options
from patsieve.cli.history_options import (
    HistoryChoice,
    history_options,
    print_week,
    promise_holds,
    week_as_json,
    weekly,
)
from patsieve.cli.options import (
    FILE,
    Prevalence,
    corpus_options,
    json_option,
    readable_source,
)
from patsieve.cli.purpose_options import threshold_options

if TYPE_CHECKING:
    from patsieve.corpus.load import LoadOptions
    from patsieve.screening.purpose import Purpose


@click.command("score", short_help="Rank new patents with a bundle.")
@click.argument("bundle", type=FILE, metavar="BUNDLE")
@click.argument("source", type=FILE, metavar="FILE")
@click.option(
    "--out",
    type=FILE,
    required=True,
    metavar="FILE",
    help="Where the ranking goes; its ending decides the format: .csv, .tsv, .xlsx, .jsonl,"
    " .parquet or .ris (text also .gz).",
)
@corpus_options
@threshold_options
@click.option(
    "--prevalence",
    type=Prevalence(),
    help="Move all probabilities to this share of relevant records; estimate takes the share"
    " that the probabilities of FILE themselves suggest.",
)
@explain_options
@history_options
@json_option
def command(
    *,
    bundle: Path,
    source: Path,
    out: Path,
    load: "LoadOptions",
    purpose: "Purpose | None",
    prevalence: "float | Literal['estimate'] | None",
    explain: ExplainWish | None,
    history: HistoryChoice,
    as_json: bool,
) -> None:
    """
    \b
    patsieve score models/mine this-week.csv --out ranked.xlsx
    patsieve score models/mine this-week.csv.gz --out ranked.csv --recall 0.95
    patsieve score models/mine this-week.csv --out ranked.csv --cost-miss 20
    patsieve score models/mine this-week.csv --out ranked.csv \\
        --history scored.sqlite --decisions last-week.csv
    patsieve score models/mine this-week.csv --out ranked.csv --prevalence 0.05
    patsieve score models/mine this-week.csv --out ranked.xlsx --explain 50 \\
        --labelled labelled.csv
    zcat this-week.csv.gz | patsieve score models/mine - --out ranked.csv

    Rank the patents in FILE (- for standard input) with BUNDLE.

    The columns of FILE are kept and rank, probability and decision added.
    FILE may be larger than the memory. The threshold is the bundle's unless an
    option says what it is for; --recall comes with a certificate, if the labels
    that the bundle was made of can carry one.

    Probabilities are those of a pile in which relevant records are as common as
    among the labelled ones. Where they are rarer or more common, say so with
    --prevalence: the ranking stays, the probabilities change. A threshold that
    was set as a probability, or by costs, then stays too; one that was chosen for
    a recall moves along, so that the same records are called.

    With --history every record gets the column history: new, changed (its text,
    or the claims of its family), scored before (it keeps its score) or decided
    (by you, and unchanged since). Then it is said whether this week's patents are
    still like those that the model, and its promise, were made on.
    """
    from patsieve.cli.present import print_json, print_notes
    from patsieve.cli.present_threshold import print_threshold, tell_refusal
    from patsieve.cli.progress import reporter
    from patsieve.corpus.tally import counted
    from patsieve.screening.bundle import load_bundle
    from patsieve.screening.evaluation_words import number
    from patsieve.screening.score import score_file

    model = load_bundle(bundle)
    reasons = None if explain is None else explain.reasons(model, load, taken=(source, out))
    with (
        readable_source(source) as file,
        weekly(history, model, file, name=source, out=out, relevant=load.relevant) as week,
        reporter() as report,
    ):
        summary = score_file(
            model,
            file,
            out,
            options=load,
            purpose=purpose,
            prevalence=prevalence,
            history=week,
            reasons=reasons,
            name=source.name,
            on_progress=report.count,
        )
    if explain is not None and reasons is not None:
        explain.finish(reasons)
    print_notes(summary.notes)
    if as_json:
        tell_refusal(summary.chosen)
        print_json(summary.as_json() | week_as_json(week, summary.chosen))
        return
    click.echo(
        f"{counted(summary.n_records, 'record')} ranked in {summary.out};"
        f" {summary.n_relevant:,} called relevant, from probability {number(summary.threshold)} on"
    )
    for sentence in summary.prevalence_sentences():
        click.echo(sentence)
    if summary.n_without_text:
        click.echo(f"{summary.n_without_text:,} have no text to read and stand at the end")
    if promise_holds(week, summary.chosen):
        print_threshold(
            summary.chosen,
            n_read=summary.n_relevant,
            n_records=summary.n_records - summary.n_without_text,
        )
    print_week(week, summary.chosen)
