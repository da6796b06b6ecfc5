"""How a threshold's promise, or the lack of one, looks on standard output."""

from typing import TYPE_CHECKING

import click

from patsieve.cli.present import number

if TYPE_CHECKING:
    from patsieve.screening.chosen import ChosenThreshold
    from patsieve.screening.evaluate import BundleEvaluation


def print_threshold(
    chosen: "ChosenThreshold", *, n_read: int | None = None, n_records: int | None = None
) -> None:
    """Print what a threshold promises and what labelled records show of it, if it was learned.

    Parameters
    ----------
    n_read, n_records : int, optional
        Of a file that was scored.
    """
    from patsieve.screening.certificate_words import certificate_sentences, evidence_sentence

    lines: list[str] = []
    if chosen.certificate is not None:
        lines = certificate_sentences(chosen.certificate, n_read=n_read, n_records=n_records)
    elif chosen.evidence is not None:
        lines = [evidence_sentence(chosen.evidence)]
    if chosen.unreached is not None:
        lines = [_unreached(chosen), *lines]
    if chosen.costs is not None:
        lines.append(_costs(chosen))
    if lines:
        click.echo("")
    for line in lines:
        click.echo(line)


def print_check(result: "BundleEvaluation") -> None:
    """Print how a promise fares with newly labelled records, if there is one."""
    from patsieve.screening.certificate import RecallCertificate
    from patsieve.screening.certificate_words import check_sentence

    certificate = result.chosen.certificate
    if result.check is not None and isinstance(certificate, RecallCertificate):
        click.echo(check_sentence(result.check, certificate))


def tell_refusal(chosen: "ChosenThreshold") -> None:
    """Say on standard error that there is no promise, or no such precision, to who reads JSON."""
    from patsieve.screening.certificate import CertificateRefused
    from patsieve.screening.certificate_words import certificate_sentences

    if isinstance(chosen.certificate, CertificateRefused):
        click.echo(f"warning: {certificate_sentences(chosen.certificate)[0]}", err=True)
    if chosen.unreached is not None:
        click.echo(f"warning: {_unreached(chosen)}", err=True)


def _unreached(chosen: "ChosenThreshold") -> str:
    evidence = chosen.evidence
    assert evidence is not None
    return (
        f"NOT REACHED: no threshold has a precision of {chosen.unreached:g} on the labelled "
        f"records; the best is {number(evidence.precision.value)}, from probability "
        f"{number(chosen.value)} on"
    )


def _costs(chosen: "ChosenThreshold") -> str:
    costs = chosen.costs
    assert costs is not None
    return (
        f"costs a record there: {number(costs.cost)} ({number(costs.cost_of_all)} if all are "
        f"read, {number(costs.cost_of_none)} if none); {number(costs.cheapest_cost)} with the "
        f"threshold {number(costs.cheapest_threshold)}, which one could only know afterwards"
    )
