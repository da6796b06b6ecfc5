"""What a certificate says to people: the promise, what it rests on and costs, where it ends."""

from collections.abc import Iterator

from patsieve.metrics.intervals import Estimate
from patsieve.screening.certificate import (
    Certificate,
    CertificateRefused,
    RecallCertificate,
)
from patsieve.screening.certificate_check import CertificateCheck
from patsieve.screening.evidence import ThresholdEvidence
from patsieve.screening.purpose import percent, rounded_percent


def certificate_sentences(
    certificate: Certificate,
    *,
    n_read: int | None = None,
    n_records: int | None = None,
    with_limits: bool = True,
) -> list[str]:
    """Return what a certificate, or a refusal, says; the first sentence is the verdict.

    Parameters
    ----------
    n_read, n_records : int, optional
        Of a pile that was scored: records at or above the threshold, and all that have text.
        Default: the verdict speaks of any pile.
    with_limits : bool
        Whether a promise ends with where it does not hold.
    """
    if isinstance(certificate, CertificateRefused):
        return list(_refusal(certificate, n_read, n_records))
    told = list(_promise(certificate, n_read, n_records))
    if with_limits:
        told += ["it does not hold for", *(f"- {limit}" for limit in certificate.limits)]
    return told


def refusal_sentence(reason: str) -> str:
    """Say that there is no promise, so that nobody overlooks it."""
    return f"NO PROMISE: {reason}"


def check_sentence(check: CertificateCheck, certificate: RecallCertificate) -> str:
    """Say how a promise fares with newly labelled records."""
    if check.n_families == 0:
        return "no relevant record here is new to the bundle, so the promise cannot be checked"
    found = (
        f"{check.n_families - check.n_missed:,} of {check.n_families:,} relevant families here "
        "that are new to the bundle are found whole"
    )
    if check.contradicted:
        return (
            f"THE PROMISE DOES NOT HOLD HERE: {found}, a recall of at most "
            f"{rounded_percent(check.at_most)} ({percent(certificate.confidence)} confidence); "
            "these patents are unlike those that it rests on, or it is the one promise in "
            f"{1 / (1 - certificate.confidence):.0f} that is not kept"
        )
    return f"{found}, which does not contradict the promise of {percent(certificate.recall)}"


def evidence_sentence(evidence: ThresholdEvidence) -> str:
    """Say what labelled records show of a threshold that promises nothing."""
    return (
        f"on {evidence.n_records:,} labelled records that were not trained on: precision "
        f"{told_share(evidence.precision)}, recall {told_share(evidence.recall)}, "
        f"{told_share(evidence.reads)} of them read"
    )


def _promise(
    certificate: RecallCertificate, n_read: int | None, n_records: int | None
) -> Iterator[str]:
    evidence, plain = certificate.evidence, certificate.plain
    things = _things(evidence)
    at_least = (
        f"at least {percent(certificate.recall)} of the relevant {things} "
        f"({percent(certificate.confidence)} confidence)"
    )
    if n_read is not None and n_records is not None:
        yield (
            f"reading the first {n_read:,} of {n_records:,} finds {at_least} "
            "if the relevant ones in this file are like the labelled ones"
        )
    else:
        yield (
            f"reading from probability {certificate.threshold:.3f} on finds {at_least} "
            "in files whose relevant patents are like the labelled ones"
        )
    n, missed = evidence.n_relevant_families, evidence.n_families_missed
    yield (
        f"{n:,} relevant {things}, not trained on, carry it: {certificate.allowed_misses:,} may "
        f"be missed, {missed:,} {'is' if missed == 1 else 'are'}; recall "
        f"{told_share(evidence.recall)}"
    )
    if things == "families":
        yield "a family counts as found if all its relevant members are"
    yield (
        f"of the labelled pile {told_share(evidence.reads)} is read; without a promise "
        f"{rounded_percent(plain.reads.value)}, from probability {plain.threshold:.3f} on"
    )
    if certificate.families_for_plain > n:
        yield (
            f"with about {certificate.families_for_plain:,} relevant {things} to carry it, the "
            "promise would cost little more reading than none"
        )


def _refusal(
    refusal: CertificateRefused, n_read: int | None, n_records: int | None
) -> Iterator[str]:
    evidence = refusal.evidence
    yield refusal_sentence(refusal.reason)
    if refusal.shortage is not None and refusal.shortage.remedy:
        yield refusal.shortage.remedy
    read = (
        f"reading from probability {refusal.threshold:.3f} on"
        if n_read is None or n_records is None
        else f"reading the first {n_read:,} of {n_records:,}"
    )
    yield (
        f"{read} is an estimate: {evidence.n_found:,} of the {evidence.n_relevant:,} labelled "
        f"ones are found, recall {told_share(evidence.recall)}"
    )
    if refusal.families_for_plain is not None:
        yield (
            f"with about {refusal.families_for_plain:,} relevant {_things(evidence)} to carry "
            "it, a promise would cost little more reading than none"
        )


def _things(evidence: ThresholdEvidence) -> str:
    return "records" if evidence.n_relevant == evidence.n_relevant_families else "families"


def told_share(estimate: Estimate) -> str:
    """Return a measured share with its interval: ``85 % (70.2 to 94.3 %)``."""
    low = rounded_percent(estimate.low).removesuffix(" %")
    return f"{rounded_percent(estimate.value)} ({low} to {rounded_percent(estimate.high)})"
