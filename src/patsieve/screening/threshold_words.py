"""What a threshold comes to, in sentences: its promise, what labels show of it, its costs."""

from patsieve.screening.certificate_words import certificate_sentences, evidence_sentence
from patsieve.screening.chosen import ChosenThreshold
from patsieve.screening.costs import CostReport
from patsieve.screening.evaluation_words import number
from patsieve.screening.evidence import ThresholdEvidence


def threshold_sentences(
    chosen: ChosenThreshold,
    *,
    n_read: int | None = None,
    n_records: int | None = None,
    with_limits: bool = True,
) -> list[str]:
    """Return what is known of a threshold; nothing where it was not learned.

    Parameters
    ----------
    n_read, n_records, with_limits
        As for `certificate_sentences`.
    """
    told: list[str] = []
    if chosen.certificate is not None:
        told = certificate_sentences(
            chosen.certificate, n_read=n_read, n_records=n_records, with_limits=with_limits
        )
    elif chosen.evidence is not None:
        told = [evidence_sentence(chosen.evidence)]
    if chosen.unreached is not None and chosen.evidence is not None:
        told = [unreached_sentence(chosen.value, chosen.unreached, chosen.evidence), *told]
    if chosen.costs is not None:
        told.append(costs_sentence(chosen.costs))
    return told


def unreached_sentence(threshold: float, precision: float, evidence: ThresholdEvidence) -> str:
    """Say that no threshold reaches a precision, so that nobody overlooks it."""
    return (
        f"NOT REACHED: no threshold has a precision of {precision:g} on the labelled records; the "
        f"best is {number(evidence.precision.value)}, from probability {number(threshold)} on"
    )


def costs_sentence(costs: CostReport) -> str:
    """Say what a threshold by costs comes to on labelled records."""
    return (
        f"costs a record there: {number(costs.cost)} ({number(costs.cost_of_all)} if all are "
        f"read, {number(costs.cost_of_none)} if none); {number(costs.cheapest_cost)} with the "
        f"threshold {number(costs.cheapest_threshold)}, which one could only know afterwards"
    )
