"""`patsieve evaluate`: how good a bundle is on labelled patents, with intervals."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from patsieve.cli.options import (
    FILE,
    corpus_options,
    json_option,
    readable_source,
)
from patsieve.cli.purpose_options import threshold_options

if TYPE_CHECKING:
    from patsieve.corpus.load import LoadOptions
    from patsieve.screening.purpose import Purpose


@click.command("evaluate", short_help="Measure a bundle on other labelled patents.")
@click.argument("bundle", type=FILE, metavar="BUNDLE")
@click.argument("source", type=FILE, metavar="FILE")
@corpus_options
@threshold_options
@click.option(
    "--errors",
    type=FILE,
    metavar="FILE",
    help="Write the missed and the falsely called records here, worst first (.csv, .xlsx …).",
)
@click.option(
    "--plots", type=FILE, metavar="FOLDER", help="Draw curves and the confusion matrix here."
)
@json_option
def command(
    *,
    bundle: Path,
    source: Path,
    load: "LoadOptions",
    purpose: "Purpose | None",
    errors: Path | None,
    plots: Path | None,
    as_json: bool,
) -> None:
    """
    \b
    patsieve evaluate models/mine other-labelled.csv
    patsieve evaluate models/mine other.csv --errors errors.csv --plots plots/
    patsieve evaluate models/mine other.csv --json > metrics.json

    Measure BUNDLE on the labelled patents in FILE (- for standard input).

    Every metric has a 95 % interval by bootstrap over families. A warning says
    how many families of FILE the bundle was trained on. The threshold is the
    bundle's unless an option says what it is for; it is never learned from FILE.
    A promised recall is held against FILE.
    """
    from patsieve.cli.present import print_evaluation, print_json, print_notes
    from patsieve.cli.present_threshold import print_check, print_threshold, tell_refusal
    from patsieve.corpus.load import load_corpus
    from patsieve.screening.bundle import load_bundle
    from patsieve.screening.evaluate import evaluate_bundle, write_errors

    model = load_bundle(bundle)
    with readable_source(source) as file:
        corpus = load_corpus(file, load, fewest_per_class=1)
    print_notes(corpus.notes)
    result = evaluate_bundle(model, corpus, purpose=purpose)
    if errors is not None:
        write_errors(errors, corpus, result)
    if plots is not None:
        from patsieve.experiments.plots import draw_evaluation

        draw_evaluation(
            plots,
            corpus.labels,
            result.probabilities,
            threshold=result.threshold,
            families=corpus.families,
            estimates=result.evaluation.metrics,
        )
    if as_json:
        tell_refusal(result.chosen)
        print_json(result.as_json())
        return
    print_evaluation(result.as_json())
    print_threshold(result.chosen)
    print_check(result)
