"""How a threshold's promise, or the lack of one, looks on standard output."""

from typing import TYPE_CHECKING

import click

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
    from patsieve.screening.threshold_words import threshold_sentences

    lines = threshold_sentences(chosen, n_read=n_read, n_records=n_records)
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
    from patsieve.screening.threshold_words import unreached_sentence

    if isinstance(chosen.certificate, CertificateRefused):
        click.echo(f"warning: {certificate_sentences(chosen.certificate)[0]}", err=True)
    if chosen.unreached is not None and chosen.evidence is not None:
        told = unreached_sentence(chosen.value, chosen.unreached, chosen.evidence)
        click.echo(f"warning: {told}", err=True)
