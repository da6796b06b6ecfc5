"""`patsieve card`: the model card of a bundle."""

from pathlib import Path
from typing import Literal

import click

from patsieve.cli.options import FILE


@click.command("card", short_help="Show the model card of a bundle.")
@click.argument("bundle", type=FILE, metavar="BUNDLE")
@click.option(
    "--out",
    type=FILE,
    metavar="FOLDER",
    help="Write model_card.md and model_card.html here, in place of any that are there.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "html"]),
    help="Markdown or HTML alone.  [default: both with --out, else md]",
)
def command(*, bundle: Path, out: Path | None, form: "Literal['md', 'html'] | None") -> None:
    """
    \b
    patsieve card models/mine
    patsieve card models/mine --out cards/
    patsieve card models/mine --format html > card.html

    Show what BUNDLE is for, what it learnt from, how good it is, what its
    threshold promises, and where all that ends.

    Bundles come with their card, model_card.html and model_card.md. This makes
    it again, also for bundles from before there were cards; what those have not
    kept is said to be not recorded.
    """
    from patsieve.screening.card.files import WRITERS, card_of_bundle, write_card

    card = card_of_bundle(bundle)
    wanted = [name for name in WRITERS if form is None or name.endswith(f".{form}")]
    if out is None:
        click.echo(WRITERS[wanted[0]](card), nl=False)
        return
    for path in write_card(card, out, names=wanted, bundle=bundle):
        click.echo(path)
