"""How a range test looks on standard output."""

import click

from patsieve.experiments.rate_check import RateCheck


def print_rates(check: RateCheck) -> None:
    """Print what the test suggests, beside the experiment's own rate."""
    found = check.found
    click.echo(f"{check.experiment}, stage '{check.stage}': {len(found.rates)} steps")
    if found.suggestion is None:
        click.echo("suggestion: none, the loss never fell")
    else:
        click.echo(f"suggestion: {found.suggestion:.1e}, where the loss falls most steeply")
    if found.diverged_at is None:
        click.echo(f"the loss did not explode, up to a rate of {found.rates[-1]:.1e}")
    else:
        click.echo(
            f"more cautious: {found.cautious:.1e}, a tenth of {found.diverged_at:.1e}, "
            "where the loss explodes"
        )
    click.echo(f"in the experiment: {check.learning_rate:.1e}")
