"""`patsieve labels`: are the labels right, and would more of them help?"""

from pathlib import Path
from typing import Any

import click

from patsieve.cli.options import (
    FILE,
    Shares,
    corpus_options,
    encoder_options,
    exclusive,
    json_option,
)
from patsieve.cli.run_options import fold_options


@click.group("labels", short_help="Find wrong labels; foretell what more of them would buy.")
def command() -> None:
    """
    \b
    patsieve labels check labelled.csv --out suspects.xlsx
    patsieve labels curve labelled.csv --experiment bag-of-words --out curve/

    Look after the labels that a model learns from.
    """


@command.command("check", short_help="List the records again, the likeliest wrong label first.")
@click.argument("source", type=FILE, metavar="FILE")
@click.option(
    "--out",
    type=FILE,
    required=True,
    metavar="FILE",
    help="Where the reading list goes; its ending decides the format: .csv, .xlsx, .jsonl …",
)
@click.option(
    "--oof",
    "tables",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="Use this table, which `patsieve crossval` wrote, instead of training models now; may"
    " be repeated, and the probabilities are averaged.",
)
@click.option(
    "--experiment",
    metavar="NAME|FILE",
    help="Train this entry of the catalogue or TOML file.  [default: bag-of-words]",
)
@click.option(
    "--similarity",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.5,
    show_default=True,
    metavar="SHARE",
    help="Texts that share so many of their three-word sequences are near-duplicates.",
)
@fold_options
@encoder_options
@corpus_options
@json_option
def check(
    *,
    source: Path,
    out: Path,
    tables: tuple[Path, ...],
    experiment: str | None,
    similarity: float,
    as_json: bool,
    folds: int,
    seeds: tuple[int, ...],
    load: Any,
    **encoder: Any,
) -> None:
    """
    \b
    patsieve labels check labelled.csv --out suspects.xlsx
    patsieve crossval labelled.csv --experiment recommended --out oof/
    patsieve labels check labelled.csv --oof oof/recommended-seed1.csv \\
        --out suspects.xlsx

    Find labels that are likely wrong. The list has every record, the one whose
    label is the most doubtful first, with the reason: models that never saw its
    family disagree, or a member of its family or a near-duplicate is labelled
    otherwise. Read it from the top, and stop when it is right for a long while.
    """
    exclusive(
        {"oof": bool(tables), "experiment": experiment is not None},
        "say which models judge the labels",
    )
    from patsieve.cli.present import print_json, print_notes
    from patsieve.cli.present_labels import present_check
    from patsieve.cli.progress import reporter
    from patsieve.experiments.build import Overrides
    from patsieve.experiments.label_check import LabelCheckRequest, check_labels
    from patsieve.experiments.label_suspects import write_reading_list
    from patsieve.screening.sinks import check_sink

    check_sink(out)
    request = LabelCheckRequest(
        source=source,
        tables=tables,
        experiment="bag-of-words" if experiment is None else experiment,
        folds=folds,
        seeds=seeds,
        least_similarity=similarity,
        load=load,
        overrides=Overrides(**encoder),
    )
    with reporter() as report:
        result = check_labels(request, callbacks=[report.training], say=report.say)
    write_reading_list(out, result)
    print_notes(result.notes)
    if as_json:
        print_json({**result.as_json(), "out": str(out)})
        return
    present_check(result)
    click.echo(f"\nall {len(result.labels):,} records, the most doubtful first: {out}")


@command.command("curve", short_help="Foretell what more labels would buy.")
@click.argument("source", type=FILE, metavar="FILE")
@click.option(
    "--experiment",
    required=True,
    metavar="NAME|FILE",
    help="Entry of the catalogue or a TOML file.",
)
@click.option(
    "--out",
    type=FILE,
    required=True,
    metavar="FOLDER",
    help="Where curve.json and the pictures go; what is there already is not redone.",
)
@click.option(
    "--shares",
    type=Shares(),
    default="0.15,0.25,0.4,0.6,0.8,1",
    show_default=True,
    help="Learn from these shares of the labels; 1 is always among them.",
)
@click.option(
    "--times",
    type=click.FloatRange(1, 3, min_open=True),
    default=2.0,
    show_default=True,
    metavar="N",
    help="Foretell so many times the labels that there are.",
)
@fold_options
@encoder_options
@corpus_options
@json_option
def curve(
    *,
    source: Path,
    experiment: str,
    out: Path,
    shares: tuple[float, ...],
    times: float,
    folds: int,
    seeds: tuple[int, ...],
    load: Any,
    as_json: bool,
    **encoder: Any,
) -> None:
    """
    \b
    patsieve labels curve labelled.csv --experiment bag-of-words \\
        --seeds 1,2,3 --out curve/

    Tell what more labelling would buy: cross-validate an experiment with
    growing shares of the labels, and draw the curve on to twice as many (or
    --times). Several seeds show how much of it is chance. It can be stopped at any
    moment: the same command goes on.
    """
    from patsieve.cli.present import print_json
    from patsieve.cli.present_labels import present_curve
    from patsieve.cli.progress import reporter
    from patsieve.experiments.build import Overrides
    from patsieve.experiments.label_curve import LabelCurveRequest
    from patsieve.experiments.label_curve_folder import draw_label_curve

    request = LabelCurveRequest(
        source=source,
        experiment=experiment,
        out=out,
        folds=folds,
        seeds=seeds,
        shares=shares,
        load=load,
        overrides=Overrides(**encoder),
    )
    with reporter() as report:
        told, forecasts = draw_label_curve(
            request, times=times, callbacks=[report.training], say=report.say
        )
    if as_json:
        print_json(told)
        return
    present_curve(list(forecasts.values()))
    click.echo(f"\npictures and curve.json: {out}")
