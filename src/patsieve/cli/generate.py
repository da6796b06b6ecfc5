"""`patsieve generate`: made-up battery patents, to try things on."""

from pathlib import Path

import click

from patsieve.cli.options import FILE


@click.command("generate", short_help="Write made-up battery patents to try things on.")
@click.argument("out", type=FILE, metavar="OUT.csv")
@click.option(
    "--records",
    type=click.IntRange(min=1),
    default=2000,
    show_default=True,
    metavar="N",
    help="How many records.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Decides every random draw.")
@click.option(
    "--prevalence",
    type=click.FloatRange(0, 1),
    default=0.26,
    show_default=True,
    metavar="SHARE",
    help="Share of relevant records.",
)
@click.option(
    "--label-noise",
    type=click.FloatRange(0, 1),
    default=0.03,
    show_default=True,
    metavar="SHARE",
    help="Share of the families of the rarer label that carry it wrongly.",
)
@click.option("--unlabelled", is_flag=True, help="Leave the labels out.")
def command(
    *,
    out: Path,
    records: int,
    seed: int,
    prevalence: float,
    label_noise: float,
    unlabelled: bool,
) -> None:
    """
    \b
    patsieve generate labelled.csv --records 2000 --seed 1
    patsieve generate week.csv.gz --records 50000 --seed 2 --unlabelled

    Write made-up patents about high-nickel battery cathodes and their
    neighbours, with families, near misses and wrong labels. The same options
    give the same file.
    """
    from patsieve.corpus.synthetic import write_patents

    write_patents(
        out,
        records,
        seed=seed,
        prevalence=prevalence,
        label_noise=label_noise,
        labelled=not unlabelled,
    )
    click.echo(f"{records:,} made-up patents in {out}")
